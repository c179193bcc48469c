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

uint64_t lemma_run_hash(const char *text)
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
    uint64_t hash = lemma_run_hash("");

    for (size_t l = 0; l < w->L; l++)
        hash = hash_matrix(hash, lemma_const(w->w[l]));
    return hash;
}

lemma_status lemma_run_identify(struct lemma_run *run)
{
    uint64_t data = lemma_run_hash("");
    char *text = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_experiment_print(run->x, &text));
    const lemma_mat all[] = {run->set->inputs, run->set->targets, run->set->test_inputs,
                             run->set->test_targets};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        data = hash_matrix(data, lemma_const(all[i]));
    run->identity[LEMMA_SAME_PROGRAM] = lemma_run_hash(LEMMA_REVISION);
    run->identity[LEMMA_SAME_BLAS] = lemma_run_hash(lemma_blas_kernel());
    run->identity[LEMMA_SAME_EXPERIMENT] = lemma_run_hash(text);
    run->identity[LEMMA_SAME_DATA] = data;
    run->identity[LEMMA_SAME_WEIGHTS] = hash_server(run);
out:
    lemma_free(text);
    return st;
}

const char *lemma_run_identity_name(enum lemma_identity which)
{
    static const char *const names[] = {
        "program (its revision)",
        "BLAS kernel (set OPENBLAS_CORETYPE to one that all CPUs have)", "experiment",
        "data", "initial weights"};

    return names[which];
}

lemma_status lemma_run_check_alike(const struct lemma_run *run, struct lemma_error *err)
{
    size_t differs = LEMMA_IDENTITIES;

    if (lemma_comm_size(run->o.comm) == 1)
        return LEMMA_OK;
    for (size_t i = 0; i < LEMMA_IDENTITIES; i++)
        if (!lemma_comm_same(run->o.comm, run->identity[i]) &&
            differs == LEMMA_IDENTITIES)
            differs = i;
    if (differs < LEMMA_IDENTITIES)
        return lemma_fail(err, LEMMA_EINPUT,
                          "expected the same %s on all %zu ranks, which have different "
                          "ones",
                          lemma_run_identity_name((enum lemma_identity) differs),
                          lemma_comm_size(run->o.comm));
    if (!lemma_comm_same(run->o.comm, run->first_round))
        return lemma_fail(err, LEMMA_EINPUT,
                          "expected the same checkpoint on all %zu ranks: its folder "
                          "has to be one that all their machines see",
                          lemma_comm_size(run->o.comm));
    return LEMMA_OK;
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
