#include "data/load.h"

#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/blas.h"
#include "core/rng.h"

bool lemma_data_normalise(lemma_vec x)
{
    double largest = 0, norm;

    for (size_t j = 0; j < x.n; j++)
        largest = fmax(largest, fabs(x.a[j]));
    if (!(largest > 0))
        return false;
    for (size_t j = 0; j < x.n; j++)
        x.a[j] /= largest;
    norm = lemma_norm((lemma_cvec){x.a, x.n});
    for (size_t j = 0; j < x.n; j++)
        x.a[j] /= norm;
    return true;
}

lemma_status lemma_data_targets(const struct lemma_experiment *x,
                                const char *const *kinds, size_t count, size_t *which,
                                struct lemma_error *err)
{
    char with[LEMMA_WORD + 16];

    snprintf(with, sizeof with, "data.kind %s", x->data.kind);
    return lemma_experiment_choose(x, "data.targets.kind", x->data.targets.kind, kinds,
                                   count, with, which, err);
}

lemma_status lemma_data_classes(const struct lemma_experiment *x,
                                const struct lemma_pool *pool,
                                struct lemma_dataset *set, struct lemma_error *err)
{
    size_t held[LEMMA_CLASSES_MAX] = {0};
    bool listed[LEMMA_CLASSES_MAX] = {false};

    LEMMA_REQUIRE(x->data.class_count <= LEMMA_CLASSES_MAX);
    for (size_t i = 0; i < pool->count; i++)
        held[pool->labels[i]]++;
    if (x->data.class_count == 0) {
        for (size_t c = 0; c < LEMMA_CLASSES_MAX; c++)
            if (held[c] > 0)
                set->classes[set->class_count++] = (uint8_t) c;
        return LEMMA_OK;
    }
    for (size_t k = 0; k < x->data.class_count; k++) {
        unsigned c = x->data.classes[k];
        if (listed[c])
            return lemma_experiment_fail(x, "data.classes", err,
                                         "expected each class once, found %u twice", c);
        if (held[c] == 0)
            return lemma_experiment_fail(x, "data.classes", err,
                                         "class %u has no sample in %s", c, pool->path);
        listed[c] = true;
        set->classes[set->class_count++] = (uint8_t) c;
    }
    return LEMMA_OK;
}

/* position[c] = place of class c in set->classes, -1 where it is not wanted. */
static void class_positions(const struct lemma_dataset *set, int32_t *position)
{
    for (size_t c = 0; c < LEMMA_CLASSES_MAX; c++)
        position[c] = -1;
    for (size_t k = 0; k < set->class_count; k++)
        position[set->classes[k]] = (int32_t) k;
}

lemma_status lemma_data_choose(const struct lemma_experiment *x,
                               const struct lemma_pool *pool,
                               const struct lemma_dataset *set,
                               struct lemma_choice *choice, struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    struct lemma_stream stream =
        lemma_stream_at(x->seed, LEMMA_DRAW_SUBSET, pool->test, 0, 0);
    size_t wanted = pool->test ? x->data.test_samples : x->data.samples, fitting = 0;
    const char *key = pool->test ? "data.test_samples" : "data.samples";
    int32_t position[LEMMA_CLASSES_MAX];
    struct lemma_choice c = {0};

    if (pool->count > UINT32_MAX) {
        st = lemma_fail(err, LEMMA_EINPUT,
                        "%s: expected fewer than 2^32 samples, got %zu", pool->path,
                        pool->count);
        goto out;
    }
    class_positions(set, position);
    for (size_t i = 0; i < pool->count; i++)
        fitting += !pool->labels || position[pool->labels[i]] >= 0;
    if (wanted == 0)
        wanted = fitting;
    if (wanted > fitting || fitting == 0) {
        st = lemma_experiment_fail(
            x, key, err, "expected at most %zu, the samples%s in %s, found %zu",
            fitting, pool->labels ? " of these classes" : "", pool->path, wanted);
        goto out;
    }
    LEMMA_NEW(c.index, wanted);
    if (pool->labels)
        LEMMA_NEW(c.label, wanted);
    /* Selection sampling, Knuth, The Art of Computer Programming 2, 3.4.2, Algorithm S.
     */
    for (size_t i = 0; i < pool->count && c.n < wanted; i++) {
        if (pool->labels && position[pool->labels[i]] < 0)
            continue;
        if (lemma_stream_below(&stream, fitting--) >= wanted - c.n)
            continue;
        c.index[c.n] = (uint32_t) i;
        if (pool->labels)
            c.label[c.n] = position[pool->labels[i]];
        c.n++;
    }
    *choice = c;
    c = (struct lemma_choice){0};
out:
    lemma_free(c.index);
    lemma_free(c.label);
    return st;
}

lemma_status lemma_data_class_outputs(const struct lemma_experiment *x,
                                      enum lemma_class_targets kind,
                                      struct lemma_dataset *set,
                                      struct lemma_error *err)
{
    if (kind == LEMMA_SIGN && set->class_count != 2)
        return lemma_experiment_fail(
            x, "data.targets.kind", err,
            "sign expects two classes, found %zu: choose two with data.classes",
            set->class_count);
    set->d = kind == LEMMA_SIGN ? 1 : set->class_count;
    return LEMMA_OK;
}

void lemma_data_class_fill(enum lemma_class_targets kind, const int32_t *label,
                           lemma_mat y)
{
    for (size_t i = 0; i < y.rows; i++) {
        lemma_vec yi = lemma_row(y, i);
        if (kind == LEMMA_SIGN)
            yi.a[0] = label[i] == 0 ? -1 : 1;
        else
            for (size_t k = 0; k < yi.n; k++)
                yi.a[k] = (size_t) label[i] == k;
    }
}

void lemma_data_checksum(struct lemma_dataset *set, const char *name, uint32_t crc)
{
    char entry[128];
    size_t used = strlen(set->checksum);
    int n = snprintf(entry, sizeof entry, "%s%s %08lx", used ? ", " : "CRC-32: ", name,
                     (unsigned long) crc);

    if (n > 0 && (size_t) n < sizeof entry && used + (size_t) n < sizeof set->checksum)
        memcpy(set->checksum + used, entry, (size_t) n + 1);
}
