#include "kernel/stable.h"

#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/eigen.h"
#include "core/spectral.h"
#include "kernel/gram.h"

double lemma_stable_step(double lambda_max, double single, double n, size_t B,
                         bool replacement)
{
    double size = (double) B, q = 1 / size, bound;

    if (B == 0)
        q = 0;
    else if (!replacement)
        q = size < n ? (n - size) / (size * (n - 1)) : 0;
    bound = q * single + (1 - q) * lambda_max / n;
    return bound > 0 ? 2 / bound : isnan(bound) ? NAN : INFINITY;
}

/* The largest eigenvalue of a symmetric matrix; k may be destroyed. */
static lemma_status largest(lemma_mat k, double *most)
{
    struct lemma_spectral norm = {0};
    struct lemma_eigen *e = NULL;
    double *room = NULL;
    lemma_mat none = {0};
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(room, lemma_spectral_scratch(k.rows, k.cols) + k.rows);
    norm = lemma_spectral_norm(lemma_const(k), lemma_const(none), room);
    *most = norm.norm;
    if (!norm.converged && !isnan(norm.norm)) {
        LEMMA_TRY(lemma_eigen_create(k.rows, &e));
        LEMMA_TRY(lemma_eigen_solve(e, k, room, none));
        *most = room[k.rows - 1];
    }
out:
    lemma_eigen_destroy(e);
    lemma_free(room);
    return st;
}

/* The largest eigenvalue of the (d, d) blocks on the diagonal of k. (NaN is left to
 * `largest`.) */
static lemma_status largest_single(lemma_mat k, size_t d, double *most)
{
    struct lemma_eigen *e = NULL;
    double *room = NULL, *values = NULL;
    lemma_status st = LEMMA_OK;

    *most = 0;
    LEMMA_TRY(lemma_eigen_create(d, &e));
    LEMMA_NEW(room, d * d);
    LEMMA_NEW(values, d);
    for (size_t i = 0; i < k.rows; i += d) {
        for (size_t a = 0; a < d; a++)
            memcpy(room + a * d, lemma_row(k, i + a).a + i, d * sizeof *room);
        LEMMA_TRY(
            lemma_eigen_solve(e, lemma_mat_of(room, d, d), values, (lemma_mat){0}));
        *most = fmax(*most, values[d - 1]);
    }
out:
    lemma_eigen_destroy(e);
    lemma_free(room);
    lemma_free(values);
    return st;
}

static lemma_status measure_client(const struct lemma_model *model, lemma_cmat inputs,
                                   size_t B, bool replacement, double *limit)
{
    const struct lemma_network *net = model->net;
    struct lemma_layers all = {0, net->L};
    struct lemma_gram_sweep *sweep = NULL;
    size_t n = inputs.rows, order;
    double most, single;
    lemma_mat k = {0};
    lemma_status st = LEMMA_OK;

    if (!lemma_size_mul(n, net->d, &order))
        return LEMMA_EMEMORY;
    LEMMA_TRY(lemma_mat_create(order, order, &k));
    LEMMA_TRY(lemma_gram_sweep_create(net, LEMMA_GRAM_FULL, n, 0, &sweep));
    lemma_gram_sweep(sweep, model, inputs, all, k);
    lemma_gram_sweep_destroy(sweep);
    sweep = NULL;
    LEMMA_TRY(largest_single(k, net->d, &single));
    LEMMA_TRY(largest(k, &most));
    *limit = lemma_stable_step(most, single, (double) n, B <= n ? B : 0, replacement);
out:
    lemma_gram_sweep_destroy(sweep);
    lemma_free(k.a);
    return st;
}

lemma_status lemma_stable_measure(const struct lemma_model *model, lemma_cmat inputs,
                                  size_t K, const struct lemma_span *spans, size_t B,
                                  bool replacement, double *limit,
                                  struct lemma_error *err)
{
    double least = INFINITY;
    lemma_status st = LEMMA_OK;

    for (size_t c = 0; c < K; c++) {
        double mine;

        LEMMA_TRY(measure_client(model,
                                 lemma_crows(inputs, spans[c].first, spans[c].count), B,
                                 replacement, &mine));
        if (isnan(mine))
            return lemma_fail(
                err, LEMMA_EINPUT,
                "the tangent kernel of the initial weights is not finite");
        least = mine < least ? mine : least;
    }
    *limit = least;
out:
    return st;
}

double lemma_stable_room(const struct lemma_network *net, size_t n)
{
    size_t order = n * net->d;
    double passes = lemma_gram_sweep_room(net, LEMMA_GRAM_FULL, n);

    return (double) order * (double) order +
           fmax(passes, (double) lemma_spectral_scratch(order, order));
}
