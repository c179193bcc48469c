/*
 * Data set: points drawn uniformly from the unit sphere, kept apart up to sign.
 *
 * Theory 1.3: ||x_i|| = 1 and min(||x_i - x_j||, ||x_i + x_j||) >= phi. Sample i is
 * drawn until it is that far from samples 0..i-1; attempt a of sample i is a stream of
 * its own, so that the points do not depend on how the check is blocked.
 *
 * data.closest_pair c: the last sample is x_0 turned by the angle theta with
 * 2 sin(theta/2) = c, towards where it would have been drawn:
 *
 *     x_{N-1} = x_0 - (c^2/2) x_0 + c sqrt(1 - c^2/4) u,   u the unit part of the draw
 *                                                          orthogonal to x_0
 *
 * so that ||x_{N-1} - x_0|| = c without cancellation. Near 0 it is within c of where
 * all others keep away from; where it still comes too close to one, the direction is
 * drawn anew. Samples 0..N-2 are the same for every c: along a sweep one point moves.
 */
#include <limits.h>
#include <math.h>
#include <stdbool.h>

#include <gsl/gsl_cdf.h>
#include <zlib.h>

#include "core/alloc.h"
#include "core/product.h"
#include "core/rng.h"
#include "data/load.h"
#include "data/targets.h"

enum {
    TRIES = 1000, /* draws of one sample before the separation is refused */
    BLOCK = 128,  /* samples screened by one product */
    CHUNK = 4096  /* against this many earlier ones */
};

/* Test inputs are samples of their own, whatever N is. */
static const uint64_t first_test = (uint64_t) 1 << 63;

static void draw(uint64_t seed, uint64_t sample, uint64_t attempt, lemma_vec x)
{
    struct lemma_stream s =
        lemma_stream_at(seed, LEMMA_DRAW_INPUTS, sample, attempt, 0);

    do
        for (size_t j = 0; j < x.n; j++)
            x.a[j] = lemma_stream_normal(&s);
    while (!lemma_data_normalise(x));
}

/* Probability that the lines through two uniform points of the sphere meet at an angle
 * whose squared sine is at most q: it is Beta((d_x - 1)/2, 1/2). */
static double line_cap(double q, size_t d_x)
{
    return gsl_cdf_beta_P(q, 0.5 * ((double) d_x - 1), 0.5);
}

/* The s in [0, sqrt 2] where n * line_cap reaches `level`; half: cap of half the angle.
 */
static double solve_cap(size_t n, size_t d_x, double level, bool half)
{
    double low = 0, high = sqrt(2);

    for (int i = 0; i < 60; i++) {
        double s = 0.5 * (low + high);
        double q = half ? s * s / 4 : s * s * (1 - s * s / 4);
        if ((double) n * line_cap(q, d_x) < level)
            low = s;
        else
            high = s;
    }
    return high;
}

/* No n points have a larger separation: caps of half the angle around the lines do not
 * overlap, and (Welch 1974) max |x_i . x_j|^2 >= (n - d_x) / (d_x (n - 1)). */
static double separation_bound(size_t n, size_t d_x)
{
    double bound = sqrt(2), nn = (double) n, dd = (double) d_x;

    if (n < 2)
        return INFINITY;
    if (d_x == 1)
        return 0;
    if (n > d_x)
        bound = sqrt(2 - 2 * sqrt((nn - dd) / (dd * (nn - 1))));
    return fmin(bound, solve_cap(n, d_x, 1, true));
}

/* min over rows of `others` of the distance to x up to sign; INFINITY without rows.
 * Exact where inner products cancel or the separation is in question. g is scratch, one
 * number a row. */
static double nearest(lemma_cmat others, lemma_cvec x, double separation, double *g)
{
    double least = INFINITY, doubtful = fmax(1e-2, 1.0001 * separation * separation);

    if (others.rows == 0)
        return least;
    lemma_gemv(LEMMA_N, 1, others, x, 0, (lemma_vec){g, others.rows});
    for (size_t i = 0; i < others.rows; i++) {
        double s2 = 2 - 2 * fabs(g[i]), sign = g[i] < 0 ? -1 : 1;
        if (s2 < doubtful) {
            s2 = 0;
            for (size_t j = 0; j < x.n; j++) {
                double e = others.a[i * others.ld + j] - sign * x.a[j];
                s2 += e * e;
            }
        }
        least = fmin(least, s2);
    }
    return sqrt(least);
}

/* suspect[r]: row r may be closer than `separation` to a row of `before`; never wrongly
 * false. g (BLOCK, CHUNK) is scratch. */
static void screen(lemma_cmat rows, lemma_cmat before, double separation, double *g,
                   bool *suspect)
{
    /* |x.y| above this: s^2 = 2 - 2|x.y|, less what the product's rounding may hide. */
    double limit = 1 - separation * separation / 2 - 0x1p-50 * (double) (rows.cols + 8);

    for (size_t r = 0; r < rows.rows; r++)
        suspect[r] = false;
    for (size_t first = 0; first < before.rows; first += CHUNK) {
        size_t count = before.rows - first < CHUNK ? before.rows - first : CHUNK;
        lemma_product(LEMMA_N, LEMMA_T, 1, rows, lemma_crows(before, first, count), 0,
                      lemma_mat_of(g, rows.rows, count));
        for (size_t r = 0; r < rows.rows; r++)
            for (size_t j = 0; j < count && !suspect[r]; j++)
                suspect[r] = fabs(g[r * count + j]) > limit;
    }
}

/* Samples that are drawn freely: all, but for the last of a closest pair. */
static size_t free_points(const struct lemma_data_config *c)
{
    return c->closest_pair > 0 ? c->samples - 1 : c->samples;
}

/* x is x_0 turned towards the draw that x holds; false where that is x_0 itself. */
static bool turn(lemma_cvec x0, double c, lemma_vec x)
{
    double across = c * sqrt(1 - c * c / 4);

    for (int twice = 0; twice < 2; twice++) { /* the second takes what rounding left */
        double along = 0;
        for (size_t j = 0; j < x.n; j++)
            along += x.a[j] * x0.a[j];
        for (size_t j = 0; j < x.n; j++)
            x.a[j] -= along * x0.a[j];
        if (!lemma_data_normalise(x))
            return false;
    }
    for (size_t j = 0; j < x.n; j++)
        x.a[j] = x0.a[j] + (across * x.a[j] - c * c / 2 * x0.a[j]);
    return true;
}

/* The last row, at closest_pair from row 0 and apart from all others. */
static lemma_status place_closest(const struct lemma_experiment *x, lemma_mat inputs,
                                  double *g, struct lemma_error *err)
{
    double best = 0, separation = x->data.separation;
    lemma_cmat earlier = lemma_const(inputs);
    lemma_vec row = lemma_row(inputs, inputs.rows - 1);

    for (uint64_t attempt = 0; attempt < TRIES; attempt++) {
        double s;
        draw(x->seed, inputs.rows - 1, attempt, row);
        if (!turn(lemma_crow(earlier, 0), x->data.closest_pair, row))
            continue;
        s = nearest(lemma_crows(earlier, 1, inputs.rows - 2),
                    (lemma_cvec){row.a, row.n}, separation, g);
        if (s >= separation)
            return LEMMA_OK;
        best = fmax(best, s);
    }
    return lemma_experiment_fail(
        x, "data.closest_pair", err,
        "expected a distance at which the last sample can keep data.separation, %.4g, "
        "from all but the first: the best of %d directions came to %.4g; ask for a "
        "smaller separation",
        separation, TRIES, best);
}

/* Redraws row i until it keeps its distance; rows [0, cleared) were screened already.
 */
static lemma_status place(const struct lemma_experiment *x, lemma_mat inputs, size_t i,
                          size_t cleared, double *g, struct lemma_error *err)
{
    double best = 0, separation = x->data.separation;
    lemma_vec row = lemma_row(inputs, i);

    for (uint64_t attempt = 0; attempt < TRIES; attempt++) {
        double s;
        if (attempt > 0) {
            draw(x->seed, i, attempt, row);
            cleared = 0;
        }
        s = nearest(lemma_crows(lemma_const(inputs), cleared, i - cleared),
                    (lemma_cvec){row.a, row.n}, separation, g);
        if (s >= separation)
            return LEMMA_OK;
        best = fmax(best, s);
    }
    return lemma_experiment_fail(
        x, "data.separation", err,
        "expected less than %.4g: the best of %d draws of sample %zu came to %.4g; %zu "
        "random points of dimension %zu can be kept %.4g apart with ease, and never "
        "more "
        "than %.4g",
        separation, TRIES, i, best, inputs.rows, inputs.cols,
        solve_cap(inputs.rows, inputs.cols, 0.5, false),
        separation_bound(inputs.rows, inputs.cols));
}

static lemma_status draw_inputs(const struct lemma_experiment *x, lemma_mat all,
                                struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    size_t n = free_points(&x->data), chunk = n < CHUNK ? n : CHUNK;
    lemma_mat inputs = lemma_mat_of(all.a, n, all.cols);
    double *g = NULL, *gs = NULL, separation = x->data.separation;
    bool suspect[BLOCK];

    for (size_t i = 0; i < n; i++)
        draw(x->seed, i, 0, lemma_row(inputs, i));
    if (separation == 0)
        goto out;
    LEMMA_NEW(g, n);
    LEMMA_NEW(gs, BLOCK * chunk);
    for (size_t b = 0; b < n; b += BLOCK) {
        size_t rows = n - b < BLOCK ? n - b : BLOCK;
        screen(lemma_crows(lemma_const(inputs), b, rows),
               lemma_crows(lemma_const(inputs), 0, b), separation, gs, suspect);
        for (size_t r = 0; r < rows; r++)
            LEMMA_TRY(place(x, inputs, b + r, suspect[r] ? 0 : b, g, err));
    }
    if (n < all.rows)
        LEMMA_TRY(place_closest(x, all, g, err));
out:
    lemma_free(g);
    lemma_free(gs);
    return st;
}

/* Beyond the separation it would not be the closest pair, below LEAST no pair at all.
 */
static lemma_status check_closest(const struct lemma_experiment *x,
                                  struct lemma_error *err)
{
    static const double LEAST = 1e-12; /* geometry.c: duplicates */
    const struct lemma_data_config *c = &x->data;

    if (c->samples < 2 || c->dimension < 2)
        return lemma_experiment_fail(
            x, "data.closest_pair", err,
            "expected 0, found %.4g: a pair takes two samples and two dimensions, got "
            "%zu and %zu",
            c->closest_pair, c->samples, c->dimension);
    if (!(c->closest_pair >= LEAST && c->closest_pair <= c->separation))
        return lemma_experiment_fail(
            x, "data.closest_pair", err,
            "expected 0, or %g up to data.separation, %.4g, which all other pairs "
            "keep, found %.4g",
            LEAST, c->separation, c->closest_pair);
    return LEMMA_OK;
}

static lemma_status check_inputs(const struct lemma_experiment *x,
                                 struct lemma_error *err)
{
    const struct lemma_data_config *c = &x->data;
    double bound;
    lemma_status st = LEMMA_OK;

    if (c->samples == 0 || c->samples > INT_MAX)
        return lemma_experiment_fail(
            x, "data.samples", err, "expected 1 to %d, found %zu", INT_MAX, c->samples);
    if (c->dimension == 0 || c->dimension > INT_MAX)
        return lemma_experiment_fail(x, "data.dimension", err,
                                     "expected 1 to %d, found %zu", INT_MAX,
                                     c->dimension);
    if (c->targets.outputs == 0 || c->targets.outputs > INT_MAX)
        return lemma_experiment_fail(x, "data.targets.outputs", err,
                                     "expected 1 to %d, found %zu", INT_MAX,
                                     c->targets.outputs);
    if (!(c->separation >= 0))
        return lemma_experiment_fail(x, "data.separation", err,
                                     "expected at least 0, found %.4g", c->separation);
    if (c->closest_pair != 0)
        LEMMA_TRY(check_closest(x, err));
    bound = separation_bound(free_points(c), c->dimension);
    if (c->separation > bound)
        return lemma_experiment_fail(
            x, "data.separation", err,
            "expected at most %.4g, found %.4g: no %zu points of dimension %zu are "
            "further apart (packing bound)",
            bound, c->separation, free_points(c), c->dimension);
out:
    return st;
}

static lemma_status check_test(const struct lemma_experiment *x,
                               enum lemma_target_kind kind, struct lemma_error *err)
{
    size_t n = x->data.test_samples;

    if (n > INT_MAX)
        return lemma_experiment_fail(x, "data.test_samples", err,
                                     "expected 0 to %d, found %zu", INT_MAX, n);
    if (n > 0 && kind != LEMMA_TEACHER)
        return lemma_experiment_fail(
            x, "data.test_samples", err,
            "expected 0, found %zu: only a teacher has an answer for fresh points", n);
    return LEMMA_OK;
}

static const char *const kinds[] = {"teacher", "random-sign", "gaussian"};

static lemma_status check(const struct lemma_experiment *x, struct lemma_error *err)
{
    size_t which = 0;
    lemma_status st;

    LEMMA_TRY(lemma_data_targets(x, kinds, 3, &which, err));
    LEMMA_TRY(check_inputs(x, err));
    LEMMA_TRY(check_test(x, (enum lemma_target_kind) which, err));
out:
    return st;
}

static lemma_status make_matrix(lemma_mat *m, size_t rows, size_t cols)
{
    lemma_status st = LEMMA_OK;
    size_t entries;
    double *a = NULL;

    if (!lemma_size_mul(rows, cols, &entries)) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    LEMMA_NEW(a, entries);
    *m = lemma_mat_of(a, rows, cols);
out:
    return st;
}

/* The same teacher on fresh points, which are not kept apart. */
static lemma_status make_test(const struct lemma_experiment *x,
                              enum lemma_target_kind kind, struct lemma_dataset *set)
{
    lemma_status st;
    size_t n = x->data.test_samples;

    LEMMA_TRY(make_matrix(&set->test_inputs, n, set->d_x));
    LEMMA_TRY(make_matrix(&set->test_targets, n, set->d));
    for (size_t i = 0; i < n; i++)
        draw(x->seed, first_test + i, 0, lemma_row(set->test_inputs, i));
    LEMMA_TRY(
        lemma_targets_fill(x, kind, lemma_const(set->test_inputs), set->test_targets));
    set->test_n = n;
out:
    return st;
}

static uint32_t crc_of(lemma_mat m)
{
    uLong crc = crc32(0, NULL, 0);

    return (uint32_t) crc32_z(crc, (const Bytef *) m.a, m.rows * m.cols * sizeof *m.a);
}

static lemma_status load(const struct lemma_experiment *x, struct lemma_dataset *set,
                         struct lemma_error *err)
{
    lemma_status st;
    size_t which = 0;
    enum lemma_target_kind kind;

    LEMMA_TRY(check(x, err));
    LEMMA_TRY(lemma_data_targets(x, kinds, 3, &which, err));
    kind = (enum lemma_target_kind) which;
    set->n = x->data.samples;
    set->d_x = x->data.dimension;
    set->d = x->data.targets.outputs;
    LEMMA_TRY(make_matrix(&set->inputs, set->n, set->d_x));
    LEMMA_TRY(make_matrix(&set->targets, set->n, set->d));
    LEMMA_TRY(draw_inputs(x, set->inputs, err));
    LEMMA_TRY(lemma_targets_fill(x, kind, lemma_const(set->inputs), set->targets));
    if (x->data.test_samples > 0)
        LEMMA_TRY(make_test(x, kind, set));
    snprintf(set->source, sizeof set->source,
             "%zu uniform points of the unit sphere in %zu dimensions, %s%zu %s "
             "target%s",
             set->n, set->d_x, x->data.closest_pair > 0 ? "two of them a pair, " : "",
             set->d, kinds[which], set->d == 1 ? "" : "s");
    lemma_data_checksum(set, "inputs", crc_of(set->inputs));
    lemma_data_checksum(set, "targets", crc_of(set->targets));
out:
    return st;
}

const struct lemma_data_type lemma_data_sphere = {
    .name = "sphere",
    .title = "uniform points of the unit sphere, kept apart; teacher, random-sign or "
             "gaussian targets",
    .source = "||x_i|| = 1, min(||x_i - x_j||, ||x_i + x_j||) >= separation",
    .check = check,
    .load = load,
};
