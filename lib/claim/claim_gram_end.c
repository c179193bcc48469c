/*
 * Claim: the last row of the tangent kernel is that of the recorded last weights.
 *
 *     tr H(R),  ||H(R) - H(0)||  and  ||H(R) - H^inf||, both norms
 *
 * are those of J J^T at the last and at the first weights, and of the closed form; the
 * change is 0 at the start, and traces of layers add up to the whole's in every row.
 * Spectral norms up to order 1024.
 *
 * Kind: sure.  Assumptions: the full Gram matrix is recorded.
 * Source: theory 3(g), 3(j), definitions.  Constants: a norm of differences is right to
 * 1e-12 of the matrices' own, a spectral norm to 1e-11.
 */
#include <math.h>

#include "claim/assumptions.h"
#include "claim/definition.h"
#include "core/alloc.h"
#include "core/eigen.h"

enum { TRACE, FROBENIUS, SPECTRAL, FAR };
static const struct lemma_claim_table tables[] = {
    {"gram/trace", ""},
    {"gram/change_frobenius", ""},
    {"gram/change_spectral", ""},
    {"gram/limit_distance_frobenius", "?"},
    {"start/kernel", "N,d"},
    {"end/kernel", "N,d"},
    {"start/limit", "?N"},
    {"gram/trace_layer", "?L"},
    {0}};
enum { START = FAR + 1, END, LIMIT, LAYERS };

enum { ORDER = 1024 }; /* of matrices whose eigenvalues are worked out here */
static const struct lemma_assumption *const assumptions[] = {&lemma_assume_full_gram,
                                                             NULL};

/* Of a - b (x) I, a (n, n) and b (n / d, n / d). */
struct norms {
    double frobenius, spectral; /* spectral: NaN where it is not worked out */
};

static double difference(const struct lemma_series *a, const struct lemma_series *b,
                         size_t i, size_t j)
{
    size_t d = a->width / b->width;
    double other = i % d == j % d ? b->cells[i / d * b->width + j / d] : 0;

    return a->cells[i * a->width + j] - other;
}

static lemma_status spectral(const struct lemma_series *a, const struct lemma_series *b,
                             double *norm)
{
    struct lemma_eigen *eigen = NULL;
    lemma_mat k = {0}, none = {0};
    double *values = NULL;
    size_t n = a->width;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_eigen_create(n, &eigen));
    LEMMA_TRY(lemma_mat_create(n, n, &k));
    LEMMA_NEW(values, n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            lemma_row(k, i).a[j] = difference(a, b, i, j);
    if (lemma_eigen_solve(eigen, k, values, none) == LEMMA_OK)
        *norm = lemma_worse(fabs(values[0]), fabs(values[n - 1]));
out:
    lemma_free(values);
    lemma_free(k.a);
    lemma_eigen_destroy(eigen);
    return st;
}

static lemma_status norms_of(const struct lemma_series *a, const struct lemma_series *b,
                             struct norms *norms)
{
    double sum = 0;
    lemma_status st = LEMMA_OK;

    norms->spectral = NAN;
    for (size_t i = 0; i < a->rows; i++)
        for (size_t j = 0; j < a->width; j++)
            sum += pow(difference(a, b, i, j), 2);
    norms->frobenius = sqrt(sum);
    if (a->width <= ORDER)
        st = spectral(a, b, &norms->spectral);
    return st;
}

/* The recorded norms of a difference; NULL: not there. size: of the matrices. */
static void check_norms(struct lemma_finding *f, const double *frobenius,
                        const double *omega, const struct norms *n, double size,
                        size_t step)
{
    if (frobenius)
        lemma_check_same(f, *frobenius, n->frobenius, 1e-12 * size, step,
                         LEMMA_NOWHERE);
    if (omega && n->spectral >= 0)
        lemma_check_same(f, *omega, n->spectral, 1e-11 * size, step, LEMMA_NOWHERE);
}

static void check_layers(const struct lemma_series *const *s, struct lemma_finding *f)
{
    f->part = "traces of layers";
    for (size_t i = 0; s[LAYERS] && i < s[TRACE]->rows; i++) {
        const double *layer = lemma_row_of(s[LAYERS], s[TRACE]->step[i]);

        if (layer)
            lemma_check_same(f, s[TRACE]->cells[i],
                             lemma_sum_of(layer, s[LAYERS]->width), 0,
                             (size_t) s[TRACE]->step[i], LEMMA_NOWHERE);
    }
}

static void check_start(const struct lemma_series *const *s, struct lemma_finding *f)
{
    const double *row[3];

    f->part = "no change at the start";
    if (!lemma_rows_at(s, 3, 0, row))
        return;
    lemma_check_at_most(f, row[FROBENIUS][0], 0, 0, 0, LEMMA_NOWHERE);
    lemma_check_at_most(f, row[SPECTRAL][0], 0, 0, 0, LEMMA_NOWHERE);
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double last =
        lemma_evidence_number(e, "train/R") * lemma_evidence_number(e, "train/tau");
    size_t order = s[END]->width;
    const struct lemma_series *omega = NULL;
    const double *row[3], *far = lemma_row_of(s[FAR], last);
    double trace = 0, size;
    struct norms n;
    lemma_status st = LEMMA_OK;

    if (s[END]->rows != order || s[START]->rows != order)
        return lemma_undecided(f, "the kernel is not square");
    check_layers(s, f);
    check_start(s, f);
    if (!lemma_rows_at(s, 3, last, row))
        return lemma_undecided(f, "the last weights have no row");
    for (size_t i = 0; i < order; i++)
        trace += s[END]->cells[i * order + i];
    size = lemma_norm_of(s[END]->cells, order * order);
    f->part = "trace";
    lemma_check_same(f, row[TRACE][0], trace, 0, (size_t) last, LEMMA_NOWHERE);
    LEMMA_TRY(norms_of(s[END], s[START], &n));
    f->part = "||H(R) - H(0)||";
    check_norms(f, row[FROBENIUS], row[SPECTRAL], &n, size, (size_t) last);
    if (!s[LIMIT] || s[LIMIT]->rows != s[LIMIT]->width || order % s[LIMIT]->width != 0)
        return LEMMA_OK;
    LEMMA_TRY(lemma_evidence_series(e, "gram/limit_distance_spectral", &omega));
    LEMMA_TRY(norms_of(s[END], s[LIMIT], &n));
    f->part = "||H(R) - H^inf||";
    check_norms(f, far, lemma_row_of(omega, last), &n, size, (size_t) last);
out:
    return st;
}

const struct lemma_claim_type lemma_claim_gram_end = {
    .name = "gram_end",
    .title = "the last row of the tangent kernel is that of the last weights",
    .statement =
        "tr H(R), ||H(R) - H(0)||, ||H(R) - H^inf|| made of the recorded first "
        "and last weights and the data; H(0) - H(0) = 0; tr H = sum_l tr K^(l)",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .tables = tables,
    .place = "eigenvalue",
    .source = "theory 3(g), 3(j)",
    .status = "derived",
    .proof = "definitions",
    .judge = judge,
};
