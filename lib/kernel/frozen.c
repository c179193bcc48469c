#include "kernel/frozen_state.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/eigen.h"
#include "core/product.h"
#include "kernel/stable.h"

static double threshold(size_t n, double most)
{
    return (double) n * DBL_EPSILON * most;
}

void lemma_frozen_destroy(struct lemma_frozen *f)
{
    if (f) {
        lemma_free(f->values);
        lemma_free(f->q.a);
        lemma_free(f->client);
        lemma_free(f->scaled.a);
        lemma_free(f->block);
        lemma_free(f->room.a);
    }
    lemma_free(f);
}

static void copy(lemma_cmat from, lemma_mat to)
{
    for (size_t i = 0; i < from.rows; i++)
        memcpy(lemma_row(to, i).a, lemma_crow(from, i).a, from.cols * sizeof(double));
}

lemma_cmat lemma_frozen_block(const struct lemma_frozen *f, size_t first, size_t rows)
{
    return lemma_ccols(lemma_crows(f->h, first, rows), first, rows);
}

/* The largest eigenvalue of the (per, per) blocks on the diagonal of c's block. c->q
 * and c->b are room. */
static lemma_status largest_single(const struct lemma_frozen *f, struct lemma_eigen *e,
                                   struct lemma_frozen_client *c)
{
    lemma_mat room = lemma_mat_of(c->b.a, f->per, f->per);
    lemma_status st = LEMMA_OK;

    c->single = 0;
    for (size_t i = 0; i < c->rows; i += f->per) {
        copy(lemma_frozen_block(f, c->first + i, f->per), room);
        LEMMA_TRY(lemma_eigen_solve(e, room, c->q.a, (lemma_mat){0}));
        c->single = fmax(c->single, c->q.a[f->per - 1]);
    }
out:
    return st;
}

static lemma_status decompose_whole(struct lemma_frozen *f, struct lemma_eigen *e)
{
    double least;
    lemma_status st = LEMMA_OK;

    copy(f->h, f->room);
    LEMMA_TRY(lemma_eigen_solve(e, f->room, f->values, f->q));
    if (!isfinite(f->values[0]))
        return LEMMA_EINPUT;
    least = threshold(f->order, f->values[f->order - 1]);
    while (f->rank < f->order && f->values[f->order - 1 - f->rank] > least)
        f->rank++;
out:
    return st;
}

static lemma_status decompose_clients(struct lemma_frozen *f, struct lemma_eigen *e)
{
    lemma_status st = LEMMA_OK;

    for (size_t c = 0; c < f->K; c++) {
        struct lemma_frozen_client *client = &f->client[c];

        LEMMA_TRY(largest_single(f, e, client));
        copy(lemma_frozen_block(f, client->first, client->rows), client->b);
        LEMMA_TRY(lemma_eigen_solve(e, client->b, client->values, client->q));
        if (!isfinite(client->values[0]))
            return LEMMA_EINPUT;
    }
out:
    return st;
}

/* Sizes and places; false where the spans are not those of the kernel. */
static bool lay_out(struct lemma_frozen *f, const struct lemma_frozen_problem *p,
                    size_t *doubles, size_t *largest)
{
    size_t next = 0;

    *doubles = *largest = 0;
    for (size_t c = 0; c < p->K; c++) {
        size_t rows = p->spans[c].count * p->per;

        if (p->spans[c].first * p->per != next || rows == 0)
            return false;
        f->client[c] = (struct lemma_frozen_client){
            .first = next,
            .rows = rows,
            .n = (double) p->spans[c].count,
            .weight = p->weight ? p->weight[c] : (double) p->spans[c].count / f->N};
        next += rows;
        *doubles += rows * (2 * rows + 1);
        *largest = rows > *largest ? rows : *largest;
    }
    return next == f->order;
}

static void share_out(struct lemma_frozen *f)
{
    double *next = f->block;

    for (size_t c = 0; c < f->K; c++) {
        struct lemma_frozen_client *client = &f->client[c];
        size_t rows = client->rows;

        client->values = next;
        client->q = lemma_mat_of(next + rows, rows, rows);
        client->b = lemma_mat_of(next + rows + rows * rows, rows, rows);
        next += rows * (2 * rows + 1);
    }
}

lemma_status lemma_frozen_create(const struct lemma_frozen_problem *p,
                                 struct lemma_frozen **frozen, struct lemma_error *err)
{
    struct lemma_frozen *f = NULL;
    struct lemma_eigen *e = NULL;
    size_t order = p->kernel.rows, doubles, most, squared;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(order >= 1 && p->kernel.cols == order && p->per >= 1 && p->K >= 1);
    LEMMA_REQUIRE(p->columns >= 1);
    if (!lemma_size_mul(order, order, &squared))
        return LEMMA_EMEMORY;
    LEMMA_NEW(f, 1);
    *f = (struct lemma_frozen){.h = p->kernel,
                               .per = p->per,
                               .columns = p->columns,
                               .order = order,
                               .K = p->K,
                               .N = (double) (order / p->per)};
    LEMMA_NEW(f->client, p->K);
    LEMMA_REQUIRE(lay_out(f, p, &doubles, &most));
    LEMMA_NEW(f->block, doubles);
    share_out(f);
    most = p->clients_only ? most : order;
    LEMMA_NEW(f->scaled.a, order * p->columns);
    f->scaled = lemma_mat_of(f->scaled.a, order, p->columns);
    LEMMA_NEW(f->room.a, most * most);
    f->room = lemma_mat_of(f->room.a, most, most);
    LEMMA_TRY(lemma_eigen_create(most, &e));
    if (!p->clients_only) {
        LEMMA_NEW(f->values, order);
        LEMMA_NEW(f->q.a, squared);
        f->q = lemma_mat_of(f->q.a, order, order);
        LEMMA_TRY(decompose_whole(f, e));
    }
    LEMMA_TRY(decompose_clients(f, e));
    *frozen = f;
    f = NULL;
out:
    if (st == LEMMA_EINPUT)
        lemma_fail(err, st, "the kernel's Gram matrix has entries that are not finite");
    lemma_eigen_destroy(e);
    lemma_frozen_destroy(f);
    return st;
}

size_t lemma_frozen_rank(const struct lemma_frozen *f)
{
    LEMMA_REQUIRE(f->q.a);
    return f->rank;
}

double lemma_frozen_stable_step(const struct lemma_frozen *f)
{
    return lemma_frozen_stochastic_step(f, 0, false);
}

double lemma_frozen_stochastic_step(const struct lemma_frozen *f, size_t B,
                                    bool replacement)
{
    double limit = INFINITY;

    for (size_t c = 0; c < f->K; c++) {
        const struct lemma_frozen_client *client = &f->client[c];

        limit =
            fmin(limit, lemma_stable_step(client->values[client->rows - 1],
                                          client->single, client->n, B, replacement));
    }
    return limit;
}

/* (eta/n) sum_{s<tau} (1 - x)^s, x = eta lambda / n. A lambda that may be 0 by rounding
 * has no inverse (FOREVER). */
static double response(double lambda, double least, double rate, size_t tau)
{
    double x = rate * lambda;

    if (tau == LEMMA_FROZEN_FOREVER)
        return !(lambda > least) ? 0 : x < 2 ? 1 / lambda : NAN;
    if (x == 0)
        return rate * (double) tau;
    if (x < 1)
        return rate * (-expm1((double) tau * log1p(-x)) / x);
    return rate * ((1 - pow(1 - x, (double) tau)) / x);
}

/* B_c = Q^T diag(response) Q. */
void lemma_frozen_set(struct lemma_frozen *f, double eta, size_t tau)
{
    LEMMA_REQUIRE(eta > 0 && tau >= 1);
    for (size_t c = 0; c < f->K; c++) {
        struct lemma_frozen_client *client = &f->client[c];
        size_t rows = client->rows;
        double least = threshold(rows, client->values[rows - 1]);
        lemma_mat scaled = lemma_mat_of(f->room.a, rows, rows);

        for (size_t k = 0; k < rows; k++) {
            double s = response(client->values[k], least, eta / client->n, tau);

            for (size_t j = 0; j < rows; j++)
                lemma_row(scaled, k).a[j] = s * lemma_row(client->q, k).a[j];
        }
        lemma_product(LEMMA_T, LEMMA_N, 1, lemma_const(client->q), lemma_const(scaled),
                      0, client->b);
    }
}
