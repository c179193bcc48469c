/*
 * Claim: Local GD on a wide two-layer network converges at the rate of FL-NTK (Huang,
 * Li, Song, Yang 2021).
 *
 *     ||r(t)||^2  <=  (1 - server_step eta tau lambda_0 / (2 N))^t ||r(0)||^2
 *
 * lambda_0 = lambda_min(H^inf). Their clients descend sums of squares with eta_l, ours
 * means over n samples: eta_l = eta / n, and of K = N_c clients eta_g eta_l lambda
 * K_loc / (2 N_c) is the number above.
 *
 * Kind: sure.  Assumptions: the two-layer network, one output, unit inputs; Local GD;
 * clients of equal size. The theorem's width Omega(N^4 log(N/delta) / lambda_0^4) and
 * step O(lambda_0 / (kappa tau N^2)) have unknown constants. Taken to be met: the width
 * where lambda_min(H(0)) >= (3/4) lambda_0 (rate.h), the step where the bound's rate is
 * true of the frozen kernel H^inf: its factor per round rho, squared, is at most the
 * theorem's.
 * Source: theory 3(i), recalled.  Constants: the factor 1/2.
 */
#include <math.h>
#include <string.h>

#include "claim/assumptions.h"
#include "claim/rate.h"
#include "core/alloc.h"
#include "kernel/frozen.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_two_layer, &lemma_assume_local_gd, &lemma_assume_equal_clients, NULL};
static const struct lemma_claim_table tables[] = {
    {"loss/server", ""},    {"data/client", ""},      {"start/limit", NULL},
    {"start/kernel", NULL}, {"start/residual", NULL}, {0}};

/* H^inf in the order of the clients, and where each begins. False where the samples are
 * not all somebody's. */
static bool arrange(const struct lemma_rate *rate, const struct lemma_series *owner,
                    size_t K, size_t *order, lemma_mat kernel, struct lemma_span *spans)
{
    size_t N = kernel.rows, next = 0;

    for (size_t c = 0; c < K; c++) {
        spans[c].first = next;
        for (size_t i = 0; i < N; i++)
            if (owner->cells[i] == (double) c)
                order[next++] = i;
        spans[c].count = next - spans[c].first;
        if (spans[c].count == 0)
            return false;
    }
    for (size_t i = 0; next == N && i < N; i++)
        for (size_t j = 0; j < N; j++)
            lemma_row(kernel, i).a[j] = rate->limit->cells[order[i] * N + order[j]];
    return next == N;
}

/* The largest |1 - server_step (1 - mu)|, mu the eigenvalues of a round of plain
 * averaging; NaN where the solver gives up. */
static lemma_status round_factor(struct lemma_frozen *frozen, double server_step,
                                 double *values, double *factor)
{
    struct lemma_frozen_spectrum spectrum;
    lemma_status st = lemma_frozen_spectrum(frozen, values, &spectrum);

    *factor = 0;
    for (size_t i = 0; st == LEMMA_OK && i < spectrum.rank; i++) {
        double here = fabs(1 - server_step * (1 - values[i]));

        *factor = isnan(here) || here > *factor ? here : *factor;
    }
    if (st == LEMMA_ENUMERIC) {
        *factor = NAN;
        st = LEMMA_OK;
    }
    return st;
}

/* rho of the frozen kernel H^inf under this run's rounds. */
static lemma_status lazy_factor(struct lemma_evidence *e, struct lemma_finding *f,
                                const struct lemma_rate *rate,
                                const struct lemma_series *owner, double *rho)
{
    size_t N = rate->limit->rows;
    double K = lemma_evidence_number(e, "train/K");
    double tau = lemma_evidence_number(e, "train/tau"), *values = NULL;
    double eta = lemma_evidence_number(e, "train/eta");
    struct lemma_frozen_problem problem = {.per = 1, .columns = 1};
    struct lemma_frozen *frozen = NULL;
    struct lemma_span *spans = NULL;
    lemma_mat kernel = {0};
    size_t *order = NULL;
    lemma_status st = LEMMA_OK;

    if (owner->rows != N || !(K >= 1 && K <= (double) N) ||
        !(tau >= 1 && tau < 0x1p53) || !(eta > 0 && isfinite(eta)))
        return lemma_undecided(f, "data/client, K, tau and eta do not fit together");
    LEMMA_TRY(lemma_mat_create(N, N, &kernel));
    LEMMA_NEW(order, N);
    LEMMA_NEW(spans, (size_t) K);
    LEMMA_NEW(values, N);
    if (!arrange(rate, owner, (size_t) K, order, kernel, spans)) {
        lemma_undecided(f, "data/client does not give every sample to a client");
        goto out;
    }
    problem.kernel = lemma_const(kernel);
    problem.K = (size_t) K;
    problem.spans = spans;
    st = lemma_frozen_create(&problem, &frozen, NULL);
    if (st == LEMMA_EINPUT || st == LEMMA_ENUMERIC) {
        st = lemma_undecided(f, "H^inf has no eigenvalues that could be found");
        goto out;
    }
    LEMMA_TRY(st);
    lemma_frozen_set(frozen, eta, (size_t) tau);
    LEMMA_TRY(round_factor(frozen, lemma_evidence_number(e, "train/server_step"),
                           values, rho));
out:
    lemma_frozen_destroy(frozen);
    lemma_free(kernel.a);
    lemma_free(order);
    lemma_free(spans);
    lemma_free(values);
    return st;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double tau = lemma_evidence_number(e, "train/tau"), rho = NAN;
    struct lemma_rate rate;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_rate_read(e, f, &rate));
    if (f->verdict == LEMMA_HOLDS)
        LEMMA_TRY(lazy_factor(e, f, &rate, s[1], &rho));
    if (f->verdict != LEMMA_HOLDS)
        return LEMMA_OK;
    rate.unit = tau;
    rate.factor = 1 - lemma_evidence_number(e, "train/server_step") *
                          lemma_evidence_number(e, "train/eta") * tau *
                          rate.ends.least / (2 * rate.N);
    lemma_note(f, "frozen kernel's rho^2", rho * rho);
    if (isnan(rho) || isnan(rate.factor))
        return lemma_undecided(f, "eta, server_step or rho is missing or not finite");
    if (rho * rho > rate.factor)
        return lemma_not_applicable(
            f,
            "eta tau is too long even for the frozen kernel: its rho^2 is %.3g, the "
            "theorem's factor %.3g",
            rho * rho, rate.factor);
    lemma_rate_check(f, &rate, s[0]);
out:
    return st;
}

const struct lemma_claim_type lemma_claim_fl_ntk_rate = {
    .name = "fl_ntk_rate",
    .title = "Local GD converges at the rate of FL-NTK, two layers",
    .statement =
        "||r(t)||^2 <= (1 - server_step eta tau lambda_0 / (2 N))^t ||r(0)||^2, "
        "lambda_0 = lambda_min(H^inf)",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows =
        "width and step, of unknown constants, taken to be met where lambda_min(H(0)) "
        ">= (3/4) lambda_0 and rho^2 of the frozen kernel H^inf is at most the factor",
    .tables = tables,
    .place = "client",
    .source = "theory 3(i); Huang, Li, Song, Yang (ICML 2021), arXiv:2105.05001",
    .status = "recalled",
    .proof = "their eta_l = eta / n, N_c = K; the asymmetric Gram matrices stay near "
             "H^inf; the lazy limit is 4 times as fast at small steps",
    .judge = judge,
};
