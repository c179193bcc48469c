/* A study of the initial tangent kernel as tables: one row a draw. */
#include <string.h>

#include "core/alloc.h"
#include "gram.h"
#include "record/record.h"

#define UNITS "output^2 / weight^2"

/* A number of a part, for the whole kernel and, with _layer, for each layer. */
struct quantity {
    const char *name, *units, *meaning, *formula, *source;
    size_t offset; /* in struct lemma_study_part */
};

#define AT(member) offsetof(struct lemma_study_part, member)

static const struct quantity quantities[] = {
    {"lambda_min", UNITS, "least eigenvalue of the initial Gram matrix",
     "lambda_min(H(0))", "theory 3(g), 3(k)", AT(initial.lambda_min)},
    {"lambda_max", UNITS, "largest eigenvalue of the initial Gram matrix",
     "lambda_max(H(0))", "theory 3(g)", AT(initial.lambda_max)},
    {"condition", "1",
     "condition number of the initial Gram matrix; infinite where the least eigenvalue "
     "is zero to rounding",
     "lambda_max(H(0)) / lambda_min(H(0))", "definition", AT(initial.condition)},
    {"trace", UNITS, "trace of the initial Gram matrix", "tr H(0)", "definition",
     AT(initial.trace)},
    {"limit_lambda_min", UNITS, "least eigenvalue of the infinite-width Gram matrix",
     "lambda_min(H^inf)", "theory 3(g), 3(j), 3(k)", AT(limit.lambda_min)},
    {"limit_lambda_max", UNITS, "largest eigenvalue of the infinite-width Gram matrix",
     "lambda_max(H^inf)", "theory 3(g), 3(j)", AT(limit.lambda_max)},
    {"limit_condition", "1", "condition number of the infinite-width Gram matrix",
     "lambda_max(H^inf) / lambda_min(H^inf)", "definition", AT(limit.condition)},
    {"limit_trace", UNITS, "trace of the infinite-width Gram matrix", "tr H^inf",
     "definition", AT(limit.trace)},
    {"distance_frobenius", UNITS, "Frobenius distance of the two", "||H(0) - H^inf||_F",
     "theory 3(g), 3(j)", AT(frobenius)},
    {"distance_spectral", UNITS, "spectral distance of the two", "||H(0) - H^inf||_2",
     "theory 3(g), 3(j)", AT(spectral)},
    {"distance_relative", "1", "Frobenius distance of the two as a share of the limit",
     "||H(0) - H^inf||_F / ||H^inf||_F", "theory 3(g), 3(j)", AT(relative)},
};
enum { QUANTITIES = sizeof quantities / sizeof *quantities };

static lemma_status table(struct lemma_record *r, const struct quantity *q, size_t L,
                          size_t *id)
{
    char name[64];
    struct lemma_table_spec spec = {.name = name,
                                    .type = LEMMA_F64,
                                    .rank = L ? 1 : 0,
                                    .dims = {L},
                                    .dim_names = {"layer"},
                                    .axis = "draw",
                                    .units = q->units,
                                    .long_name = q->meaning,
                                    .formula = q->formula,
                                    .source = q->source};

    snprintf(name, sizeof name, L ? "%s_layer" : "%s", q->name);
    return lemma_record_table(r, "initial_gram", &spec, id);
}

static lemma_status count(struct lemma_record *r, const char *name, const char *axis,
                          const char *meaning, size_t *id)
{
    struct lemma_table_spec spec = {.name = name,
                                    .type = LEMMA_I64,
                                    .axis = axis,
                                    .units = "1",
                                    .long_name = meaning};

    return lemma_record_table(r, "initial_gram", &spec, id);
}

/* Quantities of the whole, of the layers, then width, seed and the three bounds. */
enum { LAYER = QUANTITIES, WIDTH = 2 * QUANTITIES, SEED, UPPER, LOWER, SIMPLE };

lemma_status gram_declare(struct lemma_record *r, size_t L, struct gram_tables *t)
{
    static const struct lemma_group_spec group = {
        "initial_gram", "the tangent kernel of initial weights, and its limit",
        "distance_relative", true, false};
    static const struct quantity bounds[] = {
        {"bound_upper", UNITS,
         "bound from above on the limit's least eigenvalue, by the closest pair of "
         "inputs",
         "min_ij (H^inf_ii + H^inf_jj) / 2 - H^inf_ij", "theory 3(k): k1", 0},
        {"bound_lower", UNITS,
         "bound from below, by the Hadamard expansion; missing where the limit is not "
         "the two-layer kernel's",
         "k2, maximised over its number of terms", "theory 3(k): k2", 0},
        {"bound_simple", UNITS, "the simple bound from below; missing likewise",
         "phi / (100 N^2)", "theory 3(k): k3", 0}};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_record_group(r, &group));
    LEMMA_TRY(count(r, "draw", NULL, "draw of the weights, over all widths", &t->axis));
    for (size_t i = 0; i < QUANTITIES; i++) {
        LEMMA_TRY(table(r, &quantities[i], 0, &t->id[i]));
        LEMMA_TRY(table(r, &quantities[i], L, &t->id[LAYER + i]));
    }
    LEMMA_TRY(count(r, "width", "draw", "width m", &t->id[WIDTH]));
    LEMMA_TRY(count(r, "seed", "draw", "seed of the weights", &t->id[SEED]));
    for (size_t i = 0; i < 3; i++)
        LEMMA_TRY(table(r, &bounds[i], 0, &t->id[UPPER + i]));
out:
    return st;
}

static double value_of(const struct lemma_study_part *p, size_t i)
{
    double x;

    memcpy(&x, (const char *) p + quantities[i].offset, sizeof x);
    return x;
}

lemma_status gram_append(struct lemma_record *r, const struct gram_tables *t,
                         const struct lemma_study *s, size_t row, uint64_t seed)
{
    const double bounds[] = {s->bounds.upper, s->bounds.lower, s->bounds.simple};
    int64_t draw = (int64_t) row, width = (int64_t) s->net->m, of = (int64_t) seed;
    double *layers = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(layers, s->net->L);
    LEMMA_TRY(lemma_record_append(r, t->axis, &draw));
    for (size_t i = 0; i < QUANTITIES; i++) {
        double whole = value_of(&s->part[s->net->L], i);

        for (size_t l = 0; l < s->net->L; l++)
            layers[l] = value_of(&s->part[l], i);
        LEMMA_TRY(lemma_record_append(r, t->id[i], &whole));
        LEMMA_TRY(lemma_record_append(r, t->id[LAYER + i], layers));
    }
    LEMMA_TRY(lemma_record_append(r, t->id[WIDTH], &width));
    LEMMA_TRY(lemma_record_append(r, t->id[SEED], &of));
    for (size_t i = 0; i < 3; i++)
        LEMMA_TRY(lemma_record_append(r, t->id[UPPER + i], &bounds[i]));
    LEMMA_TRY(lemma_record_commit(r, draw + 1, false));
out:
    lemma_free(layers);
    return st;
}
