/* Quantities of one record, by hand. */
#include "scaling/quantities.h"

#include <math.h>

#include "scaling/scaling.h"
#include "support.h"

typedef lemma_status quantity(struct lemma_evidence *e, double *y);

static struct lemma_evidence *fresh(void)
{
    struct lemma_evidence *e = NULL;

    check_ok(lemma_evidence_create_empty(&e), NULL);
    return e;
}

static void number(struct lemma_evidence *e, const char *name, double value)
{
    check_ok(lemma_evidence_set_number(e, name, value), NULL);
}

static void series(struct lemma_evidence *e, const char *path, size_t rows,
                   size_t width, const double *step, const double *cells)
{
    check_ok(lemma_evidence_set_series(e, path, rows, width, step, cells), NULL);
}

static double value(quantity *q, struct lemma_evidence *e)
{
    double y = 7;

    check_ok(q(e, &y), NULL);
    return y;
}

static void an_empty_record_says_nothing(void **state)
{
    static quantity *const all[] = {
        lemma_quantity_deviation,   lemma_quantity_lipschitz,
        lemma_quantity_pattern,     lemma_quantity_noise,
        lemma_quantity_semi_smooth, lemma_quantity_least_layer,
        lemma_quantity_last_layer,  lemma_quantity_limit_eigenvalue};
    double x[LEMMA_SCALING_SERIES], y[LEMMA_SCALING_SERIES];
    struct lemma_evidence *e = fresh();
    size_t count = 5;

    (void) state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_true(isnan(value(all[i], e)));
    check_ok(lemma_quantity_rounds_to(e, x, y, &count), NULL);
    assert_int_equal(count, 0);
    lemma_evidence_destroy(e);
}

/* Two clients, two layers: (3, 4) and (0, 5), the second round larger. */
static void the_deviation_is_that_of_the_first_round(void **state)
{
    static const double steps[] = {2, 4}, rows[] = {3, 4, 0, 5, 30, 40, 0, 50};
    struct lemma_evidence *e = fresh();

    (void) state;
    number(e, "train/K", 2);
    series(e, "deviation/at_averaging", 2, 4, steps, rows);
    assert_true(isnan(value(lemma_quantity_deviation, e))); /* L is not known */
    number(e, "network/L", 2);
    check_close(value(lemma_quantity_deviation, e), 5, 1e-15);
    lemma_evidence_destroy(e);
}

static void clients_count_by_their_samples(void **state)
{
    static const double rows[] = {3, 4}, counts[] = {1, 3};
    struct lemma_evidence *e = fresh();

    (void) state;
    number(e, "train/K", 2);
    number(e, "network/L", 1);
    series(e, "deviation/at_averaging", 1, 2, NULL, rows);
    check_close(value(lemma_quantity_deviation, e), sqrt(12.5), 1e-15);
    check_ok(lemma_evidence_set_clients(e, counts, 2), NULL);
    check_close(value(lemma_quantity_deviation, e), sqrt((9 + 3 * 16) / 4.0), 1e-15);
    lemma_evidence_destroy(e);
}

/* The last step of the first round is tau - 1. */
static void gaps_are_those_of_the_first_rounds_last_step(void **state)
{
    static const double steps[] = {0, 1, 2, 3};
    static const double lip[] = {0, 0, 1, 2, 3, 4, 9, 9};
    static const double pat[] = {0, 0, 1, 1, 6, 8, 9, 9};
    struct lemma_evidence *e = fresh();

    (void) state;
    number(e, "train/K", 2);
    number(e, "train/tau", 3);
    series(e, "gradient_gap/lipschitz", 4, 2, steps, lip);
    check_close(value(lemma_quantity_lipschitz, e), sqrt(12.5), 1e-15);
    assert_true(isnan(value(lemma_quantity_pattern, e)));
    series(e, "gradient_gap/pattern", 4, 2, steps, pat);
    check_close(value(lemma_quantity_pattern, e), sqrt(50), 1e-14);
    number(e, "train/tau", 7); /* a step without a row */
    assert_true(isnan(value(lemma_quantity_lipschitz, e)));
    lemma_evidence_destroy(e);
}

/* 1/2, 2/4, 6/2, 1/1; the loss has rows that the noise has not. */
static void noise_is_divided_by_the_loss_where_it_was_drawn(void **state)
{
    static const double steps[] = {0, 2}, all_steps[] = {0, 1, 2};
    static const double noise[] = {1, 2, 6, 1}, loss[] = {2, 4, 8, 8, 2, 1};
    static const double broken[] = {1, 2, 6, NAN};
    struct lemma_evidence *e = fresh();

    (void) state;
    series(e, "noise/variance", 2, 2, steps, noise);
    assert_true(isnan(value(lemma_quantity_noise, e)));
    series(e, "local_loss/local", 3, 2, all_steps, loss);
    check_close(value(lemma_quantity_noise, e), 5 / 4.0, 1e-15);
    series(e, "noise/variance", 2, 2, steps, broken);
    assert_true(isnan(value(lemma_quantity_noise, e)));
    lemma_evidence_destroy(e);
}

/* tau = 1, L = 2, d = 1; sqrt(m log m) and m enter. */
static struct lemma_evidence *moved(const double change[3], const double move[6])
{
    static const double first[] = {-2, -2, -2}, steps[] = {0, 1, 2, 3};
    static const double omega[] = {0, 0, 7.5, 1, 2, 1, 27, 1}, loss[] = {4, 1, 1, 1};
    struct lemma_evidence *e = fresh();

    number(e, "network/m", 16);
    number(e, "network/d", 1);
    number(e, "network/L", 2);
    number(e, "train/tau", 1);
    series(e, "remainder/change", 3, 1, steps, change);
    series(e, "remainder/first_order", 3, 1, steps, first);
    series(e, "remainder/move", 3, 2, steps, move);
    series(e, "distance/spectral", 4, 2, steps, omega);
    series(e, "loss/server", 4, 1, steps, loss);
    return e;
}

static double allowed(double loss, double omega, double move)
{
    return sqrt(loss) * cbrt(omega) * 4 * sqrt(16 * log(16)) * move +
           4 * 16 * move * move;
}

static void semi_smoothness_is_that_of_the_worst_round(void **state)
{
    static const double move[] = {0.5, 0.25, 0.125, 0.5, 0.25, 0};
    static const double still[] = {0.5, 0.25, 0, 0, 0.25, 0};
    static const double change[] = {-1, 1, -3}, nothing[] = {-3, -2, -2};
    struct lemma_evidence *e = moved(change, move);
    double first = 1 / allowed(4, 0.5, 0.5), second = 3 / allowed(1, 8, 0.5);

    (void) state;
    check_close(value(lemma_quantity_semi_smooth, e), fmax(first, second), 1e-15);
    lemma_evidence_destroy(e);
    e = moved(nothing, still); /* 0/0 in a round that does not move adds nothing */
    check_close(value(lemma_quantity_semi_smooth, e), 0, 0);
    lemma_evidence_destroy(e);
}

/* In any round, in any table. */
static void a_round_that_is_not_a_number_is_not_passed_over(void **state)
{
    static const double move[] = {0.5, 0.25, 0.125, 0.5, 0.25, 0};

    (void) state;
    for (size_t i = 0; i < 3; i++) {
        double change[] = {-1, 1, -3}, at[6];
        struct lemma_evidence *e;

        memcpy(at, move, sizeof at);
        at[2 * i + 1] = NAN;
        e = moved(change, at);
        assert_true(isnan(value(lemma_quantity_semi_smooth, e)));
        lemma_evidence_destroy(e);
        change[i] = NAN;
        e = moved(change, move);
        assert_true(isnan(value(lemma_quantity_semi_smooth, e)));
        lemma_evidence_destroy(e);
    }
}

static void the_least_layer_and_the_last_are_those_of_the_start(void **state)
{
    static const double rows[] = {4, 2, 3, 1, 1, 1}, broken[] = {4, NAN, 3};
    static const double late[] = {5};
    struct lemma_evidence *e = fresh();

    (void) state;
    number(e, "network/L", 3);
    series(e, "gram/lambda_min_layer", 2, 3, NULL, rows);
    check_close(value(lemma_quantity_least_layer, e), 4, 0);
    check_close(value(lemma_quantity_last_layer, e), 6, 0);
    series(e, "gram/lambda_min_layer", 1, 3, NULL, broken);
    assert_true(isnan(value(lemma_quantity_least_layer, e)));
    series(e, "gram/lambda_min_layer", 1, 3, late, rows); /* no row of W(0) */
    assert_true(isnan(value(lemma_quantity_least_layer, e)));
    assert_true(isnan(value(lemma_quantity_last_layer, e)));
    number(e, "network/L", 2);
    series(e, "gram/lambda_min_layer", 2, 3, NULL, rows);
    assert_true(isnan(value(lemma_quantity_last_layer, e)));
    lemma_evidence_destroy(e);
}

static void the_limits_least_eigenvalue_is_found(void **state)
{
    static const double limit[] = {2, 1, 1, 2};
    struct lemma_evidence *e = fresh();

    (void) state;
    series(e, "start/limit", 2, 2, NULL, limit);
    check_close(value(lemma_quantity_limit_eigenvalue, e), 1, 1e-14);
    lemma_evidence_destroy(e);
}

/* L = exp(-r): from a hundredth on, u more rounds for each factor exp(-u), between
 * rows too. */
static void a_geometric_loss_takes_rounds_in_proportion(void **state)
{
    double loss[31], steps[31], x[LEMMA_SCALING_SERIES], y[LEMMA_SCALING_SERIES];
    struct lemma_evidence *e = fresh();
    size_t count;

    (void) state;
    for (size_t r = 0; r < 31; r++) {
        loss[r] = 3 * exp(-(double) r);
        steps[r] = 2 * (double) r;
    }
    number(e, "train/tau", 2);
    series(e, "loss/server", 31, 1, steps, loss);
    check_ok(lemma_quantity_rounds_to(e, x, y, &count), NULL);
    /* 0.125 sqrt(2)^k <= 30 - log 20 = 27.0: k = 15 at most */
    assert_int_equal(count, 16);
    for (size_t k = 0; k < count; k++) {
        check_close(x[k], 0.125 * pow(sqrt(2), (double) k), 1e-13 * x[k]);
        check_close(y[k], x[k], 1e-12);
    }
    loss[19] = 3 * exp(-18.0); /* a pause: the first round that is low enough counts */
    loss[20] = 3 * exp(-20.0);
    series(e, "loss/server", 31, 1, steps, loss);
    check_ok(lemma_quantity_rounds_to(e, x, y, &count), NULL);
    assert_int_equal(count, 16);
    /* u = 16: log L = -19.0, on the line from (19, -18) to (20, -20) */
    check_close(y[14], 19 + (log(20) + 16 - 18) / 2 - log(20), 1e-12);
    lemma_evidence_destroy(e);
}

static void rounding_is_no_accuracy(void **state)
{
    double loss[90], x[LEMMA_SCALING_SERIES], y[LEMMA_SCALING_SERIES];
    struct lemma_evidence *e = fresh();
    size_t count;

    (void) state;
    for (size_t r = 0; r < 90; r++)
        loss[r] = exp(-(double) r);
    number(e, "train/tau", 1);
    series(e, "loss/server", 90, 1, NULL, loss);
    check_ok(lemma_quantity_rounds_to(e, x, y, &count), NULL);
    assert_int_equal(count, 17); /* to 1e-20: u <= 18 log 10 = 41.4, of 32 and 45 */
    check_close(x[count - 1], 32, 1e-12);
    series(e, "loss/server", 4, 1, NULL, loss); /* never a hundredth */
    check_ok(lemma_quantity_rounds_to(e, x, y, &count), NULL);
    assert_int_equal(count, 0);
    lemma_evidence_destroy(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_record_says_nothing),
        cmocka_unit_test(the_deviation_is_that_of_the_first_round),
        cmocka_unit_test(clients_count_by_their_samples),
        cmocka_unit_test(gaps_are_those_of_the_first_rounds_last_step),
        cmocka_unit_test(noise_is_divided_by_the_loss_where_it_was_drawn),
        cmocka_unit_test(semi_smoothness_is_that_of_the_worst_round),
        cmocka_unit_test(a_round_that_is_not_a_number_is_not_passed_over),
        cmocka_unit_test(the_least_layer_and_the_last_are_those_of_the_start),
        cmocka_unit_test(the_limits_least_eigenvalue_is_found),
        cmocka_unit_test(a_geometric_loss_takes_rounds_in_proportion),
        cmocka_unit_test(rounding_is_no_accuracy),
    };

    return cmocka_run_group_tests_name("quantities", tests, NULL, NULL);
}
