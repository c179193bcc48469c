#include "net/tape.h"

#include "core/alloc.h"

lemma_status lemma_tape_create(const struct lemma_network *net, size_t rows,
                               size_t clients, const struct lemma_span *spans,
                               struct lemma_tape **tape)
{
    struct lemma_tape *t = NULL;
    double *a;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(t, 1);
    *t = (struct lemma_tape){.rows = rows,
                             .clients = clients,
                             .spans = spans,
                             .L = net->L,
                             .d = net->d,
                             .bare = net->d == 1,
                             .from = 0,
                             .to = clients};
    LEMMA_NEW(t->inputs, net->L);
    LEMMA_NEW(t->hidden, net->L);
    LEMMA_NEW(t->sens, net->L);
    LEMMA_NEW(t->pattern, net->L);
    LEMMA_NEW(t->words, net->L);
    LEMMA_NEW(t->loss, rows);
    LEMMA_NEW(a, rows * net->d);
    t->output = lemma_mat_of(a, rows, net->d);
    LEMMA_NEW(a, rows * net->d);
    t->residual = lemma_mat_of(a, rows, net->d);
    for (size_t l = 0; l < net->L; l++) {
        size_t out = net->layers[l].out;

        t->words[l] = (out + 63) / 64;
        LEMMA_NEW(t->pattern[l], rows * t->words[l]);
        LEMMA_NEW(a, rows * out);
        t->sens[l] = lemma_mat_of(a, rows, out);
        if (l + 1 < net->L) {
            LEMMA_NEW(a, rows * out);
            t->inputs[l + 1] = lemma_cmat_of(a, rows, out);
            t->hidden[l] = lemma_mat_of(a, rows, out);
        } else
            t->hidden[l] = t->sens[l];
    }
    *tape = t;
    t = NULL;
out:
    lemma_tape_destroy(t);
    return st;
}

void lemma_tape_destroy(struct lemma_tape *tape)
{
    if (!tape)
        return;
    for (size_t l = 0; l < tape->L; l++) {
        if (tape->pattern)
            lemma_free(tape->pattern[l]);
        if (tape->sens)
            lemma_free(tape->sens[l].a);
        if (tape->hidden && l + 1 < tape->L)
            lemma_free(tape->hidden[l].a);
    }
    lemma_free(tape->inputs);
    lemma_free(tape->hidden);
    lemma_free(tape->sens);
    lemma_free(tape->pattern);
    lemma_free(tape->words);
    lemma_free(tape->loss);
    lemma_free(tape->output.a);
    lemma_free(tape->residual.a);
    lemma_free(tape);
}

double lemma_tape_loss(const struct lemma_tape *tape, size_t c)
{
    struct lemma_span span = tape->spans[c];
    double sum = 0;

    for (size_t i = span.first; i < span.first + span.count; i++)
        sum += tape->loss[i];
    return sum / (double) span.count;
}

double lemma_tape_coef(const struct lemma_tape *tape, size_t c, size_t i)
{
    double n = (double) tape->spans[c].count;

    return tape->bare ? tape->residual.a[i] / n : 1 / n;
}

size_t lemma_pattern_distance(const uint64_t *a, const uint64_t *b, size_t words)
{
    size_t bits = 0;

    for (size_t w = 0; w < words; w++)
        bits += (size_t) __builtin_popcountll(a[w] ^ b[w]);
    return bits;
}
