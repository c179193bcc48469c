/* Linear models of random features with their clients: what a frozen kernel describes.
 */
#ifndef LEMMA_TESTS_KERNEL_LAZY_H
#define LEMMA_TESTS_KERNEL_LAZY_H

#include "kernel/frozen.h"
#include "kernel/tiny.h"

enum { LAZY_MOST = 48 }; /* rows */

/* A linear model f = J w of random features, its kernel, clients of given sizes. */
struct lazy {
    size_t order, parameters, K;
    lemma_mat j, h; /* (order, parameters), (order, order) */
    struct lemma_span spans[8];
    struct lemma_frozen *f;
};

/* J (order, parameters) of normals / sqrt(parameters); sizes (K) samples. */
void lazy_make(struct lazy *z, size_t parameters, size_t per, size_t K,
               const size_t *sizes, uint64_t id);
void lazy_unmake(struct lazy *z);

/* z->f of z->h, after h was set by hand (any former f is the caller's to destroy). */
void lazy_freeze(struct lazy *z, size_t per);

/* After setting eta and tau. */
struct lemma_frozen_spectrum lazy_spectrum(struct lazy *z, double eta, size_t tau,
                                           double *values);

/* r^T H^-1 r. */
double lazy_distance2(const struct lazy *z, double *r);

/* max |M - (I - (eta/N) H)^tau - c L7|, L7 the second-order formula; *size grows to the
 * largest entry of L7. */
double lazy_remainder(struct lazy *z, double eta, size_t tau, double c, double *size);

#endif
