/* How functions say that the world went wrong: a status and one clear sentence. */
#ifndef LEMMA_CORE_STATUS_H
#define LEMMA_CORE_STATUS_H

#include <stdio.h>
#include <stdlib.h>

typedef enum lemma_status {
    LEMMA_OK = 0,
    LEMMA_EINPUT,  /* what the user gave: a file, a key, a size (exit status 2) */
    LEMMA_EMEMORY, /* no memory (3) */
    LEMMA_EIO,     /* disk, HDF5 (3) */
    LEMMA_ENUMERIC /* an iteration or LAPACK did not converge (3) */
} lemma_status;

/* The sentence that goes with a status; the caller owns it, NULL is allowed. */
struct lemma_error {
    char text[2048];
};

/* "no memory", ...: what a status means when nobody said more. */
const char *lemma_status_text(lemma_status st);

/* Writes the sentence (truncated where too long) and returns st. */
lemma_status lemma_fail(struct lemma_error *err, lemma_status st, const char *format,
                        ...) __attribute__((format(printf, 3, 4)));

/* Inside a function with `lemma_status st` and a label `out`. */
#define LEMMA_TRY(call)     \
    do {                    \
        st = (call);        \
        if (st != LEMMA_OK) \
            goto out;       \
    } while (0)

/* A bug of the caller: aborts in every build type. */
#define LEMMA_REQUIRE(cond) \
    ((cond) ? (void) 0 : lemma_require_failed(#cond, __FILE__, __LINE__))

_Noreturn void lemma_require_failed(const char *cond, const char *file, int line);

#endif
