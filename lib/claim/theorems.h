/*
 * The main theorems about over-parameterised networks, and which of their assumptions a
 * run meets: by what factor it misses the width and the step that they ask for.
 * Constants hidden in O(.) and Omega(.) are taken as 1 (lemma_theorems_note), so sizes
 * are orders of magnitude, never a verdict.
 */
#ifndef LEMMA_CLAIM_THEOREMS_H
#define LEMMA_CLAIM_THEOREMS_H

#include <stdbool.h>

#include "claim/evidence.h"

/* What theorems ask of a run. The loss is the mean over samples, F = N L the sum. */
struct lemma_facts {
    const char *network, *loss, *sampling; /* preset and words; "" where unknown */
    double m, L, d, d_x;                   /* NaN where unknown, here and below */
    double N, K;
    double n_least, n_most; /* samples of the smallest and the largest client */
    double tau, eta, server_step;
    double batch;                   /* B; 0: all of a client's samples */
    double phi, spectral_norm;      /* min ||x_i - x_j||; ||X||_2 */
    double r0;                      /* ||r(0)||_2 = sqrt(2 N L(W(0))) */
    double gram_least, gram_most;   /* eigenvalues of H(0) */
    double limit_least, limit_most; /* eigenvalues of H^inf: lambda_0 and the largest */
    double delta, epsilon;          /* probability of failure; accuracy */
};

/* What a record does not say of itself. */
struct lemma_given {
    double limit_least, limit_most; /* of H^inf on the run's inputs (theory 3(g)); NaN:
                                       unknown, or not two layers */
    double delta, epsilon;          /* in (0, 1); 0: 0.01 and 0.1 */
};

/* Words in f are borrowed from the evidence. Fails where memory or the file does. */
lemma_status lemma_facts_read(struct lemma_evidence *e, const struct lemma_given *given,
                              struct lemma_facts *f);

enum lemma_algorithm {
    LEMMA_GD,        /* one machine, all samples */
    LEMMA_SGD,       /* one machine, mini-batches */
    LEMMA_LOCAL_GD,  /* clients of n samples each, all of them in every step */
    LEMMA_LOCAL_SGD, /* the same, mini-batches */
    LEMMA_FEDAVG     /* Local GD with a server step */
};

/* How the inputs must differ. */
enum lemma_separation {
    LEMMA_APART,          /* phi > 0 */
    LEMMA_LIMIT_POSITIVE, /* lambda_min(H^inf) > 0 */
    LEMMA_GRAM_POSITIVE   /* lambda_min(H(0)) > 0 */
};

struct lemma_theorem {
    const char *name, *title;
    const char *width, *step, *conclusion; /* in symbols, for the mean loss */
    const char *also;                      /* what else it asks or leaves open; "" */
    const char *source, *status;
    const char *network; /* preset; two-layer-relu with one output */
    enum lemma_algorithm algorithm;
    enum lemma_separation separation;
    bool small_start; /* asks for w(0) ~ N(0, kappa^2), kappa <= epsilon delta/sqrt N */
    /* ln of the least width and of the largest eta; NaN where a fact is missing. */
    double (*ln_width)(const struct lemma_facts *f);
    double (*ln_step)(const struct lemma_facts *f);
    /* -ln of the factor of the loss in a round, at the run's step size; NULL where it
     * is not of this form. */
    double (*rate)(const struct lemma_facts *f);
};

/* NULL-terminated: what the instrument is about first, then its parents. */
extern const struct lemma_theorem *const lemma_theorems[];
const struct lemma_theorem *lemma_theorem_find(const char *name);

/* How to read the numbers: one sentence for every table of them. */
extern const char lemma_theorems_note[];

enum lemma_meets { LEMMA_MET, LEMMA_MISSED, LEMMA_UNKNOWN };
const char *lemma_meets_name(enum lemma_meets meets);

enum lemma_sense { LEMMA_CONDITION, LEMMA_AT_LEAST, LEMMA_AT_MOST };

struct lemma_requirement {
    const char *words; /* "width", "step size", "full batches", ... */
    const char *wants; /* what the theorem asks for, in symbols or words */
    enum lemma_meets meets;
    enum lemma_sense sense;
    /* log10 of what the run has, of what is needed, and of the factor between them,
     * above 0 where missed; NaN for a condition and where unknown. */
    double have, need, miss;
};

enum { LEMMA_REQUIREMENTS = 10 };

/* Conditions first, then sizes, unknown where the run's network is of the other
 * parameterisation (theory 1.5); returns how many. */
size_t lemma_theorem_evaluate(const struct lemma_theorem *t,
                              const struct lemma_facts *f,
                              struct lemma_requirement r[LEMMA_REQUIREMENTS]);

/* -ln of the factor of the loss in a round that the theorem promises, were it to apply,
 * at the run's step size; NaN where it is not explicit or the step is too large. */
double lemma_theorem_rate(const struct lemma_theorem *t, const struct lemma_facts *f);

/* The step of one machine or average: eta, times server_step where a round is one step.
 */
double lemma_facts_eta(const struct lemma_facts *f);

/*
 * The headline: of the theorems about the run's network whose needed width is known,
 * those that miss the fewest conditions, and of them the one nearest in width; *width
 * is that requirement. NULL where there is none.
 */
const struct lemma_theorem *lemma_theorem_nearest(const struct lemma_facts *f,
                                                  struct lemma_requirement *width);

#endif
