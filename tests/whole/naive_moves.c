/* The tables of a round as a whole: theory 3(d), 3(i), by Jacobians written out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "naive_sim.h"

void naive_jacobian_row(struct naive_sim *s, const double *w, size_t row, double *out)
{
    const struct naive_problem *p = s->p;
    size_t i = row / p->d;
    double *unit = naive_zeros(p->d, sizeof *unit);

    unit[row % p->d] = 1;
    memset(out, 0, s->P * sizeof *out);
    naive_forward(p, w, p->x + i * p->d_x, p->y + i * p->d, &s->pass);
    naive_pull(p, w, unit, 1, &s->pass, out);
    free(unit);
}

void naive_residuals(struct naive_sim *s, const double *w, double *r)
{
    const struct naive_problem *p = s->p;

    for (size_t i = 0; i < p->N; i++) {
        naive_forward(p, w, p->x + i * p->d_x, p->y + i * p->d, &s->pass);
        memcpy(r + i * p->d, s->pass.r, p->d * sizeof *r);
    }
}

void naive_move_begin(struct naive_sim *s)
{
    memcpy(s->start, s->server, s->P * sizeof *s->start);
    for (size_t k = 0; k < s->p->N * s->p->d; k++)
        naive_jacobian_row(s, s->start, k, s->jacobian + k * s->P);
}

/* ||J(W(r)) (J_c(W_c) - J_c(W(r)))^T||_F at the round's last step. */
void naive_move_last_step(struct naive_sim *s)
{
    const struct naive_problem *p = s->p;
    double *change = naive_zeros(s->P, sizeof *change);

    for (size_t c = 0; c < p->K; c++) {
        size_t first = p->spans[c].first * p->d, count = p->spans[c].count * p->d;
        double sum = 0;
        for (size_t k = first; k < first + count; k++) {
            naive_jacobian_row(s, s->local + c * s->P, k, change);
            for (size_t j = 0; j < s->P; j++)
                change[j] -= s->jacobian[k * s->P + j];
            for (size_t i = 0; i < p->N * p->d; i++)
                sum += pow(naive_dot(s->jacobian + i * s->P, change, s->P), 2);
        }
        s->asymmetry[c] = sqrt(sum);
    }
    free(change);
}

static void move_and_flips(struct naive_sim *s, size_t t)
{
    const struct naive_problem *p = s->p;

    for (size_t c = 0; c < p->K; c++) {
        naive_patterns(s, s->start, c, s->now);
        naive_patterns(s, s->server, c, s->mean);
    }
    for (size_t l = 0; l < p->L; l++) {
        size_t size = p->m * naive_inputs(p, l), o = naive_offset(p, l);
        s->a[l] = sqrt(naive_dot(s->sum + o, s->sum + o, size));
        s->b[l] = 0;
        for (size_t i = 0; i < p->N; i++) {
            double count = 0;
            for (size_t u = (i * p->L + l) * p->m; u < (i * p->L + l + 1) * p->m; u++)
                count += s->now[u] != s->mean[u];
            s->b[l] = fmax(s->b[l], count);
        }
    }
    naive_append(s->out, "remainder/move", false, t, p->L, s->a);
    naive_append(s->out, "remainder/flips_max", true, t, p->L, s->b);
}

void naive_move_tables(struct naive_sim *s, size_t t)
{
    const struct naive_problem *p = s->p;
    double *was = naive_zeros(p->N * p->d, sizeof *was);
    double *is = naive_zeros(p->N * p->d, sizeof *is);
    double change = 0, first = 0, rest = 0, second = 0, zero = p->L == 1 ? 0 : NAN;

    for (size_t j = 0; j < s->P; j++)
        s->sum[j] = s->server[j] - s->start[j];
    naive_residuals(s, s->start, was);
    naive_residuals(s, s->server, is);
    for (size_t c = 0; c < p->K; c++) {
        double each = p->weight[c] / (double) p->spans[c].count; /* 1 / N */
        size_t from = p->spans[c].first * p->d, count = p->spans[c].count * p->d;
        for (size_t k = from; k < from + count; k++) {
            double linear = naive_dot(s->jacobian + k * s->P, s->sum, s->P);
            change += each * (is[k] * is[k] - was[k] * was[k]) / 2;
            first += each * was[k] * linear;
            rest += each * was[k] * (is[k] - was[k] - linear);
            second += each * (is[k] - was[k]) * (is[k] - was[k]) / 2;
        }
    }
    naive_append(s->out, "asymmetric_gram/identity_residual", false, t, 1, &zero);
    naive_append(s->out, "asymmetric_gram/asymmetry", false, t, p->K, s->asymmetry);
    naive_append(s->out, "remainder/change", false, t, 1, &change);
    naive_append(s->out, "remainder/first_order", false, t, 1, &first);
    naive_append(s->out, "remainder/remainder", false, t, 1, &rest);
    naive_append(s->out, "remainder/second_order", false, t, 1, &second);
    naive_append(s->out, "remainder/identity_residual", false, t, 1, &zero);
    move_and_flips(s, t);
    free(was);
    free(is);
}
