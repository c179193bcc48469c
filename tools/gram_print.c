/* A study of the initial tangent kernel on paper: tables, slopes, JSON. */
#include <math.h>

#include "core/alloc.h"
#include "gram.h"
#include "json.h"
#include "numbers.h"
#include "stat/powerlaw.h"

static const struct lemma_study_part *part_of(const struct gram_result *g, size_t w,
                                              size_t draw, size_t l)
{
    return &g->width[w].part[draw * (g->L + 1) + l];
}

/* distance ~ width^slope, part l, draws paired by their seed; NaN without memory or
 * with a single width. */
static struct lemma_estimate slope_of(const struct gram_result *g, size_t l)
{
    size_t n = g->widths * g->draws;
    double *x = lemma_alloc(2 * n, sizeof *x);
    uint64_t *seed = lemma_alloc(n, sizeof *seed);
    struct lemma_points points = {lemma_cmat_of(x, n, 1), x ? x + n : NULL, seed};
    struct lemma_powerlaw fit = {.a = {NAN, NAN, NAN}};

    for (size_t i = 0; x && seed && i < n; i++) {
        x[i] = (double) g->width[i / g->draws].width;
        x[n + i] = part_of(g, i / g->draws, i % g->draws, l)->relative;
        seed[i] = g->seed + i % g->draws;
    }
    if (x && seed)
        lemma_powerlaw_fit(&points, NULL, &fit, NULL);
    lemma_free(x);
    lemma_free(seed);
    return fit.a;
}

/* Mean and standard deviation of one number over the draws; sd NaN for a single one. */
struct spread {
    double mean, sd;
};

enum which { LEAST, MOST, CONDITION, TRACE, RELATIVE, SPECTRAL, COUNT };

static double number(const struct lemma_study_part *p, enum which which)
{
    switch (which) {
    case LEAST:
        return p->initial.lambda_min;
    case MOST:
        return p->initial.lambda_max;
    case CONDITION:
        return p->initial.condition;
    case TRACE:
        return p->initial.trace;
    case RELATIVE:
        return p->relative;
    default:
        return p->spectral;
    }
}

static struct spread spread_of(const struct gram_result *g, size_t w, size_t l,
                               enum which which)
{
    double sum = 0, square = 0, n = (double) g->draws;
    struct spread s;

    for (size_t i = 0; i < g->draws; i++)
        sum += number(part_of(g, w, i, l), which);
    s.mean = sum / n;
    for (size_t i = 0; i < g->draws; i++)
        square += pow(number(part_of(g, w, i, l), which) - s.mean, 2);
    s.sd = g->draws > 1 ? sqrt(square / (n - 1)) : NAN;
    return s;
}

static void print_head(FILE *out, const struct gram_result *g)
{
    const struct lemma_study *s = g->study;

    fprintf(out, "%s: ", s->net->preset->name);
    for (size_t w = 0; w < g->widths; w++)
        fprintf(out, "%s%zu", w ? ", " : "m = ", g->width[w].width);
    fprintf(out, "; L = %zu, d_x = %zu, d = %zu\n", g->L, s->net->d_x, s->net->d);
    fprintf(out, "%s: N = %zu samples, phi = %.4g, least angle %.4g\n", s->x->data.kind,
            s->N, s->set->geometry.phi, s->set->geometry.min_angle);
    fprintf(
        out,
        "Gram matrix: %s, order %zu; %zu draw%s of the weights, seeds %llu to %llu\n",
        s->kind == LEMMA_GRAM_FULL ? "full" : "mean over outputs", s->order, g->draws,
        g->draws == 1 ? "" : "s", (unsigned long long) g->seed,
        (unsigned long long) (g->seed + g->draws - 1));
}

static void cell(FILE *out, double x)
{
    char room[NUMBER_ROOM];

    fprintf(out, " %10s", number_real(x, room));
}

static void print_part(FILE *out, const struct gram_result *g, size_t w, size_t l)
{
    const struct lemma_spectrum_result *limit = &part_of(g, w, 0, l)->limit;
    char name[32];

    snprintf(name, sizeof name, l < g->L ? "layer %zu" : "all layers", l + 1);
    fprintf(out, "%-11s H^inf  ", name);
    cell(out, limit->lambda_min);
    cell(out, limit->lambda_max);
    cell(out, limit->condition);
    cell(out, limit->trace);
    fprintf(out, "\n%-11s H(0)   ", "");
    for (size_t k = 0; k < COUNT; k++)
        cell(out, spread_of(g, w, l, (enum which) k).mean);
    fputc('\n', out);
    if (g->draws < 2)
        return;
    fprintf(out, "%-11s  +-    ", "");
    for (size_t k = 0; k < COUNT; k++)
        cell(out, spread_of(g, w, l, (enum which) k).sd);
    fputc('\n', out);
}

static void print_bounds(FILE *out, const struct gram_result *g, size_t w)
{
    const struct lemma_bounds *b = &g->width[w].bounds;
    char low[NUMBER_ROOM], simple[NUMBER_ROOM], least[NUMBER_ROOM], high[NUMBER_ROOM];

    number_real(part_of(g, w, 0, g->L)->limit.lambda_min, least);
    number_real(b->upper, high);
    if (isnan(b->lower))
        fprintf(out,
                "\nlambda_min(H^inf) = %s <= %s (k1, the closest pair)\n"
                "k2 and k3 are about the two-layer kernel\n",
                least, high);
    else
        fprintf(out, "\n%s (k3) <= %s (k2) <= lambda_min(H^inf) = %s <= %s (k1)\n",
                number_real(b->simple, simple), number_real(b->lower, low), least,
                high);
}

static void print_columns(FILE *out, const char *first)
{
    fprintf(out, "\n%-19s %10s %10s %10s %10s %10s %10s\n", first, "lambda_min",
            "lambda_max", "kappa", "trace", "distance", "distance_2");
}

static void print_one(FILE *out, const struct gram_result *g)
{
    print_columns(out, "");
    for (size_t l = g->L == 1 ? 1 : 0; l <= g->L; l++)
        print_part(out, g, 0, l);
    print_bounds(out, g, 0);
}

/* One line a width, all layers together. */
static void print_widths(FILE *out, const struct gram_result *g)
{
    print_columns(out, "width");
    for (size_t w = 0; w < g->widths; w++) {
        fprintf(out, "%-19zu", g->width[w].width);
        for (size_t k = 0; k < COUNT; k++)
            cell(out, spread_of(g, w, g->L, (enum which) k).mean);
        fputc('\n', out);
        if (g->draws < 2)
            continue;
        fprintf(out, "%-19s", "  +-");
        for (size_t k = 0; k < COUNT; k++)
            cell(out, spread_of(g, w, g->L, (enum which) k).sd);
        fputc('\n', out);
    }
    print_bounds(out, g, g->widths - 1);
    fputc('\n', out);
    for (size_t l = g->L == 1 ? 1 : 0; l <= g->L; l++) {
        struct lemma_estimate a = slope_of(g, l);
        char name[32];

        snprintf(name, sizeof name, l < g->L ? "layer %zu" : "all layers", l + 1);
        fprintf(out, "%-11s distance ~ m^%.3f", name, a.value);
        if (!isnan(a.error))
            fprintf(out, " +- %.3f (standard error)", a.error);
        fputs(l == g->L ? "; the theory says -1/2 (3(g), 3(j))\n" : "\n", out);
    }
}

void gram_print(FILE *out, const struct gram_result *g)
{
    print_head(out, g);
    if (g->widths == 1)
        print_one(out, g);
    else
        print_widths(out, g);
    fputs("\ndistance: ||H(0) - H^inf||_F / ||H^inf||_F; distance_2: ||H(0) - "
          "H^inf||_2;\n"
          "+-: standard deviation over draws\n",
          out);
}

static void json_spectrum(struct json *j, const char *key,
                          const struct lemma_spectrum_result *r)
{
    json_object(j, key);
    json_real(j, "lambda_min", r->lambda_min);
    json_real(j, "lambda_max", r->lambda_max);
    json_real(j, "condition", r->condition);
    json_real(j, "trace", r->trace);
    json_close(j, '}');
}

static void json_part(struct json *j, const struct gram_result *g, size_t w, size_t l)
{
    json_object(j, NULL);
    if (l < g->L)
        json_count(j, "layer", (int64_t) l + 1);
    else
        json_text(j, "layer", "all");
    json_spectrum(j, "limit", &part_of(g, w, 0, l)->limit);
    json_array(j, "draws");
    for (size_t i = 0; i < g->draws; i++) {
        const struct lemma_study_part *p = part_of(g, w, i, l);

        json_object(j, NULL);
        json_count(j, "seed", (int64_t) (g->seed + i));
        json_spectrum(j, "initial", &p->initial);
        json_real(j, "distance_frobenius", p->frobenius);
        json_real(j, "distance_spectral", p->spectral);
        json_real(j, "distance_relative", p->relative);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
}

void gram_json(FILE *out, const struct gram_result *g)
{
    struct json json = {.out = out}, *j = &json;
    const struct lemma_study *s = g->study;

    json_object(j, NULL);
    json_text(j, "preset", s->net->preset->name);
    json_text(j, "kernel", s->kind == LEMMA_GRAM_FULL ? "full" : "mean");
    json_count(j, "order", (int64_t) s->order);
    json_real(j, "phi", s->set->geometry.phi);
    json_real(j, "min_angle", s->set->geometry.min_angle);
    json_array(j, "widths");
    for (size_t w = 0; w < g->widths; w++) {
        json_object(j, NULL);
        json_count(j, "width", (int64_t) g->width[w].width);
        json_object(j, "bounds");
        json_real(j, "k1", g->width[w].bounds.upper);
        json_real(j, "k2", g->width[w].bounds.lower);
        json_real(j, "k3", g->width[w].bounds.simple);
        json_close(j, '}');
        json_array(j, "parts");
        for (size_t l = 0; l <= g->L; l++)
            json_part(j, g, w, l);
        json_close(j, ']');
        json_close(j, '}');
    }
    json_close(j, ']');
    json_array(j, "slopes");
    for (size_t l = 0; l <= g->L && g->widths > 1; l++) {
        struct lemma_estimate a = slope_of(g, l);

        json_object(j, NULL);
        json_real(j, "slope", a.value);
        json_real(j, "standard_error", a.error);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
}
