/*
 * Random numbers as a pure function of (seed, purpose, client, step, index).
 *
 * Philox 4x64-10 (Salmon, Moraes, Dror, Shaw, SC 2011, as in Random123): key = (seed,
 * purpose), counter = (index / 4, step, client, 0). Two streams with different names
 * never share a number; the number of threads plays no part.
 */
#ifndef LEMMA_CORE_RNG_H
#define LEMMA_CORE_RNG_H

#include <stddef.h>
#include <stdint.h>

#include <gsl/gsl_rng.h>

/* What a draw is for. The values are part of the reproducibility promise: append only.
 */
enum lemma_purpose {
    LEMMA_DRAW_INPUTS = 1,
    LEMMA_DRAW_TARGETS = 2,
    LEMMA_DRAW_SUBSET = 3, /* which samples of a file */
    LEMMA_DRAW_PARTITION = 4,
    LEMMA_DRAW_WEIGHTS = 5, /* client = layer, index = entry */
    LEMMA_DRAW_BATCH = 6,
    LEMMA_DRAW_PROBE = 7,
    LEMMA_DRAW_TEST = 8,
    LEMMA_DRAW_BOOTSTRAP = 9 /* step = resample */
};

struct lemma_stream {
    uint64_t key[2], counter[4], block[4];
    unsigned left; /* numbers of the block not yet handed out */
};

/* One Philox 4x64-10 block. */
void lemma_philox(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4]);

/* The stream (seed, purpose, client, step), standing at index `index`. */
struct lemma_stream lemma_stream_at(uint64_t seed, enum lemma_purpose purpose,
                                    uint64_t client, uint64_t step, uint64_t index);

uint64_t lemma_stream_u64(struct lemma_stream *s);

/* Uniform in the open interval (0, 1), 53 bits; one number of the stream. */
double lemma_stream_uniform(struct lemma_stream *s);

/* Standard normal by inversion of the distribution function; one number. */
double lemma_stream_normal(struct lemma_stream *s);

/* Uniform on {0, ..., n-1} without bias, n >= 1; a varying count of numbers. */
uint64_t lemma_stream_below(struct lemma_stream *s, uint64_t n);

/* The same stream as a generator for GSL's distributions; borrows s. */
gsl_rng lemma_stream_gsl(struct lemma_stream *s);

#endif
