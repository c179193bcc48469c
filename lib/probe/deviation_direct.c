/* Deviations by forming Delta_c tile by tile: exact to rounding, for any local model.
 */
#include <math.h>
#include <omp.h>
#include <string.h>

#include "core/blas.h"
#include "probe/deviation.h"
#include "probe/number.h"

enum { TILE = LEMMA_DEVIATION_TILE };

size_t lemma_deviation_thread_room(size_t out, size_t in, size_t most_rank)
{
    size_t chunk = LEMMA_DEVIATION_CHUNK, slab = LEMMA_DEVIATION_SLAB;
    size_t direct = TILE * (3 * in + most_rank) + in, pairs = 2 * slab * chunk;

    (void) out;
    return lemma_most(lemma_most(direct, pairs), chunk * in + slab * chunk);
}

/* Rows [first, first + t.rows) of Delta_c; scratch (rank, t.rows). */
static void form(const struct lemma_deviation_at *at, size_t c, size_t first,
                 double *scratch, lemma_mat t)
{
    const struct lemma_local *w = &at->local[c];
    const struct lemma_factor *f = &w->factor;

    if (w->own.a) {
        for (size_t i = 0; i < t.rows; i++) {
            const double *x = lemma_crow(w->own, first + i).a;
            const double *y = lemma_crow(at->server, first + i).a;

            for (size_t j = 0; j < t.cols; j++)
                lemma_row(t, i).a[j] = x[j] - y[j];
        }
    } else if (f->rank == 0) {
        for (size_t i = 0; i < t.rows; i++)
            memset(lemma_row(t, i).a, 0, t.cols * sizeof(double));
    } else {
        lemma_mat u = lemma_mat_of(scratch, f->rank, t.rows);

        for (size_t k = 0; k < f->rank; k++)
            for (size_t i = 0; i < t.rows; i++)
                lemma_row(u, k).a[i] = f->coef[k] * lemma_crow(f->u, k).a[first + i];
        lemma_gemm(LEMMA_T, LEMMA_N, 1, lemma_const(u), f->v, 0, t);
    }
}

void lemma_deviation_anchor(const struct lemma_deviation_at *at, size_t first,
                            lemma_mat t)
{
    for (size_t i = 0; i < t.rows; i++) {
        const double *x = lemma_crow(at->server, first + i).a;
        const double *y = lemma_crow(at->initial, first + i).a;

        for (size_t j = 0; j < t.cols; j++)
            lemma_row(t, i).a[j] = x[j] - y[j];
    }
}

/* sum_ij (x - y)^2; row is scratch (cols). */
static double distance(lemma_cmat x, lemma_cmat y, lemma_vec row)
{
    double sum = 0;

    for (size_t i = 0; i < x.rows; i++) {
        const double *a = lemma_crow(x, i).a, *b = lemma_crow(y, i).a;

        for (size_t j = 0; j < x.cols; j++)
            row.a[j] = a[j] - b[j];
        sum += lemma_dot((lemma_cvec){row.a, row.n}, (lemma_cvec){row.a, row.n});
    }
    return sum;
}

/* max_i ||x_i + y_i||^2. */
static double longest(lemma_cmat x, lemma_cmat y, lemma_vec row)
{
    double most = 0;

    for (size_t i = 0; i < x.rows; i++) {
        const double *a = lemma_crow(x, i).a, *b = lemma_crow(y, i).a;

        for (size_t j = 0; j < x.cols; j++)
            row.a[j] = a[j] + b[j];
        most = lemma_larger(
            most, lemma_dot((lemma_cvec){row.a, row.n}, (lemma_cvec){row.a, row.n}));
    }
    return most;
}

/* One tile of rows: out[2c], out[2c + 1] = client c's share of the sum, and its
 * maximum. */
static void do_tile(const struct lemma_deviation_at *at, const bool *who,
                    bool wants_most, size_t first, double *scratch, double *out)
{
    size_t in = at->server.cols, rest = at->server.rows - first;
    size_t rows = rest < TILE ? rest : TILE;
    lemma_mat mean = lemma_mat_of(scratch, rows, in);
    lemma_mat t = lemma_mat_of(mean.a + TILE * in, rows, in);
    lemma_mat a = lemma_mat_of(t.a + TILE * in, rows, in);
    lemma_vec row = {a.a + TILE * in, in};
    double *thin = row.a + in;

    memset(mean.a, 0, rows * in * sizeof(double));
    for (size_t c = 0; c < at->K; c++) {
        form(at, c, first, thin, t);
        for (size_t j = 0; j < rows * in; j++)
            mean.a[j] += at->weight[c] * t.a[j];
    }
    if (wants_most)
        lemma_deviation_anchor(at, first, a);
    for (size_t c = 0; c < at->K; c++) {
        if (who && !who[c])
            continue;
        form(at, c, first, thin, t);
        out[2 * c] = distance(lemma_const(t), lemma_const(mean), row);
        if (wants_most)
            out[2 * c + 1] = longest(lemma_const(t), lemma_const(a), row);
    }
}

void lemma_deviation_direct(const struct lemma_deviation_at *at, const bool *who,
                            struct lemma_deviation_room *room, double *square,
                            double *most)
{
    size_t tiles = (at->server.rows + TILE - 1) / TILE;

#pragma omp parallel for schedule(dynamic) num_threads(room->threads)
    for (size_t i = 0; i < tiles; i++)
        do_tile(at, who, most, i * TILE,
                room->thread + (size_t) omp_get_thread_num() * room->per_thread,
                room->tiles + 2 * i * at->K);

    for (size_t c = 0; c < at->K; c++) {
        if (who && !who[c])
            continue;
        square[c] = 0;
        if (most)
            most[c] = 0;
        for (size_t i = 0; i < tiles; i++) {
            const double *share = room->tiles + 2 * (i * at->K + c);

            square[c] += share[0];
            if (most)
                most[c] = lemma_larger(most[c], share[1]);
        }
    }
}

double lemma_deviation_rows(const struct lemma_deviation_at *at, size_t c,
                            const size_t *rows, size_t n, double *scratch)
{
    const struct lemma_factor *f = &at->local[c].factor;
    size_t in = at->server.cols;
    lemma_mat t = lemma_mat_of(scratch, n, in);
    lemma_mat a = lemma_mat_of(scratch + TILE * in, n, in);
    lemma_vec row = {scratch + (size_t) 2 * TILE * in, in};
    lemma_mat u = lemma_mat_of(row.a + in, f->rank, n);

    LEMMA_REQUIRE(n <= TILE);
    for (size_t k = 0; k < f->rank; k++)
        for (size_t i = 0; i < n; i++)
            lemma_row(u, k).a[i] = f->coef[k] * lemma_crow(f->u, k).a[rows[i]];
    if (f->rank > 0)
        lemma_gemm(LEMMA_T, LEMMA_N, 1, lemma_const(u), f->v, 0, t);
    else
        memset(t.a, 0, n * in * sizeof(double));
    for (size_t i = 0; i < n; i++)
        lemma_deviation_anchor(at, rows[i], lemma_rows(a, i, 1));
    return longest(lemma_const(t), lemma_const(a), row);
}
