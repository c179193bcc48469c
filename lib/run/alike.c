/* Ranks compute the same on their own; here they see that it is the same. */
#include <string.h>

#include "core/alloc.h"
#include "core/blas.h"
#include "lemma_revision.h"
#include "run/declare.h"

/* FNV-1a, eight bytes at a time. */
static uint64_t add_word(uint64_t hash, uint64_t word)
{
    return (hash ^ word) * UINT64_C(0x100000001b3);
}

static uint64_t hash_text(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (; *text; text++)
        hash = add_word(hash, (unsigned char) *text);
    return hash;
}

static uint64_t hash_matrix(uint64_t hash, lemma_cmat m)
{
    for (size_t i = 0; i < m.rows; i++)
        for (size_t j = 0; j < m.cols; j++) {
            uint64_t word;

            memcpy(&word, lemma_crow(m, i).a + j, sizeof word);
            hash = add_word(hash, word);
        }
    return hash;
}

static uint64_t hash_server(const struct lemma_run *run)
{
    const struct lemma_weights *w = lemma_trainer_server(run->trainer);
    uint64_t hash = hash_text("");

    for (size_t l = 0; l < w->L; l++)
        hash = hash_matrix(hash, lemma_const(w->w[l]));
    return hash;
}

lemma_status lemma_run_check_alike(const struct lemma_run *run, struct lemma_error *err)
{
    uint64_t data = hash_text("");
    char *text = NULL;
    size_t differs = SIZE_MAX;
    lemma_status st = LEMMA_OK;

    if (lemma_comm_size(run->o.comm) == 1)
        return LEMMA_OK;
    /* Without memory it is the empty text, which no other rank has: all have to go on
     * to what they do together. */
    if (lemma_experiment_print(run->x, &text) != LEMMA_OK)
        text = NULL;
    data = hash_matrix(data, lemma_const(run->set->inputs));
    data = hash_matrix(data, lemma_const(run->set->targets));
    const struct {
        const char *what;
        uint64_t number;
    } items[] = {
        {"program (its revision)", hash_text(LEMMA_REVISION)},
        {"BLAS kernel (set OPENBLAS_CORETYPE to one that all CPUs have)",
         hash_text(lemma_blas_kernel())},
        {"experiment", hash_text(text ? text : "")},
        {"data", data},
        {"initial weights", hash_server(run)},
    };
    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        if (!lemma_comm_same(run->o.comm, items[i].number) && differs == SIZE_MAX)
            differs = i;
    if (differs < SIZE_MAX)
        st = lemma_fail(err, LEMMA_EINPUT,
                        "expected the same %s on all %zu ranks, which have different "
                        "ones",
                        items[differs].what, lemma_comm_size(run->o.comm));
    lemma_free(text);
    return st;
}

lemma_status lemma_run_check_ends_alike(const struct lemma_run *run,
                                        struct lemma_error *err)
{
    if (lemma_comm_size(run->o.comm) == 1 ||
        lemma_comm_same(run->o.comm, hash_server(run)))
        return LEMMA_OK;
    return lemma_fail(err, LEMMA_ENUMERIC,
                      "the ranks ended with different weights: their machines do not "
                      "compute alike, and the record is not to be trusted");
}
