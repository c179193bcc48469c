/* What several tests share: comparisons that fail on NaN, scratch files, small draws.
 */
#ifndef LEMMA_TESTS_SUPPORT_H
#define LEMMA_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/alloc.h"
#include "core/rng.h"
#include "core/status.h"
#include "core/view.h"

/* Fails unless |a - b| <= tolerance; NaN fails. */
#define check_close(a, b, tolerance) \
    check_close_at((a), (b), (tolerance), #a " = " #b, __FILE__, __LINE__)
void check_close_at(double a, double b, double tolerance, const char *what,
                    const char *file, int line);

/* Fails, printing the sentence, unless the status is LEMMA_OK. */
#define check_ok(call, err) check_ok_at((call), (err), #call, __FILE__, __LINE__)
void check_ok_at(lemma_status st, const struct lemma_error *err, const char *what,
                 const char *file, int line);

/* Fails unless text contains part. */
#define check_contains(text, part) check_contains_at((text), (part), __FILE__, __LINE__)
void check_contains_at(const char *text, const char *part, const char *file, int line);

/* A path "<tmp>/lemma-<pid>-<name>" in buffer (256), removed first. */
const char *scratch_path(char *buffer, const char *name);

/* Writes a file, failing the test where it can't. */
void write_file(const char *path, const void *bytes, size_t count);

/* Sets a locale with a decimal comma: one of the machine's, or a German one that
 * localedef makes. False where there is neither. */
bool use_decimal_comma(void);

/* n standard normals of the stream (LEMMA_DRAW_TEST, id). */
void draw_normals(uint64_t id, double *out, size_t n);

#endif
