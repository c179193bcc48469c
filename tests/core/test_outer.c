#include <float.h>
#include <math.h>

#include "core/blas.h"
#include "core/outer.h"
#include "support.h"

enum { LEFTS = 3, RIGHTS = 2, SUMS = 4 };

/* <A_a, A_b> with every A formed by loops. */
static void naive(const struct lemma_outer *o, double *g)
{
    size_t n = o->left[0].rows, p = o->left[0].cols, q = o->right[0].cols;
    double *a = lemma_alloc(SUMS * p * q, sizeof *a);

    assert_non_null(a);
    for (size_t s = 0; s < o->sums; s++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < p; j++)
                for (size_t k = 0; k < q; k++) {
                    size_t l = o->li[s];
                    double scale = o->coef[l] ? o->coef[l][i] : 1;

                    a[(s * p + j) * q + k] += scale * lemma_crow(o->left[l], i).a[j] *
                                              lemma_crow(o->right[o->ri[s]], i).a[k];
                }
    for (size_t s = 0; s < o->sums; s++)
        for (size_t t = 0; t < o->sums; t++) {
            g[s * o->sums + t] = 0;
            for (size_t i = 0; i < p * q; i++)
                g[s * o->sums + t] += a[s * p * q + i] * a[t * p * q + i];
        }
    lemma_free(a);
}

static void check_shape(size_t n, size_t p, size_t q)
{
    struct lemma_outer o = {.lefts = LEFTS,
                            .rights = RIGHTS,
                            .sums = SUMS,
                            .li = {0, 1, 2, 2},
                            .ri = {0, 0, 0, 1}};
    double *blocks[LEFTS + RIGHTS], *coef = lemma_alloc(n, sizeof *coef);
    double g[SUMS * SUMS], h[SUMS * SUMS];
    double *scratch =
        lemma_alloc(lemma_outer_scratch(n, p, q, LEFTS, RIGHTS, SUMS), sizeof *scratch);

    assert_non_null(scratch);
    draw_normals(99, coef, n);
    for (size_t b = 0; b < LEFTS + RIGHTS; b++) {
        size_t cols = b < LEFTS ? p : q, ld = cols + 3;

        blocks[b] = lemma_alloc(n * ld, sizeof(double));
        assert_non_null(blocks[b]);
        draw_normals(b, blocks[b], n * ld);
        if (b < LEFTS)
            o.left[b] = (lemma_cmat){blocks[b], n, cols, ld};
        else
            o.right[b - LEFTS] = (lemma_cmat){blocks[b], n, cols, ld};
    }
    o.coef[1] = coef;
    lemma_outer_gram(&o, scratch, g);
    naive(&o, h);
    for (size_t a = 0; a < SUMS; a++)
        for (size_t b = 0; b < SUMS; b++)
            check_close(g[a * SUMS + b], h[a * SUMS + b],
                        1e-13 * sqrt(h[a * SUMS + a] * h[b * SUMS + b]));
    for (size_t b = 0; b < LEFTS + RIGHTS; b++)
        lemma_free(blocks[b]);
    lemma_free(scratch);
    lemma_free(coef);
}

/* Few rows take the Gram trick, many rows form tiles; 65 and 130 cross the tiles. */
static void inner_products_agree_with_gradients_formed_by_loops(void **state)
{
    (void) state;
    static const size_t shapes[][3] = {{1, 1, 1},       {5, 40, 30},   {70, 500, 300},
                                       {130, 260, 520}, {200, 20, 10}, {300, 130, 5},
                                       {65, 3, 600}};

    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
        check_shape(shapes[k][0], shapes[k][1], shapes[k][2]);
}

static void a_small_difference_keeps_its_digits(void **state)
{
    (void) state;
    /* X = 1e-9 times a small integer matrix, Y integers: everything is exact. */
    double x[4] = {1e-9, 2e-9, -1e-9, 3e-9}, y[4] = {1, 2, 3, 4}, g;
    struct lemma_outer o = {.lefts = 1,
                            .rights = 1,
                            .sums = 1,
                            .left = {lemma_cmat_of(x, 2, 2)},
                            .right = {lemma_cmat_of(y, 2, 2)}};
    double scratch[64];

    assert_true(lemma_outer_scratch(2, 2, 2, 1, 1, 1) <= 64);
    lemma_outer_gram(&o, scratch, &g);
    /* X^T Y = 1e-9 [[-2, -2], [11, 16]]. */
    check_close(g, 385e-18, 1e-30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inner_products_agree_with_gradients_formed_by_loops),
        cmocka_unit_test(a_small_difference_keeps_its_digits),
    };
    lemma_blas_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
