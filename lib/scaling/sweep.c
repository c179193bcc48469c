#include "scaling/sweep.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "config/experiment.h"
#include "core/alloc.h"
#include "sweep/quantity.h"

void lemma_scaling_close(struct lemma_scaling_sweep *s)
{
    if (!s)
        return;
    lemma_sweep_index_close(s->index);
    lemma_free(s->left_out);
    lemma_free(s->beside);
    lemma_free(s->network);
    lemma_free(s->fall);
    lemma_free(s);
}

static enum lemma_scaling_network network_of(const char *preset, size_t length)
{
    static const char two_layer[] = "two-layer-relu", deep[] = "deep-relu";

    if (length == sizeof two_layer - 1 && memcmp(preset, two_layer, length) == 0)
        return LEMMA_TWO_LAYER;
    return length >= sizeof deep - 1 && memcmp(preset, deep, sizeof deep - 1) == 0
               ? LEMMA_DEEP
               : LEMMA_ANY_NETWORK;
}

/* The place-th line. */
static const char *line_at(const char *words, size_t place, size_t *length)
{
    while (place-- > 0 && strchr(words, '\n'))
        words = strchr(words, '\n') + 1;
    *length = strcspn(words, "\n");
    return words;
}

/* The base's, or the key's where that changes. */
static lemma_status read_networks(struct lemma_scaling_sweep *s,
                                  struct lemma_error *err)
{
    const struct lemma_sweep_series *key =
        lemma_sweep_index_key(s->index, "network.preset");
    struct lemma_experiment *x = NULL;
    char *text = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(x, 1);
    lemma_experiment_init(x);
    LEMMA_TRY(lemma_reader_text(s->index->reader, "config", &text));
    LEMMA_TRY(lemma_experiment_parse(x, text, strlen(text), "/run/config", err));
    for (size_t i = 0; i < s->rows; i++) {
        size_t length = strlen(x->network.preset);
        const char *preset = x->network.preset;

        if (key && key->words)
            preset = line_at(key->words, (size_t) key->value[i], &length);
        s->network[i] = network_of(preset, length);
    }
out:
    lemma_free(text);
    lemma_free(x);
    return st;
}

/* How far each run's loss fell. */
static lemma_status read_falls(struct lemma_scaling_sweep *s, struct lemma_error *err)
{
    struct lemma_measure last = {LEMMA_BY_REDUCTION, LEMMA_FINAL, 0};
    struct lemma_measure first = {LEMMA_BY_REDUCTION, LEMMA_FIRST, 0};
    double *start = NULL;
    bool known;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(start, s->rows);
    for (size_t i = 0; i < s->rows; i++)
        s->fall[i] = start[i] = NAN;
    LEMMA_TRY(
        lemma_sweep_quantity(s->index, "loss/server", &last, s->fall, &known, err));
    LEMMA_TRY(
        lemma_sweep_quantity(s->index, "loss/server", &first, start, &known, err));
    for (size_t i = 0; i < s->rows; i++)
        s->fall[i] /= start[i];
out:
    lemma_free(start);
    return st;
}

lemma_status lemma_scaling_open(const char *path, struct lemma_scaling_sweep **sweep,
                                struct lemma_error *err)
{
    struct lemma_scaling_sweep *s = NULL;
    double *diverged = NULL, *search = NULL;
    bool known;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(s, 1);
    LEMMA_TRY(lemma_sweep_index_open(path, &s->index, err));
    s->rows = s->index->rows;
    LEMMA_NEW(s->left_out, s->rows);
    LEMMA_NEW(s->beside, s->rows);
    LEMMA_NEW(s->network, s->rows);
    LEMMA_NEW(s->fall, s->rows);
    LEMMA_NEW(diverged, s->rows);
    LEMMA_NEW(search, s->rows);
    LEMMA_TRY(lemma_sweep_constant(s->index, "diverged", diverged, &known));
    LEMMA_TRY(lemma_sweep_constant(s->index, "beside_theory", s->beside, &known));
    LEMMA_TRY(lemma_sweep_constant(s->index, "search", search, &s->searched));
    for (size_t i = 0; i < s->rows; i++)
        s->left_out[i] = diverged[i] != 0 || search[i] != 0 || s->beside[i] != 0;
    LEMMA_TRY(read_networks(s, err));
    LEMMA_TRY(read_falls(s, err));
    *sweep = s;
    s = NULL;
out:
    lemma_free(diverged);
    lemma_free(search);
    lemma_scaling_close(s);
    return st;
}

lemma_status lemma_scaling_constant(const struct lemma_scaling_sweep *s,
                                    const char *name, double *y, bool *known)
{
    size_t length = strcspn(name, "-");
    char plain[32];
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(length < sizeof plain);
    snprintf(plain, sizeof plain, "%.*s", (int) length, name);
    LEMMA_TRY(lemma_sweep_constant(s->index, plain, y, known));
    for (size_t i = 0; i < s->rows && *known && name[length]; i++)
        y[i] -= 1;
out:
    return st;
}

size_t lemma_scaling_rows(const struct lemma_scaling_sweep *sweep)
{
    return sweep->rows;
}

const char *lemma_scaling_record(const struct lemma_scaling_sweep *sweep, size_t row)
{
    return sweep->index->record[row];
}
