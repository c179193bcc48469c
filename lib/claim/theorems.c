#include "claim/theorems.h"

#include <math.h>
#include <string.h>

extern const struct lemma_theorem lemma_theorem_local_gd, lemma_theorem_local_sgd,
    lemma_theorem_two_layer_local_gd, lemma_theorem_fl_ntk, lemma_theorem_allen_zhu,
    lemma_theorem_zou_gu, lemma_theorem_zou_gu_sgd, lemma_theorem_du,
    lemma_theorem_song_yang, lemma_theorem_oymak, lemma_theorem_arora;

const struct lemma_theorem *const lemma_theorems[] = {&lemma_theorem_local_gd,
                                                      &lemma_theorem_local_sgd,
                                                      &lemma_theorem_two_layer_local_gd,
                                                      &lemma_theorem_fl_ntk,
                                                      &lemma_theorem_allen_zhu,
                                                      &lemma_theorem_zou_gu,
                                                      &lemma_theorem_zou_gu_sgd,
                                                      &lemma_theorem_du,
                                                      &lemma_theorem_song_yang,
                                                      &lemma_theorem_oymak,
                                                      &lemma_theorem_arora,
                                                      NULL};

static const char two_layer[] = "two-layer-relu";

const char lemma_theorems_note[] =
    "constants hidden in O(.) and Omega(.) are taken as 1, and logarithms as at least "
    "1: orders of magnitude, not verdicts";

const struct lemma_theorem *lemma_theorem_find(const char *name)
{
    for (const struct lemma_theorem *const *t = lemma_theorems; *t; t++)
        if (strcmp((*t)->name, name) == 0)
            return *t;
    return NULL;
}

const char *lemma_meets_name(enum lemma_meets meets)
{
    static const char *const names[] = {"met", "missed", "unknown"};

    return names[meets];
}

/* What is true, false, or unknown where a number is. */
static enum lemma_meets is(double x, double value)
{
    return isnan(x) || isnan(value) ? LEMMA_UNKNOWN
           : x == value             ? LEMMA_MET
                                    : LEMMA_MISSED;
}

static enum lemma_meets above(double x, double value)
{
    return isnan(x) || isnan(value) ? LEMMA_UNKNOWN
           : x > value              ? LEMMA_MET
                                    : LEMMA_MISSED;
}

static enum lemma_meets word_is(const char *word, const char *value)
{
    return !word[0]                   ? LEMMA_UNKNOWN
           : strcmp(word, value) == 0 ? LEMMA_MET
                                      : LEMMA_MISSED;
}

static enum lemma_meets not(enum lemma_meets a) {
    return a == LEMMA_UNKNOWN ? a
           : a == LEMMA_MET   ? LEMMA_MISSED
                              : LEMMA_MET;
}

static enum lemma_meets both(enum lemma_meets a, enum lemma_meets b)
{
    if (a == LEMMA_MISSED || b == LEMMA_MISSED)
        return LEMMA_MISSED;
    return a == LEMMA_MET && b == LEMMA_MET ? LEMMA_MET : LEMMA_UNKNOWN;
}

static enum lemma_meets either(enum lemma_meets a, enum lemma_meets b)
{
    return not(both(not(a), not(b)));
}

/* Every step takes all samples of every client. A draw of n_c samples with replacement
 * does not, B > n_c does. */
static enum lemma_meets full_batches(const struct lemma_facts *f)
{
    enum lemma_meets exact =
        both(is(f->batch, f->n_most), not(word_is(f->sampling, "replacement")));

    return either(is(f->batch, 0), either(above(f->batch, f->n_most), exact));
}

static enum lemma_meets network(const struct lemma_theorem *t,
                                const struct lemma_facts *f)
{
    enum lemma_meets same = word_is(f->network, t->network);

    return strcmp(t->network, two_layer) == 0 ? both(same, is(f->d, 1)) : same;
}

/* Widths, steps and kernels of the two parameterisations (theory 1.5) are not on one
 * scale: those of the other say nothing about a run. */
static bool comparable(const struct lemma_theorem *t, const struct lemma_facts *f)
{
    return strcmp(t->network, two_layer) == 0
               ? network(t, f) == LEMMA_MET
               : word_is(f->network, two_layer) == LEMMA_MISSED;
}

/* Unit inputs, which every data set has when it is loaded: the trace of X^T X is N, so
 * that ||X||^2 lies between its mean eigenvalue and N. */
static enum lemma_meets unit_inputs(const struct lemma_facts *f)
{
    double square = f->spectral_norm * f->spectral_norm, rounding = 1e-9 * f->N;

    return both(above(square, f->N / f->d_x - rounding),
                above(f->N + rounding, square));
}

static size_t condition(struct lemma_requirement *r, size_t i, const char *words,
                        const char *wants, enum lemma_meets meets)
{
    r[i] =
        (struct lemma_requirement){words, wants, meets, LEMMA_CONDITION, NAN, NAN, NAN};
    return i + 1;
}

/* have and need in natural logarithms; 1e-12 pays for their rounding. */
static size_t size(struct lemma_requirement *r, size_t i, const char *words,
                   const char *wants, enum lemma_sense sense, double have, double need)
{
    double miss = sense == LEMMA_AT_LEAST ? need - have : have - need;
    enum lemma_meets meets = LEMMA_MISSED;

    if (isnan(have) || isnan(need))
        meets = LEMMA_UNKNOWN;
    else if (have == need || miss <= 1e-12)
        meets = LEMMA_MET;
    r[i] = (struct lemma_requirement){words,
                                      wants,
                                      meets,
                                      sense,
                                      have / M_LN10,
                                      need / M_LN10,
                                      have == need ? 0 : miss / M_LN10};
    return i + 1;
}

static size_t algorithm(const struct lemma_theorem *t, const struct lemma_facts *f,
                        struct lemma_requirement *r, size_t i)
{
    bool mini = t->algorithm == LEMMA_SGD || t->algorithm == LEMMA_LOCAL_SGD;
    bool one = t->algorithm == LEMMA_GD || t->algorithm == LEMMA_SGD;
    enum lemma_meets full = full_batches(f), single = is(f->tau, 1);

    /* Rounds of one step on all samples are steps of one machine; clients' batches
     * together are no draw from all samples. */
    if (one)
        i = condition(r, i, "one machine",
                      mini ? "K = 1, or tau = 1 and all samples" : "K = 1 or tau = 1",
                      either(is(f->K, 1), mini ? both(single, full) : single));
    else
        i = condition(r, i, "equal clients", "n samples at every client",
                      is(f->n_most - f->n_least, 0));
    if (mini)
        i = condition(r, i, "fresh batches", "drawn anew in every step, not by epochs",
                      either(full, not(word_is(f->sampling, "epoch"))));
    else
        i = condition(r, i, "full batches", "all samples in every step", full);
    if (t->algorithm != LEMMA_FEDAVG)
        i = condition(r, i, "server step", "server_step = 1, or tau = 1",
                      either(is(f->server_step, 1), single));
    return i;
}

/* Where inputs coincide a kernel is singular, whatever rounding made of its least
 * eigenvalue. */
static enum lemma_meets positive(double least, enum lemma_meets apart)
{
    enum lemma_meets is_positive = above(least, 0);

    return apart == LEMMA_UNKNOWN ? is_positive : both(is_positive, apart);
}

static size_t separation(const struct lemma_theorem *t, const struct lemma_facts *f,
                         struct lemma_requirement *r, size_t i)
{
    enum lemma_meets apart = above(f->phi, 0);

    if (t->separation == LEMMA_APART)
        return condition(r, i, "separation", "phi > 0", apart);
    if (t->separation == LEMMA_GRAM_POSITIVE)
        return condition(r, i, "positive kernel", "lambda_min(H(0)) > 0",
                         positive(f->gram_least, apart));
    return condition(r, i, "positive kernel", "lambda_0 = lambda_min(H^inf) > 0",
                     positive(f->limit_least, apart));
}

static size_t width(const struct lemma_theorem *t, const struct lemma_facts *f,
                    struct lemma_requirement *r, size_t i)
{
    return size(r, i, "width", t->width, LEMMA_AT_LEAST, log(f->m),
                comparable(t, f) ? t->ln_width(f) : NAN);
}

static size_t step_size(const struct lemma_theorem *t, const struct lemma_facts *f,
                        struct lemma_requirement *r, size_t i)
{
    double eta = t->algorithm == LEMMA_FEDAVG ? f->eta : lemma_facts_eta(f);

    return size(r, i, "step size", t->step, LEMMA_AT_MOST, log(eta),
                comparable(t, f) ? t->ln_step(f) : NAN);
}

size_t lemma_theorem_evaluate(const struct lemma_theorem *t,
                              const struct lemma_facts *f,
                              struct lemma_requirement r[LEMMA_REQUIREMENTS])
{
    size_t i = condition(r, 0, "network", t->network, network(t, f));

    i = condition(r, i, "squared loss", "squared", word_is(f->loss, "squared"));
    i = algorithm(t, f, r, i);
    i = condition(r, i, "unit inputs", "||x_i|| = 1", unit_inputs(f));
    i = separation(t, f, r, i);
    i = width(t, f, r, i);
    i = step_size(t, f, r, i);
    if (t->algorithm == LEMMA_FEDAVG)
        i = size(r, i, "server step", "server_step <= 1", LEMMA_AT_MOST,
                 log(f->server_step), 0);
    if (t->small_start)
        i = size(r, i, "initial scale",
                 "kappa <= epsilon delta / sqrt(N); here kappa = 1", LEMMA_AT_MOST,
                 network(t, f) == LEMMA_MET ? 0 : NAN,
                 log(f->epsilon) + log(f->delta) - log(f->N) / 2);
    return i;
}

double lemma_theorem_rate(const struct lemma_theorem *t, const struct lemma_facts *f)
{
    double rate = t->rate && comparable(t, f) ? t->rate(f) : NAN;

    return rate >= 0 && rate < INFINITY ? rate : NAN;
}

/* Conditions missed. */
static size_t missed(const struct lemma_theorem *t, const struct lemma_facts *f)
{
    struct lemma_requirement r[LEMMA_REQUIREMENTS];
    size_t count = lemma_theorem_evaluate(t, f, r), sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += r[i].sense == LEMMA_CONDITION && r[i].meets == LEMMA_MISSED;
    return sum;
}

const struct lemma_theorem *lemma_theorem_nearest(const struct lemma_facts *f,
                                                  struct lemma_requirement *nearest)
{
    const struct lemma_theorem *best = NULL;
    size_t fewest = SIZE_MAX;

    for (const struct lemma_theorem *const *t = lemma_theorems; *t; t++) {
        struct lemma_requirement r;
        size_t misses = missed(*t, f);

        width(*t, f, &r, 0);
        if (network(*t, f) != LEMMA_MET || !isfinite(r.miss) || misses > fewest ||
            (misses == fewest && r.miss >= nearest->miss))
            continue;
        best = *t;
        fewest = misses;
        *nearest = r;
    }
    return best;
}
