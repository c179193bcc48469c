#define _GNU_SOURCE /* open_memstream */
#include "json.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "config/utf8.h"

lemma_status json_keep(struct json *j)
{
    *j = (struct json){0};
    j->out = open_memstream(&j->kept, &j->kept_size);
    return j->out ? LEMMA_OK : LEMMA_EMEMORY;
}

lemma_status json_end(struct json *j, lemma_status st)
{
    bool whole;

    if (!j->out)
        return st;
    whole = !ferror(j->out);
    whole &= fclose(j->out) == 0;
    if (st == LEMMA_OK && whole)
        fwrite(j->kept, 1, j->kept_size, stdout);
    free(j->kept);
    *j = (struct json){0};
    return st == LEMMA_OK && !whole ? LEMMA_EMEMORY : st;
}

/* A byte that is no UTF-8 becomes U+FFFD. */
static void quote(FILE *out, const char *text)
{
    size_t left = strlen(text), used;
    uint32_t code;

    fputc('"', out);
    for (; left > 0; text += used, left -= used) {
        used = lemma_utf8_decode(text, left, &code);
        if (used == 0) {
            fputs("\\ufffd", out);
            used = 1;
        } else if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else if (*text == '\n')
            fputs("\\n", out);
        else if (lemma_utf8_awkward(code)) /* none is above U+FFFF */
            fprintf(out, "\\u%04" PRIx32, code);
        else
            fwrite(text, 1, used, out);
    }
    fputc('"', out);
}

static void begin(struct json *j, const char *key)
{
    if (j->filled[j->depth])
        fputs(", ", j->out);
    j->filled[j->depth] = true;
    if (key) {
        quote(j->out, key);
        fputs(": ", j->out);
    }
}

static void open(struct json *j, const char *key, char bracket)
{
    LEMMA_REQUIRE(j->depth + 1 < JSON_DEPTH);
    begin(j, key);
    fputc(bracket, j->out);
    j->filled[++j->depth] = false;
}

void json_object(struct json *j, const char *key)
{
    open(j, key, '{');
}

void json_array(struct json *j, const char *key)
{
    open(j, key, '[');
}

void json_close(struct json *j, char closing)
{
    LEMMA_REQUIRE(j->depth > 0);
    j->depth--;
    fputc(closing, j->out);
    if (j->depth == 0)
        fputc('\n', j->out);
}

void json_text(struct json *j, const char *key, const char *text)
{
    begin(j, key);
    if (text)
        quote(j->out, text);
    else
        fputs("null", j->out);
}

void json_real(struct json *j, const char *key, double x)
{
    begin(j, key);
    if (isfinite(x))
        fprintf(j->out, "%.17g", x);
    else
        fputs("null", j->out);
}

void json_bool(struct json *j, const char *key, bool yes)
{
    begin(j, key);
    fputs(yes ? "true" : "false", j->out);
}

void json_count(struct json *j, const char *key, int64_t n)
{
    begin(j, key);
    fprintf(j->out, "%" PRId64, n);
}
