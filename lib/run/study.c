#include "run/study.h"

#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/spectral.h"
#include "kernel/limit.h"
#include "run/declare.h"

enum { LARGEST_SPECTRUM = 512 };

/* All matrices of N samples, and the sweep's room beside them. */
static lemma_status check_memory(const struct lemma_experiment *x, double n,
                                 double order, struct lemma_error *err)
{
    double parts = (double) x->network.depth + 1;

    return lemma_run_check_study(
        x, sizeof(double) * (parts * n * n + 3.4 * order * order), err);
}

static lemma_status create_room(struct lemma_study *s)
{
    size_t L = s->x->network.depth;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(s->part, L + 1);
    LEMMA_NEW(s->limit, L + 1);
    for (size_t l = 0; l <= L; l++)
        LEMMA_TRY(lemma_mat_create(s->N, s->N, &s->limit[l]));
    LEMMA_TRY(lemma_mat_create(s->order, s->order, &s->k));
    LEMMA_TRY(lemma_mat_create(s->order, s->order, &s->sum));
    LEMMA_NEW(s->scratch, lemma_spectral_scratch(s->order, s->order) + s->order);
out:
    return st;
}

lemma_status lemma_study_create(const struct lemma_experiment *x, const char *kernel,
                                struct lemma_study **study, struct lemma_error *err)
{
    struct lemma_study *s = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_run_check_limit(err));
    LEMMA_NEW(s, 1);
    LEMMA_NEW(s->x, 1);
    *s->x = *x;
    LEMMA_TRY(lemma_run_check_sizes(s->x, err));
    /* Before the data are made, which takes long where they are many. */
    LEMMA_TRY(
        check_memory(s->x, (double) x->data.samples, (double) x->data.samples, err));
    LEMMA_TRY(lemma_dataset_create(s->x, &s->set, err));
    LEMMA_TRY(lemma_partition_create(s->x, s->set, &s->partition, err));
    LEMMA_TRY(lemma_run_make_network(s->x, s->set, &s->net, err));
    s->N = s->set->n;
    s->kind = lemma_gram_kind_of(kernel, s->set->n, s->set->d);
    s->order = s->N * lemma_gram_rows(s->kind, s->set->d);
    LEMMA_TRY(check_memory(s->x, (double) s->N, (double) s->order, err));
    LEMMA_TRY(create_room(s));
    *study = s;
    s = NULL;
out:
    if (st == LEMMA_EMEMORY)
        lemma_fail(err, st, "not enough memory for this experiment's kernels");
    lemma_study_destroy(s);
    return st;
}

void lemma_study_destroy(struct lemma_study *s)
{
    if (!s)
        return;
    for (size_t l = 0; s->limit && l <= s->x->network.depth; l++)
        lemma_free(s->limit[l].a);
    lemma_free(s->limit);
    lemma_free(s->part);
    lemma_free(s->k.a);
    lemma_free(s->sum.a);
    lemma_free(s->scratch);
    lemma_spectrum_destroy(s->spectrum);
    lemma_network_destroy(s->net);
    lemma_partition_destroy(s->partition);
    lemma_dataset_destroy(s->set);
    lemma_free(s->x);
    lemma_free(s);
}

/* The spectrum of k (n, n); what does not converge is NaN. */
static lemma_status measure(struct lemma_study *s, lemma_mat k,
                            struct lemma_spectrum_result *result)
{
    bool all = k.rows <= LARGEST_SPECTRUM;
    lemma_status st = LEMMA_OK;

    lemma_spectrum_destroy(s->spectrum);
    s->spectrum = NULL;
    LEMMA_TRY(lemma_spectrum_create(
        k.rows, all ? LEMMA_SPECTRUM_FULL : LEMMA_SPECTRUM_EXTREMES, &s->spectrum));
    st = lemma_spectrum_measure(s->spectrum, k, all ? s->scratch : NULL, (lemma_mat){0},
                                result);
    if (st == LEMMA_ENUMERIC || (st == LEMMA_OK && !result->converged)) {
        result->lambda_min = result->lambda_max = result->condition = NAN;
        st = LEMMA_OK;
    }
out:
    return st;
}

/* The least (k_ii + k_jj) / 2 - k_ij: no eigenvalue of a symmetric matrix is above any
 * Rayleigh quotient, here that of (e_i - e_j) / sqrt 2. N = 1: the entry itself. */
static double closest_pair(lemma_cmat k)
{
    double least = k.rows == 1 ? k.a[0] : INFINITY;

    for (size_t i = 0; i < k.rows; i++)
        for (size_t j = 0; j < i; j++) {
            double mean = (lemma_crow(k, i).a[i] + lemma_crow(k, j).a[j]) / 2;

            least = fmin(least, mean - lemma_crow(k, i).a[j]);
        }
    return least;
}

/* H^inf of the two-layer kernel is the limit but for this factor; NaN: it is not. */
static double two_layer_scale(const struct lemma_network *net)
{
    if (strcmp(net->preset->name, "two-layer-relu") == 0)
        return 1;
    if (strcmp(net->preset->name, "deep-relu") == 0 && net->L == 1)
        return (double) net->m / (double) net->d;
    return NAN;
}

static void bound(struct lemma_study *s)
{
    double scale = two_layer_scale(s->net);

    s->bounds =
        lemma_bounds_two_layer(s->N, s->set->geometry.phi, s->set->geometry.antipodal);
    s->bounds.lower *= scale;
    s->bounds.simple *= scale;
    s->bounds.upper = closest_pair(lemma_const(s->limit[s->net->L]));
}

lemma_status lemma_study_widen(struct lemma_study *s, size_t width,
                               struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    s->x->network.width = width;
    LEMMA_TRY(lemma_run_check_sizes(s->x, err));
    lemma_network_destroy(s->net);
    s->net = NULL;
    LEMMA_TRY(lemma_run_make_network(s->x, s->set, &s->net, err));
    for (size_t l = 0; l <= s->net->L; l++) {
        struct lemma_limit which = {l < s->net->L ? l + 1 : LEMMA_LIMIT_SUM, false};
        struct lemma_study_part *part = &s->part[l];

        LEMMA_TRY(lemma_limit_gram(s->net, lemma_const(s->set->inputs), &which,
                                   s->limit[l], err));
        LEMMA_TRY(measure(s, s->limit[l], &part->limit));
        part->limit.trace *= (double) (s->order / s->N); /* k (x) I has it d times */
        part->limit_frobenius =
            sqrt((double) (s->order / s->N)) *
            lemma_frobenius_norm(lemma_const(s->limit[l]), (lemma_cmat){0}, s->scratch);
    }
    bound(s);
out:
    return st;
}

/* The spectrum of k, then k - limit and its norms. */
static lemma_status compare(struct lemma_study *s, size_t l, lemma_mat k)
{
    struct lemma_study_part *part = &s->part[l];
    struct lemma_spectral norm;
    lemma_cmat none = {0};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(measure(s, k, &part->initial));
    lemma_limit_subtract(lemma_const(s->limit[l]), k);
    part->frobenius = lemma_frobenius_norm(lemma_const(k), none, s->scratch);
    part->relative = part->frobenius / part->limit_frobenius;
    norm = lemma_spectral_norm(lemma_const(k), none, s->scratch);
    part->spectral = norm.converged ? norm.norm : NAN;
out:
    return st;
}

static void add(lemma_mat to, lemma_cmat k)
{
    for (size_t i = 0; i < k.rows; i++)
        for (size_t j = 0; j < k.cols; j++)
            lemma_row(to, i).a[j] += lemma_crow(k, i).a[j];
}

lemma_status lemma_study_draw(struct lemma_study *s, uint64_t seed,
                              struct lemma_error *err)
{
    struct lemma_weights *weights = NULL;
    struct lemma_fixed *fixed = NULL;
    struct lemma_gram_sweep *sweep = NULL;
    struct lemma_model model;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_weights_create(s->net, &weights));
    lemma_weights_draw(s->net, seed, weights);
    LEMMA_TRY(lemma_fixed_create(s->net, seed, lemma_const(s->set->inputs), &fixed));
    LEMMA_TRY(lemma_gram_sweep_create(s->net, s->kind, s->N, 0, &sweep));
    model = (struct lemma_model){.net = s->net,
                                 .output_matrix = lemma_const(fixed->output),
                                 .shared = weights->w};
    memset(s->sum.a, 0, s->order * s->order * sizeof *s->sum.a);
    for (size_t l = 0; l < s->net->L; l++) {
        lemma_gram_sweep(sweep, &model, fixed->inputs, (struct lemma_layers){l, 1},
                         s->k);
        add(s->sum, lemma_const(s->k));
        LEMMA_TRY(compare(s, l, s->k));
    }
    LEMMA_TRY(compare(s, s->net->L, s->sum));
out:
    if (st == LEMMA_EMEMORY)
        lemma_fail(err, st, "not enough memory for width %zu", s->net->m);
    lemma_gram_sweep_destroy(sweep);
    lemma_fixed_destroy(fixed);
    lemma_weights_destroy(weights);
    return st;
}
