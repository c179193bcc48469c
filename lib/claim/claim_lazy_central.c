/*
 * Claim: what Local GD has over tau central steps is of second order in eta, and known.
 *
 *     eta <= min_c n_c / lambda_max(H_cc), A = blockdiag(H_cc / n_c):
 *     || M - (I - (eta/N) H)^tau - C(tau,2) (eta^2/N) H [A - H/N] ||_2
 *         <=  C(tau,3) ( (eta/N) ||H|| eta^2 ||A||^2 + (eta ||H|| / N)^3 )
 *
 * and the two expansions that it rests on, at every eigenvalue y of eta A, x of eta
 * H/N:
 *
 *     |sum_{s<tau} (1-y)^s - tau + C(tau,2) y|        <=  C(tau,3) y^2
 *     |(1-x)^tau - 1 + tau x - C(tau,2) x^2|          <=  C(tau,3) x^3
 *
 * Kind: sure.  Assumptions: Local GD, server_step = 1, the step.  Any n_c: w_c eta /
 * n_c = eta / N.  Source: theory 2.4, L7.  Constants: explicit; sums are right to 8 eps
 * of their terms, matrices to 8 N d eps of them.
 */
#include <float.h>
#include <math.h>

#include "claim/assumptions.h"
#include "claim/lazy.h"
#include "core/alloc.h"
#include "core/product.h"
#include "core/spectral.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_local_gd, &lemma_assume_plain_average, NULL};

/* What sum_{s<tau} (1 - y)^s is right to: some 2 log2(tau) roundings. */
static const double SUMS = 64 * DBL_EPSILON;

struct steps {
    double tau, two, three; /* tau, C(tau,2), C(tau,3) */
};

/* Of two and fewer steps nothing remains. */
static void check(struct lemma_finding *f, struct steps n, double measured,
                  double bound, double rounding, size_t place)
{
    if (n.three > 0)
        lemma_check_at_most(f, measured, n.three * bound, rounding, 0, place);
    else
        lemma_check_equal(f, measured, 0, rounding, 0, place);
}

static void check_expansions(const struct lemma_lazy *z, struct steps n,
                             struct lemma_finding *f)
{
    f->part = "P_c";
    for (size_t c = 0; c < z->K; c++)
        for (size_t i = 0; i < z->client[c].rows; i++) {
            double y = z->eta / z->client[c].n * z->client[c].values[i];
            double rest = lemma_lazy_powers(y, z->tau) - n.tau + n.two * y;

            check(f, n, fabs(rest), y * y, SUMS * (n.tau + n.two * fabs(y)), c);
        }
    f->part = "the central steps";
    for (size_t i = 0; i < z->order; i++) {
        double x = z->eta / z->N * z->values[i];
        double rest = lemma_lazy_decay(x, n.tau) + n.tau * x - n.two * x * x;

        check(f, n, fabs(rest), fabs(x * x * x),
              SUMS * (n.tau * fabs(x) + n.two * x * x), LEMMA_NOWHERE);
    }
}

/* d = B - (eta tau / N) I + C(tau,2) (eta^2 / N) A, blocks. */
static lemma_status second_order(const struct lemma_lazy *z, struct steps n,
                                 lemma_mat d)
{
    lemma_status st = lemma_lazy_response(z, z->tau, false, d);

    for (size_t c = 0; st == LEMMA_OK && c < z->K; c++) {
        const struct lemma_lazy_client *k = &z->client[c];
        double scale = n.two * z->eta * z->eta / z->N / k->n;

        for (size_t i = k->first; i < k->first + k->rows; i++) {
            for (size_t j = k->first; j < k->first + k->rows; j++)
                lemma_row(d, i).a[j] += scale * lemma_row(z->h, i).a[j];
            lemma_row(d, i).a[i] -= z->eta * n.tau / z->N;
        }
    }
    return st;
}

/* The norm on the left: H itself cancels before anything is added up. */
static lemma_status remainder_norm(const struct lemma_lazy *z, struct steps n,
                                   double *norm)
{
    lemma_mat d = {0}, rest = {0}, none = {0};
    double *scratch = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_mat_create(z->order, z->order, &d));
    LEMMA_TRY(lemma_mat_create(z->order, z->order, &rest));
    LEMMA_NEW(scratch, lemma_spectral_scratch(z->order, z->order));
    LEMMA_TRY(second_order(z, n, d));
    lemma_product(LEMMA_N, LEMMA_N, -1, lemma_const(z->h), lemma_const(d), 0, rest);
    for (size_t i = 0; i < z->order; i++) {
        double x = z->eta / z->N * z->values[i];
        double g = n.two * x * x - n.tau * x - lemma_lazy_decay(x, n.tau);

        for (size_t j = 0; j < z->order; j++)
            lemma_row(d, i).a[j] = g * lemma_row(z->q, i).a[j];
    }
    lemma_product(LEMMA_T, LEMMA_N, 1, lemma_const(z->q), lemma_const(d), 1, rest);
    *norm = lemma_spectral_norm(lemma_const(rest), lemma_const(none), scratch).norm;
out:
    lemma_free(d.a);
    lemma_free(rest.a);
    lemma_free(scratch);
    return st;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct lemma_lazy *z;
    struct steps n;
    double x, y = 0, norm, terms;
    lemma_status st = LEMMA_OK;

    (void) s;
    LEMMA_TRY(lemma_lazy_need(e, f, "lazy/kernel", &z));
    if (!z || !lemma_lazy_is_monotone(z, f))
        goto out;
    LEMMA_TRY(lemma_lazy_whole(z));
    n.tau = (double) z->tau;
    n.two = n.tau * (n.tau - 1) / 2;
    n.three = n.two * (n.tau - 2) / 3;
    check_expansions(z, n, f);
    LEMMA_TRY(remainder_norm(z, n, &norm));
    x = z->eta / z->N * fmax(fabs(z->values[0]), fabs(z->most));
    for (size_t c = 0; c < z->K; c++)
        y = fmax(y,
                 z->eta / z->client[c].n * z->client[c].values[z->client[c].rows - 1]);
    terms = 1 + x * (n.tau + n.two * (x + y));
    f->part = "the remainder";
    check(f, n, norm, x * y * y + x * x * x,
          8 * (double) z->order * DBL_EPSILON * terms, LEMMA_NOWHERE);
    lemma_note(f, "eta tau max_c lambda_max(H_cc) / n_c", n.tau * y);
    lemma_note(f, "norm of the remainder", norm);
out:
    return st;
}

const struct lemma_claim_type lemma_claim_lazy_central = {
    .name = "lazy_central",
    .title = "what Local GD has over central steps, to second order",
    .statement =
        "eta <= min_c n_c / lambda_max(H_cc), A = blockdiag(H_cc / n_c): || M - (I - "
        "(eta/N) H)^tau - C(tau,2) (eta^2/N) H [A - H/N] ||_2 <= C(tau,3) ((eta/N) "
        "||H|| "
        "eta^2 ||A||^2 + (eta ||H||/N)^3); the remainder of P_c is at most C(tau,3) "
        "y^2, "
        "of the central steps C(tau,3) x^3",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "eta at most half of L1's limit",
    .place = "client",
    .source = "theory 2.4, L7",
    .status = "derived",
    .proof =
        "Bonferroni: the expansion of (1 - y)^tau alternates about its value for y in "
        "[0, 1]; eta lambda_max(H) / N <= eta max_c lambda_max(H_cc) / n_c <= 1; w_c "
        "eta / n_c = eta / N",
    .judge = judge,
};
