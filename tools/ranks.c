#include "ranks.h"

#include <stdlib.h>

/* The first of the variables that is set and a number. */
static bool read_first(const char *const *names, size_t *value)
{
    for (; *names; names++) {
        const char *text = getenv(*names);
        char *end = NULL;
        unsigned long n = text ? strtoul(text, &end, 10) : 0;

        if (text && *text && *end == '\0') {
            *value = n;
            return true;
        }
    }
    return false;
}

/* Open MPI's own launcher, PMIx and PMI (Slurm's srun). */
static bool is_launched(size_t *rank)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK",
                                        NULL};

    return read_first(names, rank);
}

size_t ranks_rank(void)
{
    size_t rank = 0;

    is_launched(&rank);
    return rank;
}

/* PMIx alone does not tell in the environment; Slurm does beside it. */
size_t ranks_size(void)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE",
                                        "SLURM_STEP_NUM_TASKS", NULL};
    size_t rank = 0, size = 1;

    if (is_launched(&rank))
        read_first(names, &size);
    return size > rank ? size : rank + 1;
}

lemma_status ranks_begin(struct lemma_comm **comm, struct lemma_error *err)
{
    const struct lemma_comm_type *mpi = lemma_comm_find("mpi");
    struct lemma_comm *c = NULL;
    size_t rank;
    lemma_status st = LEMMA_OK;

    if (!is_launched(&rank))
        return LEMMA_OK;
    if (!mpi && ranks_size() > 1)
        return lemma_fail(
            err, LEMMA_EINPUT,
            "%zu processes were started, and this lemma was built without "
            "MPI: each would do the whole run; rebuild it with "
            "-Dmpi=enabled, or start it without mpirun",
            ranks_size());
    if (!mpi)
        return LEMMA_OK;
    LEMMA_TRY(lemma_comm_create(mpi, &c, err));
    if (c->share.size < ranks_size())
        st = lemma_fail(err, LEMMA_EINPUT,
                        "%zu processes were started, and MPI sees %zu: lemma was built "
                        "with another MPI than the launcher's",
                        ranks_size(), c->share.size);
    else
        *comm = c;
out:
    if (st != LEMMA_OK)
        lemma_comm_destroy(c);
    return st;
}
