#include "data/dataset.h"

#include <math.h>

#include "core/alloc.h"
#include "data/load.h"

static bool is_finite(lemma_mat m)
{
    bool finite = true;

    for (size_t i = 0; i < m.rows; i++)
        for (size_t j = 0; j < m.cols; j++)
            finite = finite && isfinite(m.a[i * m.ld + j]);
    return finite;
}

static bool has_shape(lemma_mat m, size_t rows, size_t cols)
{
    return m.a && m.rows == rows && m.cols == cols && m.ld == cols;
}

/* A member that breaks its promises is a bug; numbers that are not finite are not. */
static lemma_status check(const struct lemma_data_type *type,
                          const struct lemma_dataset *set, struct lemma_error *err)
{
    LEMMA_REQUIRE(set->n >= 1 && set->d_x >= 1 && set->d >= 1);
    LEMMA_REQUIRE(has_shape(set->inputs, set->n, set->d_x));
    LEMMA_REQUIRE(has_shape(set->targets, set->n, set->d));
    LEMMA_REQUIRE(set->source[0] != '\0' && set->checksum[0] != '\0');
    if (set->test_n > 0) {
        LEMMA_REQUIRE(has_shape(set->test_inputs, set->test_n, set->d_x));
        LEMMA_REQUIRE(has_shape(set->test_targets, set->test_n, set->d));
    }
    if (set->n > INT32_MAX || set->d_x > INT32_MAX || set->d > INT32_MAX)
        return lemma_fail(err, LEMMA_EINPUT,
                          "data of kind %s: expected at most %d samples, inputs and "
                          "outputs, found %zu, %zu and %zu",
                          type->name, INT32_MAX, set->n, set->d_x, set->d);
    if (!is_finite(set->inputs) || !is_finite(set->targets) ||
        !is_finite(set->test_inputs) || !is_finite(set->test_targets))
        return lemma_fail(err, LEMMA_EINPUT,
                          "data of kind %s: expected finite inputs and targets",
                          type->name);
    return LEMMA_OK;
}

static lemma_status number_samples(struct lemma_dataset *set)
{
    lemma_status st = LEMMA_OK;

    if (set->index)
        return LEMMA_OK;
    LEMMA_NEW(set->index, set->n);
    for (size_t i = 0; i < set->n; i++)
        set->index[i] = (uint32_t) i;
out:
    return st;
}

/* The member named data.kind. */
static lemma_status find(const struct lemma_experiment *x,
                         const struct lemma_data_type **type, struct lemma_error *err)
{
    const char *names[LEMMA_WORD];
    size_t count = 0, which = 0;
    lemma_status st;

    for (; count < LEMMA_WORD && lemma_data_types[count]; count++)
        names[count] = lemma_data_types[count]->name;
    LEMMA_TRY(lemma_experiment_choose(x, "data.kind", x->data.kind, names, count, NULL,
                                      &which, err));
    *type = lemma_data_types[which];
out:
    return st;
}

lemma_status lemma_dataset_check(const struct lemma_experiment *x,
                                 struct lemma_error *err)
{
    const struct lemma_data_type *type = NULL;
    lemma_status st = find(x, &type, err);

    return st == LEMMA_OK && type->check ? type->check(x, err) : st;
}

lemma_status lemma_dataset_load(const struct lemma_experiment *x,
                                struct lemma_dataset **set, struct lemma_error *err)
{
    lemma_status st;
    const struct lemma_data_type *type = NULL;
    struct lemma_dataset *made = NULL;

    LEMMA_TRY(find(x, &type, err));
    LEMMA_NEW(made, 1);
    LEMMA_TRY(type->load(x, made, err));
    LEMMA_TRY(check(type, made, err));
    LEMMA_TRY(number_samples(made));
    *set = made;
    made = NULL;
out:
    lemma_dataset_destroy(made);
    return st;
}

lemma_status lemma_dataset_create(const struct lemma_experiment *x,
                                  struct lemma_dataset **set, struct lemma_error *err)
{
    struct lemma_dataset *made = NULL;
    lemma_status st = lemma_dataset_load(x, &made, err);

    LEMMA_TRY(st);
    LEMMA_TRY(lemma_geometry_measure(lemma_const(made->inputs), &made->geometry));
    *set = made;
    made = NULL;
out:
    lemma_dataset_destroy(made);
    return st;
}

void lemma_dataset_destroy(struct lemma_dataset *set)
{
    if (!set)
        return;
    lemma_free(set->inputs.a);
    lemma_free(set->targets.a);
    lemma_free(set->index);
    lemma_free(set->label);
    lemma_free(set->test_inputs.a);
    lemma_free(set->test_targets.a);
    lemma_free(set->test_label);
    lemma_free(set);
}
