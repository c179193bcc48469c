/*
 * The lazy limit of Local GD for claims: theory 2.4 of a record's own H(0), r(0), eta,
 * tau and clients. A second implementation beside kernel/frozen.h, which made what the
 * record says; it takes any symmetric H, also one that no network has.
 *
 *     B = blockdiag(w_c B_c),  B_c = (eta/n_c) sum_{s<tau} (I - (eta/n_c) H_cc)^s,
 *     M = I - H B,  r(t) = M^t r(0),  w_c = server_step n_c / N
 */
#ifndef LEMMA_CLAIM_LAZY_H
#define LEMMA_CLAIM_LAZY_H

#include "claim/claim.h"
#include "core/view.h"

struct lemma_lazy_client {
    size_t first, rows; /* of the kernel */
    double n, weight;
    double *values; /* (rows) of H_cc, ascending */
    lemma_mat q;    /* (rows, rows) rows are its eigenvectors */
};

struct lemma_lazy {
    size_t per;            /* rows of the kernel per sample: d, 1 for the mean kernel */
    size_t order, columns; /* order = N per, columns = d / per */
    size_t K, tau;
    double N, eta, server_step;
    const double *source[3]; /* made of: start/kernel, start/residual, counts */
    lemma_mat h;             /* (order, order) H(0) */
    lemma_mat r;             /* (order, columns) r(0) */
    double first;            /* ||r(0)|| */
    struct lemma_lazy_client *client; /* (K) */
    double *blocks;
    double limit; /* 2 min_c n_c / lambda_max(H_cc) */

    /* lemma_lazy_whole */
    double *values;       /* (order) of H, ascending */
    lemma_mat q;          /* rows are its eigenvectors */
    size_t rank;          /* eigenvalues above order eps ||H|| in size */
    double least;         /* of the range: below 0 where H is not semidefinite */
    double most, outside; /* the largest; the norm of r(0) outside the range */
    double reach; /* bounds ||H||_2 ||B||_2, and scales what rounding does to H B */

    double *moved; /* (order) of H B at tau, once asked for */

    /* lemma_lazy_rounds: t = 0 .. rounds */
    bool followed;
    size_t rounds;
    double *track;     /* the four below */
    lemma_mat last;    /* (order, columns) r(rounds) */
    double *norm;      /* ||r(t)||_2 */
    double *distance2; /* r(t)^T H^-1 r(t), on the range */
    double *left2;     /* (u - H^-1 r(0))^T H (u - H^-1 r(0)), u = sum_{s<t} B r(s) */
    double *rounding;  /* what ||r(t)||_2 may be off */
};

/* Clients' local problems that are solved to the end in every round (L4). */
#define LEMMA_LAZY_FOREVER SIZE_MAX

/*
 * *z = the record's, shared by the claims on one evidence, which owns it; NULL, and the
 * finding undecided, where something is missing, of another size or not finite. chosen:
 * the word that is "mean" where the kernel's mean over the outputs is meant
 * ("lazy/kernel"); NULL: never. Client blocks and their eigenvectors: 9 (n_c d)^3
 * flops.
 */
lemma_status lemma_lazy_need(struct lemma_evidence *e, struct lemma_finding *f,
                             const char *chosen, struct lemma_lazy **z);
void lemma_lazy_destroy(struct lemma_lazy *z);

/* Assumptions that the kernel decides; false, and the finding settled, where one is not
 * met. L1: eta < 2 n_c / lambda_max(H_cc) for all clients; L2: at most half of that;
 * r(0) in the range of H (after lemma_lazy_whole). */
bool lemma_lazy_is_stable(const struct lemma_lazy *z, struct lemma_finding *f);
bool lemma_lazy_is_monotone(const struct lemma_lazy *z, struct lemma_finding *f);
bool lemma_lazy_is_reached(const struct lemma_lazy *z, struct lemma_finding *f);

/* The eigen-decomposition of H, made once: 9 order^3 flops. */
lemma_status lemma_lazy_whole(struct lemma_lazy *z);

/* mu (order) = eigenvalues of B^1/2 H B^1/2, those of H B, ascending, at tau local
 * steps (LEMMA_LAZY_FOREVER); eta below L1's limit, where B is positive. Right to
 * lemma_lazy_rounding. 4 order^3 flops; those at the run's tau are kept. */
lemma_status lemma_lazy_eigenvalues(struct lemma_lazy *z, size_t tau, double *mu);
/* Of 1 - rho: the least of mu on the range of H, or the least of all below 0. */
double lemma_lazy_slowest(const struct lemma_lazy *z, const double *mu);
/* What eigenvalues of H B may be off. */
double lemma_lazy_rounding(const struct lemma_lazy *z);

/* sum_{s<tau} (1 - y)^s: P_c at y = eta x / n_c; right to 2 log2(tau) eps of itself
 * for y in [0, 1]. And (1 - x)^steps - 1, also for small x. */
double lemma_lazy_powers(double y, size_t tau);
double lemma_lazy_decay(double x, double steps);

/* out = B, (order, order): blocks; or its root. */
lemma_status lemma_lazy_response(const struct lemma_lazy *z, size_t tau, bool root,
                                 lemma_mat out);

/* r(t) for the run's R rounds, as many as some 1e9 products allow; made once. */
lemma_status lemma_lazy_rounds(struct lemma_evidence *e, struct lemma_lazy *z);
/* The round of a row made at this step; SIZE_MAX where there is none, or it was not
 * followed. */
size_t lemma_lazy_round_at(const struct lemma_lazy *z, double step);

#endif
