#include "scaling/quantities.h"

#include <math.h>

#include "claim/matrices.h"
#include "scaling/scaling.h"

static lemma_status read(struct lemma_evidence *e, size_t count,
                         const char *const *paths, const struct lemma_series **s,
                         bool *all)
{
    lemma_status st = LEMMA_OK;

    *all = true;
    for (size_t i = 0; i < count; i++) {
        LEMMA_TRY(lemma_evidence_series(e, paths[i], &s[i]));
        *all &= s[i] != NULL;
    }
out:
    return st;
}

/* Whether a table's row is K by L. */
static bool has_width(const struct lemma_series *s, double width)
{
    return (double) s->width == width;
}

/* sqrt(sum_c (n_c/N) sum_l x_cl^2) of a row of K by layers numbers. */
static lemma_status root_mean_square(struct lemma_evidence *e, const double *row,
                                     size_t K, size_t layers, double *y)
{
    const double *counts = NULL;
    double N = 0, sum = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_evidence_clients(e, &counts));
    if (!counts && lemma_evidence_why(e, "data/client")[0])
        return LEMMA_OK;
    for (size_t c = 0; c < K; c++) {
        double n = counts ? counts[c] : 1; /* equal ones, as iid deals them */

        N += n;
        for (size_t l = 0; l < layers; l++)
            sum += n * pow(row[c * layers + l], 2);
    }
    *y = sqrt(sum / N);
out:
    return st;
}

lemma_status lemma_quantity_deviation(struct lemma_evidence *e, double *y)
{
    static const char *const paths[] = {"deviation/at_averaging"};
    double K = lemma_evidence_number(e, "train/K");
    double L = lemma_evidence_number(e, "network/L");
    const struct lemma_series *s = NULL;
    bool all;
    lemma_status st = LEMMA_OK;

    *y = NAN;
    LEMMA_TRY(read(e, 1, paths, &s, &all));
    if (all && has_width(s, K * L))
        LEMMA_TRY(root_mean_square(e, s->cells, (size_t) K, (size_t) L, y));
out:
    return st;
}

static lemma_status last_of_round(struct lemma_evidence *e, const char *path, double *y)
{
    double K = lemma_evidence_number(e, "train/K");
    double tau = lemma_evidence_number(e, "train/tau");
    const struct lemma_series *s = NULL;
    const double *row;
    lemma_status st = LEMMA_OK;

    *y = NAN;
    LEMMA_TRY(lemma_evidence_series(e, path, &s));
    row = s && has_width(s, K) ? lemma_series_at(s, tau - 1) : NULL;
    if (row)
        LEMMA_TRY(root_mean_square(e, row, (size_t) K, 1, y));
out:
    return st;
}

lemma_status lemma_quantity_lipschitz(struct lemma_evidence *e, double *y)
{
    return last_of_round(e, "gradient_gap/lipschitz", y);
}

lemma_status lemma_quantity_pattern(struct lemma_evidence *e, double *y)
{
    return last_of_round(e, "gradient_gap/pattern", y);
}

lemma_status lemma_quantity_noise(struct lemma_evidence *e, double *y)
{
    static const char *const paths[] = {"noise/variance", "local_loss/local"};
    const struct lemma_series *s[2] = {NULL};
    double sum = 0;
    size_t count = 0;
    bool all;
    lemma_status st = LEMMA_OK;

    *y = NAN;
    LEMMA_TRY(read(e, 2, paths, s, &all));
    if (!all || s[0]->width != s[1]->width)
        goto out;
    for (size_t i = 0; i < s[0]->rows; i++) {
        const double *loss = lemma_series_at(s[1], s[0]->step[i]);

        for (size_t c = 0; loss && c < s[0]->width; c++, count++)
            sum += s[0]->cells[i * s[0]->width + c] / loss[c];
    }
    *y = sum / (double) count;
out:
    return st;
}

static double largest(const double *row, size_t n)
{
    double most = 0;

    for (size_t i = 0; i < n && !isnan(most); i++)
        most = row[i] <= most ? most : row[i];
    return most;
}

/* What the i-th round's move adds, over what is allowed; NaN where a number is missing.
 * *known false where a table has no row for it. */
static double beyond(struct lemma_evidence *e, const struct lemma_series *const s[5],
                     size_t i, bool *known)
{
    double m = lemma_evidence_number(e, "network/m");
    double d = lemma_evidence_number(e, "network/d");
    double L = lemma_evidence_number(e, "network/L");
    const double *before = lemma_series_at(s[3], s[0]->step[i]);
    const double *loss = lemma_series_at(s[4], s[0]->step[i]);
    double added = s[0]->cells[i] - s[1]->cells[i], move, omega, bound;

    *known = before && loss;
    if (!*known)
        return NAN;
    move = largest(s[2]->cells + i * s[2]->width, s[2]->width);
    omega = largest(before, s[3]->width) + move;
    bound = sqrt(loss[0]) * cbrt(omega) * L * L * sqrt(m * log(m) / d) * move +
            L * L * m / d * move * move;
    return added <= 0 && !isnan(bound) ? 0 : added / bound;
}

lemma_status lemma_quantity_semi_smooth(struct lemma_evidence *e, double *y)
{
    static const char *const paths[] = {"remainder/change", "remainder/first_order",
                                        "remainder/move", "distance/spectral",
                                        "loss/server"};
    const struct lemma_series *s[5] = {NULL};
    double L = lemma_evidence_number(e, "network/L");
    size_t rounds = 0;
    bool all;
    lemma_status st = LEMMA_OK;

    *y = NAN;
    LEMMA_TRY(read(e, 5, paths, s, &all));
    if (!all || !has_width(s[2], L) || !has_width(s[3], L) ||
        s[0]->rows != s[1]->rows || s[0]->rows != s[2]->rows)
        goto out;
    for (size_t i = 0; i < s[0]->rows && (rounds == 0 || !isnan(*y)); i++) {
        bool known;
        double now = beyond(e, s, i, &known);

        if (known && (rounds++ == 0 || !(now <= *y)))
            *y = now; /* NaN stays */
    }
out:
    return st;
}

/* The first row of gram/lambda_min_layer, NULL where there is none. */
static lemma_status first_layers(struct lemma_evidence *e, const double **row,
                                 size_t *layers)
{
    const struct lemma_series *s = NULL;
    double L = lemma_evidence_number(e, "network/L");
    lemma_status st = LEMMA_OK;

    *row = NULL;
    LEMMA_TRY(lemma_evidence_series(e, "gram/lambda_min_layer", &s));
    if (s && has_width(s, L)) {
        *row = lemma_series_at(s, 0);
        *layers = s->width;
    }
out:
    return st;
}

lemma_status lemma_quantity_least_layer(struct lemma_evidence *e, double *y)
{
    const double *row = NULL;
    size_t layers = 0;
    lemma_status st = LEMMA_OK;

    *y = NAN;
    LEMMA_TRY(first_layers(e, &row, &layers));
    for (size_t l = 0; row && l < layers && (l == 0 || !isnan(*y)); l++)
        if (l == 0 || !(2 * row[l] >= *y))
            *y = 2 * row[l]; /* NaN stays */
out:
    return st;
}

lemma_status lemma_quantity_last_layer(struct lemma_evidence *e, double *y)
{
    const double *row = NULL;
    size_t layers = 0;
    lemma_status st = LEMMA_OK;

    *y = NAN;
    LEMMA_TRY(first_layers(e, &row, &layers));
    if (row)
        *y = 2 * row[layers - 1];
out:
    return st;
}

lemma_status lemma_quantity_limit_eigenvalue(struct lemma_evidence *e, double *y)
{
    const struct lemma_series *limit = NULL;
    struct lemma_extremes ends = {NAN, NAN};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_evidence_series(e, "start/limit", &limit));
    if (limit)
        LEMMA_TRY(lemma_matrix_extremes(limit, &ends));
    *y = ends.least;
out:
    return st;
}

/* The round at which log L first comes down to `log_loss`, on lines between rows; NaN:
 * it never does. */
static double round_of(const struct lemma_series *loss, double tau, double log_loss)
{
    for (size_t i = 0; i < loss->rows; i++) {
        double now = log(loss->cells[i]), was, share;

        if (!(now <= log_loss))
            continue;
        if (i == 0)
            return loss->step[0] / tau;
        was = log(loss->cells[i - 1]);
        share = (was - log_loss) / (was - now);
        return (loss->step[i - 1] + share * (loss->step[i] - loss->step[i - 1])) / tau;
    }
    return NAN;
}

lemma_status lemma_quantity_rounds_to(struct lemma_evidence *e, double *x, double *y,
                                      size_t *count)
{
    static const double EPS_0 = 0.05, FIRST = 0.125;
    double tau = lemma_evidence_number(e, "train/tau"), from, start, floor;
    const struct lemma_series *loss = NULL;
    lemma_status st = LEMMA_OK;

    *count = 0;
    LEMMA_TRY(lemma_evidence_series(e, "loss/server", &loss));
    if (!loss || !has_width(loss, 1))
        goto out;
    start = log(loss->cells[0]) + log(EPS_0);
    floor = log(loss->cells[0]) + log(1e-20); /* what residuals are right to, squared */
    from = round_of(loss, tau, start);
    for (size_t k = 0; k < LEMMA_SCALING_SERIES; k++) {
        double u = FIRST * pow(2, (double) k / 2);
        double at = start - u >= floor ? round_of(loss, tau, start - u) : NAN;

        if (isnan(at))
            break;
        x[*count] = u;
        y[(*count)++] = at - from;
    }
out:
    return st;
}
