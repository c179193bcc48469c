/* Comparisons of what two runs saw. */
#include <math.h>

#include "rig.h"
#include "support.h"

static void compare_table(const char *label, const struct naive_table *got,
                          const struct naive_table *want, double tolerance)
{
    const double rounding = 1e-14; /* where a table is zero but for rounding */
    double scale = 0;
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
    for (size_t i = 0; i < cells; i++)
        scale = fmax(scale, fabs(want->cells[i]));
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

void rig_compare(const char *label, const struct naive_tables *got,
                 const struct naive_tables *want, double tolerance)
{
    assert_true(got->count > 0);
    for (size_t i = 0; i < got->count; i++) {
        const struct naive_table *other = naive_find(want, got->table[i].name);
        if (!other)
            fail_msg("%s: nobody expected the table %s", label, got->table[i].name);
        compare_table(label, &got->table[i], other, tolerance);
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
