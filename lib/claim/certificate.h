/* What W(0) and the data say in the certified theorems of theory 2.5: the two-layer
 * network with one output. */
#ifndef LEMMA_CLAIM_CERTIFICATE_H
#define LEMMA_CLAIM_CERTIFICATE_H

#include "claim/matrices.h"

struct lemma_certificate {
    double N, m;
    double lam, most;             /* the least and the largest eigenvalue of H(0) */
    double r0;                    /* ||r(0)|| */
    const struct lemma_series *z; /* (N, m) w_r(0) . x_i, borrowed */
};

/* Leaves the finding undecided where the record does not say, or not in finite numbers.
 * Notes lambda_min(H(0)) and ||r(0)||. */
lemma_status lemma_certificate_read(struct lemma_evidence *e, struct lemma_finding *f,
                                    struct lemma_certificate *c);

/* p(R) = max_i #{r : |w_r(0) . x_i| <= R} / m. O(N m). */
double lemma_certificate_share(const struct lemma_certificate *c, double radius);

/* The same of many radii: near (N, m), which lemma_certificate_sort fills with the
 * |w_r(0) . x_i|, ascending for every i. O(N log m). */
void lemma_certificate_sort(const struct lemma_certificate *c, double *near);
double lemma_certificate_sorted_share(const struct lemma_certificate *c,
                                      const double *near, double radius);

/* *most = max_c ||X_c||^2 / n_c, X_c the inputs of client c; undecided where the record
 * does not say whose they are. */
lemma_status lemma_client_curvature(struct lemma_evidence *e, struct lemma_finding *f,
                                    double *most);

/* Every number of the table is at most radius; its column is the client, or nothing. */
void lemma_check_within(struct lemma_finding *f, const struct lemma_series *s,
                        double radius, bool by_client);

/* ||r|| of a loss, ||r||^2 = 2 N L. */
double lemma_residual_norm(const struct lemma_certificate *c, double loss);

/* What ||r|| is right to: an output is a sum of m numbers of size 1 / sqrt m. */
double lemma_residual_rounding(const struct lemma_certificate *c);

/* ||r||  <=  factor^(step / unit) ||r(0)|| at every row of loss/server after the first,
 * which is W(0)'s. */
void lemma_check_decay(struct lemma_finding *f, const struct lemma_certificate *c,
                       const struct lemma_series *loss, double factor, double unit);

#endif
