/*
 * Processes that an MPI launcher started: the one file that calls MPI.
 *
 * Rows are moved and whole numbers compared; MPI_SUM of doubles is never asked for, for
 * its order, and so its bits, are the library's own. An error ends all processes: MPI's
 * default, which says what it was.
 */
#include <limits.h>
#include <mpi.h>

#include "core/alloc.h"
#include "train/comm.h"

struct mpi {
    int *counts, *firsts; /* (size) */
};

static int as_int(size_t n)
{
    LEMMA_REQUIRE(n <= INT_MAX);
    return (int) n;
}

/* A row as one item, whose next stands a stride further: counts of rows fit an int
 * where counts of bytes do not. */
static MPI_Datatype row_type(const struct lemma_stack *s)
{
    MPI_Datatype row, spaced;

    LEMMA_REQUIRE(s->row % sizeof(uint64_t) == 0 && s->stride >= s->row);
    MPI_Type_contiguous(as_int(s->row / sizeof(uint64_t)), MPI_UINT64_T, &row);
    MPI_Type_create_resized(row, 0, (MPI_Aint) s->stride, &spaced);
    MPI_Type_commit(&spaced);
    MPI_Type_free(&row);
    return spaced;
}

static void gather(const struct lemma_share *share, const struct lemma_stack *stacks,
                   size_t count, const size_t *first)
{
    /* share is the first member of its comm, which is not const where it was made. */
    const struct lemma_comm *comm = (const void *) share;
    struct mpi *mpi = comm->state;

    for (size_t r = 0; r < share->size; r++) {
        mpi->counts[r] = as_int(first[r + 1] - first[r]);
        mpi->firsts[r] = as_int(first[r]);
    }
    for (size_t i = 0; i < count; i++) {
        MPI_Datatype row = row_type(&stacks[i]);

        MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, stacks[i].a, mpi->counts,
                       mpi->firsts, row, MPI_COMM_WORLD);
        MPI_Type_free(&row);
    }
}

static int ranks_here(void)
{
    MPI_Comm here;
    int size = 1;

    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
    MPI_Comm_size(here, &size);
    MPI_Comm_free(&here);
    return size;
}

static void end(struct lemma_comm *comm)
{
    enum { TROUBLE = 3 }; /* the tools' exit status */
    struct mpi *mpi = comm->state;

    if (comm->broken)
        MPI_Abort(MPI_COMM_WORLD, TROUBLE);
    MPI_Finalize();
    lemma_free(mpi->counts);
    lemma_free(mpi->firsts);
}

static lemma_status begin(struct lemma_comm *comm, struct lemma_error *err)
{
    struct mpi *mpi = comm->state;
    int level, rank, size;
    lemma_status st = LEMMA_OK;

    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS ||
        level < MPI_THREAD_FUNNELED)
        return lemma_fail(err, LEMMA_EIO, "MPI could not be started with threads");
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    comm->share = (struct lemma_share){(size_t) rank, (size_t) size, gather};
    comm->here = (size_t) ranks_here();
    LEMMA_NEW(mpi->counts, comm->share.size);
    LEMMA_NEW(mpi->firsts, comm->share.size);
out:
    if (st != LEMMA_OK) {
        comm->broken = true;
        end(comm);
    }
    return st;
}

static uint64_t least(const struct lemma_comm *comm, uint64_t value)
{
    uint64_t result = value;

    (void) comm;
    MPI_Allreduce(&value, &result, 1, MPI_UINT64_T, MPI_MIN, MPI_COMM_WORLD);
    return result;
}

const struct lemma_comm_type lemma_comm_mpi = {
    .name = "mpi",
    .title = "the processes of an MPI launcher",
    .state_size = sizeof(struct mpi),
    .begin = begin,
    .least = least,
    .end = end,
};
