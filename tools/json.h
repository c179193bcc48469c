/* Printing JSON: objects and arrays as they come, commas and escapes looked after. */
#ifndef LEMMA_TOOLS_JSON_H
#define LEMMA_TOOLS_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/status.h"

enum { JSON_DEPTH = 16 };

struct json {
    FILE *out;
    size_t depth;
    bool filled[JSON_DEPTH]; /* whether something stands at this depth already */
    char *kept;              /* by json_keep */
    size_t kept_size;
};

/* What fails on its way prints nothing: all is kept in memory until json_end, which
 * prints it where st is LEMMA_OK, and forgets it; it returns st, or LEMMA_EMEMORY. A
 * *j of zeros has nothing to end. */
lemma_status json_keep(struct json *j);
lemma_status json_end(struct json *j, lemma_status st);

/* key NULL inside arrays and at the top. */
void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
/* closing: '}' or ']'; a line end follows the outermost. */
void json_close(struct json *j, char closing);

void json_text(struct json *j, const char *key, const char *text); /* NULL: null */
void json_real(struct json *j, const char *key, double x); /* not finite: null */
void json_count(struct json *j, const char *key, int64_t n);
void json_bool(struct json *j, const char *key, bool yes);

#endif
