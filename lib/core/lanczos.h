/* The largest eigenvalue of a symmetric operator that is known by its products only. */
#ifndef LEMMA_CORE_LANCZOS_H
#define LEMMA_CORE_LANCZOS_H

#include <stdbool.h>

#include "core/status.h"
#include "core/view.h"

/* out = A v, both (n). */
typedef void (*lemma_apply)(void *context, lemma_cvec v, lemma_vec out);

struct lemma_operator {
    size_t n; /* A is (n, n), symmetric, its largest eigenvalue not negative */
    lemma_apply apply;
    void *context;
};

struct lemma_lanczos {
    double value;   /* NaN where a product is not finite */
    bool converged; /* else value is a lower bound */
    size_t products;
};

/* Doubles of scratch. */
size_t lemma_lanczos_scratch(size_t n);

/*
 * Converged: to about 1e-13 of the value, or to a share floor * value of it where that
 * is more. (floor = 0 usually. An inverse's largest value 1/x, sought to tell x to
 * within f, asks for floor = f.)
 */
struct lemma_lanczos lemma_lanczos_largest(const struct lemma_operator *op,
                                           double floor, double *scratch);

#endif
