/* The library on a tiny problem, and what it saw, in the shape of the oracle. */
#ifndef LEMMA_TESTS_WHOLE_RIG_H
#define LEMMA_TESTS_WHOLE_RIG_H

#include "config/experiment.h"
#include "data/dataset.h"
#include "naive.h"
#include "train/trainer.h"

enum { RIG_CLIENTS = 4 };

/* Bits of rig_spec.probes, in this order; some of them. */
extern const char *const rig_probes[];
enum {
    RIG_PROBES = 15,
    RIG_ALL = (1 << RIG_PROBES) - 1,
    RIG_ACTIVATION = 1 << 2,
    RIG_KERNEL = 1 << 7 | 7 << 9,   /* asymmetric_gram; gram, residual, lazy */
    RIG_SAMPLES = 1 << 12 | 1 << 14 /* preactivation, ensemble: as long as the data */
};

/* The option of a probe that adds tables: key and value; NULL where none does. */
const char *const *rig_option(const char *probe);

struct rig_spec {
    const char *preset;
    size_t d_x, d, m, L, K, counts[RIG_CLIENTS], tau, R;
    size_t batch;
    const char *sampling, *local_models;
    double step, server_step; /* step: of the rule `width` */
    uint64_t seed;
    bool labels;  /* one-hot or +-1 targets, and a test set */
    bool doubled; /* client 0 holds each of its counts[0] samples twice */
    unsigned probes;
    const char *activation_every; /* "2 steps"; NULL: every step */
};

/* A run that has ended. */
struct rig {
    struct rig_spec spec;
    struct lemma_experiment x;
    struct lemma_dataset set;
    struct lemma_span spans[RIG_CLIENTS];
    struct lemma_partition partition;
    double weight[RIG_CLIENTS]; /* n_c / N */
    double eta;
    size_t P;                   /* doubles of a model */
    double *w0, *final, *a, *v; /* as in struct naive_problem */
    size_t a_rows;
    int32_t *batch;    /* (R tau, K, B) or NULL */
    double mean_error; /* largest |W̄ - sum_c (n_c/N) W_c| at any event */
    bool factored;     /* of layer 1 */
    struct naive_tables tables;
};

/* Trains with the library and keeps everything that was seen. Fails the test where the
 * library does. */
void rig_run(const struct rig_spec *spec, struct rig *rig);
void rig_free(struct rig *rig);

/* The same problem for the oracle; borrows from the rig. */
struct naive_problem rig_problem(const struct rig *rig);

/* Theory 3(j), and 3(g) for the two-layer net. */
double rig_limit_scale(const char *preset, size_t m, size_t d);

/* Residuals in the kernel's eigenvectors, of `got` and `want`: where eigenvalues (of
 * `want`) nearly meet, only the norm over their space is defined, and takes their
 * place.
 */
void rig_fold_projections(struct naive_tables *got, struct naive_tables *want);

/* Every table of `got` is in `want` with the same rows, integers equal, numbers within
 * tolerance of the table's largest, missing (NaN) in both or in neither; with tolerance
 * 0 bit for bit. label says which run.
 */
void rig_compare(const char *label, const struct naive_tables *got,
                 const struct naive_tables *want, double tolerance);

/* Largest |a - b| within tolerance of the largest |b|. */
void rig_compare_models(const char *label, size_t P, const double *got,
                        const double *want, double tolerance);

#endif
