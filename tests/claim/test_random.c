/*
 * Random experiments that meet a claim's assumptions never violate it, and every claim
 * holds in one of them. Presets, sizes, depth, clients and their samples, outputs,
 * steps, batches, sampling and the server's step are drawn.
 */
#include <math.h>
#include <unistd.h>

#include "make.h"
#include "support.h"

enum { RUNS = 40, STUDIES = 4, CLAIMS = 256 };

/* Claims that hold in none of these, and why. */
static const char *const never[][2] = {{NULL, NULL}};

struct dice {
    struct lemma_stream s;
    char text[MAKE_SETTINGS][MAKE_PATH + 32], csv[MAKE_PATH];
    const char *settings[MAKE_SETTINGS + 1];
    size_t count;
};

static size_t roll(struct dice *d, size_t low, size_t high)
{
    return low + (size_t) lemma_stream_below(&d->s, high - low + 1);
}

static void say(struct dice *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void say(struct dice *d, const char *format, ...)
{
    va_list args;

    assert_true(d->count < MAKE_SETTINGS);
    va_start(args, format);
    vsnprintf(d->text[d->count], sizeof d->text[0], format, args);
    va_end(args);
    d->settings[d->count] = d->text[d->count];
    d->count++;
    d->settings[d->count] = NULL;
}

/* Every other seed: Local GD of the two-layer network; the rest: anything. Steps up to
 * the natural one. Some claims apply where the network is wide, or hardly moves. */
static void draw(struct dice *d, size_t seed)
{
    static const char *const presets[] = {"two-layer-relu", "deep-relu",
                                          "deep-relu-fixed-input"};
    static const char *const targets[] = {"teacher", "random-sign", "gaussian"};
    static const char *const samplings[] = {"subset", "replacement", "epoch"};
    bool plain = seed % 2 == 0, deep = seed % 4 == 1;
    bool skewed = seed % 8 == 6, wide = seed % 16 == 2, still = seed % 16 == 10;
    size_t K, N;

    memset(d, 0, sizeof *d);
    d->s = lemma_stream_at(seed, LEMMA_DRAW_TEST, 0, 0, 0);
    K = wide ? 1 : roll(d, 1, 4);
    N = wide ? 1 : K * roll(d, 2, 5) + (seed % 8 >= 4 ? roll(d, 0, K - 1) : 0);
    say(d, "seed=%zu", seed);
    say(d, "network.preset=%s", presets[plain ? 0 : deep ? roll(d, 1, 2) : 0]);
    say(d, "network.depth=%zu", deep ? roll(d, 1, 3) : 1);
    say(d, "network.width=%zu",
        wide    ? 20000
        : still ? 2000
                : roll(d, 3, plain ? 128 : 24));
    say(d, "data.samples=%zu", N);
    say(d, "data.dimension=%zu", roll(d, 3, 8));
    if (skewed) {
        make_csv(d->csv, seed, N, false);
        say(d, "data.kind=csv");
        say(d, "data.path=%s", d->csv);
        say(d, "data.targets.kind=sign");
        say(d, "partition.kind=dirichlet");
    } else {
        say(d, "data.targets.outputs=%zu", plain ? 1 : roll(d, 1, 3));
        say(d, "data.targets.kind=%s", targets[roll(d, 0, 2)]);
    }
    say(d, "partition.clients=%zu", K);
    say(d, "train.local_steps=%zu", roll(d, 1, 5));
    say(d, "train.rounds=%zu", roll(d, 1, 4));
    say(d, "train.step_size=%g",
        (still  ? 1e-11
         : wide ? 0.005
                : 0.1) *
            (double) roll(d, 1, 10));
    if (seed % 8 == 3)
        say(d, "train.server_step=%g", 0.5 * (double) roll(d, 1, 3));
    if (seed % 4 == 3) {
        say(d, "train.batch=%zu", roll(d, 1, 4));
        say(d, "train.sampling=%s", samplings[roll(d, 0, 2)]);
    }
}

static bool listed(const char *claim)
{
    for (size_t i = 0; never[i][0]; i++)
        if (strcmp(never[i][0], claim) == 0)
            return true;
    return false;
}

/* All claims on one record; held[claim] is set where one holds, said[claim] where its
 * bound says something. */
static void judge_all(const struct made *made, const struct dice *d, size_t seed,
                      bool held[CLAIMS], bool said[CLAIMS], bool *wrong)
{
    for (size_t i = 0; lemma_claim_types[i]; i++) {
        const struct lemma_claim_type *claim = lemma_claim_types[i];
        struct lemma_finding f = make_judge(made, claim);

        assert_true(i < CLAIMS);
        held[i] |= f.verdict == LEMMA_HOLDS;
        said[i] |= f.verdict == LEMMA_HOLDS && !f.vacuous;
        if (f.verdict != LEMMA_VIOLATED)
            continue;
        print_message(
            "seed %zu: %s is violated%s: %s, %g against %g at step %zu, place "
            "%zd\n",
            seed, claim->name, lemma_claim_is_recalled(claim) ? " (recalled)" : "",
            f.tightest ? f.tightest : "", f.measured, f.bound, f.step,
            (ssize_t) f.place);
        for (size_t k = 0; k < d->count; k++)
            print_message("  --set %s", d->text[k]);
        print_message("\n");
        *wrong |= !lemma_claim_is_recalled(claim);
    }
}

static void random_inputs_that_meet_the_hypotheses_hold(void **state)
{
    bool held[CLAIMS] = {false}, said[CLAIMS] = {false}, wrong = false;

    (void) state;
    for (size_t seed = 0; seed < RUNS + STUDIES; seed++) {
        struct dice d;
        struct made made;

        draw(&d, seed);
        if (seed < RUNS)
            make_run(d.settings, &made);
        else
            make_study(d.settings, 5, &made);
        judge_all(&made, &d, seed, held, said, &wrong);
        make_free(&made);
        unlink(d.csv);
    }
    for (size_t i = 0; lemma_claim_types[i]; i++)
        if (!held[i] && !listed(lemma_claim_types[i]->name)) {
            print_message("# %s holds in none of the runs\n",
                          lemma_claim_types[i]->name);
            wrong = true;
        } else if (held[i] && !said[i])
            print_message("# %s holds with bounds that say nothing alone\n",
                          lemma_claim_types[i]->name);
    assert_false(wrong);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_inputs_that_meet_the_hypotheses_hold)};

    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
