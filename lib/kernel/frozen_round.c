/* What follows from B: rounds, M and its spectrum, distances, the central step. */
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/eigen.h"
#include "core/product.h"
#include "kernel/frozen_state.h"

void lemma_frozen_round(struct lemma_frozen *f, const double *present, lemma_mat r)
{
    LEMMA_REQUIRE(r.rows == f->order && r.cols == f->columns);
    for (size_t c = 0; c < f->K; c++) {
        const struct lemma_frozen_client *client = &f->client[c];

        lemma_product(LEMMA_N, LEMMA_N, present ? present[c] : client->weight,
                      lemma_const(client->b),
                      lemma_const(lemma_rows(r, client->first, client->rows)), 0,
                      lemma_rows(f->scaled, client->first, client->rows));
    }
    lemma_product(LEMMA_N, LEMMA_N, -1, f->h, lemma_const(f->scaled), 1, r);
}

/* out = alpha a B (rows, order) of the clients' own weights. */
static void times_b(const struct lemma_frozen *f, double alpha, lemma_cmat a,
                    lemma_mat out)
{
    for (size_t c = 0; c < f->K; c++) {
        const struct lemma_frozen_client *client = &f->client[c];

        lemma_product(LEMMA_N, LEMMA_N, alpha * client->weight,
                      lemma_ccols(a, client->first, client->rows),
                      lemma_const(client->b), 0,
                      lemma_cols(out, client->first, client->rows));
    }
}

void lemma_frozen_matrix(const struct lemma_frozen *f, lemma_mat m)
{
    LEMMA_REQUIRE(m.rows == f->order && m.cols == f->order);
    times_b(f, -1, f->h, m);
    for (size_t i = 0; i < f->order; i++)
        lemma_row(m, i).a[i] += 1;
}

/* Rows sqrt(lambda_i) q_i for the eigenvalues that count, (rank, order). */
static lemma_mat root(struct lemma_frozen *f)
{
    lemma_mat out = lemma_rows(f->room, 0, f->rank);

    for (size_t i = 0; i < f->rank; i++) {
        size_t k = f->order - f->rank + i;

        for (size_t j = 0; j < f->order; j++)
            lemma_row(out, i).a[j] = sqrt(f->values[k]) * lemma_row(f->q, k).a[j];
    }
    return out;
}

/* mu ascending, eigenvalues of H B on the range. */
static struct lemma_frozen_spectrum judge(size_t rank, const double *mu)
{
    struct lemma_frozen_spectrum s = {.rank = rank};

    if (rank == 0) /* nothing moves */
        return (struct lemma_frozen_spectrum){0, NAN, NAN, NAN, false};
    s.least = 1 - mu[rank - 1];
    s.most = 1 - mu[0];
    s.rho = isnan(s.least) ? INFINITY : fmax(fabs(s.least), fabs(s.most));
    s.stable = s.rho < 1;
    return s;
}

lemma_status lemma_frozen_spectrum(struct lemma_frozen *f, double *values,
                                   struct lemma_frozen_spectrum *result)
{
    size_t rank = f->rank, one = rank ? rank : 1;
    struct lemma_eigen *e = NULL;
    double *moved = NULL, *g = NULL, *mu = NULL;
    lemma_mat s, gram;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(f->q.a);
    s = root(f);
    LEMMA_NEW(moved, one * f->order);
    LEMMA_NEW(g, one * one);
    LEMMA_NEW(mu, one);
    LEMMA_TRY(lemma_eigen_create(one, &e));
    if (rank > 0) {
        lemma_mat sb = lemma_mat_of(moved, rank, f->order);

        gram = lemma_mat_of(g, rank, rank);
        times_b(f, 1, lemma_const(s), sb);
        lemma_product(LEMMA_N, LEMMA_T, 1, lemma_const(sb), lemma_const(s), 0, gram);
        LEMMA_TRY(lemma_eigen_solve(e, gram, mu, (lemma_mat){0}));
    }
    *result = judge(rank, mu);
    for (size_t i = 0; i < rank && values; i++)
        values[i] = 1 - mu[rank - 1 - i];
out:
    lemma_eigen_destroy(e);
    lemma_free(moved);
    lemma_free(g);
    lemma_free(mu);
    return st;
}

double lemma_frozen_distance2(const struct lemma_frozen *f, lemma_cmat r,
                              double *outside)
{
    double sum = 0, rest = 0;

    LEMMA_REQUIRE(f->q.a && r.rows == f->order && r.cols == f->columns);
    for (size_t k = 0; k < f->order; k++)
        for (size_t a = 0; a < r.cols; a++) {
            double part = 0;

            for (size_t i = 0; i < r.rows; i++)
                part += lemma_row(f->q, k).a[i] * lemma_crow(r, i).a[a];
            if (k < f->order - f->rank)
                rest += part * part;
            else
                sum += part * part / f->values[k];
        }
    if (outside)
        *outside = rest;
    return sum;
}

void lemma_frozen_second_order(const struct lemma_frozen *f, double eta, size_t tau,
                               lemma_mat difference)
{
    double t = (double) tau, scale = t * (t - 1) / 2 * eta * eta / f->N;

    LEMMA_REQUIRE(difference.rows == f->order && difference.cols == f->order);
    lemma_product(LEMMA_N, LEMMA_N, -scale / f->N, f->h, f->h, 0, difference);
    for (size_t c = 0; c < f->K; c++) {
        const struct lemma_frozen_client *client = &f->client[c];

        lemma_product(LEMMA_N, LEMMA_N, scale / client->n,
                      lemma_ccols(f->h, client->first, client->rows),
                      lemma_frozen_block(f, client->first, client->rows), 1,
                      lemma_cols(difference, client->first, client->rows));
    }
}
