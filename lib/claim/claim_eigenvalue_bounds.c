/*
 * Claim: the least eigenvalue of the infinite-width kernel lies between bounds from the
 * distances of the inputs.
 *
 *     phi / (100 N^2)  <=  k2  <=  lambda_min(H^inf)  <=  k1
 *
 * Kind: sure.  Assumptions: k2 and k3 where the limit is the two-layer kernel's
 * (missing otherwise).  Source: theory 3(k).  Constants: explicit.
 */
#include <float.h>
#include <math.h>

#include "claim/claim.h"

static const struct lemma_claim_table tables[] = {
    {"initial_gram/limit_lambda_min", ""}, {"initial_gram/limit_lambda_max", ""},
    {"initial_gram/bound_upper", ""},      {"initial_gram/bound_lower", ""},
    {"initial_gram/bound_simple", ""},     {0}};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double N = lemma_evidence_number(e, "data/samples");

    for (size_t i = 0; i < s[0]->rows; i++) {
        double least = s[0]->cells[i], rounding, lower = s[3]->cells[i];

        /* what eigenvalues are right to */
        rounding = 8 * N * DBL_EPSILON * s[1]->cells[i];
        lemma_check_at_most(f, least, s[2]->cells[i], rounding, i, LEMMA_NOWHERE);
        if (isnan(lower))
            continue;
        lemma_check_at_most(f, lower, least, rounding, i, LEMMA_NOWHERE);
        lemma_check_at_most(f, s[4]->cells[i], lower, 0, i, LEMMA_NOWHERE);
    }
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_eigenvalue_bounds = {
    .name = "eigenvalue_bounds",
    .title = "bounds on the least eigenvalue of the infinite-width kernel",
    .statement = "phi / (100 N^2) <= k2 <= lambda_min(H^inf) <= k1",
    .kind = LEMMA_SURE,
    .tables = tables,
    .place = "client",
    .source = "theory 3(k); k3: Oymak, Soltanolkotabi (2020)",
    .status = "derived",
    .proof =
        "k1: the test vector (e_i - e_j) / sqrt 2 of the closest pair; k2: Hadamard "
        "expansion and Gershgorin's circles; k3 follows from k2",
    .judge = judge,
};
