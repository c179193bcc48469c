/* The tangent kernel at an event's virtual average: what the kernel probes share. */
#ifndef LEMMA_PROBE_TANGENT_H
#define LEMMA_PROBE_TANGENT_H

#include "kernel/gram.h"
#include "probe/probe.h"

/* The option `kernel` of a probe whose state keeps the word at `member`. */
#define LEMMA_TANGENT_OPTION(state, member)                                            \
    {                                                                                  \
        "kernel", LEMMA_OPTION_WORD, offsetof(state, member), "auto",                  \
            "auto|full|mean",                                                          \
            "full: (N d, N d), sample-major; mean: its (N, N) mean over the outputs; " \
            "auto: full up to N d = 4096"                                              \
    }

enum lemma_gram_kind lemma_tangent_kind(const char *word,
                                        const struct lemma_dataset *set);

/* Rows of the matrix: N d or N. */
size_t lemma_tangent_order(const char *word, const struct lemma_dataset *set);

struct lemma_tangent;

/* Room for the Gram matrix of all N samples, the matrix itself left out. */
lemma_status lemma_tangent_create(const char *word, const struct lemma_dataset *set,
                                  const struct lemma_event *ev,
                                  struct lemma_tangent **t);
void lemma_tangent_destroy(struct lemma_tangent *t);

/* Bytes of that room. */
double lemma_tangent_bytes(const char *word, const struct lemma_dataset *set,
                           const struct lemma_network *net);
/* Flops of one form, its own passes included. */
double lemma_tangent_flops(const char *word, const struct lemma_dataset *set,
                           const struct lemma_scale *z);

/*
 * k (order, order) at the virtual average: W(r) at round_begin, averaged and run_end.
 * One output: from the event's tape, n^2 (in_l + out_l) flops a layer. More: passes of
 * its own, one backward pass an output.
 */
void lemma_tangent_form(struct lemma_tangent *t, const struct lemma_event *ev,
                        struct lemma_layers layers, lemma_mat k);

#endif
