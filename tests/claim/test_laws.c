/*
 * Every claim on evidence made by hand: equality holds, one entry tampered violates,
 * NaN and no rows are undecided, an unmet assumption is not applicable. Each case below
 * is a record in which the claim's inequalities hold with equality.
 */
#include <math.h>

#include "claim/claim.h"
#include "support.h"

/* Two rows, at steps 0 and 1, of one number or of two clients' numbers. */
struct given {
    const char *path;
    size_t width;
    double cells[4];
};

struct law {
    const char *claim;
    struct given tables[6];
    const char *tampered;   /* this table's last number, */
    double by;              /* times this, breaks the claim */
    const char *assumption; /* a number that decides whether it applies; NULL: none */
    double otherwise;       /* its value where it does not */
};

/* N = 4 samples, clients of 2; m = 8, one output and layer, eta = 1/2, tau = 2,
 * ||X|| = 2. */
static const struct law laws[] = {
    {"gap_split",
     {{"gradient_gap/gap", 2, {3, 3, 3, 3}},
      {"gradient_gap/lipschitz", 2, {1, 2, 1, 2}},
      {"gradient_gap/pattern", 2, {2, 1, 2, 1}},
      {"gradient_gap/local", 2, {1, 1, 1, 1}},
      {"gradient_gap/average", 2, {1, 1, 1, 1}}},
     "gradient_gap/gap",
     1.5,
     NULL,
     0},
    {"gap_two_layer",
     {{"gradient_gap/lipschitz", 2, {0, 1, 2, 3}},
      {"gradient_gap/pattern", 2, {1, 1, 2, 2}},
      {"deviation/frobenius", 2, {0, 1, 2, 3}},
      {"local_loss/average", 2, {1, 1, 4, 4}},
      {"activation/flips_average_max", 2, {4, 4, 4, 4}}},
     "gradient_gap/pattern",
     1.5,
     "network/d",
     3},
    {"gradient_eigenvalues",
     {{"gradient/norm", 1, {1, 2}},
      {"loss/server", 1, {1, 4}},
      {"gram/lambda_min", 1, {2, 2}},
      {"gram/lambda_max", 1, {2, 2}}},
     "gradient/norm",
     1.5,
     "network/d",
     3},
    {"gradient_two_layer",
     {{"gradient_gap/local", 2, {1, 2, 1, 2}},
      {"local_loss/local", 2, {0.5, 2, 0.5, 2}},
      {"gradient_gap/average", 2, {1, 2, 1, 2}},
      {"local_loss/average", 2, {0.5, 2, 0.5, 2}}},
     "gradient_gap/local",
     1.5,
     "network/d",
     2},
    {"path_length",
     {{"distance/frobenius", 1, {0, 1}}, {"gradient_gap/local", 2, {2, 2, 9, 9}}},
     "distance/frobenius",
     1.5,
     "train/batch",
     8},
    {"deviation_bound",
     {{"deviation/frobenius", 2, {0, 0, 1, 1}},
      {"gradient_gap/local", 2, {2, 2, 9, 9}}},
     "deviation/frobenius",
     1.5,
     "train/batch",
     8},
    {"semi_smooth",
     {{"remainder/remainder", 1, {2, 4}},
      {"remainder/second_order", 1, {2, 2}},
      {"remainder/move", 1, {2, 2}},
      {"remainder/flips_max", 1, {4, 4}},
      {"loss/server", 1, {1, 4}}},
     "remainder/second_order",
     1.5,
     "network/d",
     2},
    {"fl_ntk_identity",
     {{"asymmetric_gram/identity_residual", 1, {1e-12, 2e-12}},
      {"loss/server", 1, {0.125, 0.5}}},
     "asymmetric_gram/identity_residual",
     1.5,
     "network/L",
     2},
    {"eigenvalue_bounds",
     {{"initial_gram/limit_lambda_min", 1, {0.25, 0.25}},
      {"initial_gram/limit_lambda_max", 1, {1, 1}},
      {"initial_gram/bound_upper", 1, {0.25, 0.25}},
      {"initial_gram/bound_lower", 1, {0.25, 0.25}},
      {"initial_gram/bound_simple", 1, {0.25, 0.25}}},
     "initial_gram/limit_lambda_min",
     1.5,
     NULL,
     0},
};
enum { LAWS = sizeof laws / sizeof *laws };

static void put(struct lemma_evidence *e, const struct given *g, size_t rows)
{
    static const double steps[] = {0, 1};

    check_ok(lemma_evidence_set_series(e, g->path, rows, g->width, steps, g->cells),
             NULL);
}

static struct lemma_evidence *make(const struct law *law)
{
    static const struct {
        const char *name;
        double value;
    } numbers[] = {
        {"data/samples", 4}, {"data/spectral_norm", 2}, {"network/m", 8},
        {"network/d", 1},    {"network/L", 1},          {"train/eta", 0.5},
        {"train/tau", 2},    {"train/batch", 0},        {"train/server_step", 1}};
    static const double counts[] = {2, 2};
    struct lemma_evidence *e = NULL;

    check_ok(lemma_evidence_create_empty(&e), NULL);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        check_ok(lemma_evidence_set_number(e, numbers[i].name, numbers[i].value), NULL);
    check_ok(lemma_evidence_set_word(e, "network/preset", "two-layer-relu"), NULL);
    check_ok(lemma_evidence_set_word(e, "gram/kernel", "mean"), NULL);
    check_ok(lemma_evidence_set_clients(e, counts, 2), NULL);
    for (const struct given *g = law->tables; g->path; g++)
        put(e, g, 2);
    return e;
}

static struct lemma_finding judge(const struct law *law, struct lemma_evidence *e)
{
    const struct lemma_claim_type *claim = lemma_claim_find(law->claim);
    struct lemma_finding f;

    assert_non_null(claim);
    check_ok(lemma_claim_judge(claim, e, &f), NULL);
    return f;
}

/* Judges, and does away with the evidence. */
static void expect(const struct law *law, struct lemma_evidence *e,
                   enum lemma_verdict verdict, const char *what)
{
    struct lemma_finding f = judge(law, e);

    if (f.verdict != verdict)
        print_error("%s, %s: %s (%s), slack %g\n", law->claim, what,
                    lemma_verdict_name(f.verdict), f.reason, f.slack);
    assert_int_equal(f.verdict, verdict);
    lemma_evidence_destroy(e);
}

static void equality_holds(void **state)
{
    (void) state;
    for (size_t i = 0; i < LAWS; i++) {
        struct lemma_evidence *e = make(&laws[i]);
        struct lemma_finding f = judge(&laws[i], e);

        if (!(f.slack > 1 - 1e-12))
            print_error("%s: slack %g, %s %s\n", laws[i].claim, f.slack,
                        lemma_verdict_name(f.verdict), f.reason);
        check_close(f.slack, 1, 1e-12);
        assert_true(f.rows > 0 && !f.vacuous);
        expect(&laws[i], e, LEMMA_HOLDS, "equality");
    }
}

/* The evidence with the table's last number times `by`. */
static struct lemma_evidence *tamper(const struct law *law, double by)
{
    struct lemma_evidence *e = make(law);

    for (const struct given *g = law->tables; g->path; g++)
        if (strcmp(g->path, law->tampered) == 0) {
            struct given other = *g;

            other.cells[2 * g->width - 1] *= by;
            put(e, &other, 2);
        }
    return e;
}

static void one_tampered_entry_violates(void **state)
{
    (void) state;
    for (size_t i = 0; i < LAWS; i++)
        expect(&laws[i], tamper(&laws[i], laws[i].by), LEMMA_VIOLATED, "tampered");
}

static void nan_is_undecided(void **state)
{
    (void) state;
    for (size_t i = 0; i < LAWS; i++)
        expect(&laws[i], tamper(&laws[i], NAN), LEMMA_UNDECIDED, "NaN");
}

/* Each table in turn without rows. */
static void no_rows_are_undecided(void **state)
{
    (void) state;
    for (size_t i = 0; i < LAWS; i++)
        for (const struct given *g = laws[i].tables; g->path; g++) {
            struct lemma_evidence *e = make(&laws[i]);

            put(e, g, 0);
            expect(&laws[i], e, LEMMA_UNDECIDED, g->path);
        }
}

static void an_unmet_assumption_is_not_applicable(void **state)
{
    (void) state;
    for (size_t i = 0; i < LAWS; i++) {
        struct lemma_evidence *e;

        if (!laws[i].assumption)
            continue;
        e = make(&laws[i]);
        check_ok(lemma_evidence_set_number(e, laws[i].assumption, laws[i].otherwise),
                 NULL);
        expect(&laws[i], e, LEMMA_NOT_APPLICABLE, "assumption");
    }
}

static void every_claim_has_its_case(void **state)
{
    (void) state;
    for (const struct lemma_claim_type *const *t = lemma_claim_types; *t; t++) {
        size_t found = 0;

        for (size_t i = 0; i < LAWS; i++)
            found += strcmp(laws[i].claim, (*t)->name) == 0;
        assert_int_equal(found, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_claim_has_its_case),
        cmocka_unit_test(equality_holds),
        cmocka_unit_test(one_tampered_entry_violates),
        cmocka_unit_test(nan_is_undecided),
        cmocka_unit_test(no_rows_are_undecided),
        cmocka_unit_test(an_unmet_assumption_is_not_applicable),
    };
    return cmocka_run_group_tests_name("laws", tests, NULL, NULL);
}
