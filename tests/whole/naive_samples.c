/* The tables that look at samples one by one: theory 3(b4). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "naive_sim.h"

static void forward(struct naive_sim *s, const double *w, size_t i)
{
    naive_forward(s->p, w, s->p->x + i * s->p->d_x, s->p->y + i * s->p->d, &s->pass);
}

/* Theory 3(b4): ||z_l(W_c) - z_l(W(0))|| and the units whose sign differs. */
static void preactivation(struct naive_sim *s, size_t t)
{
    const struct naive_problem *p = s->p;
    size_t units = p->L * p->m, cells = p->N * p->L;
    double *change = naive_zeros(cells, sizeof *change);
    double *flips = naive_zeros(cells, sizeof *flips);
    double *z = naive_zeros(units, sizeof *z);

    for (size_t c = 0; c < p->K; c++)
        for (size_t b = 0; b < p->spans[c].count; b++) {
            size_t i = p->spans[c].first + b;
            forward(s, p->w0, i);
            memcpy(z, s->pass.z, units * sizeof *z);
            forward(s, s->local + c * s->P, i);
            for (size_t u = 0; u < units; u++) {
                size_t cell = i * p->L + u / p->m;
                change[cell] += pow(s->pass.z[u] - z[u], 2);
                flips[cell] += (s->pass.z[u] >= 0) != (z[u] >= 0);
            }
        }
    for (size_t k = 0; k < cells; k++)
        change[k] = sqrt(change[k]);
    naive_append(s->out, "preactivation/change", false, t, cells, change);
    naive_append(s->out, "preactivation/flips", true, t, cells, flips);
    free(change);
    free(flips);
    free(z);
}

void naive_sample_tables(struct naive_sim *s, size_t t)
{
    preactivation(s, t);
}
