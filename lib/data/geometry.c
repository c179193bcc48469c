/*
 * Geometry of the inputs: least distances, least angle, duplicates, spectral norm.
 *
 * Blocks of inner products give every pair's squared distances, which cancel where two
 * inputs (or lines) nearly agree: such pairs are measured anew from differences if they
 * may be the least, so that a distance of 1e-9 is right to the inputs' own rounding.
 */
#include <math.h>
#include <stdbool.h>

#include "core/alloc.h"
#include "core/product.h"
#include "core/spectral.h"
#include "data/dataset.h"

enum {
    ROWS = 256,  /* of a block of inner products */
    COLS = 4096, /* and its columns: 8 MiB */
};

static const double same = 1e-12; /* dataset.h: duplicates and parallels */
static const double near_2 =
    2e-2; /* squared and relative: below this it has cancelled */

/* Squared distance, squared distance to the opposite, squared chord of the lines. */
struct pair {
    double distance, antipodal, chord;
};

/* What one row i has seen of the pairs (i, j), j > i. */
struct tally {
    struct pair least;
    size_t distance_at, antipodal_at, chord_at; /* j */
    size_t duplicates, parallels;
    size_t duplicates_at[LEMMA_PAIRS_MAX], parallels_at[LEMMA_PAIRS_MAX]; /* first j */
};

/* From differences. A zero input has no line, and takes no part in angles. */
static struct pair measure(lemma_cvec x, lemma_cvec y, double nx, double ny)
{
    double minus = 0, plus = 0, chord_minus = 0, chord_plus = 0;

    for (size_t k = 0; k < x.n; k++) {
        double a = x.a[k] - y.a[k], b = x.a[k] + y.a[k];
        minus += a * a;
        plus += b * b;
    }
    if (nx == 0 || ny == 0)
        return (struct pair){minus, plus, INFINITY};
    for (size_t k = 0; k < x.n; k++) {
        double u = x.a[k] / nx, v = y.a[k] / ny;
        chord_minus += (u - v) * (u - v);
        chord_plus += (u + v) * (u + v);
    }
    return (struct pair){minus, plus, fmin(chord_plus, chord_minus)};
}

/* The same from the inner product g and the norms. */
static struct pair estimate(double g, double nx, double ny)
{
    double s = nx * nx + ny * ny;
    struct pair p = {s - 2 * g, s + 2 * g, INFINITY};

    if (nx > 0 && ny > 0)
        p.chord = 2 - 2 * fabs(g) / (nx * ny);
    return p;
}

static void count(struct tally *t, struct pair p, size_t j)
{
    if (p.distance < same * same) {
        if (t->duplicates < LEMMA_PAIRS_MAX)
            t->duplicates_at[t->duplicates] = j;
        t->duplicates++;
    } else if (p.chord < same * same) {
        if (t->parallels < LEMMA_PAIRS_MAX)
            t->parallels_at[t->parallels] = j;
        t->parallels++;
    }
}

static void keep_least(struct tally *t, struct pair p, size_t j)
{
    if (p.distance < t->least.distance) {
        t->least.distance = p.distance;
        t->distance_at = j;
    }
    if (p.antipodal < t->least.antipodal) {
        t->least.antipodal = p.antipodal;
        t->antipodal_at = j;
    }
    if (p.chord < t->least.chord) {
        t->least.chord = p.chord;
        t->chord_at = j;
    }
}

/* What a pair must stay below to matter to a row: its least so far, or a duplicate's.
 */
static struct pair limits_of(struct pair least)
{
    double tiny = 2 * same * same;

    return (struct pair){fmax(least.distance, tiny), least.antipodal,
                         fmax(least.chord, tiny)};
}

/* Row i against inputs first + (0..g.n), of which those up to i are passed over. */
static void scan(lemma_cmat x, const double *norms, size_t i, size_t first,
                 lemma_cvec g, struct tally *t)
{
    double ni = norms[i], rounding = 8 * 0x1p-52 * (double) (x.cols + 8);
    struct pair limit = limits_of(t->least);

    for (size_t j = first > i ? first : i + 1; j < first + g.n; j++) {
        double nj = norms[j], s = ni * ni + nj * nj, gj = g.a[j - first];
        double least = s - rounding * s;
        struct pair p;
        if (!(least - 2 * gj < limit.distance) && !(least + 2 * gj < limit.antipodal) &&
            !((2 - 2 * rounding - limit.chord) * ni * nj < 2 * fabs(gj)))
            continue;
        p = estimate(gj, ni, nj);
        if (p.distance < near_2 * s || p.antipodal < near_2 * s || p.chord < near_2) {
            p = measure(lemma_crow(x, i), lemma_crow(x, j), ni, nj);
            count(t, p, j);
        }
        keep_least(t, p, j);
        limit = limits_of(t->least);
    }
}

/* The pairs (i, j) of row i after the `had` that are there already. */
static void add_pairs(size_t (*pairs)[2], size_t had, size_t i, const size_t *j,
                      size_t count)
{
    for (size_t k = 0; k < count && had + k < LEMMA_PAIRS_MAX; k++) {
        pairs[had + k][0] = i;
        pairs[had + k][1] = j[k];
    }
}

/* Rows in ascending order: the pairs found first are the first by row. */
static void merge(struct lemma_geometry *g, lemma_cmat x, const double *norms, size_t i,
                  const struct tally *t)
{
    struct pair p = {INFINITY, INFINITY, INFINITY};
    lemma_cvec xi = lemma_crow(x, i);

    /* Anew from differences: what was estimated is right to 1e-10 only. */
    if (t->least.distance < INFINITY)
        p.distance =
            measure(xi, lemma_crow(x, t->distance_at), norms[i], norms[t->distance_at])
                .distance;
    if (t->least.antipodal < INFINITY)
        p.antipodal = measure(xi, lemma_crow(x, t->antipodal_at), norms[i],
                              norms[t->antipodal_at])
                          .antipodal;
    if (t->least.chord < INFINITY)
        p.chord =
            measure(xi, lemma_crow(x, t->chord_at), norms[i], norms[t->chord_at]).chord;
    g->phi = fmin(g->phi, sqrt(p.distance));
    g->antipodal = fmin(g->antipodal, sqrt(p.antipodal));
    if (p.chord < INFINITY)
        g->min_angle = fmin(g->min_angle, 2 * asin(fmin(1, 0.5 * sqrt(p.chord))));
    add_pairs(g->duplicate_pairs, g->duplicates, i, t->duplicates_at, t->duplicates);
    add_pairs(g->parallel_pairs, g->parallels, i, t->parallels_at, t->parallels);
    g->duplicates += t->duplicates;
    g->parallels += t->parallels;
}

/* Rows [first, first + count) against all later inputs. */
static void measure_rows(lemma_cmat x, const double *norms, size_t first, size_t rows,
                         double *products, struct tally *tallies,
                         struct lemma_geometry *g)
{
    for (size_t r = 0; r < rows; r++)
        tallies[r] = (struct tally){.least = {INFINITY, INFINITY, INFINITY}};
    for (size_t c = first; c < x.rows; c += COLS) {
        size_t cols = x.rows - c < COLS ? x.rows - c : COLS;
        lemma_mat block = lemma_mat_of(products, rows, cols);
        lemma_product(LEMMA_N, LEMMA_T, 1, lemma_crows(x, first, rows),
                      lemma_crows(x, c, cols), 0, block);
#pragma omp parallel for schedule(dynamic, 8)
        for (size_t r = 0; r < rows; r++)
            scan(x, norms, first + r, c, lemma_crow(lemma_const(block), r),
                 &tallies[r]);
    }
    for (size_t r = 0; r < rows; r++)
        merge(g, x, norms, first + r, &tallies[r]);
}

lemma_status lemma_geometry_measure(lemma_cmat inputs, struct lemma_geometry *g)
{
    lemma_status st = LEMMA_OK;
    size_t n = inputs.rows, rows = n < ROWS ? n : ROWS, cols = n < COLS ? n : COLS;
    double *norms = NULL, *products = NULL, *scratch = NULL;
    struct lemma_spectral top;
    struct tally *tallies = NULL;
    struct lemma_geometry found = {
        .phi = INFINITY, .antipodal = INFINITY, .min_angle = INFINITY};

    LEMMA_NEW(norms, n);
    LEMMA_NEW(products, rows * cols);
    LEMMA_NEW(tallies, rows);
    LEMMA_NEW(scratch, lemma_spectral_scratch(n, inputs.cols));
    for (size_t i = 0; i < n; i++)
        norms[i] = lemma_norm(lemma_crow(inputs, i));
    for (size_t i = 0; i < n; i += ROWS)
        measure_rows(inputs, norms, i, n - i < ROWS ? n - i : ROWS, products, tallies,
                     &found);
    top = lemma_spectral_norm(inputs, (lemma_cmat){0}, scratch);
    found.spectral_norm = top.converged ? top.norm : NAN;
    *g = found;
out:
    lemma_free(norms);
    lemma_free(products);
    lemma_free(tallies);
    lemma_free(scratch);
    return st;
}
