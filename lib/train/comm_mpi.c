/*
 * Processes that an MPI launcher started: the one file that calls MPI.
 *
 * Rows are moved and whole numbers compared; MPI_SUM of doubles is never asked for, for
 * its order, and so its bits, are the library's own. An error ends all processes: MPI's
 * default, which says what it was.
 */
#include <errno.h>
#include <limits.h>
#include <mpi.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "core/alloc.h"
#include "train/comm.h"

enum { TROUBLE = 3 };                  /* the tools' exit status */
static const double LOOK_EVERY = 0.02; /* seconds, while waiting */

struct mpi {
    int *counts, *firsts; /* (size) */
    int *neighbours;      /* (here, 2) rank and process id of those on this machine */
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

/* One of this machine's ranks that is not there any more; size where all are. */
static size_t find_dead(const struct lemma_comm *comm)
{
    const struct mpi *mpi = comm->state;

    for (size_t i = 0; i < comm->here; i++)
        if (kill(mpi->neighbours[2 * i + 1], 0) != 0 && errno == ESRCH)
            return (size_t) mpi->neighbours[2 * i];
    return comm->share.size;
}

static bool is_here(const struct lemma_comm *comm, int rank)
{
    const struct mpi *mpi = comm->state;
    bool found = false;

    for (size_t i = 0; i < comm->here; i++)
        found |= mpi->neighbours[2 * i] == rank;
    return found;
}

/* Nobody would ever answer. Rank 0 has the record to close and then ends all; another
 * does where rank 0 can't see it. */
static void mourn(const struct lemma_comm *comm, size_t dead)
{
    if (comm->share.rank != 0 && dead != 0 && is_here(comm, 0))
        return;
    if (comm->lost)
        comm->lost(comm->context, dead);
    MPI_Abort(MPI_COMM_WORLD, TROUBLE);
}

/*
 * Until all requests are done. A blocking call would wait for a dead rank until the
 * launcher kills this process too, in about a second and perhaps amid writing.
 */
static void finish(const struct lemma_comm *comm, MPI_Request *requests, int count)
{
    enum { SPIN = 1 << 10 };
    double looked = 0;
    int done = 0;

    for (size_t turn = 1; !done; turn++) {
        MPI_Testall(count, requests, &done, MPI_STATUSES_IGNORE);
        if (done || turn < SPIN)
            continue;
        sched_yield(); /* others may want this core to get here */
        if (MPI_Wtime() < looked + LOOK_EVERY)
            continue;
        looked = MPI_Wtime();
        if (find_dead(comm) < comm->share.size)
            mourn(comm, find_dead(comm));
    }
}

static void gather(const struct lemma_share *share, const struct lemma_stack *stacks,
                   size_t count, const size_t *first)
{
    enum { AT_ONCE = 16 };
    /* share is the first member of its comm, which is not const where it was made. */
    const struct lemma_comm *comm = (const void *) share;
    struct mpi *mpi = comm->state;

    for (size_t r = 0; r < share->size; r++) {
        mpi->counts[r] = as_int(first[r + 1] - first[r]);
        mpi->firsts[r] = as_int(first[r]);
    }
    for (size_t i = 0; i < count; i += AT_ONCE) {
        MPI_Request requests[AT_ONCE];
        int n = 0;

        for (; n < AT_ONCE && i + (size_t) n < count; n++) {
            const struct lemma_stack *s = &stacks[i + (size_t) n];
            MPI_Datatype row = row_type(s);

            MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, s->a, mpi->counts,
                            mpi->firsts, row, MPI_COMM_WORLD, &requests[n]);
            MPI_Type_free(&row); /* once it is no longer needed */
        }
        finish(comm, requests, n);
    }
}

/* Those that share this machine's memory. A process id that says nothing here, in a
 * container of its own say, becomes this process's own. */
static lemma_status meet_neighbours(struct lemma_comm *comm)
{
    struct mpi *mpi = comm->state;
    int mine[2] = {as_int(comm->share.rank), getpid()}, size = 1;
    MPI_Comm here;
    lemma_status st = LEMMA_OK;

    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
    MPI_Comm_size(here, &size);
    comm->here = (size_t) size;
    LEMMA_NEW(mpi->neighbours, 2 * comm->here);
    MPI_Allgather(mine, 2, MPI_INT, mpi->neighbours, 2, MPI_INT, here);
    for (size_t i = 0; i < comm->here; i++)
        if (kill(mpi->neighbours[2 * i + 1], 0) != 0)
            mpi->neighbours[2 * i + 1] = getpid();
out:
    MPI_Comm_free(&here);
    return st;
}

static void end(struct lemma_comm *comm)
{
    struct mpi *mpi = comm->state;

    if (comm->broken)
        MPI_Abort(MPI_COMM_WORLD, TROUBLE);
    MPI_Finalize();
    lemma_free(mpi->counts);
    lemma_free(mpi->firsts);
    lemma_free(mpi->neighbours);
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
    LEMMA_NEW(mpi->counts, comm->share.size);
    LEMMA_NEW(mpi->firsts, comm->share.size);
    LEMMA_TRY(meet_neighbours(comm));
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
    MPI_Request request;

    MPI_Iallreduce(&value, &result, 1, MPI_UINT64_T, MPI_MIN, MPI_COMM_WORLD, &request);
    finish(comm, &request, 1);
    return result;
}

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
#if defined OMPI_MAJOR_VERSION
#define LIBRARY                                                                 \
    "Open MPI " TEXT(OMPI_MAJOR_VERSION) "." TEXT(OMPI_MINOR_VERSION) "." TEXT( \
        OMPI_RELEASE_VERSION)
#else
#define LIBRARY "MPI " TEXT(MPI_VERSION) "." TEXT(MPI_SUBVERSION)
#endif

const struct lemma_comm_type lemma_comm_mpi = {
    .name = "mpi",
    .title = LIBRARY,
    .state_size = sizeof(struct mpi),
    .begin = begin,
    .least = least,
    .end = end,
};
