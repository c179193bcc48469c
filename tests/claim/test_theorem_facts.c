#include "claim/theorems.h"

#include <math.h>

#include "support.h"

static const struct lemma_given given = {.limit_least = 0.25, .limit_most = 2};

static struct lemma_evidence *empty(void)
{
    struct lemma_evidence *e = NULL;

    check_ok(lemma_evidence_create_empty(&e), NULL);
    return e;
}

static struct lemma_facts read(struct lemma_evidence *e)
{
    struct lemma_facts f;

    check_ok(lemma_facts_read(e, &given, &f), NULL);
    return f;
}

static void set(struct lemma_evidence *e, const char *name, double value)
{
    check_ok(lemma_evidence_set_number(e, name, value), NULL);
}

static void facts_are_the_records_numbers(void **state)
{
    static const char *const names[] = {
        "network/m", "network/L", "network/d",   "network/d_x",       "data/samples",
        "data/phi",  "train/eta", "train/tau",   "train/server_step", "train/batch",
        "train/K",   "train/R",   "data/nothing"};
    static const double steps[] = {0, 10}, loss[] = {2, 1}, least[] = {0.5, 9},
                        most[] = {3, 9}, counts[] = {5, 7, 6};
    struct lemma_evidence *e = empty();
    struct lemma_facts f;

    (void) state;
    for (size_t i = 0; i < 13; i++)
        set(e, names[i], (double) i + 1);
    set(e, "data/samples", 18);
    set(e, "data/spectral_norm", 3.5);
    check_ok(lemma_evidence_set_word(e, "network/preset", "deep-relu"), NULL);
    check_ok(lemma_evidence_set_word(e, "train/loss", "squared"), NULL);
    check_ok(lemma_evidence_set_word(e, "train/sampling", "epoch"), NULL);
    check_ok(lemma_evidence_set_series(e, "loss/server", 2, 1, steps, loss), NULL);
    check_ok(lemma_evidence_set_series(e, "gram/lambda_min", 2, 1, steps, least), NULL);
    check_ok(lemma_evidence_set_series(e, "gram/lambda_max", 2, 1, steps, most), NULL);
    check_ok(lemma_evidence_set_clients(e, counts, 3), NULL);
    f = read(e);
    assert_true(f.m == 1 && f.L == 2 && f.d == 3 && f.d_x == 4 && f.N == 18);
    assert_true(f.phi == 6 && f.eta == 7 && f.tau == 8 && f.server_step == 9);
    assert_true(f.batch == 10 && f.K == 3 && f.n_least == 5 && f.n_most == 7);
    assert_true(f.spectral_norm == 3.5 && f.gram_least == 0.5 && f.gram_most == 3);
    check_close(f.r0, 8.48528137423857, 1e-14); /* sqrt(2 18 2) */
    assert_true(f.limit_least == 0.25 && f.limit_most == 2);
    assert_true(f.delta == 0.01 && f.epsilon == 0.1);
    assert_string_equal(f.network, "deep-relu");
    assert_string_equal(f.loss, "squared");
    assert_string_equal(f.sampling, "epoch");
    lemma_evidence_destroy(e);
}

static void an_empty_record_meets_and_misses_nothing(void **state)
{
    const struct lemma_given nothing = {NAN, NAN, 0, 0};
    struct lemma_evidence *e = empty();
    struct lemma_facts f;

    (void) state;
    check_ok(lemma_facts_read(e, &nothing, &f), NULL);
    for (const struct lemma_theorem *const *t = lemma_theorems; *t; t++) {
        struct lemma_requirement r[LEMMA_REQUIREMENTS];
        size_t count = lemma_theorem_evaluate(*t, &f, r);

        assert_in_range(count, 9, LEMMA_REQUIREMENTS);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(r[i].meets, LEMMA_UNKNOWN);
        assert_true(isnan(lemma_theorem_rate(*t, &f)));
    }
    lemma_evidence_destroy(e);
}

static void a_first_row_past_the_start_says_nothing_of_it(void **state)
{
    static const double step = 10, value = 2;
    struct lemma_evidence *e = empty();

    (void) state;
    set(e, "data/samples", 4);
    check_ok(lemma_evidence_set_series(e, "loss/server", 1, 1, &step, &value), NULL);
    assert_true(isnan(read(e).r0));
    lemma_evidence_destroy(e);
}

static void clients_without_samples_are_known_where_the_sizes_say_so(void **state)
{
    struct lemma_evidence *e = empty();

    (void) state;
    set(e, "data/samples", 10);
    set(e, "train/K", 1);
    assert_true(read(e).n_least == 10 && read(e).n_most == 10);
    set(e, "train/K", 4); /* 2.5 each: they differ */
    assert_true(read(e).n_least == 2 && read(e).n_most == 3);
    set(e, "train/K", 5);
    assert_true(isnan(read(e).n_least) && isnan(read(e).n_most));
    lemma_evidence_destroy(e);
}

static void delta_and_epsilon_are_the_callers(void **state)
{
    const struct lemma_given mine = {NAN, NAN, 0.5, 0.25};
    struct lemma_evidence *e = empty();
    struct lemma_facts f;

    (void) state;
    check_ok(lemma_facts_read(e, &mine, &f), NULL);
    assert_true(f.delta == 0.5 && f.epsilon == 0.25 && isnan(f.limit_least));
    lemma_evidence_destroy(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_the_records_numbers),
        cmocka_unit_test(an_empty_record_meets_and_misses_nothing),
        cmocka_unit_test(a_first_row_past_the_start_says_nothing_of_it),
        cmocka_unit_test(clients_without_samples_are_known_where_the_sizes_say_so),
        cmocka_unit_test(delta_and_epsilon_are_the_callers),
    };
    return cmocka_run_group_tests_name("theorem_facts", tests, NULL, NULL);
}
