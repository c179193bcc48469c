/* Cases of claims, one after the other, as evidence. */
#include "laws.h"

#include "support.h"

static const struct law *const subjects[] = {
    laws_training,    laws_patterns, laws_gram,   laws_lazy,
    laws_definitions, laws_rates,    laws_spectra};
enum { SUBJECTS = sizeof subjects / sizeof *subjects };

/* The next case after one; NULL: the first, or none any more. */
const struct law *law_next(const struct law *law)
{
    for (size_t i = 0; i < SUBJECTS; i++) {
        const struct law *at = subjects[i];

        if (!law)
            return at;
        for (; at->claim; at++)
            if (at == law && at[1].claim)
                return at + 1;
            else if (at == law)
                return i + 1 < SUBJECTS ? subjects[i + 1] : NULL;
    }
    return NULL;
}

/* The table with cells in place of its own; rows 0: without any. */
void law_put(struct lemma_evidence *e, const struct given *g, const double *cells,
             bool empty)
{
    size_t rows = g->rows ? g->rows : 2;

    check_ok(lemma_evidence_set_series(e, g->path, empty ? 0 : rows, g->width, g->steps,
                                       cells),
             NULL);
}

static void put_numbers(struct lemma_evidence *e, const struct given_number *n,
                        size_t count)
{
    for (size_t i = 0; i < count && n[i].name; i++)
        check_ok(lemma_evidence_set_number(e, n[i].name, n[i].value), NULL);
}

struct lemma_evidence *law_evidence(const struct law *law)
{
    static const struct given_number numbers[] = {
        {"data/samples", 4}, {"data/spectral_norm", 2}, {"network/m", 8},
        {"network/d", 1},    {"network/d_x", 2},        {"network/L", 1},
        {"train/eta", 0.5},  {"train/tau", 2},          {"train/R", 1},
        {"train/batch", 0},  {"train/server_step", 1}};
    static const double counts[] = {2, 2};
    struct lemma_evidence *e = NULL;

    check_ok(lemma_evidence_create_empty(&e), NULL);
    put_numbers(e, numbers, sizeof numbers / sizeof *numbers);
    check_ok(lemma_evidence_set_word(e, "network/preset",
                                     law->preset ? law->preset : "two-layer-relu"),
             NULL);
    check_ok(lemma_evidence_set_word(e, "gram/kernel", "mean"), NULL);
    check_ok(lemma_evidence_set_clients(e, law->counts ? law->counts : counts,
                                        law->counts ? law->clients : 2),
             NULL);
    if (law->sampling)
        check_ok(lemma_evidence_set_word(e, "train/sampling", law->sampling), NULL);
    put_numbers(e, law->numbers, 8);
    if (law->delta > 0)
        lemma_evidence_set_delta(e, law->delta);
    for (const struct given *g = law->tables; g->path; g++)
        law_put(e, g, g->cells, false);
    return e;
}
