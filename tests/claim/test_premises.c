/*
 * Runs that break a premise on purpose. A claim that names the premise is not
 * applicable or violated, as the table says; none of them holds. Of what has
 * diverged nothing is said to hold.
 */
#include <math.h>
#include <unistd.h>

#include "claim/assumptions.h"
#include "make.h"
#include "support.h"

#define WIDE "network.width=20000", "data.samples=1", "partition.clients=1"

enum { NAMED = 24, BROKEN = 4 };

/* VIOLATED | NOT_APPLICABLE: either, as the draw has it. */
enum {
    IS_VIOLATED = 1 << LEMMA_VIOLATED,
    IS_NOT_APPLICABLE = 1 << LEMMA_NOT_APPLICABLE,
    IS_UNDECIDED = 1 << LEMMA_UNDECIDED
};

struct expected {
    const char *claim;
    unsigned verdicts;
};

static const struct premise {
    const char *label;
    const char *settings[MAKE_SETTINGS];
    bool twins, diverges;
    /* Claims with one of these are not applicable, all of them. */
    const struct lemma_assumption *broken[BROKEN];
    struct expected named[NAMED]; /* the other ones that name the premise */
} premises[] = {
    {.label = "1.5 times the stable step",
     .settings = {"network.width=64", "train.step_rule=lazy-limit",
                  "train.step_size=1.5", "train.rounds=20"},
     .named =
         {
             {"lazy_stability", IS_NOT_APPLICABLE},
             {"lazy_contraction", IS_NOT_APPLICABLE},
             {"lazy_rate", IS_NOT_APPLICABLE},
             {"lazy_saturation", IS_NOT_APPLICABLE},
             {"lazy_fejer", IS_NOT_APPLICABLE},
             {"lazy_bias", IS_NOT_APPLICABLE},
             {"lazy_central", IS_NOT_APPLICABLE},
             {"lazy_prediction", IS_NOT_APPLICABLE},
         }},
    {.label = "3 times the stable step",
     .settings = {"network.width=32", "train.step_rule=lazy-limit", "train.step_size=3",
                  "train.rounds=300", "partition.clients=3", "data.samples=12"},
     .diverges = true,
     .named =
         {
             {"gap_split", IS_UNDECIDED | IS_VIOLATED},
             {"gap_two_layer", IS_UNDECIDED | IS_VIOLATED},
             {"gradient_two_layer", IS_UNDECIDED | IS_VIOLATED},
             {"gradient_definition", IS_UNDECIDED | IS_VIOLATED},
             {"deviation_definition", IS_UNDECIDED | IS_VIOLATED},
             {"deviation_bound", IS_UNDECIDED | IS_VIOLATED},
             {"gram_end", IS_UNDECIDED},
             {"lazy_stability", IS_NOT_APPLICABLE},
             {"lazy_contraction", IS_NOT_APPLICABLE},
             {"lazy_rate", IS_NOT_APPLICABLE},
             {"lazy_saturation", IS_NOT_APPLICABLE},
             {"lazy_fejer", IS_NOT_APPLICABLE},
             {"lazy_bias", IS_NOT_APPLICABLE},
             {"lazy_central", IS_NOT_APPLICABLE},
             {"lazy_prediction", IS_NOT_APPLICABLE},
         }},
    {.label = "equal inputs with other labels",
     .twins = true,
     .named = {{"gram_chernoff", IS_NOT_APPLICABLE},
               {"kernel_stays", IS_NOT_APPLICABLE},
               {"lazy_fejer", IS_NOT_APPLICABLE},
               {"lazy_bias", IS_NOT_APPLICABLE},
               {"certified_gd", IS_NOT_APPLICABLE},
               {"certified_local_gd", IS_NOT_APPLICABLE},
               {"local_gd_round", IS_NOT_APPLICABLE},
               {"du_rate", IS_NOT_APPLICABLE},
               {"du_distance", IS_NOT_APPLICABLE},
               {"fl_ntk_rate", IS_NOT_APPLICABLE}}},
    {.label = "a width of 2",
     .settings = {"network.width=2"},
     .named = {{"kernel_change_uniform", IS_NOT_APPLICABLE},
               {"kernel_stays", IS_NOT_APPLICABLE},
               {"lazy_fejer", IS_NOT_APPLICABLE},
               {"lazy_bias", IS_NOT_APPLICABLE},
               {"certified_gd", IS_NOT_APPLICABLE},
               {"certified_local_gd", IS_NOT_APPLICABLE},
               {"local_gd_round", IS_NOT_APPLICABLE},
               {"du_rate", IS_NOT_APPLICABLE},
               {"du_distance", IS_NOT_APPLICABLE},
               {"fl_ntk_rate", IS_NOT_APPLICABLE}}},
    /* one sample, at which the certified theorems apply to this width, but for */
    {.label = "wide, a step beyond",
     .settings = {WIDE, "train.step_rule=lazy-limit", "train.step_size=1.5"},
     .named = {{"certified_gd", IS_NOT_APPLICABLE},
               {"certified_local_gd", IS_NOT_APPLICABLE},
               {"local_gd_round", IS_NOT_APPLICABLE},
               {"du_rate", IS_NOT_APPLICABLE},
               {"du_distance", IS_NOT_APPLICABLE},
               {"fl_ntk_rate", IS_NOT_APPLICABLE}}},
    {.label = "wide, a server step of 1.5",
     .settings = {WIDE, "train.step_size=0.05", "train.server_step=1.5"},
     .broken = {&lemma_assume_plain_average, &lemma_assume_gd},
     .named = {{"certified_gd", IS_NOT_APPLICABLE},
               {"certified_local_gd", IS_NOT_APPLICABLE},
               {"du_rate", IS_NOT_APPLICABLE},
               {"du_distance", IS_NOT_APPLICABLE}}},
    {.label = "clients of other sizes",
     .settings = {"data.samples=11", "partition.clients=3"},
     .broken = {&lemma_assume_equal_clients}},
    {.label = "mini-batches",
     .settings = {"train.batch=2"},
     .broken = {&lemma_assume_local_gd, &lemma_assume_gd}},
    {.label = "a server step of 1.5",
     .settings = {"train.server_step=1.5"},
     .broken = {&lemma_assume_plain_average, &lemma_assume_gd}},
    {.label = "full batches",
     .named = {{"noise_bound", IS_NOT_APPLICABLE}, {"noise_mean", IS_NOT_APPLICABLE}}},
    {.label = "batches of an epoch",
     .settings = {"train.batch=2", "train.sampling=epoch"},
     .named = {{"noise_mean", IS_NOT_APPLICABLE}}},
    {.label = "a deep network",
     .settings = {"network.preset=deep-relu", "network.depth=2"},
     .broken = {&lemma_assume_two_layer, &lemma_assume_one_layer}},
    {.label = "several outputs",
     .settings = {"data.targets.outputs=2"},
     .broken = {&lemma_assume_two_layer}},
    {.label = "the mean kernel",
     .settings = {"data.targets.outputs=2", "probes.gram.kernel=mean"},
     .broken = {&lemma_assume_full_gram}}};
enum { PREMISES = sizeof premises / sizeof *premises };

static bool assumes(const struct lemma_claim_type *claim, const struct premise *p)
{
    for (size_t i = 0; claim->assumptions && claim->assumptions[i]; i++)
        for (size_t k = 0; k < BROKEN && p->broken[k]; k++)
            if (claim->assumptions[i] == p->broken[k])
                return true;
    return false;
}

static unsigned expected(const struct lemma_claim_type *claim, const struct premise *p)
{
    for (size_t i = 0; i < NAMED && p->named[i].claim; i++)
        if (strcmp(p->named[i].claim, claim->name) == 0)
            return p->named[i].verdicts;
    return assumes(claim, p) ? IS_NOT_APPLICABLE : 0;
}

/* False, and said so, where a verdict is not what it should be. */
static bool judge(const struct premise *p, const struct made *made,
                  const struct lemma_claim_type *claim)
{
    struct lemma_finding f = make_judge(made, claim);
    unsigned verdicts = expected(claim, p);

    if (verdicts && !(verdicts & 1u << f.verdict)) {
        print_message("# %s: %s %s (%s)\n", p->label, claim->name,
                      lemma_verdict_name(f.verdict), f.reason);
        return false;
    }
    if (p->diverges && f.verdict == LEMMA_HOLDS)
        print_message("# %s: %s holds\n", p->label, claim->name);
    return !p->diverges || f.verdict != LEMMA_HOLDS;
}

static void a_broken_premise_is_not_a_theorem(void **state)
{
    bool right = true;

    (void) state;
    for (size_t i = 0; i < PREMISES; i++) {
        const struct premise *p = &premises[i];
        const char *settings[MAKE_SETTINGS + 4] = {NULL};
        char csv[MAKE_PATH], path[MAKE_PATH + 16];
        struct made made;
        size_t n = 0;

        for (; p->settings[n]; n++)
            settings[n] = p->settings[n];
        if (p->twins) {
            make_csv(csv, 1, 8, true);
            snprintf(path, sizeof path, "data.path=%s", csv);
            settings[n++] = "data.kind=csv";
            settings[n++] = "data.targets.kind=sign";
            settings[n++] = path;
        }
        make_run(settings, &made);
        assert_int_equal(made.diverged, p->diverges);
        for (const struct lemma_claim_type *const *t = lemma_claim_types; *t; t++)
            right &= judge(p, &made, *t);
        make_free(&made);
        if (p->twins)
            unlink(csv);
    }
    assert_true(right);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broken_premise_is_not_a_theorem)};

    return cmocka_run_group_tests_name("premises", tests, NULL, NULL);
}
