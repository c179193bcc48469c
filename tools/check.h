/* What `lemma check` prints of a verdict: a line, a page, JSON, JUnit. */
#ifndef LEMMA_TOOLS_CHECK_H
#define LEMMA_TOOLS_CHECK_H

#include "claim/claim.h"
#include "json.h"
#include "scaling/scaling.h"

/* More claims than this there will not be. */
enum { CLAIMS_MAX = 128 };

enum { CHECK_TEXT = LEMMA_REASON + 160 };

/* "slack 0.93 (||Pat_c||) at step 40, client 2", or the reason. */
void check_describe(const struct lemma_claim_type *claim, const struct lemma_finding *f,
                    char text[CHECK_TEXT]);

/* A line of the table; of `check_head` above it. */
void check_head(void);
void check_line(const struct lemma_claim_type *claim, const struct lemma_finding *f);

/* The statement with this run's numbers put in; e as the judge left it. */
void check_explain(const struct lemma_claim_type *claim, const struct lemma_finding *f,
                   const struct lemma_evidence *e);

/* e NULL: of several records together. */
void check_json(struct json *j, const struct lemma_claim_type *claim,
                const struct lemma_finding *f, const struct lemma_evidence *e);

/* One suite: findings (claims of the registry's order), count of them; a recalled claim
 * fails where strict. */
struct check_result {
    const struct lemma_claim_type *claim;
    struct lemma_finding finding;
};
void check_junit_begin(FILE *out);
void check_junit_suite(FILE *out, const char *name, const struct check_result *results,
                       size_t count, bool strict);
void check_junit_end(FILE *out);

/* The parts of a suite. */
struct check_case {
    const char *name, *text, *statement;
    enum lemma_verdict verdict;
    bool fails;
};
void check_junit_open(FILE *out, const char *name, size_t tests, size_t failures,
                      size_t skipped);
void check_junit_case(FILE *out, const char *suite, const struct check_case *c);
void check_junit_close(FILE *out);

/* The main theorems' assumptions beside the run: a table, or into j. Of a study without
 * training there is nothing to tell. */
lemma_status check_theorems(struct json *j, struct lemma_evidence *e);

/* All verdicts so far. */
struct check_tally {
    size_t counts[4];
    size_t recalled_violated, vacuous;
    bool violated; /* one that decides the exit status */
};

/* A sweep's folder, or its file. */
bool check_is_sweep(const char *path);

/* What is asked of a sweep: only one type's laws (NULL: all), and how to tell. */
struct check_sweep_request {
    const struct lemma_scaling_type *only;
    struct json *json; /* NULL: for people */
    bool explain, strict;
    FILE *junit; /* NULL: none */
};
lemma_status check_sweep(const struct check_sweep_request *request, const char *path,
                         struct check_tally *tally, struct lemma_error *err);

/* Whether the verdict decides the exit status. */
bool check_fails(const struct lemma_claim_type *claim, const struct lemma_finding *f,
                 bool strict);

#endif
