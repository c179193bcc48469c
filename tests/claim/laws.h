/* Cases of claims: evidence made by hand in which their inequalities are equalities. */
#ifndef LEMMA_TESTS_CLAIM_LAWS_H
#define LEMMA_TESTS_CLAIM_LAWS_H

#include "claim/claim.h"

/* A table: `rows` rows (0: two) of `width` numbers; steps 0, 1, ... unless given. */
struct given {
    const char *path;
    size_t width;
    const double *cells;
    size_t rows;
    const double *steps;
    bool optional; /* without it the claim holds on what is left */
};
#define CELLS(...) ((const double[]){__VA_ARGS__})

struct given_number {
    const char *name;
    double value;
};

struct law {
    const char *claim;
    struct given tables[12];
    const char *tampered;   /* a number of this table, its last one or `entry`, */
    double by;              /* times this, breaks the claim */
    size_t entry;           /* 1 is the first; 0: the last */
    const char *assumption; /* a number that decides whether it applies; NULL: none */
    double otherwise;       /* its value where it does not */
    const char *preset;     /* NULL: two-layer-relu */
    struct given_number numbers[8]; /* in place of those below */
    const double *counts;           /* samples of each client, (clients); NULL: 2, 2 */
    size_t clients;
    double delta;          /* 0: 1e-6 */
    const char *elsewhere; /* a preset to which it does not apply; NULL: none */
    const char *sampling;  /* train/sampling; NULL: not recorded */
};

/*
 * Unless a case says otherwise: N = 4 samples, two clients of 2; m = 8, d = 1, L = 1,
 * eta = 1/2, tau = 2, R = 1, batch = 0, server_step = 1, ||X|| = 2, gram/kernel = mean.
 */

/* All cases in turn: the one after `law`; NULL: the first, or none any more. */
const struct law *law_next(const struct law *law);

/* Its evidence; the caller destroys it. */
struct lemma_evidence *law_evidence(const struct law *law);

/* A table of the case with other cells; empty: without rows. */
void law_put(struct lemma_evidence *e, const struct given *g, const double *cells,
             bool empty);

/* Cases by subject, one file each, ended by {0}. */
extern const struct law laws_training[];
extern const struct law laws_patterns[];
extern const struct law laws_gram[];
extern const struct law laws_lazy[];
extern const struct law laws_definitions[];
extern const struct law laws_training[], laws_rates[], laws_spectra[];

#endif
