/* B, the eigen-decomposition of H, and the eigenvalues of H B. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "claim/lazy.h"
#include "core/alloc.h"
#include "core/eigen.h"
#include "core/product.h"

/* By doubling, S_2k = S_k (1 + (1 - y)^k) = S_k (2 - y S_k): an error of S_k does not
 * grow for y in [0, 1]. */
double lemma_lazy_powers(double y, size_t tau)
{
    double sum = 1;
    size_t bit = 1;

    while (bit <= tau / 2)
        bit *= 2;
    while (bit > 1) {
        bit /= 2;
        sum *= 2 - y * sum;
        if (tau & bit)
            sum = 1 + (1 - y) * sum;
    }
    return sum;
}

double lemma_lazy_decay(double x, double steps)
{
    return x < 1 ? expm1(steps * log1p(-x)) : pow(1 - x, steps) - 1;
}

/* B_c at an eigenvalue of H_cc. Forever: the inverse, of its size where H_cc is not
 * semidefinite, 0 off the range. */
static double response(const struct lemma_lazy *z, const struct lemma_lazy_client *c,
                       double value, size_t tau)
{
    double rate = z->eta / c->n, most = c->values[c->rows - 1];

    if (tau != LEMMA_LAZY_FOREVER)
        return rate * lemma_lazy_powers(rate * value, tau);
    return fabs(value) > (double) c->rows * DBL_EPSILON * fabs(most) ? 1 / fabs(value)
                                                                     : 0;
}

lemma_status lemma_lazy_response(const struct lemma_lazy *z, size_t tau, bool root,
                                 lemma_mat out)
{
    double *room = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(room, z->order * z->order);
    for (size_t i = 0; i < out.rows; i++)
        memset(lemma_row(out, i).a, 0, out.cols * sizeof *out.a);
    for (size_t c = 0; c < z->K; c++) {
        const struct lemma_lazy_client *k = &z->client[c];
        lemma_mat scaled = lemma_mat_of(room, k->rows, k->rows);

        for (size_t i = 0; i < k->rows; i++) {
            double b = k->weight * response(z, k, k->values[i], tau);

            b = root ? sqrt(b) : b;
            for (size_t j = 0; j < k->rows; j++)
                lemma_row(scaled, i).a[j] = b * lemma_row(k->q, i).a[j];
        }
        lemma_product(
            LEMMA_T, LEMMA_N, 1, lemma_const(k->q), lemma_const(scaled), 0,
            lemma_cols(lemma_rows(out, k->first, k->rows), k->first, k->rows));
    }
out:
    lemma_free(room);
    return st;
}

static lemma_status moved(const struct lemma_lazy *z, size_t tau, double *mu)
{
    struct lemma_eigen *e = NULL;
    lemma_mat root = {0}, hb = {0}, s = {0};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_mat_create(z->order, z->order, &root));
    LEMMA_TRY(lemma_mat_create(z->order, z->order, &hb));
    LEMMA_TRY(lemma_mat_create(z->order, z->order, &s));
    LEMMA_TRY(lemma_eigen_create(z->order, &e));
    LEMMA_TRY(lemma_lazy_response(z, tau, true, root));
    for (size_t c = 0; c < z->K; c++) {
        size_t first = z->client[c].first, rows = z->client[c].rows;
        lemma_cmat block =
            lemma_const(lemma_cols(lemma_rows(root, first, rows), first, rows));

        lemma_product(LEMMA_N, LEMMA_N, 1, lemma_const(lemma_cols(z->h, first, rows)),
                      block, 0, lemma_cols(hb, first, rows));
    }
    for (size_t c = 0; c < z->K; c++) {
        size_t first = z->client[c].first, rows = z->client[c].rows;
        lemma_cmat block =
            lemma_const(lemma_cols(lemma_rows(root, first, rows), first, rows));

        lemma_product(LEMMA_N, LEMMA_N, 1, block,
                      lemma_const(lemma_rows(hb, first, rows)), 0,
                      lemma_rows(s, first, rows));
    }
    LEMMA_TRY(lemma_eigen_solve(e, s, mu, (lemma_mat){0}));
out:
    lemma_eigen_destroy(e);
    lemma_free(root.a);
    lemma_free(hb.a);
    lemma_free(s.a);
    return st;
}

lemma_status lemma_lazy_eigenvalues(struct lemma_lazy *z, size_t tau, double *mu)
{
    double *made = NULL;
    lemma_status st = LEMMA_OK;

    if (tau != z->tau)
        return moved(z, tau, mu);
    if (!z->moved) {
        LEMMA_NEW(made, z->order);
        LEMMA_TRY(moved(z, tau, made));
        z->moved = made;
        made = NULL;
    }
    memcpy(mu, z->moved, z->order * sizeof *mu);
out:
    lemma_free(made);
    return st;
}

double lemma_lazy_rounding(const struct lemma_lazy *z)
{
    return 8 * (double) z->order * DBL_EPSILON * (1 + z->reach);
}

double lemma_lazy_slowest(const struct lemma_lazy *z, const double *mu)
{
    if (mu[0] < -lemma_lazy_rounding(z) || z->rank == 0)
        return mu[0];
    return mu[z->order - z->rank];
}

/* Of B, whose eigenvalues fall with those of H_cc on L2's steps. */
static double largest_response(const struct lemma_lazy *z)
{
    double most = 0;

    for (size_t c = 0; c < z->K; c++)
        for (size_t i = 0; i < z->client[c].rows; i++)
            most = fmax(most, z->client[c].weight *
                                  fabs(response(z, &z->client[c],
                                                z->client[c].values[i], z->tau)));
    return most;
}

lemma_status lemma_lazy_whole(struct lemma_lazy *z)
{
    struct lemma_eigen *e = NULL;
    lemma_mat room = {0}, q = {0};
    double *values = NULL, threshold, square = 0;
    lemma_status st = LEMMA_OK;

    if (z->values)
        return LEMMA_OK;
    LEMMA_TRY(lemma_mat_create(z->order, z->order, &room));
    LEMMA_TRY(lemma_mat_create(z->order, z->order, &q));
    LEMMA_NEW(values, z->order);
    LEMMA_TRY(lemma_eigen_create(z->order, &e));
    memcpy(room.a, z->h.a, z->order * z->order * sizeof *room.a);
    LEMMA_TRY(lemma_eigen_solve(e, room, values, q));
    z->most = values[z->order - 1];
    threshold = (double) z->order * DBL_EPSILON * fmax(fabs(values[0]), fabs(z->most));
    z->least = NAN;
    for (size_t i = 0; i < z->order; i++) {
        if (fabs(values[i]) > threshold) {
            z->rank++;
            z->least = isnan(z->least) ? values[i] : z->least;
            continue;
        }
        for (size_t a = 0; a < z->columns; a++) {
            double part = 0;

            for (size_t j = 0; j < z->order; j++)
                part += lemma_row(q, i).a[j] * lemma_row(z->r, j).a[a];
            square += part * part;
        }
    }
    z->outside = sqrt(square);
    z->reach = fmax(fabs(values[0]), fabs(z->most)) * largest_response(z);
    z->values = values;
    z->q = q;
    values = NULL;
    q.a = NULL;
out:
    lemma_eigen_destroy(e);
    lemma_free(values);
    lemma_free(q.a);
    lemma_free(room.a);
    return st;
}
