#include "stat/line.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "core/alloc.h"
#include "stat/squares.h"

static double inner(const double *a, const double *b, size_t n)
{
    double s = 0;

    for (size_t i = 0; i < n; i++)
        s += a[i] * b[i];
    return s;
}

/* Misfit, total and scale of a line whose shares are known. */
static void judge(struct lemma_line *line, lemma_cmat design)
{
    const struct lemma_groups *g = line->g;
    double sum = 0, middle = 0, within = 0;

    for (size_t j = 0; j < line->p; j++)
        line->coef[j] = inner(lemma_row(line->share, j).a, g->mean, g->count);
    for (size_t i = 0; i < g->count; i++) {
        double w = 1 / line->s->of_mean[i];
        double rest = g->mean[i] - inner(lemma_crow(design, i).a, line->coef, line->p);

        line->misfit += w * rest * rest;
        sum += w;
        middle += w * g->mean[i];
    }
    middle /= sum;
    for (size_t i = 0; i < g->count; i++)
        line->total += pow(g->mean[i] - middle, 2) / line->s->of_mean[i];
    line->scale = 1;
    line->scale_dof = (double) lemma_groups_values(g) - (double) line->p;
    if (!line->s->scatter)
        return;
    for (size_t i = g->first[0]; i < g->first[g->count]; i++)
        within += g->off[i] * g->off[i];
    line->scale = line->scale_dof > 0
                      ? fmax((line->misfit + within) / line->scale_dof, line->s->floor)
                      : NAN;
}

/* What each seed moves coefficient j: its deviations in the groups, each widened by
 * n / (n - 1) in square, since they are deviations from means that it is part of. */
static void move(struct lemma_line *line, size_t j)
{
    const struct lemma_groups *g = line->g;

    for (size_t i = 0; i < g->count; i++) {
        double n = (double) lemma_group_size(g, i);
        double part = n > 1 ? lemma_row(line->share, j).a[i] / sqrt(n * (n - 1)) : 0;

        for (size_t v = g->first[i]; v < g->first[i + 1]; v++)
            line->seed[j * g->seeds + g->seed[v]] += part * g->off[v];
    }
}

/* out (count) = coefficient i's shares, weighted anew as the trend of axis k turns: the
 * derivative of the shares by b_k, less its sign. */
static void turn(const struct lemma_line *line, lemma_cmat design, size_t i, size_t k,
                 double *out)
{
    const struct lemma_groups *g = line->g;

    for (size_t n = 0; n < g->count; n++)
        out[n] = lemma_row(line->share, i).a[n] * lemma_row(g->log_x, n).a[k];
    for (size_t j = 0; j < line->p; j++) {
        double along = 0;

        for (size_t n = 0; n < g->count; n++)
            along += lemma_row(line->share, i).a[n] * lemma_row(g->log_x, n).a[k] *
                     lemma_crow(design, n).a[j];
        for (size_t n = 0; n < g->count; n++)
            out[n] -= along * lemma_row(line->share, j).a[n];
    }
}

/*
 * Weights are estimated by the values that they weigh. With T_k = d share / d b_k, V
 * the variances of the means, U the covariance of b,
 *
 *     Lambda = sum_kl U_kl T_k V T_l^T
 *
 * is what this adds to the covariance, and to first order what share own share^T falls
 * short of it in turn: 2 Lambda in all (Kackar and Harville 1984, JASA 79:853; Kenward
 * and Roger 1997, Biometrics 53:983; for own variances the covariance of b
 * and s_g^2 gives the same).
 */
static lemma_status uncertain_weights(struct lemma_line *line, lemma_cmat design)
{
    const struct lemma_spread *s = line->s;
    size_t axes = line->g->axes, p = line->p;
    lemma_mat turns = {0}; /* row i * axes + k */
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_mat_create(p * axes, line->g->count, &turns));
    for (size_t i = 0; i < p; i++)
        for (size_t k = 0; k < axes; k++) {
            double *row = lemma_row(turns, i * axes + k).a;

            turn(line, design, i, k, row);
            for (size_t n = 0; n < line->g->count; n++)
                row[n] *= sqrt(s->of_mean[n]);
        }
    for (size_t a = 0; a < p * axes; a++)
        for (size_t b = 0; b < p * axes; b++)
            line->extra[a / axes * p + b / axes] +=
                2 * s->trend_covariance[a % axes * axes + b % axes] *
                inner(lemma_row(turns, a).a, lemma_row(turns, b).a, line->g->count);
out:
    lemma_free(turns.a);
    return st;
}

lemma_status lemma_line_create(const struct lemma_groups *g,
                               const struct lemma_spread *s, lemma_cmat design,
                               struct lemma_line *line, size_t *dependent)
{
    struct lemma_line new = {.g = g, .s = s, .p = design.cols};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_mat_create(new.p, g->count, &new.share));
    LEMMA_NEW(new.coef, new.p);
    LEMMA_NEW(new.seed, new.p * g->seeds);
    LEMMA_NEW(new.extra, new.p *new.p);
    LEMMA_TRY(lemma_least_squares(design, s->of_mean, new.share, new.coef, dependent));
    if (*dependent == new.p) {
        judge(&new, design);
        for (size_t j = 0; j < new.p; j++)
            move(&new, j);
        LEMMA_TRY(uncertain_weights(&new, design));
    }
    *line = new;
    new = (struct lemma_line){0};
out:
    lemma_line_fini(&new);
    return st;
}

void lemma_line_fini(struct lemma_line *line)
{
    lemma_free(line->share.a);
    lemma_free(line->coef);
    lemma_free(line->seed);
    lemma_free(line->extra);
}

/* Variance of a group's mean: its replicates' own, which the weights' model does not
 * touch, so that a wrong model costs width and not coverage. */
static double variance_of(const struct lemma_line *line, size_t group)
{
    const struct lemma_spread *s = line->s;

    if (s->scatter || !(s->dof[group] > 0))
        return line->scale * s->of_mean[group];
    return s->own[group] / (double) lemma_group_size(line->g, group);
}

double lemma_line_covariance(const struct lemma_line *line, size_t i, size_t j)
{
    const struct lemma_groups *g = line->g;
    const double *a = lemma_row(line->share, i).a, *b = lemma_row(line->share, j).a;
    bool joint = g->joint && !line->s->scatter;
    double sum = line->extra[i * line->p + j], rounding = 0;

    for (size_t k = 0; k < g->count; k++) {
        if (!joint || lemma_group_size(g, k) == 1)
            sum += a[k] * b[k] * variance_of(line, k);
        rounding += a[k] * b[k] * line->s->floor;
    }
    if (joint)
        sum += inner(line->seed + i * g->seeds, line->seed + j * g->seeds, g->seeds);
    return i == j && sum < rounding ? rounding : sum;
}

/* Satterthwaite 1946: of a sum of variances on few degrees of freedom each. */
static double satterthwaite(const struct lemma_line *line, size_t i)
{
    const struct lemma_spread *s = line->s;
    double sum = 0, square = 0;

    for (size_t k = 0; k < line->g->count; k++) {
        double a = lemma_row(line->share, i).a[k], v = a * a * variance_of(line, k);

        sum += v;
        square += v * v / (s->dof[k] > 0 ? s->dof[k] : s->total);
    }
    return square > 0 ? fmin(sum * sum / square, s->total) : s->total;
}

static double freedom(const struct lemma_line *line, size_t i)
{
    if (line->s->scatter)
        return line->scale_dof;
    if (line->g->joint)
        return (double) lemma_groups_seeds(line->g, NULL) - 1;
    return satterthwaite(line, i);
}

struct lemma_estimate lemma_line_estimate(const struct lemma_line *line, size_t i)
{
    return (struct lemma_estimate){
        line->coef[i], sqrt(lemma_line_covariance(line, i, i)), freedom(line, i)};
}

struct lemma_f_test lemma_line_lack_of_fit(const struct lemma_line *line)
{
    const struct lemma_spread *s = line->s;
    struct lemma_f_test t = {NAN, NAN, NAN, NAN};

    if (line->g->count <= line->p || s->scatter)
        return t;
    t.dof1 = (double) (line->g->count - line->p);
    t.dof2 = s->total;
    t.f = line->misfit / t.dof1;
    t.p = gsl_cdf_fdist_Q(t.f, t.dof1, t.dof2);
    return t;
}

double lemma_line_r2(const struct lemma_line *line)
{
    double rounding = 0;

    for (size_t i = 0; i < line->g->count; i++)
        rounding += line->s->floor / line->s->of_mean[i];
    return line->total > rounding ? 1 - line->misfit / line->total : NAN;
}
