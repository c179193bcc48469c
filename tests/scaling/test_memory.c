/* Judging a sweep when memory runs out. What HDF5 and libyaml allocate does not fail
 * here. */
#include <math.h>

#include "failing_alloc.h"
#include "scaling/planted.h"
#include "sweep/collect.h"
#include "sweep/grid.h"

static lemma_status decide_again(void *context)
{
    static const struct lemma_scaling_law law = {
        .against = "m", .exponent = 1, .predicted = NAN};
    const struct planted *p = context;
    struct lemma_scaling_finding f = {.verdict = LEMMA_UNDECIDED};

    return lemma_scaling_decide(&law, p->x, p->y, p->seed, p->count, &f);
}

static void a_verdict_survives_every_failed_allocation(void **state)
{
    static const struct plan plan = {
        .groups = 4, .seeds = 5, .decades = 2, .a = 1, .noise = 0.1};
    struct planted p;

    (void) state;
    plant(&plan, 1, &p);
    assert_true(fail_each_allocation(decide_again, &p) > 20);
}

enum { FINDINGS_MAX = 32 };

struct judging {
    const char *dir;
    size_t count;
    struct lemma_scaling_finding f[FINDINGS_MAX];
};

/* Of factors, of a measure, of a series, and of one that the sweep has no table for. */
static lemma_status judge_again(struct judging *j)
{
    static const char *const names[] = {"scaling_speed", "scaling_pattern_gap",
                                        "scaling_accuracy", "scaling_linearisation"};
    struct lemma_scaling_sweep *s = NULL;
    lemma_status st = LEMMA_OK;

    j->count = 0;
    LEMMA_TRY(lemma_scaling_open(j->dir, &s, NULL));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct lemma_scaling_type *t = lemma_scaling_find(names[i]);

        for (size_t k = 0; t->laws[k].against; k++)
            LEMMA_TRY(lemma_scaling_judge(s, t, &t->laws[k], &j->f[j->count++], NULL));
    }
out:
    lemma_scaling_close(s);
    return st;
}

static void check_same(const struct judging *a, const struct judging *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_int_equal(a->f[i].verdict, b->f[i].verdict);
        assert_string_equal(a->f[i].reason, b->f[i].reason);
        assert_true(a->f[i].fit.a.value == b->f[i].fit.a.value ||
                    (isnan(a->f[i].fit.a.value) && isnan(b->f[i].fit.a.value)));
    }
}

/* A constant that evidence could not note, it hands over all the same: then nothing may
 * change. */
static void a_judgement_survives_every_failed_allocation(void **state)
{
    struct lemma_sweep *s = read_sweep("axes:\n"
                                       "  - train.local_steps: [2, 3]\n"
                                       "seeds: 2\n");
    struct lemma_error err = {""};
    struct judging whole = {.count = 0}, now;
    size_t finished = 0, failed = 0;
    char dir[256];

    (void) state;
    make_sweep_folder(dir, "scaling-memory");
    for (size_t i = 0; i < s->points; i++)
        run_point(s, dir, i);
    check_ok(lemma_sweep_collect(s, dir, "", &finished, &err), &err);
    assert_int_equal(finished, 4);
    whole.dir = now.dir = dir;
    check_ok(judge_again(&whole), NULL);
    for (long count = 0;; count++) {
        lemma_status st;
        bool failing;

        fail_allocation_after(count);
        st = judge_again(&now);
        failing = allocation_has_failed();
        fail_allocation_after(-1);
        if (st == LEMMA_OK)
            check_same(&now, &whole);
        else
            assert_int_equal(st, LEMMA_EMEMORY);
        failed += st != LEMMA_OK;
        if (!failing)
            break;
    }
    assert_true(failed >= 100);
    lemma_sweep_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verdict_survives_every_failed_allocation),
        cmocka_unit_test(a_judgement_survives_every_failed_allocation),
    };

    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
