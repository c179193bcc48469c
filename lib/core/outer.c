#include "core/outer.h"

#include <stdbool.h>
#include <string.h>

#include "core/blas.h"

enum { SAMPLES = 64, TILE_P = 128, TILE_Q = 512 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Flops of the Gram trick: n^2 (lefts^2 p + rights^2 q); of forming A: 2 n p q sums. */
static bool by_gram(size_t n, size_t p, size_t q, size_t lefts, size_t rights,
                    size_t sums)
{
    double dn = n, dp = p, dq = q;

    return dn * ((double) (lefts * lefts) * dp + (double) (rights * rights) * dq) <
           2 * dp * dq * (double) sums;
}

size_t lemma_outer_scratch(size_t n, size_t p, size_t q, size_t lefts, size_t rights,
                           size_t sums)
{
    size_t s = least(n, SAMPLES), pt = least(p, TILE_P), qt = least(q, TILE_Q);

    if (by_gram(n, p, q, lefts, rights, sums))
        return 2 * s * (lefts * p + rights * q) + lefts * lefts * s * s +
               rights * rights * s * s;
    return lefts * n * pt + sums * pt * qt;
}

/* Rows [first, first + count) of each block below one another, scaled by coef. */
static lemma_mat stack(const lemma_cmat *block, const double *const *coef,
                       size_t blocks, size_t first, size_t count, double *out)
{
    size_t cols = block[0].cols; /* blocks >= 1 */

    for (size_t b = 0; b < blocks; b++)
        for (size_t i = 0; i < count; i++) {
            const double *from = block[b].a + (first + i) * block[b].ld;
            double *to = out + (b * count + i) * cols;
            double scale = coef && coef[b] ? coef[b][first + i] : 1;

            for (size_t j = 0; j < cols; j++)
                to[j] = scale * from[j];
        }
    return lemma_mat_of(out, blocks * count, cols);
}

/* sum_{i,j} (X_a X_b^T)_ij (Y_a Y_b^T)_ij over one pair of sample tiles (r x c). */
static double contract(const struct lemma_outer *o, size_t a, size_t b, lemma_cmat xx,
                       lemma_cmat yy, size_t r, size_t c)
{
    double sum = 0;

    for (size_t i = 0; i < r; i++) {
        const double *x = xx.a + (o->li[a] * r + i) * xx.ld + o->li[b] * c;
        const double *y = yy.a + (o->ri[a] * r + i) * yy.ld + o->ri[b] * c;
        for (size_t j = 0; j < c; j++)
            sum += x[j] * y[j];
    }
    return sum;
}

static void gram_trick(const struct lemma_outer *o, double *scratch, double *g)
{
    size_t n = o->left[0].rows, p = o->left[0].cols, q = o->right[0].cols;
    size_t s = least(n, SAMPLES);
    double *xi = scratch, *xj = xi + o->lefts * s * p, *yi = xj + o->lefts * s * p;
    double *yj = yi + o->rights * s * q, *xx = yj + o->rights * s * q;
    double *yy = xx + o->lefts * o->lefts * s * s;

    for (size_t i = 0; i < n; i += s) {
        size_t r = least(s, n - i);
        lemma_mat x = stack(o->left, o->coef, o->lefts, i, r, xi);
        lemma_mat y = stack(o->right, NULL, o->rights, i, r, yi);

        for (size_t j = i; j < n; j += s) {
            size_t c = least(s, n - j);
            lemma_mat u = j == i ? x : stack(o->left, o->coef, o->lefts, j, c, xj);
            lemma_mat v = j == i ? y : stack(o->right, NULL, o->rights, j, c, yj);
            lemma_mat xu = lemma_mat_of(xx, x.rows, u.rows);
            lemma_mat yv = lemma_mat_of(yy, y.rows, v.rows);

            lemma_gemm(LEMMA_N, LEMMA_T, 1, lemma_const(x), lemma_const(u), 0, xu);
            lemma_gemm(LEMMA_N, LEMMA_T, 1, lemma_const(y), lemma_const(v), 0, yv);
            for (size_t a = 0; a < o->sums; a++)
                for (size_t b = a; b < o->sums; b++) {
                    double t =
                        contract(o, a, b, lemma_const(xu), lemma_const(yv), r, c);
                    if (j != i) /* the mirrored pair of tiles: <A_b, A_a> */
                        t += contract(o, b, a, lemma_const(xu), lemma_const(yv), r, c);
                    g[a * o->sums + b] += t;
                }
        }
    }
}

static void form_tiles(const struct lemma_outer *o, double *scratch, double *g)
{
    size_t n = o->left[0].rows, p = o->left[0].cols, q = o->right[0].cols;
    size_t pt = least(p, TILE_P), qt = least(q, TILE_Q);
    double *tile = scratch + o->lefts * n * pt;

    for (size_t i = 0; i < p; i += pt) {
        size_t rows = least(pt, p - i);
        lemma_cmat cut[LEMMA_OUTER_MAX];

        for (size_t b = 0; b < o->lefts; b++)
            cut[b] = lemma_ccols(o->left[b], i, rows);
        lemma_mat x = stack(cut, o->coef, o->lefts, 0, n, scratch);

        for (size_t j = 0; j < q; j += qt) {
            size_t cols = least(qt, q - j), size = rows * cols;

            for (size_t a = 0; a < o->sums; a++)
                lemma_gemm(LEMMA_T, LEMMA_N, 1,
                           lemma_crows(lemma_const(x), o->li[a] * n, n),
                           lemma_ccols(o->right[o->ri[a]], j, cols), 0,
                           lemma_mat_of(tile + a * size, rows, cols));
            for (size_t a = 0; a < o->sums; a++)
                for (size_t b = a; b < o->sums; b++)
                    g[a * o->sums + b] +=
                        lemma_dot((lemma_cvec){tile + a * size, size},
                                  (lemma_cvec){tile + b * size, size});
        }
    }
}

void lemma_outer_gram(const struct lemma_outer *o, double *scratch, double *g)
{
    size_t n = o->left[0].rows, p = o->left[0].cols, q = o->right[0].cols;

    LEMMA_REQUIRE(o->lefts >= 1 && o->lefts <= LEMMA_OUTER_MAX);
    LEMMA_REQUIRE(o->rights >= 1 && o->rights <= LEMMA_OUTER_MAX);
    LEMMA_REQUIRE(o->sums >= 1 && o->sums <= LEMMA_OUTER_MAX);
    for (size_t b = 0; b < o->lefts; b++)
        LEMMA_REQUIRE(o->left[b].rows == n && o->left[b].cols == p);
    for (size_t b = 0; b < o->rights; b++)
        LEMMA_REQUIRE(o->right[b].rows == n && o->right[b].cols == q);

    memset(g, 0, o->sums * o->sums * sizeof *g);
    if (by_gram(n, p, q, o->lefts, o->rights, o->sums))
        gram_trick(o, scratch, g);
    else
        form_tiles(o, scratch, g);
    for (size_t a = 0; a < o->sums; a++)
        for (size_t b = 0; b < a; b++)
            g[a * o->sums + b] = g[b * o->sums + a];
}
