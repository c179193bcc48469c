/* Records of tiny experiments, made in process, and judged. */
#ifndef LEMMA_TESTS_CLAIM_MAKE_H
#define LEMMA_TESTS_CLAIM_MAKE_H

#include "claim/claim.h"

enum { MAKE_PATH = 256, MAKE_SETTINGS = 24 };

/* A record and the evidence on it; the file goes with it. */
struct made {
    char path[MAKE_PATH];
    struct lemma_reader *reader;
    struct lemma_evidence *e;
    bool diverged;
};

/* Trains with every probe at every occasion, all of data, weights and batches in the
 * record. settings: "network.width=8", ...; NULL behind the last; what they leave out
 * is small. Fails the test where training does. */
void make_run(const char *const *settings, struct made *made);

/* A study of the initial tangent kernel, so many draws. */
void make_study(const char *const *settings, size_t draws, struct made *made);

/* A CSV file of N samples, 4 inputs and a class, 0 and 1 in turn; twins: samples 2 k
 * and 2 k + 1 have one input. */
void make_csv(char path[MAKE_PATH], uint64_t seed, size_t N, bool twins);

/* The evidence anew, without what was put into it or read. */
void make_fresh(struct made *made);
void make_free(struct made *made);

struct lemma_finding make_judge(const struct made *made,
                                const struct lemma_claim_type *claim);

#endif
