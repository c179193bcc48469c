#include "claim/lazy.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "claim/clients.h"
#include "claim/evidence_state.h"
#include "core/alloc.h"
#include "core/eigen.h"
#include "core/product.h"

void lemma_lazy_destroy(struct lemma_lazy *z)
{
    if (z) {
        lemma_free(z->h.a);
        lemma_free(z->r.a);
        lemma_free(z->client);
        lemma_free(z->blocks);
        lemma_free(z->values);
        lemma_free(z->q.a);
        lemma_free(z->moved);
        lemma_free(z->track);
        lemma_free(z->last.a);
    }
    lemma_free(z);
}

static bool is_count(double value)
{
    return value >= 1 && value < 1e9 && floor(value) == value;
}

static bool are_finite(const struct lemma_series *s)
{
    for (size_t i = 0; i < s->rows * s->width; i++)
        if (!isfinite(s->cells[i]))
            return false;
    return true;
}

/* Constants and the clients; false, and the finding undecided, where they make no
 * sense. */
static bool read_sizes(struct lemma_evidence *e, struct lemma_finding *f,
                       const double *counts, size_t d, struct lemma_lazy *z)
{
    double K = lemma_evidence_number(e, "train/K"), sum = 0;
    double tau = lemma_evidence_number(e, "train/tau");

    z->N = lemma_evidence_number(e, "data/samples");
    z->eta = lemma_evidence_number(e, "train/eta");
    z->server_step = lemma_evidence_number(e, "train/server_step");
    if (!is_count(K) || !is_count(tau) || !is_count(z->N) || !(z->eta > 0) ||
        !isfinite(z->eta) || !(z->server_step > 0) || !isfinite(z->server_step)) {
        lemma_undecided(f, "N, K, tau, eta or server_step is not recorded");
        return false;
    }
    z->K = (size_t) K;
    z->tau = (size_t) tau;
    for (size_t c = 0; c < z->K; c++)
        sum += is_count(counts[c]) ? counts[c] : NAN;
    if (sum != z->N) {
        lemma_undecided(f, "the clients' samples do not add up to N = %g", z->N);
        return false;
    }
    z->order = (size_t) z->N * z->per;
    z->columns = d / z->per;
    return true;
}

/* The symmetric part of the kernel, or its mean over outputs. */
static void copy_kernel(const struct lemma_series *k, size_t d, struct lemma_lazy *z)
{
    size_t each = d / z->per;

    for (size_t i = 0; i < z->order; i++)
        for (size_t j = 0; j < z->order; j++) {
            double sum = 0;

            for (size_t a = 0; a < each; a++) {
                size_t p = i * each + a, q = j * each + a;

                sum += k->cells[p * k->width + q] / 2 + k->cells[q * k->width + p] / 2;
            }
            lemma_row(z->h, i).a[j] = sum / (double) each;
        }
}

static void share_out(struct lemma_lazy *z, const double *counts)
{
    double *next = z->blocks;
    size_t first = 0;

    for (size_t c = 0; c < z->K; c++) {
        size_t rows = (size_t) counts[c] * z->per;

        z->client[c] =
            (struct lemma_lazy_client){.first = first,
                                       .rows = rows,
                                       .n = counts[c],
                                       .weight = z->server_step * counts[c] / z->N,
                                       .values = next,
                                       .q = lemma_mat_of(next + rows, rows, rows)};
        next += rows + rows * rows;
        first += rows;
    }
}

static void copy(lemma_cmat from, lemma_mat to)
{
    for (size_t i = 0; i < from.rows; i++)
        memcpy(lemma_row(to, i).a, lemma_crow(from, i).a, from.cols * sizeof(double));
}

static lemma_status decompose_clients(struct lemma_lazy *z, size_t most)
{
    struct lemma_eigen *e = NULL;
    double *room = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(room, most * most);
    LEMMA_TRY(lemma_eigen_create(most, &e));
    z->limit = INFINITY;
    for (size_t c = 0; c < z->K; c++) {
        struct lemma_lazy_client *k = &z->client[c];
        lemma_mat block = lemma_mat_of(room, k->rows, k->rows);

        copy(lemma_const(
                 lemma_cols(lemma_rows(z->h, k->first, k->rows), k->first, k->rows)),
             block);
        LEMMA_TRY(lemma_eigen_solve(e, block, k->values, k->q));
        if (k->values[k->rows - 1] > 0)
            z->limit = fmin(z->limit, 2 * k->n / k->values[k->rows - 1]);
    }
out:
    lemma_eigen_destroy(e);
    lemma_free(room);
    return st;
}

static lemma_status fill(struct lemma_lazy *z, const struct lemma_series *kernel,
                         const struct lemma_series *residual, const double *counts)
{
    size_t d = z->per * z->columns, doubles = 0, most = 0;
    double square = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_mat_create(z->order, z->order, &z->h));
    LEMMA_TRY(lemma_mat_create(z->order, z->columns, &z->r));
    copy_kernel(kernel, d, z);
    memcpy(z->r.a, residual->cells, z->order * z->columns * sizeof *z->r.a);
    for (size_t i = 0; i < z->order * z->columns; i++)
        square += z->r.a[i] * z->r.a[i];
    z->first = sqrt(square);
    for (size_t c = 0; c < z->K; c++) {
        size_t rows = (size_t) counts[c] * z->per;

        doubles += rows + rows * rows;
        most = rows > most ? rows : most;
    }
    LEMMA_NEW(z->client, z->K);
    LEMMA_NEW(z->blocks, doubles);
    share_out(z, counts);
    LEMMA_TRY(decompose_clients(z, most));
out:
    return st;
}

/* The tables, in their shapes and finite. */
static bool read_tables(struct lemma_evidence *e, struct lemma_finding *f, size_t d,
                        const struct lemma_series **kernel,
                        const struct lemma_series **residual, lemma_status *st)
{
    double N = lemma_evidence_number(e, "data/samples");

    *kernel = lemma_need(e, f, "start/kernel", NULL, st);
    *residual = *kernel ? lemma_need(e, f, "start/residual", "d", st) : NULL;
    if (!*residual)
        return false;
    if ((double) (*kernel)->rows != N * (double) d ||
        (*kernel)->width != (*kernel)->rows || (double) (*residual)->rows != N) {
        lemma_undecided(f, "start/kernel or start/residual is not of N = %g samples",
                        N);
        return false;
    }
    if (!are_finite(*kernel) || !are_finite(*residual)) {
        lemma_undecided(f, "start/kernel or start/residual is not finite");
        return false;
    }
    return true;
}

/* Rows per sample of the kernel that a probe took; 0, and the finding undecided, where
 * the record does not say. */
static size_t rows_per_sample(struct lemma_evidence *e, struct lemma_finding *f,
                              const char *chosen, size_t d)
{
    const char *word = chosen ? lemma_evidence_word(e, chosen) : "full";

    if (d == 1 || strcmp(word, "mean") == 0)
        return 1;
    if (strcmp(word, "full") == 0)
        return d;
    lemma_undecided(f, "%s, full or mean over the outputs, is not recorded", chosen);
    return 0;
}

/* Whether what is there was made from the same. */
static bool is_same(const struct lemma_lazy *a, const struct lemma_lazy *b)
{
    for (size_t i = 0; a && i < 3; i++)
        if (a->source[i] != b->source[i])
            return false;
    return a && a->order == b->order && a->K == b->K && a->tau == b->tau &&
           a->eta == b->eta && a->server_step == b->server_step;
}

lemma_status lemma_lazy_need(struct lemma_evidence *e, struct lemma_finding *f,
                             const char *chosen, struct lemma_lazy **z)
{
    const struct lemma_series *kernel, *residual;
    double outputs = lemma_evidence_number(e, "network/d");
    const double *counts;
    struct lemma_lazy *made = NULL;
    lemma_status st = lemma_evidence_clients(e, &counts);
    size_t d = is_count(outputs) ? (size_t) outputs : 1;

    *z = NULL;
    if (st == LEMMA_OK && !counts)
        lemma_clients_missing(e, f);
    if (st != LEMMA_OK || !counts || !read_tables(e, f, d, &kernel, &residual, &st))
        return st;
    LEMMA_NEW(made, 1);
    made->per = rows_per_sample(e, f, chosen, d);
    if (made->per == 0 || !read_sizes(e, f, counts, d, made))
        goto out;
    made->source[0] = kernel->cells;
    made->source[1] = residual->cells;
    made->source[2] = counts;
    if (!is_same(e->lazy, made)) {
        LEMMA_TRY(fill(made, kernel, residual, counts));
        lemma_lazy_destroy(e->lazy);
        e->lazy = made;
        made = NULL;
    }
    *z = e->lazy;
out:
    lemma_lazy_destroy(made);
    return st;
}

bool lemma_lazy_is_stable(const struct lemma_lazy *z, struct lemma_finding *f)
{
    if (z->eta < z->limit)
        return true;
    lemma_not_applicable(
        f, "eta = %g is not below the lazy limit's 2 min_c n_c / lambda_max(H_cc) = %g",
        z->eta, z->limit);
    return false;
}

bool lemma_lazy_is_monotone(const struct lemma_lazy *z, struct lemma_finding *f)
{
    if (z->eta <= z->limit / 2)
        return true;
    lemma_not_applicable(f, "eta = %g is above min_c n_c / lambda_max(H_cc) = %g",
                         z->eta, z->limit / 2);
    return false;
}

bool lemma_lazy_is_reached(const struct lemma_lazy *z, struct lemma_finding *f)
{
    if (z->outside <= 8 * (double) z->order * DBL_EPSILON * z->first)
        return true;
    lemma_not_applicable(f,
                         "H(0) has rank %zu of %zu, and r(0) a part of norm %g outside "
                         "its range, which no training reaches",
                         z->rank, z->order, z->outside);
    return false;
}
