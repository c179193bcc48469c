/* The algorithm: theory 1.4, with a server step size. */
#include "naive_sim.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void *naive_zeros(size_t n, size_t size)
{
    void *a = calloc(n ? n : 1, size);

    assert(a);
    return a;
}

/* W̄ = sum_c weight_c W_c. */
static void mean_of_locals(const struct naive_problem *p, const double *local, size_t P,
                           double *mean)
{
    memset(mean, 0, P * sizeof *mean);
    for (size_t c = 0; c < p->K; c++)
        for (size_t j = 0; j < P; j++)
            mean[j] += p->weight[c] * local[c * P + j];
}

/* W_c <- W_c - eta grad of the mean loss over the step's samples. */
static void local_step(struct naive_sim *s, size_t t, size_t c)
{
    const struct naive_problem *p = s->p;
    const int32_t *sample = p->batch ? p->batch + (t * p->K + c) * p->B : NULL;
    size_t count = sample ? 0 : p->spans[c].count;

    while (sample && count < p->B && sample[count] >= 0)
        count++;
    naive_gradient(p, s->local + c * s->P, sample, p->spans[c].first, count, &s->pass,
                   s->g_local);
    for (size_t j = 0; j < s->P; j++)
        s->local[c * s->P + j] -= p->eta * s->g_local[j];
}

static void round_of(struct naive_sim *s, size_t r)
{
    const struct naive_problem *p = s->p;

    for (size_t c = 0; c < p->K; c++)
        memcpy(s->local + c * s->P, s->server, s->P * sizeof *s->server);
    naive_move_begin(s);
    for (size_t i = 0; i < p->tau; i++) {
        size_t t = r * p->tau + i;
        mean_of_locals(p, s->local, s->P, s->average);
        naive_step_tables(s, t);
        if (i + 1 == p->tau)
            naive_move_last_step(s);
        for (size_t c = 0; c < p->K; c++)
            local_step(s, t, c);
    }
    mean_of_locals(p, s->local, s->P, s->average);
    naive_averaging_tables(s, r * p->tau + p->tau - 1);
    /* W(r+1) = W(r) + server_step sum_c weight_c (W_c(r, tau) - W(r)). */
    memset(s->sum, 0, s->P * sizeof *s->sum);
    for (size_t c = 0; c < p->K; c++)
        for (size_t j = 0; j < s->P; j++)
            s->sum[j] += p->weight[c] * (s->local[c * s->P + j] - s->server[j]);
    for (size_t j = 0; j < s->P; j++)
        s->server[j] += p->server_step * s->sum[j];
    naive_move_tables(s, r * p->tau);
}

static void sim_init(struct naive_sim *s, const struct naive_problem *p,
                     struct naive_result *out)
{
    size_t units = p->N * p->L * p->m, cells = (p->K + 1) * p->L + p->K;
    double **models[] = {&s->server,    &s->average, &s->sum, &s->g_local,
                         &s->g_average, &s->g_cross, &s->lip, &s->start};
    unsigned char **bits[] = {&s->initial, &s->now, &s->before, &s->mean};
    double **rows[] = {&s->a, &s->b, &s->row, &s->asymmetry};

    *s = (struct naive_sim){.p = p, .out = &out->tables, .P = naive_parameters(p)};
    naive_pass_init(p, &s->pass);
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        *models[i] = naive_zeros(s->P, sizeof(double));
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
        *bits[i] = naive_zeros(units, 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        *rows[i] = naive_zeros(cells, sizeof(double));
    s->local = naive_zeros(p->K * s->P, sizeof *s->local);
    s->jacobian = naive_zeros(p->N * p->d * s->P, sizeof *s->jacobian);
    memcpy(s->server, p->w0, s->P * sizeof *s->server);
    for (size_t c = 0; c < p->K; c++)
        naive_patterns(s, p->w0, c, s->initial);
    naive_kernel_begin(s);
}

static void sim_fini(struct naive_sim *s)
{
    double *const models[] = {
        s->average, s->sum, s->g_local, s->g_average, s->g_cross,  s->lip,      s->a,
        s->b,       s->row, s->local,   s->start,     s->jacobian, s->asymmetry};
    unsigned char *const bits[] = {s->initial, s->now, s->before, s->mean};

    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        free(models[i]);
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
        free(bits[i]);
    naive_pass_fini(&s->pass);
    naive_kernel_end(s);
}

void naive_run(const struct naive_problem *p, struct naive_result *out)
{
    struct naive_sim s;

    *out = (struct naive_result){0};
    sim_init(&s, p, out);
    for (size_t r = 0; r < p->R; r++) {
        naive_round_tables(&s, r * p->tau);
        round_of(&s, r);
    }
    naive_round_tables(&s, p->R * p->tau);
    out->final = s.server;
    out->margin = s.pass.margin;
    out->split = s.split;
    sim_fini(&s);
}

void naive_result_free(struct naive_result *out)
{
    naive_tables_free(&out->tables);
    free(out->final);
    *out = (struct naive_result){0};
}
