#include "stat/synthetic.h"

#include <math.h>

/* Of a group at `place` in [0, 1]. */
static double noise_at(const struct plan *plan, double place)
{
    double growth = plan->growth > 0 ? plan->growth : 1;
    double bump = plan->bump > 0 ? plan->bump : 1;

    return plan->noise * pow(growth, place) * pow(bump, sin(acos(-1) * place));
}

void synthesise(const struct plan *plan, uint64_t id, struct synthetic *s)
{
    double z[3 * ROWS_MAX], last = fmax(1, (double) plan->groups - 1);
    const double *slope = z + ROWS_MAX, *common = z + 2 * ROWS_MAX; /* by seed */
    size_t n = plan->groups * plan->seeds;

    assert_true(n <= ROWS_MAX);
    draw_normals(id, z, 3 * ROWS_MAX);
    for (size_t i = 0; i < n; i++) {
        size_t k = i % plan->seeds, group = i / plan->seeds;
        double log_x = log(64) + (double) group * log(2), e = z[i];

        if (plan->skewed)
            e = -log(erfc(e / sqrt(2)) / 2) - 1;
        s->x[i] = 64 * pow(2, (double) group);
        s->y[i] = exp(log(3) + (plan->a + plan->slope * slope[k]) * log_x +
                      plan->q * log_x * log_x + plan->common * common[k] +
                      noise_at(plan, (double) group / last) * e);
        s->seed[i] = k + 1;
    }
    s->points = (struct lemma_points){lemma_cmat_of(s->x, n, 1), s->y,
                                      plan->paired ? s->seed : NULL};
}
