/*
 * Claim: the last row of the tangent kernel is that of the recorded last weights.
 *
 *     tr H(R),  ||H(R) - H(0)||_F  and  ||H(R) - H^inf||_F
 *
 * are those of J J^T at the last and at the first weights, and of the closed form; the
 * change is 0 at the start.
 *
 * Kind: sure.  Assumptions: the full Gram matrix is recorded.
 * Source: theory 3(g), 3(j), definitions.  Constants: a norm of differences is right to
 * 1e-12 of the matrices' own.
 */
#include <math.h>

#include "claim/assumptions.h"
#include "claim/definition.h"

enum { TRACE, FROBENIUS, SPECTRAL, FAR };
static const struct lemma_claim_table tables[] = {
    {"gram/trace", ""},           {"gram/change_frobenius", ""},
    {"gram/change_spectral", ""}, {"gram/limit_distance_frobenius", "?"},
    {"start/kernel", "N,d"},      {"end/kernel", "N,d"},
    {"start/limit", "?N"},        {0}};
enum { START = FAR + 1, END, LIMIT };
static const struct lemma_assumption *const assumptions[] = {&lemma_assume_full_gram,
                                                             NULL};

/* ||a - b (x) I||_F of a (n, n) and b (n / d, n / d). */
static double distance(const struct lemma_series *a, const struct lemma_series *b)
{
    size_t d = a->width / b->width;
    double sum = 0;

    for (size_t i = 0; i < a->rows; i++)
        for (size_t j = 0; j < a->width; j++) {
            double other = i % d == j % d ? b->cells[i / d * b->width + j / d] : 0;

            sum += pow(a->cells[i * a->width + j] - other, 2);
        }
    return sqrt(sum);
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double last =
        lemma_evidence_number(e, "train/R") * lemma_evidence_number(e, "train/tau");
    size_t order = s[END]->width, step;
    const double *row[3], *far = lemma_row_of(s[FAR], last);
    double trace = 0, size;

    if (s[END]->rows != order || s[START]->rows != order)
        return lemma_undecided(f, "the kernel is not square");
    if (lemma_rows_at(s, 3, 0, row)) {
        f->part = "no change at the start";
        lemma_check_at_most(f, row[FROBENIUS][0], 0, 0, 0, LEMMA_NOWHERE);
        lemma_check_at_most(f, row[SPECTRAL][0], 0, 0, 0, LEMMA_NOWHERE);
    }
    if (!lemma_rows_at(s, 3, last, row))
        return lemma_undecided(f, "the last weights have no row");
    step = (size_t) last;
    for (size_t i = 0; i < order; i++)
        trace += s[END]->cells[i * order + i];
    size = 1e-12 * lemma_norm_of(s[END]->cells, order * order);
    f->part = "trace";
    lemma_check_same(f, row[TRACE][0], trace, 0, step, LEMMA_NOWHERE);
    f->part = "||H(R) - H(0)||_F";
    lemma_check_same(f, row[FROBENIUS][0], distance(s[END], s[START]), size, step,
                     LEMMA_NOWHERE);
    f->part = "||H(R) - H^inf||_F";
    if (far && s[LIMIT] && s[LIMIT]->rows == s[LIMIT]->width &&
        order % s[LIMIT]->width == 0)
        lemma_check_same(f, far[0], distance(s[END], s[LIMIT]), size, step,
                         LEMMA_NOWHERE);
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_gram_end = {
    .name = "gram_end",
    .title = "the last row of the tangent kernel is that of the last weights",
    .statement = "tr H(R), ||H(R) - H(0)||_F, ||H(R) - H^inf||_F made of the recorded "
                 "first and last weights and the data; H(0) - H(0) = 0",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .tables = tables,
    .place = "eigenvalue",
    .source = "theory 3(g), 3(j)",
    .status = "derived",
    .proof = "definitions",
    .judge = judge,
};
