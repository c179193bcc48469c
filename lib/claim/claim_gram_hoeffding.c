/*
 * Claim: the kernel at W(0) is as close to its limit as a mean of m bounded terms is.
 *
 *     |H_ij(0) - H_ij^inf|  <=  |x_i.x_j| t,   t = sqrt(log(N (N + 1) / delta) / (2 m))
 *     ||H(0) - H^inf||_2    <=  N t
 *
 * Kind: high probability, one draw a record, or a seed of a study (lemma gram): all its
 * entries at once.  Assumptions: the two-layer network, one output, unit inputs.
 * Source: theory 3(g), rows 1 and 2; Hoeffding (1963).  Constants: explicit.  Bounds
 * with t >= 1 say nothing.
 */
#include <math.h>

#include "claim/assumptions.h"
#include "claim/draws.h"
#include "claim/kernel_at.h"
#include "core/alloc.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_two_layer,
                                                             NULL};
/* What an entry is right to, of a product of unit vectors and a mean of m terms. */
static const double ROUNDING = 1e-13;

static double deviation(double N, double m, double delta)
{
    double t = sqrt(log(N * (N + 1) / delta) / (2 * m));

    return t >= 1 ? INFINITY : t;
}

static void check_norm(struct lemma_finding *f, double norm, double N, double t,
                       size_t step)
{
    f->part = "spectral norm";
    lemma_check_at_most(f, norm, N * t, ROUNDING * N, step, LEMMA_NOWHERE);
}

static lemma_status judge_study(struct lemma_evidence *e, const struct lemma_series *s,
                                struct lemma_finding *f)
{
    double N = lemma_evidence_number(e, "data/samples");
    struct lemma_draw *draws;
    size_t count;
    lemma_status st = lemma_draws_of(e, f, &draws, &count);

    for (size_t i = 0; i < count; i++) {
        check_norm(f, lemma_draw_number(&draws[i], s), N,
                   deviation(N, draws[i].m, draws[i].delta), draws[i].row);
        if (draws[i].last)
            lemma_check_draw(f);
    }
    lemma_free(draws);
    return st;
}

static lemma_status entries(struct lemma_evidence *e, double t, struct lemma_finding *f)
{
    const struct lemma_series *kernel, *limit;
    lemma_mat products = {0};
    lemma_status st = LEMMA_OK;

    kernel = lemma_need(e, f, "start/kernel", "N", &st);
    limit = kernel ? lemma_need(e, f, "start/limit", "N", &st) : NULL;
    if (limit)
        st = lemma_input_products(e, f, &products);
    f->part = "an entry";
    if (!products.a)
        return st;
    if (kernel->rows != products.rows || limit->rows != products.rows)
        lemma_undecided(f, "start/kernel or start/limit is not N x N");
    else
        for (size_t i = 0; i < products.rows; i++)
            for (size_t j = 0; j <= i; j++)
                lemma_check_at_most(f,
                                    fabs(kernel->cells[i * products.rows + j] -
                                         limit->cells[i * products.rows + j]),
                                    fabs(lemma_row(products, i).a[j]) * t, ROUNDING, 0,
                                    i);
    lemma_free(products.a);
    return st;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    const struct lemma_series *study = NULL, *norm = NULL, *kernel = NULL;
    const double *start;
    double N = lemma_evidence_number(e, "data/samples"), t;
    lemma_status st = LEMMA_OK;

    (void) s;
    LEMMA_TRY(lemma_evidence_series(e, "initial_gram/distance_spectral", &study));
    if (study)
        return judge_study(e, study, f);
    LEMMA_TRY(lemma_evidence_series(e, "gram/limit_distance_spectral", &norm));
    LEMMA_TRY(lemma_evidence_series(e, "start/kernel", &kernel));
    t = deviation(N, lemma_evidence_number(e, "network/m"), lemma_evidence_delta(e));
    start = norm && norm->width == 1 ? lemma_series_at(norm, 0) : NULL;
    if (start)
        check_norm(f, *start, N, t, 0);
    if (kernel || !start)
        LEMMA_TRY(entries(e, t, f));
    if (f->rows > 0)
        lemma_check_draw(f);
out:
    return st;
}

const struct lemma_claim_type lemma_claim_gram_hoeffding = {
    .name = "gram_hoeffding",
    .title = "the kernel at W(0) is close to its limit, two layers",
    .statement =
        "|H_ij(0) - H_ij^inf| <= |x_i.x_j| sqrt(log(N (N + 1) / delta) / (2 m)) "
        "and ||H(0) - H^inf||_2 <= N sqrt(log(N (N + 1) / delta) / (2 m))",
    .kind = LEMMA_LIKELY,
    .assumptions = assumptions,
    .rows = "W(0) as start/kernel with start/limit, gram/limit_distance_spectral of "
            "step 0, or initial_gram/distance_spectral of a study",
    .place = "sample",
    .source = "theory 3(g), rows 1 and 2; Du et al. (2019), Lemma 3.1",
    .status = "derived",
    .proof = "H_ij(0) = x_i.x_j times the mean of m independent indicators; Hoeffding, "
             "and a union over N (N + 1) / 2 entries and two sides; ||E||_2 <= N max "
             "|E_ij|",
    .judge = judge,
};
