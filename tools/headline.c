#include "headline.h"

#include <math.h>
#include <stdbool.h>

#include "core/alloc.h"

enum { BLOCK = 1 << 16 }; /* doubles read at a time, where a row is not longer */

/* What is kept of the rows of one or two tables of equal shape. */
typedef void (*fold)(double *value, size_t width, const double *a, const double *b);

static size_t row_width(const struct lemma_shape *s)
{
    size_t width = 1;

    for (size_t i = 1; i < s->rank; i++)
        width *= s->dims[i];
    return width;
}

static bool same_shape(const struct lemma_shape *a, const struct lemma_shape *b)
{
    for (size_t i = 0; i < a->rank && a->rank == b->rank; i++)
        if (a->dims[i] != b->dims[i])
            return false;
    return a->rank == b->rank;
}

/* Folds rows [first, T) of table a (and b, or NULL) into *value, block by block. */
static lemma_status fold_rows(struct lemma_reader *reader, const char *a, const char *b,
                              const struct lemma_shape *shape, size_t first, fold f,
                              double *value)
{
    lemma_status st = LEMMA_OK;
    size_t width = row_width(shape),
           rows = width < BLOCK ? BLOCK / (width ? width : 1) : 1;
    double *in_a = NULL, *in_b = NULL;

    LEMMA_NEW(in_a, rows * width);
    LEMMA_NEW(in_b, rows * width);
    for (size_t done = first; done < shape->dims[0]; done += rows) {
        size_t left = shape->dims[0] - done, count = left < rows ? left : rows;

        LEMMA_TRY(lemma_reader_rows(reader, a, done, count, in_a));
        if (b)
            LEMMA_TRY(lemma_reader_rows(reader, b, done, count, in_b));
        for (size_t i = 0; i < count; i++)
            f(value, width, in_a + i * width, in_b + i * width);
    }
out:
    lemma_free(in_b);
    lemma_free(in_a);
    return st;
}

/* Largest ratio a/b of two entries; 0/0 says nothing. */
static void fold_ratio(double *value, size_t width, const double *a, const double *b)
{
    for (size_t i = 0; i < width; i++)
        if (b[i] > 0)
            *value = fmax(*value, a[i] / b[i]);
}

/* Largest entry. */
static void fold_max(double *value, size_t width, const double *a, const double *b)
{
    (void) b;
    for (size_t i = 0; i < width; i++)
        *value = fmax(*value, a[i]);
}

/* Largest sum over a row. */
static void fold_sum(double *value, size_t width, const double *a, const double *b)
{
    double sum = 0;

    (void) b;
    for (size_t i = 0; i < width; i++)
        sum += a[i];
    *value = fmax(*value, sum);
}

/* Euclidean norm of a row. */
static void fold_norm(double *value, size_t width, const double *a, const double *b)
{
    double sum = 0;

    (void) b;
    for (size_t i = 0; i < width; i++)
        sum += a[i] * a[i];
    *value = sqrt(sum);
}

/* NaN where a table is missing or has no rows. last: the last row alone. */
static lemma_status measure(struct lemma_reader *reader, const char *a, const char *b,
                            bool last, fold f, double *value)
{
    lemma_status st = LEMMA_OK;
    struct lemma_shape shape, other;

    *value = NAN;
    if (lemma_reader_shape(reader, a, &shape) != LEMMA_OK || shape.rank == 0 ||
        shape.dims[0] == 0)
        goto out;
    if (b && (lemma_reader_shape(reader, b, &other) != LEMMA_OK ||
              !same_shape(&shape, &other)))
        goto out;
    st = fold_rows(reader, a, b, &shape, last ? shape.dims[0] - 1 : 0, f, value);
out:
    return st;
}

/* Units times samples: what a full flip of every pattern would count. NaN if unknown.
 */
static double pattern_bits(struct lemma_reader *reader)
{
    double n = NAN, m = NAN, depth = NAN;

    if (lemma_reader_attr_f64(reader, "data", "samples", &n) != LEMMA_OK ||
        lemma_reader_attr_f64(reader, "network", "m", &m) != LEMMA_OK ||
        lemma_reader_attr_f64(reader, "network", "L", &depth) != LEMMA_OK)
        return NAN;
    return n * m * depth;
}

static void add(struct headlines *h, const char *name, const char *title,
                const char *meaning, double value)
{
    LEMMA_REQUIRE(h->count < HEADLINES_MAX);
    if (!isnan(value))
        h->list[h->count++] = (struct headline){name, title, meaning, value};
}

static lemma_status first_and_last(struct lemma_reader *reader, struct headlines *h)
{
    lemma_status st = LEMMA_OK;
    struct lemma_shape shape;
    double first = NAN, last = NAN;

    if (lemma_reader_shape(reader, "loss/server", &shape) != LEMMA_OK ||
        shape.rank == 0 || shape.dims[0] == 0)
        goto out;
    LEMMA_TRY(lemma_reader_number(reader, "loss/server", 0, &first));
    LEMMA_TRY(lemma_reader_number(reader, "loss/server", shape.dims[0] - 1, &last));
    add(h, "loss_first", "loss at the start", "L(W(0)), mean over samples", first);
    add(h, "loss_last", "loss at the end", "L(W), last row", last);
    LEMMA_TRY(measure(reader, "loss/accuracy", NULL, true, fold_max, &last));
    add(h, "accuracy", "accuracy at the end", "share of samples classed right", last);
    LEMMA_TRY(measure(reader, "loss/test_accuracy", NULL, true, fold_max, &last));
    add(h, "test_accuracy", "accuracy, test set", "at the end", last);
out:
    return st;
}

static lemma_status add_kernel(struct lemma_reader *reader, struct headlines *h)
{
    lemma_status st = LEMMA_OK;
    double value = NAN;

    LEMMA_TRY(measure(reader, "gram/lambda_min", NULL, true, fold_max, &value));
    add(h, "lambda_min", "least kernel eigenvalue", "lambda_min(H), last row", value);
    LEMMA_TRY(measure(reader, "gram/change_spectral", "gram/lambda_max", false,
                      fold_ratio, &value));
    add(h, "kernel_change", "largest kernel change",
        "||H(t) - H(0)||_2 / lambda_max(H(t))", value);
    LEMMA_TRY(measure(reader, "lazy/error", NULL, false, fold_max, &value));
    add(h, "lazy_error", "largest lazy error",
        "||r(t) - r_lin(t)|| / ||r(0)||, r_lin by the frozen kernel", value);
out:
    return st;
}

lemma_status headlines_read(struct lemma_reader *reader, struct headlines *h)
{
    lemma_status st = LEMMA_OK;
    struct headlines found = {0};
    double value = NAN, other = NAN;

    LEMMA_TRY(first_and_last(reader, &found));
    LEMMA_TRY(
        measure(reader, "activation/flips_initial", NULL, false, fold_sum, &value));
    add(&found, "flips_initial", "largest share of flips",
        "of the units' patterns, W_c(t) against W(0)", value / pattern_bits(reader));
    LEMMA_TRY(measure(reader, "gradient_gap/gap", "gradient_gap/average", false,
                      fold_ratio, &value));
    add(&found, "gap_relative", "largest gradient gap",
        "||g_c(W_c) - g_c(W_avg)|| / ||g_c(W_avg)||", value);
    LEMMA_TRY(measure(reader, "gradient_gap/pattern", "gradient_gap/gap", false,
                      fold_ratio, &value));
    add(&found, "gap_pattern", "largest pattern part of it",
        "||Pat|| / gap: what flips cause", value);
    LEMMA_TRY(measure(reader, "deviation/frobenius", NULL, false, fold_max, &value));
    LEMMA_TRY(measure(reader, "deviation/at_averaging", NULL, false, fold_max, &other));
    add(&found, "deviation", "largest client deviation",
        "||W_c - W_avg||_F of one layer", fmax(value, other));
    LEMMA_TRY(measure(reader, "distance/frobenius", NULL, true, fold_norm, &value));
    add(&found, "distance", "distance from W(0)", "||W(R) - W(0)||_F over all layers",
        value);
    LEMMA_TRY(measure(reader, "distance/max_neuron", NULL, true, fold_max, &value));
    add(&found, "distance_neuron", "farthest neuron",
        "largest ||w_j(R) - w_j(0)||_2 of one unit", value);
    LEMMA_TRY(add_kernel(reader, &found));
    *h = found;
out:
    return st;
}
