#include "train/crowd.h"

#include <pthread.h>
#include <string.h>

#include "support.h"

struct crowd {
    size_t size;
    pthread_barrier_t all_here;
    const struct lemma_stack *stacks[CROWD_MAX];
    uint64_t values[CROWD_MAX];
    void (*act)(struct lemma_comm *comm, void *context);
    void *context;
};

struct member {
    struct crowd *crowd;
    struct lemma_comm comm;
};

static struct crowd *crowd_of(const struct lemma_share *share)
{
    const struct lemma_comm *comm = (const void *) share;

    return comm->state;
}

static void take_rows(const struct lemma_stack *from, const struct lemma_stack *to,
                      size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        memcpy((char *) to->a + i * to->stride,
               (const char *) from->a + i * from->stride, to->row);
}

static void gather(const struct lemma_share *share, const struct lemma_stack *stacks,
                   size_t count, const size_t *first)
{
    struct crowd *crowd = crowd_of(share);

    crowd->stacks[share->rank] = stacks;
    pthread_barrier_wait(&crowd->all_here);
    for (size_t i = 0; i < count; i++)
        for (size_t r = 0; r < share->size; r++)
            if (r != share->rank)
                take_rows(&crowd->stacks[r][i], &stacks[i], first[r], first[r + 1]);
    pthread_barrier_wait(&crowd->all_here);
}

static uint64_t least(const struct lemma_comm *comm, uint64_t value)
{
    struct crowd *crowd = comm->state;
    uint64_t result = value;

    crowd->values[comm->share.rank] = value;
    pthread_barrier_wait(&crowd->all_here);
    for (size_t r = 0; r < crowd->size; r++)
        if (crowd->values[r] < result)
            result = crowd->values[r];
    pthread_barrier_wait(&crowd->all_here);
    return result;
}

static const struct lemma_comm_type threads = {.name = "threads", .least = least};

static void *live(void *context)
{
    struct member *m = context;

    m->crowd->act(&m->comm, m->crowd->context);
    return NULL;
}

void crowd_act(size_t size, void (*act)(struct lemma_comm *comm, void *context),
               void *context)
{
    struct crowd crowd = {.size = size, .act = act, .context = context};
    struct member members[CROWD_MAX];
    pthread_t handles[CROWD_MAX];

    assert_true(size <= CROWD_MAX);
    pthread_barrier_init(&crowd.all_here, NULL, (unsigned) size);
    for (size_t r = 0; r < size; r++) {
        members[r] = (struct member){
            &crowd,
            {.share = {r, size, gather}, .type = &threads, .here = size, .speaker = r}};
        members[r].comm.state = &crowd;
        assert_int_equal(pthread_create(&handles[r], NULL, live, &members[r]), 0);
    }
    for (size_t r = 0; r < size; r++)
        pthread_join(handles[r], NULL);
    pthread_barrier_destroy(&crowd.all_here);
}
