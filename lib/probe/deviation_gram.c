/*
 * Deviations from inner products: no Delta_c is formed, and each factor row is looked
 * at once in a round.
 *
 *     <Delta_c, Delta_k> = sum_{a, b} coef_a coef_b <u_a, u_b> <v_a, v_b>
 *     ||row i of Delta_c||^2 = sum_{a, b} coef_a coef_b u_a[i] u_b[i] <v_a, v_b>
 *
 * New rows come in slabs that hold rows of several clients. Tasks write apart, and
 * their shares are added in a fixed order.
 */
#include <math.h>
#include <omp.h>
#include <string.h>

#include "core/alloc.h"
#include "core/blas.h"
#include "probe/deviation.h"
#include "probe/number.h"

enum {
    SLAB = LEMMA_DEVIATION_SLAB,
    CHUNK = LEMMA_DEVIATION_CHUNK,
    TILE = LEMMA_DEVIATION_TILE
};

lemma_status lemma_deviation_gram_init(struct lemma_deviation_gram *g, size_t K,
                                       size_t out, size_t in, size_t most_rank)
{
    size_t coefs, rows;
    lemma_status st = LEMMA_OK;

    *g = (struct lemma_deviation_gram){
        .K = K, .out = out, .in = in, .most_rank = most_rank};
    if (!lemma_size_mul(K, most_rank, &coefs) || !lemma_size_mul(K, out, &rows))
        return LEMMA_EMEMORY;
    LEMMA_NEW(g->done, K);
    LEMMA_NEW(g->coef, coefs);
    LEMMA_NEW(g->q, K * K);
    LEMMA_NEW(g->anchor, out);
    LEMMA_NEW(g->own, rows);
out:
    return st;
}

void lemma_deviation_gram_fini(struct lemma_deviation_gram *g)
{
    lemma_free(g->done);
    lemma_free(g->coef);
    lemma_free(g->q);
    lemma_free(g->anchor);
    lemma_free(g->own);
}

static double *thread_room(const struct lemma_deviation_room *room)
{
    return room->thread + (size_t) omp_get_thread_num() * room->per_thread;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Forgets the round before, or rows whose coefficients have changed since. */
static void start_round(struct lemma_deviation_gram *g,
                        const struct lemma_deviation_at *at, size_t round,
                        struct lemma_deviation_room *room)
{

    memset(g->done, 0, g->K * sizeof *g->done);
    memset(g->q, 0, g->K * g->K * sizeof *g->q);
    memset(g->own, 0, g->K * g->out * sizeof *g->own);
#pragma omp parallel for schedule(static) num_threads(room->threads)
    for (size_t i = 0; i < g->out; i++) {
        lemma_mat a = lemma_mat_of(thread_room(room), 1, g->in);
        lemma_cvec row = {a.a, g->in};

        lemma_deviation_anchor(at, i, a);
        g->anchor[i] = lemma_dot(row, row);
    }
    g->round = round;
    g->begun = true;
}

static bool is_current(const struct lemma_deviation_gram *g,
                       const struct lemma_deviation_at *at, size_t round)
{
    if (!g->begun || g->round != round)
        return false;
    for (size_t c = 0; c < g->K; c++) {
        const struct lemma_factor *f = &at->local[c].factor;

        if (g->done[c] > f->rank)
            return false;
        for (size_t k = 0; k < g->done[c]; k++)
            if (g->coef[c * g->most_rank + k] != f->coef[k])
                return false;
    }
    return true;
}

/* Copies up to SLAB rows that are new, in client order. Returns how many. */
static size_t fill_slab(struct lemma_deviation_gram *g,
                        const struct lemma_deviation_at *at,
                        struct lemma_deviation_room *room)
{
    size_t rows = 0;

    for (size_t c = 0; c < g->K; c++) {
        const struct lemma_factor *f = &at->local[c].factor;
        size_t count = least(f->rank - g->done[c], SLAB - rows);

        room->piece[c] = (struct lemma_span){rows, count};
        for (size_t i = 0; i < count; i++) {
            size_t k = g->done[c] + i;
            double *u = room->u.a + (rows + i) * g->out;

            g->coef[c * g->most_rank + k] = f->coef[k];
            for (size_t j = 0; j < g->out; j++)
                u[j] = f->coef[k] * lemma_crow(f->u, k).a[j];
            memcpy(room->v.a + (rows + i) * g->in, lemma_crow(f->v, k).a,
                   g->in * sizeof(double));
        }
        rows += count;
    }
    return rows;
}

/* Cuts what the slab is multiplied with: rows taken in before, then the slab's own. */
static size_t list_tasks(const struct lemma_deviation_gram *g,
                         struct lemma_deviation_room *room)
{
    size_t n = 0;

    for (size_t c = 0; c < g->K; c++)
        for (size_t i = 0; i < g->done[c]; i += CHUNK)
            room->task[n++] = (struct lemma_deviation_task){
                c, {i, least(CHUNK, g->done[c] - i)}, false};
    for (size_t c = 0; c < g->K; c++)
        for (size_t i = 0; i < room->piece[c].count; i += CHUNK)
            room->task[n++] = (struct lemma_deviation_task){
                c,
                {room->piece[c].first + i, least(CHUNK, room->piece[c].count - i)},
                true};
    return n;
}

/* share[c] = sum of coef_a coef_b <u_a, u_b> <v_a, v_b> over a in client c's rows of
 * the slab and b in the task's. In the slab's own tasks only clients from the task's on
 * count: the others follow by symmetry. */
static void do_task(const struct lemma_deviation_gram *g,
                    const struct lemma_deviation_at *at,
                    const struct lemma_deviation_room *room, size_t rows,
                    const struct lemma_deviation_task *task, double *share)
{
    const struct lemma_factor *f = &at->local[task->client].factor;
    size_t first = task->in_slab ? room->piece[task->client].first : 0;
    size_t a_rows = rows - first, b_rows = task->rows.count;
    lemma_cmat u = lemma_cmat_of(room->u.a, rows, g->out);
    lemma_cmat v = lemma_cmat_of(room->v.a, rows, g->in);
    lemma_cmat bu = task->in_slab ? u : f->u, bv = task->in_slab ? v : f->v;
    lemma_mat uu = lemma_mat_of(thread_room(room), a_rows, b_rows);
    lemma_mat vv = lemma_mat_of(uu.a + (size_t) SLAB * CHUNK, a_rows, b_rows);

    lemma_gemm(LEMMA_N, LEMMA_T, 1, lemma_crows(u, first, a_rows),
               lemma_crows(bu, task->rows.first, b_rows), 0, uu);
    lemma_gemm(LEMMA_N, LEMMA_T, 1, lemma_crows(v, first, a_rows),
               lemma_crows(bv, task->rows.first, b_rows), 0, vv);
    for (size_t c = 0; c < g->K; c++) {
        struct lemma_span piece = room->piece[c];

        share[c] = 0;
        for (size_t a = piece.first; a >= first && a < piece.first + piece.count; a++) {
            const double *x = lemma_row(uu, a - first).a,
                         *y = lemma_row(vv, a - first).a;

            for (size_t b = 0; b < b_rows; b++)
                share[c] += task->in_slab ? x[b] * y[b]
                                          : f->coef[task->rows.first + b] * x[b] * y[b];
        }
    }
}

static void update_q(struct lemma_deviation_gram *g,
                     const struct lemma_deviation_at *at,
                     struct lemma_deviation_room *room, size_t rows)
{
    size_t tasks = list_tasks(g, room);

#pragma omp parallel for schedule(dynamic) num_threads(room->threads)
    for (size_t i = 0; i < tasks; i++)
        do_task(g, at, room, rows, &room->task[i], room->shares + i * g->K);

    for (size_t i = 0; i < tasks; i++) {
        size_t k = room->task[i].client;

        for (size_t c = 0; c < g->K; c++) {
            double share = room->shares[i * g->K + c];

            g->q[c * g->K + k] += share;
            if (c != k || !room->task[i].in_slab)
                g->q[k * g->K + c] += share;
        }
    }
}

/* V V^T of client c's new rows against all its rows b, times coef_b, and twice where b
 * was there before: (count, done + count), at row piece.first of room->grams. */
static void gram_of_client(const struct lemma_deviation_gram *g,
                           const struct lemma_deviation_at *at,
                           const struct lemma_deviation_room *room, size_t c)
{
    const struct lemma_factor *f = &at->local[c].factor;
    struct lemma_span piece = room->piece[c];
    size_t all = g->done[c] + piece.count;
    lemma_mat m =
        lemma_mat_of(room->grams + piece.first * g->most_rank, piece.count, all);

    lemma_gemm(LEMMA_N, LEMMA_T, 1,
               lemma_cmat_of(room->v.a + piece.first * g->in, piece.count, g->in),
               lemma_crows(f->v, 0, all), 0, m);
    for (size_t a = 0; a < piece.count; a++)
        for (size_t b = 0; b < all; b++)
            lemma_row(m, a).a[b] *= (b < g->done[c] ? 2 : 1) * f->coef[b];
}

/* own[c][i] for the weight rows i of one chunk. */
static void own_of_chunk(struct lemma_deviation_gram *g,
                         const struct lemma_deviation_at *at,
                         const struct lemma_deviation_room *room, size_t c,
                         size_t first)
{
    const struct lemma_factor *f = &at->local[c].factor;
    struct lemma_span piece = room->piece[c];
    size_t all = g->done[c] + piece.count, count = least(CHUNK, g->out - first);
    lemma_mat m = lemma_mat_of(thread_room(room), piece.count, count);

    lemma_gemm(
        LEMMA_N, LEMMA_N, 1,
        lemma_cmat_of(room->grams + piece.first * g->most_rank, piece.count, all),
        lemma_ccols(lemma_crows(f->u, 0, all), first, count), 0, m);
    for (size_t a = 0; a < piece.count; a++) {
        const double *u = room->u.a + (piece.first + a) * g->out + first;

        for (size_t i = 0; i < count; i++)
            g->own[c * g->out + first + i] += u[i] * lemma_row(m, a).a[i];
    }
}

static void update_own(struct lemma_deviation_gram *g,
                       const struct lemma_deviation_at *at,
                       struct lemma_deviation_room *room)
{
    size_t chunks = (g->out + CHUNK - 1) / CHUNK;

#pragma omp parallel for schedule(dynamic) num_threads(room->threads)
    for (size_t c = 0; c < g->K; c++)
        if (room->piece[c].count)
            gram_of_client(g, at, room, c);
#pragma omp parallel for schedule(dynamic) num_threads(room->threads)
    for (size_t task = 0; task < g->K * chunks; task++)
        if (room->piece[task / chunks].count)
            own_of_chunk(g, at, room, task / chunks, task % chunks * CHUNK);
}

/* What row i of W_c - W(0) can at most measure; 1e-6 pays for the rounding of both. */
static double reach(const struct lemma_deviation_gram *g, size_t c, size_t i)
{
    return (1 + 1e-6) *
           (sqrt(g->anchor[i]) + sqrt(lemma_larger(g->own[c * g->out + i], 0)));
}

/* The rows of largest reach that were not yet formed, at most TILE. Returns how many
 * there are with a reach above `above`. */
static size_t pick_rows(const struct lemma_deviation_gram *g, size_t c, double above,
                        double below, size_t *rows)
{
    double far[TILE];
    size_t n = 0;

    for (size_t i = 0; i < g->out; i++) {
        double r = reach(g, c, i);
        size_t at = n < TILE ? n : TILE - 1;

        if (!(r > above) || !(r < below) || (n == TILE && !(r > far[TILE - 1])))
            continue;
        for (; at > 0 && far[at - 1] < r; at--) {
            far[at] = far[at - 1];
            rows[at] = rows[at - 1];
        }
        far[at] = r;
        rows[at] = i;
        n += n < TILE;
    }
    return n;
}

double lemma_deviation_gram_most(const struct lemma_deviation_gram *g,
                                 const struct lemma_deviation_at *at, size_t c,
                                 double *scratch)
{
    size_t rows[TILE], n;
    double best = -1, below = INFINITY;

    for (size_t i = 0; i < g->out; i++)
        if (!isfinite(reach(g, c, i)))
            return NAN;
    while ((n = pick_rows(g, c, best < 0 ? -1 : sqrt(best), below, rows)) > 0) {
        best = lemma_larger(best, lemma_deviation_rows(at, c, rows, n, scratch));
        below = reach(g, c, rows[n - 1]);
    }
    return best;
}

void lemma_deviation_gram_update(struct lemma_deviation_gram *g,
                                 const struct lemma_deviation_at *at, size_t round,
                                 bool rows, struct lemma_deviation_room *room)
{
    size_t taken;

    if (!is_current(g, at, round))
        start_round(g, at, round, room);
    while ((taken = fill_slab(g, at, room)) > 0) {
        update_q(g, at, room, taken);
        if (rows)
            update_own(g, at, room);
        for (size_t c = 0; c < g->K; c++)
            g->done[c] += room->piece[c].count;
    }
}
