#include "data/targets.h"

#include <math.h>

#include "core/alloc.h"
#include "core/product.h"
#include "core/rng.h"

enum { TEACHER_NEURONS = 8 };

static lemma_status teach(uint64_t seed, lemma_cmat inputs, lemma_mat y)
{
    lemma_status st = LEMMA_OK;
    size_t m = TEACHER_NEURONS, weights, entries;
    double *u = NULL, *hidden = NULL, *a = NULL;
    struct lemma_stream stream = lemma_stream_at(seed, LEMMA_DRAW_TARGETS, 0, 0, 0);

    if (!lemma_size_mul(m, inputs.cols, &weights) ||
        !lemma_size_mul(m, inputs.rows, &entries)) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    LEMMA_NEW(u, weights);
    LEMMA_NEW(hidden, entries);
    LEMMA_NEW(a, m);
    for (size_t i = 0; i < weights; i++)
        u[i] = lemma_stream_normal(&stream);
    lemma_product(LEMMA_N, LEMMA_T, 1, inputs, lemma_cmat_of(u, m, inputs.cols), 0,
                  lemma_mat_of(hidden, inputs.rows, m));
    for (size_t i = 0; i < entries; i++)
        hidden[i] = hidden[i] > 0 ? hidden[i] : 0;
    for (size_t k = 0; k < y.cols; k++) {
        stream = lemma_stream_at(seed, LEMMA_DRAW_TARGETS, 1, k, 0);
        for (size_t r = 0; r < m; r++)
            a[r] = lemma_stream_u64(&stream) >> 63 ? 1 : -1;
        for (size_t i = 0; i < y.rows; i++) {
            double sum = 0;
            for (size_t r = 0; r < m; r++)
                sum += a[r] * hidden[i * m + r];
            y.a[i * y.ld + k] = sqrt(2.0 / (double) m) * sum;
        }
    }
out:
    lemma_free(u);
    lemma_free(hidden);
    lemma_free(a);
    return st;
}

lemma_status lemma_targets_fill(const struct lemma_experiment *x,
                                enum lemma_target_kind kind, lemma_cmat inputs,
                                lemma_mat y)
{
    LEMMA_REQUIRE(inputs.rows == y.rows);
    if (kind == LEMMA_TEACHER)
        return teach(x->seed, inputs, y);
    for (size_t i = 0; i < y.rows; i++) {
        struct lemma_stream stream =
            lemma_stream_at(x->seed, LEMMA_DRAW_TARGETS, i, 0, 0);
        for (size_t k = 0; k < y.cols; k++)
            y.a[i * y.ld + k] = kind == LEMMA_GAUSSIAN ? lemma_stream_normal(&stream)
                                : lemma_stream_u64(&stream) >> 63 ? 1
                                                                  : -1;
    }
    return LEMMA_OK;
}
