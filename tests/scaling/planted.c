#include "scaling/planted.h"

#include <math.h>

void plant(const struct plan *plan, uint64_t id, struct planted *p)
{
    double z[PLANTED_MAX], far = plan->decades * log(10);
    double last = (double) plan->groups - 1;

    p->count = plan->groups * plan->seeds;
    assert_true(p->count <= PLANTED_MAX);
    draw_normals(id, z, PLANTED_MAX);
    for (size_t i = 0; i < p->count; i++) {
        double log_x = log(4) + far * (double) (i / plan->seeds) / last;
        double bent = log_x - log(4) - far / 2;

        p->x[i] = exp(log_x);
        p->y[i] =
            exp(log(3) + plan->a * log_x + plan->q * bent * bent + plan->noise * z[i]);
        p->seed[i] = i % plan->seeds + 1;
    }
}

struct lemma_scaling_finding decide(const struct lemma_scaling_law *law,
                                    const struct planted *p)
{
    struct lemma_scaling_finding f = {.verdict = LEMMA_NOT_APPLICABLE};

    check_ok(lemma_scaling_decide(law, p->x, p->y, p->seed, p->count, &f), NULL);
    return f;
}

double beyond(const struct lemma_scaling_law *law, double by)
{
    double more = law->margin + by;

    return law->exponent + (law->side == LEMMA_GROWS_AT_MOST ? more : -more);
}
