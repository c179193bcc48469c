/* The tables that look at samples one by one: theory 3(b4), 3(f), 3(m). */
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

/* lambda_max of the (d, d) matrix of inner products of sample i's Jacobian at w. */
static double block(struct naive_sim *s, const double *w, size_t i)
{
    size_t d = s->p->d;
    double *j = naive_zeros(d * s->P, sizeof *j), largest;
    double *g = naive_zeros(d * d, sizeof *g), *values = naive_zeros(d, sizeof *values);

    for (size_t a = 0; a < d; a++)
        naive_jacobian_row(s, w, i * d + a, j + a * s->P);
    for (size_t a = 0; a < d * d; a++)
        g[a] = naive_dot(j + a / d * s->P, j + a % d * s->P, s->P);
    naive_eigen(g, d, values, NULL);
    largest = values[d - 1];
    free(j);
    free(g);
    free(values);
    return largest;
}

/* E||g - grad L_c||^2 of a draw of B samples out of n whose gradients have the mean
 * square distance `spread` from theirs; B > n: all of them. */
static double draw(const struct naive_problem *p, double n, double spread)
{
    double B = (double) p->B;

    if (!p->batch || B > n)
        return 0;
    if (p->replacement)
        return spread / B;
    return B == n ? 0 : spread * (n - B) / (B * (n - 1));
}

/* Theory 3(m), gradient by gradient. */
static void noise(struct naive_sim *s, size_t t)
{
    const struct naive_problem *p = s->p;
    enum { VARIANCE, SAMPLED, SECOND, BLOCK, COLUMNS };
    static const char *const names[] = {"noise/variance", "noise/sampled",
                                        "noise/second_moment", "noise/largest_block"};
    double *table = naive_zeros(COLUMNS * p->K, sizeof *table);

    for (size_t c = 0; c < p->K; c++) {
        const double *w = s->local + c * s->P;
        const int32_t *sample = p->batch ? p->batch + (t * p->K + c) * p->B : NULL;
        size_t first = p->spans[c].first, n = p->spans[c].count, b = 0;
        double spread = 0, second = 0, largest = 0;

        naive_gradient(p, w, NULL, first, n, &s->pass, s->g_average);
        for (size_t i = first; i < first + n; i++) {
            naive_gradient(p, w, NULL, i, 1, &s->pass, s->g_local);
            spread += naive_squares(s->g_local, s->g_average, s->P) / (double) n;
            second += naive_squares(s->g_local, NULL, s->P) / (double) n;
            largest = fmax(largest, block(s, w, i));
        }
        while (sample && b < p->B && sample[b] >= 0)
            b++;
        naive_gradient(p, w, sample, first, sample ? b : n, &s->pass, s->g_local);
        table[VARIANCE * p->K + c] = draw(p, (double) n, spread);
        table[SAMPLED * p->K + c] = naive_squares(s->g_local, s->g_average, s->P);
        table[SECOND * p->K + c] = second;
        table[BLOCK * p->K + c] = largest;
    }
    for (size_t k = 0; k < COLUMNS; k++)
        naive_append(s->out, names[k], false, t, p->K, table + k * p->K);
    free(table);
}

/* Theory 3(f), the averaging gap: every client on every input. */
static void ensemble(struct naive_sim *s, size_t t)
{
    const struct naive_problem *p = s->p;
    double *gap = naive_zeros(p->N * p->d, sizeof *gap);
    double *disagreement = naive_zeros(p->N, sizeof *disagreement);
    double *mean = naive_zeros(p->m, sizeof *mean),
           *sum = naive_zeros(p->m, sizeof *sum);
    double *on = naive_zeros(p->m, sizeof *on);

    for (size_t i = 0; i < p->N; i++) {
        forward(s, s->average, i);
        memcpy(gap + i * p->d, s->pass.f, p->d * sizeof *gap);
        memcpy(mean, s->pass.z, p->m * sizeof *mean);
        for (size_t r = 0; r < p->m; r++)
            sum[r] = on[r] = 0;
        for (size_t c = 0; c < p->K; c++) {
            forward(s, s->local + c * s->P, i);
            for (size_t a = 0; a < p->d; a++)
                gap[i * p->d + a] -= p->weight[c] * s->pass.f[a];
            for (size_t r = 0; r < p->m; r++) {
                sum[r] += p->weight[c] * fabs(s->pass.z[r] - mean[r]);
                on[r] += s->pass.z[r] >= 0;
            }
        }
        for (size_t a = 0; a < p->d; a++)
            gap[i * p->d + a] = fabs(gap[i * p->d + a]);
        for (size_t r = 0; r < p->m; r++)
            disagreement[i] += on[r] > 0 && on[r] < (double) p->K ? sum[r] : 0;
    }
    naive_append(s->out, "ensemble/gap", false, t, p->N * p->d, gap);
    if (p->L == 1)
        naive_append(s->out, "ensemble/disagreement", false, t, p->N, disagreement);
    free(gap);
    free(disagreement);
    free(mean);
    free(sum);
    free(on);
}

void naive_sample_tables(struct naive_sim *s, size_t t)
{
    ensemble(s, t);
    preactivation(s, t);
    noise(s, t);
}
