#include "train/comm.h"

#include <string.h>

#include "core/alloc.h"

const struct lemma_comm_type *lemma_comm_find(const char *name)
{
    size_t i = 0;

    while (lemma_comm_types[i] && strcmp(lemma_comm_types[i]->name, name) != 0)
        i++;
    return lemma_comm_types[i];
}

lemma_status lemma_comm_create(const struct lemma_comm_type *type,
                               struct lemma_comm **comm, struct lemma_error *err)
{
    struct lemma_comm *c = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(c, 1);
    c->type = type;
    c->state = lemma_alloc(type->state_size, 1);
    if (!c->state) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    LEMMA_TRY(type->begin(c, err));
    LEMMA_REQUIRE(c->share.rank < c->share.size && c->here >= 1);
    c->speaker = c->share.rank;
    *comm = c;
    c = NULL;
out:
    if (c)
        lemma_free(c->state);
    lemma_free(c);
    return st;
}

void lemma_comm_destroy(struct lemma_comm *comm)
{
    if (!comm)
        return;
    comm->type->end(comm);
    lemma_free(comm->state);
    lemma_free(comm);
}

size_t lemma_comm_rank(const struct lemma_comm *comm)
{
    return comm ? comm->share.rank : 0;
}

size_t lemma_comm_size(const struct lemma_comm *comm)
{
    return comm ? comm->share.size : 1;
}

bool lemma_comm_any(const struct lemma_comm *comm, bool flag)
{
    return comm ? comm->type->least(comm, !flag) == 0 : flag;
}

bool lemma_comm_same(const struct lemma_comm *comm, uint64_t number)
{
    return !comm ||
           comm->type->least(comm, number) == ~comm->type->least(comm, ~number);
}

lemma_status lemma_comm_agree(struct lemma_comm *comm, lemma_status st)
{
    uint64_t mine, first;

    if (!comm)
        return st;
    mine =
        st == LEMMA_OK ? UINT64_MAX : (uint64_t) comm->share.rank << 32 | (uint64_t) st;
    first = comm->type->least(comm, mine);
    if (first == UINT64_MAX)
        return LEMMA_OK;
    comm->speaker = (size_t) (first >> 32);
    return (lemma_status) (first & UINT32_MAX);
}
