/* Which samples a local step sees: a pure function of (seed, client, step). */
#include <string.h>

#include "core/rng.h"
#include "train/state.h"

size_t lemma_batch_rows(size_t B, size_t n)
{
    return B > 0 && B < n ? B : n;
}

/* The first `count` entries of perm (n) become a uniform draw without replacement, in
 * the order drawn (Fisher and Yates). */
static void shuffle(struct lemma_stream *s, uint32_t *perm, size_t n, size_t count)
{
    for (size_t i = 0; i < n; i++)
        perm[i] = (uint32_t) i;
    for (size_t i = 0; i < count; i++) {
        size_t j = i + lemma_stream_below(s, n - i);
        uint32_t swap = perm[i];

        perm[i] = perm[j];
        perm[j] = swap;
    }
}

/* All samples of a client that has fewer than B. subset: a fresh draw without
 * replacement each step. replacement: with. epoch: client c walks through a
 * permutation, floor(n_c / b) steps an epoch, then draws a new one. */
static void choose(const struct lemma_trainer *tr, size_t c, size_t t, uint32_t *out)
{
    size_t n = tr->spans[c].count, b = tr->batch_spans[c].count;
    const char *rule = tr->t.config->sampling;
    struct lemma_stream s = lemma_stream_at(tr->t.seed, LEMMA_DRAW_BATCH, c, t, 0);

    if (tr->B > n) {
        for (size_t i = 0; i < n; i++)
            out[i] = (uint32_t) i;
    } else if (strcmp(rule, "replacement") == 0) {
        for (size_t i = 0; i < b; i++)
            out[i] = (uint32_t) lemma_stream_below(&s, n);
    } else if (strcmp(rule, "epoch") == 0) {
        size_t steps = n / b;

        s = lemma_stream_at(tr->t.seed, LEMMA_DRAW_BATCH, c, t / steps, 0);
        shuffle(&s, tr->permutation, n, n);
        memcpy(out, tr->permutation + t % steps * b, b * sizeof *out);
    } else {
        shuffle(&s, tr->permutation, n, b);
        memcpy(out, tr->permutation, b * sizeof *out);
    }
}

void lemma_batch_choose(struct lemma_trainer *tr, size_t t)
{
    lemma_cmat features = lemma_event_inputs(&tr->now);

    for (size_t c = 0; c < tr->K; c++) {
        struct lemma_span span = tr->batch_spans[c];
        uint32_t *out = tr->batch_sample + span.first;

        choose(tr, c, t, out);
        for (size_t i = 0; i < span.count; i++) {
            out[i] += (uint32_t) tr->spans[c].first;
            memcpy(lemma_row(tr->batch_inputs, span.first + i).a,
                   lemma_crow(features, out[i]).a, features.cols * sizeof(double));
        }
    }
}
