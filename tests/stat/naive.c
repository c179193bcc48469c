#include "stat/naive.h"

#include <math.h>

enum { GROUPS_MAX = 16 };

struct set {
    size_t groups;
    long double seeds, lx[GROUPS_MAX], mean[GROUPS_MAX], own[GROUPS_MAX];
};

static void group(const double *x, const double *y, size_t seeds, struct set *s)
{
    s->seeds = (long double) seeds;
    for (size_t g = 0; g < s->groups; g++) {
        const double *mine = y + g * seeds;

        s->lx[g] = logl(x[g * seeds]);
        s->mean[g] = s->own[g] = 0;
        for (size_t i = 0; i < seeds; i++)
            s->mean[g] += logl(mine[i]) / s->seeds;
        for (size_t i = 0; i < seeds; i++)
            s->own[g] += powl(logl(mine[i]) - s->mean[g], 2) / (s->seeds - 1);
    }
}

/* Derivative by b of the likelihood, the level at its best. It falls in b. */
static long double score(const struct set *s, long double b)
{
    long double level = 0, sum = 0;

    for (size_t g = 0; g < s->groups; g++)
        level += s->own[g] * expl(-b * s->lx[g]) / (long double) s->groups;
    for (size_t g = 0; g < s->groups; g++)
        sum += (s->own[g] * expl(-b * s->lx[g]) / level - 1) * s->lx[g];
    return sum;
}

static long double bisect(const struct set *s)
{
    long double low = -50, high = 50;

    for (int i = 0; i < 200; i++) {
        long double middle = (low + high) / 2;

        if (score(s, middle) > 0)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

/* Normal equations with weights x^-b: the line, and what each mean adds to a. */
static void line(const struct set *s, long double b, long double *a, long double *log_c,
                 long double *share)
{
    long double w = 0, wx = 0, wxx = 0, wy = 0, wxy = 0;

    for (size_t g = 0; g < s->groups; g++) {
        long double v = expl(-b * s->lx[g]);

        w += v;
        wx += v * s->lx[g];
        wxx += v * s->lx[g] * s->lx[g];
        wy += v * s->mean[g];
        wxy += v * s->lx[g] * s->mean[g];
    }
    *a = (w * wxy - wx * wy) / (w * wxx - wx * wx);
    *log_c = (wy - *a * wx) / w;
    for (size_t g = 0; g < s->groups; g++)
        share[g] = expl(-b * s->lx[g]) * (w * s->lx[g] - wx) / (w * wxx - wx * wx);
}

/* 2 Lambda of lib/stat/line.c, shares differentiated numerically. */
static long double extra(const struct set *s, long double b)
{
    long double up[GROUPS_MAX], down[GROUPS_MAX], ignored, middle = 0, level = 0;
    long double information = 0, sum = 0, h = 1e-5L;

    line(s, b + h, &ignored, &ignored, up);
    line(s, b - h, &ignored, &ignored, down);
    for (size_t g = 0; g < s->groups; g++) {
        middle += s->lx[g] / (long double) s->groups;
        level += s->own[g] * expl(-b * s->lx[g]) / (long double) s->groups;
    }
    for (size_t g = 0; g < s->groups; g++) {
        information += (s->seeds - 1) / 2 * powl(s->lx[g] - middle, 2);
        sum += powl((up[g] - down[g]) / (2 * h), 2) * level * expl(b * s->lx[g]) /
               s->seeds;
    }
    return 2 * sum / information;
}

struct naive naive_fit(const double *x, const double *y, size_t groups, size_t seeds)
{
    struct set s = {.groups = groups};
    long double share[GROUPS_MAX], a, log_c, b, sum = 0, square = 0, dof;

    group(x, y, seeds, &s);
    b = bisect(&s);
    line(&s, b, &a, &log_c, share);
    for (size_t g = 0; g < groups; g++) {
        long double v = share[g] * share[g] * s.own[g] / s.seeds;

        sum += v;
        square += v * v / (s.seeds - 1);
    }
    dof = fminl(sum * sum / square, (long double) groups * (s.seeds - 1));
    sum += extra(&s, b);
    return (struct naive){(double) b, (double) a, (double) log_c, (double) sqrtl(sum),
                          (double) dof};
}
