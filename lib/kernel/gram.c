#include "kernel/gram.h"

#include <omp.h>
#include <string.h>

#include "core/alloc.h"

struct lemma_gram {
    enum lemma_gram_kind kind;
    size_t d;
    size_t tile;  /* most rows of a tile of the result */
    size_t slots; /* threads that have room */
    double *room; /* (slots, 2 tile^2) */

    const struct lemma_share *share; /* NULL: this process alone */
    size_t parcels;                  /* tiles gathered at once */
    double *parcel;                  /* (parcels, tile^2), those of a rank together */
    size_t *first;                   /* (ranks + 1) parcels of each rank */
};

struct task {
    const struct lemma_gram *g;
    const struct lemma_jacobian *a, *b;
    struct lemma_span rows, cols; /* samples */
    struct lemma_layers layers;
    lemma_mat k;
    bool symmetric;
};

/* One tile: samples i .. i + r of the rows by j .. j + c of the columns. */
struct tile {
    size_t i, r, j, c;
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

enum lemma_gram_kind lemma_gram_kind_of(const char *word, size_t n, size_t d)
{
    enum { LARGEST_FULL = 4096 };

    if (strcmp(word, "auto") == 0)
        return n <= LARGEST_FULL / d ? LEMMA_GRAM_FULL : LEMMA_GRAM_MEAN;
    return strcmp(word, "full") == 0 ? LEMMA_GRAM_FULL : LEMMA_GRAM_MEAN;
}

size_t lemma_gram_rows(enum lemma_gram_kind kind, size_t d)
{
    return kind == LEMMA_GRAM_FULL ? d : 1;
}

/* 256 rows reach nine tenths of dgemm's rate and a tile stays in the second cache;
 * smaller ones where that would leave a thread without work. */
static size_t tile_of(size_t order, size_t per)
{
    size_t rows = order >= 512 ? 256 : order >= 256 ? 128 : 64;

    return rows > per ? rows / per * per : per;
}

lemma_status lemma_gram_create(enum lemma_gram_kind kind, size_t n, size_t d,
                               struct lemma_gram **gram)
{
    struct lemma_gram *g = NULL;
    size_t per = lemma_gram_rows(kind, d), size;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(n >= 1 && d >= 1);
    LEMMA_NEW(g, 1);
    *g = (struct lemma_gram){.kind = kind, .d = d, .tile = tile_of(n * per, per)};
    size = (n * per + g->tile - 1) / g->tile;
    g->slots = least(size * size, (size_t) omp_get_max_threads());
    if (!lemma_size_mul(2 * g->tile * g->tile, g->slots, &size)) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    LEMMA_NEW(g->room, size);
    *gram = g;
    g = NULL;
out:
    lemma_gram_destroy(g);
    return st;
}

void lemma_gram_destroy(struct lemma_gram *g)
{
    if (g) {
        lemma_free(g->room);
        lemma_free(g->parcel);
        lemma_free(g->first);
    }
    lemma_free(g);
}

lemma_status lemma_gram_share(struct lemma_gram *g, const struct lemma_share *share)
{
    enum { PARCELS = 64, OF_EACH = 4 };
    size_t count;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(!g->share);
    if (!share || share->size == 1)
        return LEMMA_OK;
    g->parcels = OF_EACH * share->size > PARCELS ? OF_EACH * share->size : PARCELS;
    if (!lemma_size_mul(g->parcels, g->tile * g->tile, &count))
        return LEMMA_EMEMORY;
    LEMMA_NEW(g->parcel, count);
    LEMMA_NEW(g->first, share->size + 1);
    g->share = share;
out:
    return st;
}

/* Sensitivities of `count` samples: (count d, out), or (count, d out) whose products
 * are sums over the outputs. */
static lemma_cmat sens_rows(const struct task *t, const struct lemma_jacobian *j,
                            size_t l, size_t first, size_t count)
{
    lemma_cmat b = lemma_const(j->sens[l]);

    if (t->g->kind == LEMMA_GRAM_MEAN && j->d > 1)
        b = (lemma_cmat){b.a, j->n, j->d * b.cols, j->d * b.ld};
    else {
        first *= j->d;
        count *= j->d;
    }
    return lemma_crows(b, first, count);
}

static void multiply(lemma_cmat a, lemma_cmat b, bool same, lemma_mat out)
{
    if (same)
        lemma_syrk(a, out);
    else
        lemma_gemm(LEMMA_N, LEMMA_T, 1, a, b, 0, out);
}

/* k (+)= scale hh o bb, each entry of hh serving per x per of bb. */
static void hadamard(lemma_cmat hh, lemma_cmat bb, size_t per, double scale, bool add,
                     lemma_mat k)
{
    for (size_t i = 0; i < bb.rows; i++) {
        const double *h = lemma_crow(hh, i / per).a, *b = lemma_crow(bb, i).a;
        double *out = lemma_row(k, i).a;

        if (!add)
            memset(out, 0, bb.cols * sizeof *out);
        if (per == 1)
            for (size_t j = 0; j < hh.cols; j++)
                out[j] += scale * (h[j] * b[j]);
        else
            for (size_t j = 0; j < hh.cols; j++)
                for (size_t a = 0; a < per; a++)
                    out[j * per + a] += scale * (h[j] * b[j * per + a]);
    }
}

/* The tile's part of the result. */
static lemma_mat part_of(const struct task *t, struct tile s)
{
    size_t per = lemma_gram_rows(t->g->kind, t->g->d);

    return lemma_cols(lemma_rows(t->k, s.i * per, s.r * per), s.j * per, s.c * per);
}

static void mirror(const struct task *t, struct tile s)
{
    size_t per = lemma_gram_rows(t->g->kind, t->g->d);
    lemma_mat k = part_of(t, s);

    if (!t->symmetric || s.i == s.j)
        return;
    for (size_t i = 0; i < k.rows; i++)
        for (size_t j = 0; j < k.cols; j++)
            t->k.a[(s.j * per + j) * t->k.ld + s.i * per + i] = k.a[i * k.ld + j];
}

static void run_tile(const struct task *t, struct tile s, double *room)
{
    const struct lemma_gram *g = t->g;
    size_t per = lemma_gram_rows(g->kind, g->d);
    bool same = t->symmetric && s.i == s.j;
    double scale = g->kind == LEMMA_GRAM_MEAN ? 1 / (double) g->d : 1;
    lemma_mat hh = lemma_mat_of(room, s.r, s.c);
    lemma_mat bb = lemma_mat_of(room + g->tile * g->tile, s.r * per, s.c * per);
    lemma_mat k = part_of(t, s);

    for (size_t l = t->layers.first; l < t->layers.first + t->layers.count; l++) {
        size_t i = t->rows.first + s.i, j = t->cols.first + s.j;

        multiply(lemma_crows(t->a->inputs[l], i, s.r),
                 lemma_crows(t->b->inputs[l], j, s.c), same, hh);
        multiply(sens_rows(t, t->a, l, i, s.r), sens_rows(t, t->b, l, j, s.c), same,
                 bb);
        hadamard(lemma_const(hh), lemma_const(bb), per, scale, l > t->layers.first, k);
    }
    mirror(t, s);
}

/* Tile number `at`: below the diagonal first, for these take twice as long. */
static struct tile tile_at(const struct task *t, size_t at, size_t size, size_t down)
{
    size_t i, j;

    if (!t->symmetric) {
        i = at % down;
        j = at / down;
    } else if (at < down * (down - 1) / 2) {
        for (i = 1, j = at; j >= i; i++)
            j -= i;
    } else
        i = j = at - down * (down - 1) / 2;
    i *= size;
    j *= size;
    return (struct tile){i, least(size, t->rows.count - i), j,
                         least(size, t->cols.count - j)};
}

/* Between the result and a parcel, tile after tile. */
static void carry(lemma_mat k, double *parcel, bool pack)
{
    for (size_t i = 0; i < k.rows; i++) {
        double *row = lemma_row(k, i).a, *packed = parcel + i * k.cols;

        memcpy(pack ? packed : row, pack ? row : packed, k.cols * sizeof *row);
    }
}

/* Tiles in a row go to ranks in turn, for neighbours cost alike: tile `at` of a batch
 * is the (at / size)th of rank at % size. */
static double *parcel_of(const struct lemma_gram *g, size_t at)
{
    size_t size = g->share->size;

    LEMMA_REQUIRE(size > 0);
    return g->parcel + (g->first[at % size] + at / size) * g->tile * g->tile;
}

static void run_shared(const struct task *t, size_t tiles, size_t size, size_t down)
{
    const struct lemma_gram *g = t->g;
    size_t ranks = g->share->size, rank = g->share->rank, area = g->tile * g->tile;

    for (size_t begin = 0; begin < tiles; begin += g->parcels) {
        size_t count = least(g->parcels, tiles - begin);
        struct lemma_stack stack =
            lemma_stack_of(lemma_mat_of(g->parcel, g->parcels, area));

        for (size_t r = 0; r < ranks; r++)
            g->first[r + 1] = g->first[r] + (count + ranks - 1 - r) / ranks;
#pragma omp parallel for schedule(dynamic) num_threads((int) g->slots) if (tiles > 1)
        for (size_t at = rank; at < count; at += ranks) {
            struct tile s = tile_at(t, begin + at, size, down);

            run_tile(t, s, g->room + (size_t) omp_get_thread_num() * 2 * area);
            carry(part_of(t, s), parcel_of(g, at), true);
        }
        g->share->gather(g->share, &stack, 1, g->first);
        for (size_t at = 0; at < count; at++)
            if (at % ranks != rank) {
                struct tile s = tile_at(t, begin + at, size, down);

                carry(part_of(t, s), parcel_of(g, at), false);
                mirror(t, s);
            }
    }
}

static void run(const struct task *t)
{
    const struct lemma_gram *g = t->g;
    size_t per = lemma_gram_rows(g->kind, g->d), size = g->tile / per;
    size_t down = (t->rows.count + size - 1) / size;
    size_t across = (t->cols.count + size - 1) / size;
    size_t tiles = t->symmetric ? down * (down + 1) / 2 : down * across;

    LEMMA_REQUIRE(t->a->d == g->d && t->b->d == g->d && t->a->L == t->b->L);
    LEMMA_REQUIRE(t->rows.first + t->rows.count <= t->a->n);
    LEMMA_REQUIRE(t->cols.first + t->cols.count <= t->b->n);
    LEMMA_REQUIRE(t->layers.count >= 1);
    LEMMA_REQUIRE(t->layers.first + t->layers.count <= t->a->L);
    LEMMA_REQUIRE(t->k.rows == t->rows.count * per && t->k.cols == t->cols.count * per);
    if (g->share && tiles > 1) {
        run_shared(t, tiles, size, down);
        return;
    }
#pragma omp parallel for schedule(dynamic) num_threads((int) g->slots) if (tiles > 1)
    for (size_t at = 0; at < tiles; at++)
        run_tile(t, tile_at(t, at, size, down),
                 g->room + (size_t) omp_get_thread_num() * 2 * g->tile * g->tile);
}

void lemma_gram_form(const struct lemma_gram *g, const struct lemma_jacobian *j,
                     struct lemma_span rows, struct lemma_layers layers, lemma_mat k)
{
    struct task t = {g, j, j, rows, rows, layers, k, true};

    run(&t);
}

void lemma_gram_cross(const struct lemma_gram *g, const struct lemma_jacobian *a,
                      struct lemma_span rows, const struct lemma_jacobian *b,
                      struct lemma_span cols, struct lemma_layers layers, lemma_mat k)
{
    struct task t = {g, a, b, rows, cols, layers, k, false};

    run(&t);
}

lemma_cmat lemma_gram_block(lemma_cmat k, size_t per, struct lemma_span rows,
                            struct lemma_span cols)
{
    return lemma_ccols(lemma_crows(k, rows.first * per, rows.count * per),
                       cols.first * per, cols.count * per);
}
