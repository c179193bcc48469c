/*
 * Claim: the least eigenvalue of the infinite-width kernel lies between bounds from the
 * distances of the inputs.
 *
 *     phi / (100 N^2), k2  <=  lambda_min(H^inf)  <=  k1
 *
 * k1: the least Rayleigh quotient of a pair, (H_ii + H_jj) / 2 - H_ij; for the
 * two-layer kernel 1/2 - cos(theta) (pi - theta) / (2 pi), theta the least angle of two
 * inputs. k2 and k3 where the limit is the two-layer kernel's. Judged on H^inf and the
 * inputs themselves, and on what a study of the kernel recorded (initial_gram/...),
 * which must say the same.
 *
 * Kind: sure.  Assumptions: none.
 * Source: theory 3(k).  Constants: explicit; eigenvalues are right to N eps lambda_max.
 */
#include <math.h>
#include <string.h>

#include "claim/matrices.h"
#include "claim/pairs.h"
#include "kernel/bounds.h"

enum { LEAST, MOST, UPPER, LOWER, SIMPLE, TABLES };
static const char *const study[TABLES] = {
    "initial_gram/limit_lambda_min", "initial_gram/limit_lambda_max",
    "initial_gram/bound_upper", "initial_gram/bound_lower",
    "initial_gram/bound_simple"};

/* Worked out here, at this width's scale; lower, simple NaN: not the two-layer kernel.
 */
struct direct {
    bool known;
    struct lemma_extremes ends;
    double closest; /* the least Rayleigh quotient of a pair */
    double k1, lower, simple;
    double rounding;
};

/* H^inf is the two-layer kernel but for this factor; NaN: it is not. */
static double two_layer_scale(struct lemma_evidence *e)
{
    const char *preset = lemma_evidence_word(e, "network/preset");

    if (strcmp(preset, "two-layer-relu") == 0)
        return 1;
    if (strcmp(preset, "deep-relu") == 0 && lemma_evidence_number(e, "network/L") == 1)
        return lemma_evidence_number(e, "network/m") /
               lemma_evidence_number(e, "network/d");
    return NAN;
}

/* Recorded distances are those of the inputs. */
static void check_geometry(struct lemma_evidence *e, double distance, double antipodal,
                           struct lemma_finding *f)
{
    const char *const name[] = {"data/phi", "data/antipodal", "data/min_angle"};
    double here[] = {distance, antipodal, 2 * asin(fmin(distance, antipodal) / 2)};

    f->part = "distances";
    for (size_t k = 0; k < 3; k++) {
        double recorded = lemma_evidence_number(e, name[k]);

        /* entries of unit vectors are right to eps, N of them */
        if (isfinite(recorded) && isfinite(here[k]))
            lemma_check_equal(f, recorded, here[k], 1e-12, 0, LEMMA_NOWHERE);
    }
}

static void work_out(struct lemma_evidence *e, const struct lemma_series *x,
                     const struct lemma_series *limit, struct direct *a,
                     struct lemma_finding *f)
{
    double distance = lemma_least_distance(x, 1),
           antipodal = lemma_least_distance(x, -1);
    double theta = 2 * asin(fmin(distance / 2, 1)), scale = two_layer_scale(e);
    double N = (double) x->rows;

    if (isnan(distance)) {
        lemma_undecided(f, "the inputs are not finite");
        return;
    }
    a->known = true;
    a->rounding = lemma_eigenvalue_rounding(N, a->ends.most);
    a->closest = lemma_closest_pair(limit);
    a->k1 = x->rows == 1 ? scale / 2
                         : scale * (0.5 - cos(theta) * (M_PI - theta) / (2 * M_PI));
    a->lower = scale * lemma_bounds_two_layer(x->rows, distance, antipodal).lower;
    a->simple = x->rows == 1 ? NAN : scale * fmin(distance, antipodal) / (100 * N * N);
    check_geometry(e, distance, antipodal, f);
}

static void check_direct(const struct direct *a, struct lemma_finding *f)
{
    lemma_note(f, "lambda_0", a->ends.least);
    lemma_note(f, "k1", a->closest);
    f->part = "pair";
    lemma_check_at_most(f, a->ends.least, a->closest, a->rounding, 0, LEMMA_NOWHERE);
    if (isnan(a->lower))
        return;
    lemma_note(f, "k2", a->lower);
    lemma_note(f, "k3", a->simple);
    f->part = "k1";
    lemma_check_at_most(f, a->ends.least, a->k1, a->rounding, 0, LEMMA_NOWHERE);
    f->part = "k2";
    lemma_check_at_most(f, a->lower, a->ends.least, a->rounding, 0, LEMMA_NOWHERE);
    f->part = "k3";
    if (!isnan(a->simple))
        lemma_check_at_most(f, a->simple, a->ends.least, a->rounding, 0, LEMMA_NOWHERE);
}

/* The study's row says what was worked out here, times the row's scale. */
static void check_same(const struct direct *a, const double *const *row, double scale,
                       size_t draw, struct lemma_finding *f)
{
    const double here[TABLES] = {a->ends.least, a->ends.most, a->closest, a->lower,
                                 a->simple};

    f->part = "record";
    for (size_t k = 0; k < TABLES; k++)
        if (!isnan(here[k]))
            lemma_check_equal(f, row[k][0], scale * here[k], scale * a->rounding, draw,
                              LEMMA_NOWHERE);
}

/* The bounds as a study recorded them, of every width. */
static lemma_status check_study(struct lemma_evidence *e, struct lemma_finding *f,
                                const struct direct *a)
{
    double N = lemma_evidence_number(e, "data/samples");
    double m = lemma_evidence_number(e, "network/m");
    bool two_layer =
        strcmp(lemma_evidence_word(e, "network/preset"), "two-layer-relu") == 0;
    const struct lemma_series *s[TABLES], *width;
    lemma_status st = LEMMA_OK;

    for (size_t k = 0; k < TABLES; k++) {
        s[k] = lemma_need(e, f, study[k], "", &st);
        if (!s[k])
            return st;
    }
    LEMMA_TRY(lemma_evidence_series(e, "initial_gram/width", &width));
    for (size_t i = 0; i < s[0]->rows; i++) {
        const double *row[TABLES], *at;
        double rounding;
        size_t draw = (size_t) s[0]->step[i];

        if (!lemma_rows_at(s, TABLES, s[0]->step[i], row))
            continue;
        rounding = lemma_eigenvalue_rounding(N, row[MOST][0]);
        f->part = "k1";
        lemma_check_at_most(f, row[LEAST][0], row[UPPER][0], rounding, draw,
                            LEMMA_NOWHERE);
        at = width && width->width == 1 ? lemma_series_at(width, s[0]->step[i]) : NULL;
        if (a->known && at) /* H^inf is as m, of two-layer-relu constant */
            check_same(a, row, two_layer ? 1 : *at / m, draw, f);
        if (isnan(row[LOWER][0]))
            continue;
        f->part = "k2";
        lemma_check_at_most(f, row[LOWER][0], row[LEAST][0], rounding, draw,
                            LEMMA_NOWHERE);
        f->part = "k3";
        lemma_check_at_most(f, row[SIMPLE][0], row[LOWER][0], 0, draw, LEMMA_NOWHERE);
    }
out:
    return st;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double N = lemma_evidence_number(e, "data/samples");
    const struct lemma_series *recorded, *limit, *x;
    struct direct a = {.known = false};
    lemma_status st = LEMMA_OK;

    (void) s;
    LEMMA_TRY(lemma_evidence_series(e, study[LEAST], &recorded));
    LEMMA_TRY(lemma_evidence_series(e, "start/limit", &limit));
    LEMMA_TRY(lemma_evidence_series(e, "data/inputs", &x));
    if (!recorded || (limit && x)) {
        limit = lemma_need_matrix(e, f, "start/limit", N, N, &st);
        x = limit ? lemma_need_matrix(e, f, "data/inputs", N,
                                      lemma_evidence_number(e, "network/d_x"), &st)
                  : NULL;
        if (!x)
            return st;
        LEMMA_TRY(lemma_matrix_extremes(limit, &a.ends));
        work_out(e, x, limit, &a, f);
        if (a.known)
            check_direct(&a, f);
    }
    if (recorded)
        st = check_study(e, f, &a);
out:
    return st;
}

const struct lemma_claim_type lemma_claim_eigenvalue_bounds = {
    .name = "eigenvalue_bounds",
    .title = "bounds on the least eigenvalue of the infinite-width kernel",
    .statement = "phi / (100 N^2), k2 <= lambda_min(H^inf) <= k1 = min_ij (H_ii + "
                 "H_jj) / 2 - H_ij "
                 "(1/2 - cos(theta) (pi - theta) / (2 pi) of the two-layer kernel)",
    .kind = LEMMA_SURE,
    .rows = "k2 and k3 where the limit is the two-layer kernel's",
    .place = "client",
    .source = "theory 3(k); k3: Oymak, Soltanolkotabi (2020)",
    .status = "derived",
    .proof =
        "k1: the test vector (e_i - e_j) / sqrt 2 of the closest pair; k2: Hadamard "
        "expansion and Gershgorin's circles; k3 follows from k2",
    .judge = judge,
};
