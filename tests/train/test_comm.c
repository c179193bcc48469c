/* What ranks tell one another; MPI's own processes are in tests/tools/test_ranks.py. */
#include "support.h"
#include "train/crowd.h"

static void one_process_is_a_member_of_the_family(void **state)
{
    (void) state;
    const struct lemma_comm_type *self = lemma_comm_find("self");
    struct lemma_comm *comm = NULL;
    size_t first[2] = {0, 3};
    double a[3] = {1, 2, 3};
    struct lemma_stack stack = lemma_stack_of(lemma_mat_of(a, 3, 1));

    assert_non_null(self);
    assert_null(lemma_comm_find("telegraph"));
    check_ok(lemma_comm_create(self, &comm, NULL), NULL);
    assert_int_equal(lemma_comm_rank(comm), 0);
    assert_int_equal(lemma_comm_size(comm), 1);
    comm->share.gather(&comm->share, &stack, 1, first);
    assert_true(a[0] == 1 && a[2] == 3);
    assert_true(lemma_comm_any(comm, true) && !lemma_comm_any(comm, false));
    assert_true(lemma_comm_same(comm, 7));
    assert_int_equal(lemma_comm_agree(comm, LEMMA_EIO), LEMMA_EIO);
    lemma_comm_destroy(comm);
}

static void nobody_is_one_process(void **state)
{
    (void) state;
    assert_int_equal(lemma_comm_rank(NULL), 0);
    assert_int_equal(lemma_comm_size(NULL), 1);
    assert_true(lemma_comm_any(NULL, true) && !lemma_comm_any(NULL, false));
    assert_true(lemma_comm_same(NULL, 1));
    assert_int_equal(lemma_comm_agree(NULL, LEMMA_OK), LEMMA_OK);
    assert_int_equal(lemma_comm_agree(NULL, LEMMA_EMEMORY), LEMMA_EMEMORY);
    lemma_comm_destroy(NULL);
}

static void talk(struct lemma_comm *comm, void *context)
{
    size_t rank = lemma_comm_rank(comm), size = lemma_comm_size(comm);

    (void) context;
    assert_true(lemma_comm_any(comm, rank + 1 == size));
    assert_false(lemma_comm_any(comm, false));
    assert_true(lemma_comm_same(comm, UINT64_C(1) << 63));
    assert_true(lemma_comm_same(comm, rank) == (size == 1));
    assert_true(lemma_comm_same(comm, rank == 1) == (size == 1));
    assert_int_equal(lemma_comm_agree(comm, LEMMA_OK), LEMMA_OK);
    assert_int_equal(comm->speaker, rank);
    if (size < 3)
        return;
    assert_int_equal(lemma_comm_agree(comm, rank == 0   ? LEMMA_OK
                                            : rank == 1 ? LEMMA_ENUMERIC
                                                        : LEMMA_EINPUT),
                     LEMMA_ENUMERIC);
    assert_int_equal(comm->speaker, 1);
}

static void ranks_agree_on_flags_numbers_and_failures(void **state)
{
    (void) state;
    for (size_t size = 1; size <= CROWD_MAX; size++)
        crowd_act(size, talk, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_process_is_a_member_of_the_family),
        cmocka_unit_test(nobody_is_one_process),
        cmocka_unit_test(ranks_agree_on_flags_numbers_and_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
