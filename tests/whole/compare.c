/* Comparisons of what two runs saw. */
#include <math.h>

#include "rig.h"
#include "support.h"

static double largest(const struct naive_table *t)
{
    double most = 0;

    for (size_t i = 0; t && i < t->rows * t->count; i++)
        most = fmax(most, fabs(t->cells[i]));
    return most;
}

/* A least eigenvalue is right to rounding of the largest, where it is zero too. */
static double rounding_of(const struct naive_tables *all, const struct naive_table *t)
{
    const double rounding = 1e-14; /* where a table is zero but for rounding */
    char name[sizeof t->name];
    char *least;

    memcpy(name, t->name, sizeof name);
    least = strstr(name, "lambda_min");
    if (!least)
        return rounding;
    memcpy(least, "lambda_max", strlen("lambda_max"));
    return rounding * fmax(1, largest(naive_find(all, name)));
}

static void compare_table(const char *label, const struct naive_table *got,
                          const struct naive_table *want, double tolerance,
                          double rounding)
{
    double scale = largest(want);
    size_t cells = want->rows * want->count;

    if (got->rows != want->rows || got->count != want->count ||
        got->integer != want->integer ||
        memcmp(got->steps, want->steps, want->rows * sizeof *want->steps) != 0)
        fail_msg(
            "%s: %s has %zu rows of %zu%s, expected %zu of %zu%s at the same steps",
            label, got->name, got->rows, got->count, got->integer ? " integers" : "",
            want->rows, want->count, want->integer ? " integers" : "");
    if (tolerance == 0) {
        if (memcmp(got->cells, want->cells, cells * sizeof *want->cells) != 0)
            fail_msg("%s: %s differs in its bits", label, got->name);
        return;
    }
    for (size_t i = 0; i < cells; i++) {
        double allowed = want->integer ? 0 : tolerance * scale + rounding;
        if (isnan(want->cells[i]) && isnan(got->cells[i]))
            continue; /* missing, as expected */
        if (!(fabs(got->cells[i] - want->cells[i]) <= allowed))
            fail_msg("%s: %s, step %zu, cell %zu: %.17g, expected %.17g +- %.3g", label,
                     got->name, got->steps[i / got->count], i % got->count,
                     got->cells[i], want->cells[i], allowed);
    }
}

/* Cells first .. end of every row become their norm, and zeros. */
static void fold(struct naive_table *t, size_t first, size_t end)
{
    for (size_t r = 0; r < t->rows; r++) {
        double *cells = t->cells + r * t->count, sum = 0;

        for (size_t i = first; i < end; i++) {
            sum += cells[i] * cells[i];
            cells[i] = 0;
        }
        cells[first] = sqrt(sum);
    }
}

static struct naive_table *projection_of(struct naive_tables *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->table[i].name, "residual/projection") == 0)
            return &t->table[i];
    fail_msg("no projections");
    return NULL;
}

void rig_fold_projections(struct naive_tables *got, struct naive_tables *want)
{
    const struct naive_table *values = naive_find(want, "gram/eigenvalues");
    const double close = 1e-3; /* of the largest: vectors are right to 1e-12 beyond */

    assert_non_null(values);
    for (size_t i = 0, end; i < values->count; i = end) {
        for (end = i + 1; end < values->count; end++)
            if (values->cells[end] - values->cells[end - 1] >
                close * values->cells[values->count - 1])
                break;
        if (end - i < 2)
            continue;
        fold(projection_of(got), i, end);
        fold(projection_of(want), i, end);
    }
}

void rig_compare(const char *label, const struct naive_tables *got,
                 const struct naive_tables *want, double tolerance)
{
    assert_true(got->count > 0);
    for (size_t i = 0; i < got->count; i++) {
        const struct naive_table *other = naive_find(want, got->table[i].name);
        if (!other)
            fail_msg("%s: nobody expected the table %s", label, got->table[i].name);
        compare_table(label, &got->table[i], other, tolerance,
                      rounding_of(want, other));
    }
}

void rig_compare_models(const char *label, size_t P, const double *got,
                        const double *want, double tolerance)
{
    double scale = 0;

    for (size_t j = 0; j < P; j++)
        scale = fmax(scale, fabs(want[j]));
    for (size_t j = 0; j < P; j++)
        if (!(fabs(got[j] - want[j]) <= tolerance * scale))
            fail_msg("%s: weight %zu is %.17g, expected %.17g", label, j, got[j],
                     want[j]);
}
