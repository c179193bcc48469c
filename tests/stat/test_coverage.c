/* How often intervals hold the planted exponent, and how often tests cry wolf. The
 * table in lib/stat/README.md is this program's, with LEMMA_SETS=4000. */
#include <math.h>

#include "stat/multilog.h"
#include "stat/powerlaw.h"
#include "stat/synthetic.h"

struct tally {
    double t, bootstrap, curved, misfit; /* shares of the sets */
};

static size_t sets_wanted(size_t preset)
{
    const char *text = getenv("LEMMA_SETS");

    return text ? (size_t) strtoul(text, NULL, 10) : preset;
}

static struct tally run(const struct plan *plan, const char *name, size_t sets,
                        uint64_t first)
{
    struct tally r = {0};
    double all = (double) sets;

    for (size_t i = 0; i < sets; i++) {
        struct lemma_powerlaw_options o = {.seed = i};
        struct lemma_powerlaw fit;
        struct synthetic s;

        synthesise(plan, first + i, &s);
        check_ok(lemma_powerlaw_fit(&s.points, &o, &fit, NULL), NULL);
        assert_true(fit.joint == plan->paired);
        r.t += (fit.interval.low <= plan->a && plan->a <= fit.interval.high);
        r.bootstrap += (fit.bootstrap.low <= plan->a && plan->a <= fit.bootstrap.high);
        r.curved += (fit.curvature.p < 0.05);
        r.misfit += (fit.lack_of_fit.p < 0.05);
    }
    r = (struct tally){r.t / all, r.bootstrap / all, r.curved / all, r.misfit / all};
    print_message("# %-28s %zu x %zu  t %.3f  bootstrap %.3f  curved %.3f  misfit "
                  "%.3f\n",
                  name, plan->groups, plan->seeds, r.t, r.bootstrap, r.curved,
                  r.misfit);
    return r;
}

static void intervals_hold_the_exponent_and_straight_lines_pass(void **state)
{
    static const struct {
        const char *name;
        bool misjudged; /* the noise is no power law of x: the weights are not the best
                         */
        struct plan plan;
    } cases[] = {
        {"unpaired", false, {.groups = 6, .seeds = 5, .noise = 0.05}},
        {"unpaired", false, {.groups = 8, .seeds = 5, .noise = 0.05}},
        {"unpaired, noise grows x 5",
         false,
         {.groups = 6, .seeds = 5, .noise = 0.02, .growth = 5}},
        {"unpaired, noise grows x 20",
         false,
         {.groups = 7, .seeds = 5, .noise = 0.01, .growth = 20}},
        {"unpaired, noise falls x 5",
         false,
         {.groups = 8, .seeds = 5, .noise = 0.1, .growth = 0.2}},
        {"unpaired, noise dips x 5",
         true,
         {.groups = 7, .seeds = 5, .noise = 0.1, .bump = 0.2}},
        {"unpaired", false, {.groups = 7, .seeds = 3, .noise = 0.05}},
        {"scatter only", false, {.groups = 7, .seeds = 1, .noise = 0.05}},
        {"paired", false, {.groups = 7, .seeds = 5, .noise = 0.05, .paired = true}},
        {"paired, noise grows x 5",
         false,
         {.groups = 6, .seeds = 5, .noise = 0.02, .growth = 5, .paired = true}},
        {"paired, noise dips x 5",
         true,
         {.groups = 7, .seeds = 5, .noise = 0.1, .bump = 0.2, .paired = true}},
        {"paired, common moves",
         false,
         {.groups = 8, .seeds = 5, .noise = 0.05, .common = 0.1, .paired = true}},
        {"paired, exponent by seed",
         false,
         {.groups = 6, .seeds = 5, .noise = 0.05, .slope = 0.05, .paired = true}},
        {"paired", false, {.groups = 7, .seeds = 10, .noise = 0.05, .paired = true}},
    };

    (void) state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool misjudged = cases[i].misjudged;
        struct plan plan = cases[i].plan;
        struct tally r;

        plan.a = -0.5;
        r = run(&plan, cases[i].name, sets_wanted(500), 100000 * (i + 1));
        assert_true(r.t >= (misjudged ? 0.91 : 0.93));
        if (plan.seeds >= 5)
            assert_true(r.bootstrap >= (misjudged ? 0.9 : 0.93));
        assert_true(r.curved <= (misjudged ? 0.1 : 0.07));
        if (plan.seeds >= 5)
            assert_true(r.misfit <= (misjudged ? 0.13 : 0.09));
    }
}

/* Noise far from normal costs coverage; how much is known. */
static void skewed_noise_costs_a_little(void **state)
{
    struct plan plan = {.groups = 7,
                        .seeds = 5,
                        .a = -0.5,
                        .noise = 0.05,
                        .skewed = true,
                        .paired = true};

    (void) state;
    assert_true(run(&plan, "paired, exponential noise", sets_wanted(500), 1).t >= 0.9);
    plan.paired = false;
    assert_true(run(&plan, "unpaired, exponential noise", sets_wanted(500), 1).t >=
                0.9);
}

static void a_bent_line_is_told(void **state)
{
    /* The local exponent is 0.5 + 0.1 log x. */
    struct plan plan = {
        .groups = 7, .seeds = 5, .a = 0.5, .q = 0.05, .noise = 0.05, .paired = true};

    (void) state;
    assert_true(run(&plan, "bent, paired", sets_wanted(200), 1).curved >= 0.9);
    plan.groups = 6;
    assert_true(run(&plan, "bent, paired", sets_wanted(200), 1).curved >= 0.9);
    plan.paired = false;
    assert_true(run(&plan, "bent, unpaired", sets_wanted(200), 1).curved >= 0.9);
}

/* A 3 x 3 grid of two axes, five seeds: both intervals. */
static void several_exponents_are_covered_each(void **state)
{
    static const char *const names[] = {"m", "tau"};
    size_t sets = sets_wanted(500), held[2] = {0, 0};
    double x[90], y[45], z[45];
    struct lemma_points points = {lemma_cmat_of(x, 45, 2), y, NULL};

    (void) state;
    for (size_t set = 0; set < sets; set++) {
        struct lemma_multilog fit;

        draw_normals(2000000 + set, z, 45);
        for (size_t i = 0; i < 45; i++) {
            x[2 * i] = 64 * pow(4, (double) (i / 15));
            x[2 * i + 1] = pow(3, (double) (i / 5 % 3));
            y[i] = pow(x[2 * i], -0.5) * x[2 * i + 1] *
                   exp(0.05 * pow(x[2 * i + 1], 0.5) * z[i]);
        }
        check_ok(lemma_multilog_fit(&points, names, LEMMA_PAIRED_AUTO, 0, &fit, NULL),
                 NULL);
        held[0] += fit.interval[0].low <= -0.5 && -0.5 <= fit.interval[0].high;
        held[1] += fit.interval[1].low <= 1 && 1 <= fit.interval[1].high;
    }
    for (size_t k = 0; k < 2; k++) {
        double share = (double) held[k] / (double) sets;

        print_message("# two axes, exponent of %-8s 9 x 5  t %.3f\n", names[k], share);
        assert_true(share >= 0.93);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_hold_the_exponent_and_straight_lines_pass),
        cmocka_unit_test(skewed_noise_costs_a_little),
        cmocka_unit_test(a_bent_line_is_told),
        cmocka_unit_test(several_exponents_are_covered_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
