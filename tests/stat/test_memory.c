/* Fits where memory runs out: at each allocation, in turn. */
#include "failing_alloc.h"
#include "stat/multilog.h"
#include "stat/powerlaw.h"
#include "stat/synthetic.h"
#include "stat/trend.h"

static lemma_status power_law(void *context)
{
    struct lemma_powerlaw_options o = {.range = LEMMA_RANGE_STRAIGHT, .resamples = 19};
    struct lemma_powerlaw fit;
    struct synthetic *s = context;

    return lemma_powerlaw_fit(&s->points, &o, &fit, NULL);
}

static lemma_status product(void *context)
{
    static const char *const names[] = {"m"};
    struct lemma_multilog fit;
    struct synthetic *s = context;

    return lemma_multilog_fit(&s->points, names, LEMMA_PAIRED_AUTO, 0, &fit, NULL);
}

static lemma_status trend(void *context)
{
    struct lemma_trend t;
    struct synthetic *s = context;

    return lemma_stat_trend(&s->points, LEMMA_UNPAIRED, 0, &t, NULL);
}

static void fits_run_out_of_memory_cleanly(void **state)
{
    struct plan plan = {
        .groups = 5, .seeds = 3, .a = 1, .q = 0.01, .noise = 0.01, .paired = true};
    struct synthetic s;

    (void) state;
    synthesise(&plan, 1, &s);
    assert_true(fail_each_allocation(power_law, &s) > 50);
    assert_true(fail_each_allocation(product, &s) > 20);
    assert_true(fail_each_allocation(trend, &s) > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_run_out_of_memory_cleanly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
