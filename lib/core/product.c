#include "core/product.h"

struct tiling {
    size_t rows, cols;
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t pieces(size_t n, size_t size)
{
    return (n + size - 1) / size;
}

static size_t count_tiles(struct lemma_job *jobs, size_t count, struct tiling t)
{
    size_t tiles = 0;

    for (size_t j = 0; j < count; j++) {
        jobs[j].first = tiles;
        tiles += pieces(jobs[j].c.rows, t.rows) * pieces(jobs[j].c.cols, t.cols);
    }
    return tiles;
}

/* Multiplications in all: below a million, waking threads costs more than it gains. */
static bool is_large(const struct lemma_job *jobs, size_t count)
{
    double work = 0;

    for (size_t j = 0; j < count; j++)
        work += (double) jobs[j].c.rows * (double) jobs[j].c.cols *
                (double) (jobs[j].ta == LEMMA_T ? jobs[j].a.rows : jobs[j].a.cols);
    return work > 1e6;
}

static lemma_cmat cut(enum lemma_op t, lemma_cmat a, size_t first, size_t count)
{
    return t == LEMMA_T ? lemma_ccols(a, first, count) : lemma_crows(a, first, count);
}

static void run_tile(const struct lemma_job *j, size_t tile, struct tiling t)
{
    size_t down = pieces(j->c.rows, t.rows);
    size_t i = tile % down * t.rows, k = tile / down * t.cols;
    size_t rows = least(t.rows, j->c.rows - i), cols = least(t.cols, j->c.cols - k);

    if (i + rows <= j->above || i >= j->c.rows - j->below)
        return;
    lemma_gemm(j->ta, j->tb, j->alpha, cut(j->ta, j->a, i, rows),
               cut(j->tb == LEMMA_T ? LEMMA_N : LEMMA_T, j->b, k, cols), j->beta,
               lemma_cols(lemma_rows(j->c, i, rows), k, cols));
}

/* The job that owns a tile: the last one whose first tile is not beyond it. */
static const struct lemma_job *owner(const struct lemma_job *jobs, size_t count,
                                     size_t tile)
{
    size_t low = 0, high = count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (jobs[middle].first <= tile)
            low = middle;
        else
            high = middle;
    }
    return &jobs[low];
}

/* 256 x 1024 reaches 0.85 to 1.0 of a threaded dgemm on two cores; where that gives
 * fewer than four tiles they are cut finer, down to 128 x 256, so that threads have
 * work. */
static struct tiling choose_tiling(struct lemma_job *jobs, size_t count, size_t *tiles)
{
    static const struct tiling sizes[] = {
        {256, 1024}, {256, 512}, {128, 512}, {128, 256}};
    struct tiling t = sizes[0];

    *tiles = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes && *tiles < 4; i++) {
        t = sizes[i];
        *tiles = count_tiles(jobs, count, t);
    }
    return t;
}

size_t lemma_product_tile(size_t rows, size_t cols)
{
    struct lemma_job job = {.c = {NULL, rows, cols, cols}};
    size_t tiles;

    return choose_tiling(&job, 1, &tiles).rows;
}

void lemma_products(struct lemma_job *jobs, size_t count)
{
    size_t tiles;
    struct tiling t = choose_tiling(jobs, count, &tiles);

#pragma omp parallel for schedule(dynamic) if (tiles > 1 && is_large(jobs, count))
    for (size_t tile = 0; tile < tiles; tile++) {
        const struct lemma_job *j = owner(jobs, count, tile);

        run_tile(j, tile - j->first, t);
    }
}

void lemma_product(enum lemma_op ta, enum lemma_op tb, double alpha, lemma_cmat a,
                   lemma_cmat b, double beta, lemma_mat c)
{
    struct lemma_job job = {
        .ta = ta, .tb = tb, .alpha = alpha, .a = a, .b = b, .beta = beta, .c = c};

    lemma_products(&job, 1);
}
