#include "probe/start.h"

#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/blas.h"

static size_t words_of(size_t units)
{
    return (units + 63) / 64;
}

static const struct lemma_tape *tape_of(const struct lemma_event *ev)
{
    return lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_FORWARD);
}

lemma_status lemma_start_create(const struct lemma_event *ev,
                                struct lemma_start **start)
{
    const struct lemma_network *net = lemma_event_network(ev);
    struct lemma_start *s = NULL;
    size_t n = lemma_event_targets(ev).rows, count;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(s, 1);
    *s = (struct lemma_start){.n = n, .d = net->d, .L = net->L};
    LEMMA_NEW(s->residual, n * net->d);
    LEMMA_NEW(s->hidden, net->L);
    LEMMA_NEW(s->pattern, net->L);
    LEMMA_NEW(s->words, net->L);
    s->first = lemma_event_inputs(ev);
    for (size_t l = 0; l < net->L; l++) {
        size_t out = net->layers[l].out;

        s->words[l] = words_of(out);
        LEMMA_NEW(s->pattern[l], n * s->words[l]);
        if (l + 1 == net->L)
            break;
        if (!lemma_size_mul(n, out, &count)) {
            st = LEMMA_EMEMORY;
            goto out;
        }
        LEMMA_NEW(s->hidden[l].a, count);
        s->hidden[l] = lemma_mat_of(s->hidden[l].a, n, out);
    }
    *start = s;
    s = NULL;
out:
    lemma_start_destroy(s);
    return st;
}

void lemma_start_destroy(struct lemma_start *s)
{
    for (size_t l = 0; s && l < s->L; l++) {
        if (s->hidden)
            lemma_free(s->hidden[l].a);
        if (s->pattern)
            lemma_free(s->pattern[l]);
    }
    if (s) {
        lemma_free(s->residual);
        lemma_free(s->hidden);
        lemma_free(s->pattern);
        lemma_free(s->words);
    }
    lemma_free(s);
}

double lemma_start_bytes(const struct lemma_dataset *set,
                         const struct lemma_network *net)
{
    double doubles = (double) net->d;

    for (size_t l = 0; l < net->L; l++)
        doubles += (double) net->layers[l].out * (l + 1 < net->L ? 1 : 0) +
                   (double) words_of(net->layers[l].out);
    return sizeof(double) * (double) set->n * doubles;
}

void lemma_start_keep(struct lemma_start *s, const struct lemma_event *ev)
{
    const struct lemma_tape *tape = tape_of(ev);

    memcpy(s->residual, tape->residual.a, s->n * s->d * sizeof *s->residual);
    for (size_t l = 0; l < s->L; l++) {
        memcpy(s->pattern[l], tape->pattern[l], s->n * s->words[l] * sizeof(uint64_t));
        for (size_t i = 0; i < s->n && l + 1 < s->L; i++)
            memcpy(lemma_row(s->hidden[l], i).a, lemma_crow(tape->inputs[l + 1], i).a,
                   s->hidden[l].cols * sizeof(double));
    }
}

lemma_cmat lemma_start_inputs(const struct lemma_start *s, size_t l)
{
    return l == 0 ? s->first : lemma_const(s->hidden[l - 1]);
}

size_t lemma_start_flips(const struct lemma_start *s, const struct lemma_event *ev,
                         size_t l)
{
    const struct lemma_tape *tape = tape_of(ev);
    size_t most = 0, words = s->words[l];

    for (size_t i = 0; i < s->n; i++) {
        size_t flips = lemma_pattern_distance(s->pattern[l] + i * words,
                                              tape->pattern[l] + i * words, words);

        most = flips > most ? flips : most;
    }
    return most;
}

/* Of one sample: its flipped units r, and what V makes of |w_r . x|. */
static void kinks_of(const struct lemma_start *s, const struct lemma_tape *tape,
                     lemma_cmat w, lemma_cmat v, size_t i, double *e)
{
    const uint64_t *before = s->pattern[0] + i * s->words[0];
    const uint64_t *after = tape->pattern[0] + i * s->words[0];

    memset(e, 0, s->d * sizeof *e);
    for (size_t r = 0; r < w.rows; r++) {
        double z;

        if (!((before[r / 64] ^ after[r / 64]) >> r % 64 & 1))
            continue;
        z = fabs(lemma_dot(lemma_crow(w, r), lemma_crow(s->first, i)));
        for (size_t a = 0; a < s->d; a++)
            e[a] += lemma_crow(v, a).a[r] * z;
    }
}

void lemma_start_kinks(const struct lemma_start *s, const struct lemma_event *ev,
                       lemma_mat e)
{
    const struct lemma_tape *tape = tape_of(ev);
    lemma_cmat w = lemma_event_server(ev, 0), v = lemma_event_output_matrix(ev);

    LEMMA_REQUIRE(s->L == 1 && ev->kind == LEMMA_ON_AVERAGED);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < s->n; i++)
        kinks_of(s, tape, w, v, i, lemma_row(e, i).a);
}

double lemma_start_largest(const double *a, size_t count)
{
    double most = 0;

    for (size_t i = 0; i < count; i++) {
        if (isnan(a[i]))
            return a[i];
        if (fabs(a[i]) > most)
            most = fabs(a[i]);
    }
    return most;
}
