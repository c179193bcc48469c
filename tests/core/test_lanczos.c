#include <math.h>

#include "core/blas.h"
#include "core/lanczos.h"
#include "support.h"

enum { N = 200 };

static void scale(void *context, lemma_cvec v, lemma_vec out)
{
    const double *diagonal = context;

    for (size_t i = 0; i < v.n; i++)
        out.a[i] = diagonal[i] * v.a[i];
}

static struct lemma_lanczos largest_of(double *diagonal, size_t n, double floor)
{
    struct lemma_operator op = {n, scale, diagonal};
    double *scratch = lemma_alloc(lemma_lanczos_scratch(n), sizeof *scratch);
    struct lemma_lanczos top;

    assert_non_null(scratch);
    top = lemma_lanczos_largest(&op, floor, scratch);
    lemma_free(scratch);
    return top;
}

static void the_largest_of_known_values_is_found(void **state)
{
    double diagonal[N];

    (void) state;
    for (size_t i = 0; i < N; i++)
        diagonal[i] = 5 * cos((double) i);
    for (size_t n = 1; n <= N; n = 3 * n + 1) {
        double most = diagonal[0];
        struct lemma_lanczos top = largest_of(diagonal, n, 0);

        for (size_t i = 0; i < n; i++)
            most = fmax(most, diagonal[i]);
        assert_true(top.converged);
        check_close(top.value, most, 1e-12 * most);
    }
}

static void a_zero_operator_has_value_zero(void **state)
{
    double diagonal[N] = {0};

    (void) state;
    assert_true(largest_of(diagonal, 1, 0).value == 0);
    assert_true(largest_of(diagonal, N, 0).value == 0);
    assert_true(largest_of(diagonal, N, 0).converged);
}

/* 1/x with x from 1e-6 to 1: x to within 1e-9 is 1/x to within one in a thousand. */
static void a_coarser_answer_takes_fewer_products(void **state)
{
    double diagonal[N];
    struct lemma_lanczos fine, coarse;

    (void) state;
    for (size_t i = 0; i < N; i++)
        diagonal[i] = 1 / (1e-6 + 1e-8 * (double) (i * i));
    fine = largest_of(diagonal, N, 0);
    coarse = largest_of(diagonal, N, 1e-9);
    check_close(1 / fine.value, 1e-6, 1e-18);
    check_close(1 / coarse.value, 1e-6, 1e-9);
    assert_true(coarse.converged && coarse.products < fine.products);
}

static void a_product_that_is_not_finite_gives_nan(void **state)
{
    double diagonal[N] = {1, NAN};
    struct lemma_lanczos top = largest_of(diagonal, 40, 0);

    (void) state;
    assert_true(!top.converged && isnan(top.value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_of_known_values_is_found),
        cmocka_unit_test(a_zero_operator_has_value_zero),
        cmocka_unit_test(a_coarser_answer_takes_fewer_products),
        cmocka_unit_test(a_product_that_is_not_finite_gives_nan),
    };
    lemma_blas_init();
    return cmocka_run_group_tests_name("lanczos", tests, NULL, NULL);
}
