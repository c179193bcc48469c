/* Experiments as canonical YAML, and messages about what stood in them. */
#include "config/experiment.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/keys.h"
#include "config/utf8.h"
#include "config/value.h"
#include "core/alloc.h"

/* Text that may be too small: used counts what would have been written, so that a first
 * pass without room gives the size of the second. */
struct page {
    char *at;
    size_t size, used;
};

static void put_bytes(struct page *p, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++, p->used++) {
        if (p->used + 1 < p->size)
            p->at[p->used] = text[i];
    }
}

static void put(struct page *p, const char *text)
{
    put_bytes(p, text, strlen(text));
}

static void put_count(struct page *p, uint64_t value)
{
    char text[32];

    snprintf(text, sizeof text, "%llu", (unsigned long long) value);
    put(p, text);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Whether YAML reads the text as it stands, also between { and }: fewer texts than
 * would do. */
static bool is_plain(const char *text)
{
    size_t n = strlen(text);

    if (n == 0 || !(is_letter(*text) || *text == '/') || text[n - 1] == ' ' ||
        strcmp(text, "null") == 0 || strcmp(text, "Null") == 0 ||
        strcmp(text, "NULL") == 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!is_letter(text[i]) && !strchr("_./+- ", text[i]))
            return false;
    }
    return true;
}

static void put_escaped(struct page *p, uint32_t code)
{
    char text[16];

    if (code == '"' || code == '\\')
        snprintf(text, sizeof text, "\\%c", (char) code);
    else
        snprintf(text, sizeof text, "\\U%08lX", (unsigned long) code);
    put(p, text);
}

static void put_text(struct page *p, const char *text)
{
    size_t n = strlen(text), size;
    uint32_t code = 0;

    if (is_plain(text)) {
        put(p, text);
        return;
    }
    put(p, "\"");
    for (size_t i = 0; i < n; i += size) {
        size = lemma_utf8_decode(text + i, n - i, &code);
        if (size == 0) { /* never read from YAML or --set; keeps the page readable */
            code = 0xFFFD;
            size = 1;
            put_escaped(p, code);
        } else if (code == '"' || code == '\\' || lemma_utf8_awkward(code)) {
            put_escaped(p, code);
        } else {
            put_bytes(p, text + i, size);
        }
    }
    put(p, "\"");
}

static void put_classes(struct page *p, const struct lemma_data_config *data)
{
    put(p, "[");
    for (size_t i = 0; i < data->class_count; i++) {
        put(p, i ? ", " : "");
        put_count(p, data->classes[i]);
    }
    put(p, "]");
}

static void put_value(struct page *p, const struct lemma_experiment *x,
                      const struct lemma_key *key)
{
    const void *field = lemma_key_view(x, key);
    char real[LEMMA_REAL_TEXT];

    switch (key->type) {
    case LEMMA_KEY_SIZE:
        put_count(p, *(const size_t *) field);
        break;
    case LEMMA_KEY_U64:
        put_count(p, *(const uint64_t *) field);
        break;
    case LEMMA_KEY_REAL:
        lemma_value_print_real(*(const double *) field, real);
        put(p, real);
        break;
    case LEMMA_KEY_WORD:
    case LEMMA_KEY_PATH:
    case LEMMA_KEY_EVERY:
        put_text(p, field);
        break;
    case LEMMA_KEY_BOOL:
        put(p, *(const bool *) field ? "true" : "false");
        break;
    case LEMMA_KEY_CLASSES:
        put_classes(p, &x->data);
        break;
    }
}

/* The heads of the sections that name enters and the key before it, previous, was not
 * in; then its last word. */
static void put_key(struct page *p, const char *name, const char *previous)
{
    size_t depth = 0;

    for (const char *dot; (dot = strchr(name, '.')); name = dot + 1, depth++) {
        size_t n = (size_t) (dot - name) + 1;
        bool entered = previous && strncmp(name, previous, n) == 0;

        previous = entered ? previous + n : NULL;
        if (!entered) {
            for (size_t i = 0; i < depth; i++)
                put(p, "  ");
            put_bytes(p, name, n - 1);
            put(p, ":\n");
        }
    }
    for (size_t i = 0; i < depth; i++)
        put(p, "  ");
    put(p, name);
    put(p, ": ");
}

static void put_probe(struct page *p, const struct lemma_probe_config *probe)
{
    put(p, "  ");
    put_text(p, probe->name);
    put(p, ": {");
    for (size_t i = 0; i < probe->option_count; i++) {
        put(p, i ? ", " : "");
        put_text(p, probe->options[i].key);
        put(p, ": ");
        put_text(p, probe->options[i].value);
    }
    put(p, "}\n");
}

static void put_experiment(struct page *p, const struct lemma_experiment *x)
{
    size_t count;
    const struct lemma_key *keys = lemma_keys(&count);

    for (size_t i = 0; i < count; i++) {
        put_key(p, keys[i].name, i ? keys[i - 1].name : NULL);
        put_value(p, x, &keys[i]);
        put(p, "\n");
    }
    put(p, x->probe_count ? "probes:\n" : "probes: {}\n");
    for (size_t i = 0; i < x->probe_count; i++)
        put_probe(p, &x->probes[i]);
}

lemma_status lemma_experiment_print(const struct lemma_experiment *x, char **text)
{
    struct page page = {0};

    put_experiment(&page, x);
    page.size = page.used + 1;
    page.used = 0;
    page.at = lemma_alloc(page.size, 1);
    if (!page.at)
        return LEMMA_EMEMORY;
    put_experiment(&page, x);
    *text = page.at;
    return LEMMA_OK;
}

/* Line and value of "gram" or "gram.every" among the probes. */
static int find_probe_value(const struct lemma_experiment *x, const char *words,
                            struct page *p)
{
    size_t n = strcspn(words, ".");

    for (size_t i = 0; i < x->probe_count; i++) {
        const struct lemma_probe_config *probe = &x->probes[i];
        if (strncmp(probe->name, words, n) != 0 || probe->name[n])
            continue;
        for (size_t j = 0; words[n] && j < probe->option_count; j++) {
            if (strcmp(probe->options[j].key, words + n + 1) == 0) {
                put_text(p, probe->options[j].value);
                return probe->options[j].line;
            }
        }
        put(p, "{}");
        return probe->line;
    }
    return 0;
}

static int find_value(const struct lemma_experiment *x, const char *name,
                      struct page *p)
{
    size_t count;
    const struct lemma_key *keys = lemma_keys(&count);
    int key = lemma_key_find(name);

    if (key != LEMMA_NOT_A_KEY) {
        put_value(p, x, &keys[key]);
        return x->lines[key];
    }
    return strncmp(name, "probes.", 7) == 0 ? find_probe_value(x, name + 7, p) : 0;
}

bool lemma_experiment_value(const struct lemma_experiment *x, const char *key,
                            char *out, size_t size)
{
    struct page page = {out, size, 0};
    size_t count;
    const struct lemma_key *keys = lemma_keys(&count);
    int i = lemma_key_find(key);

    memset(out, 0, size);
    if (i != LEMMA_NOT_A_KEY && keys[i].type == LEMMA_KEY_PATH)
        put(&page, lemma_key_view(x, &keys[i])); /* as it stands */
    else
        find_value(x, key, &page);
    return page.used < size;
}

lemma_status lemma_experiment_fail(const struct lemma_experiment *x, const char *key,
                                   struct lemma_error *err, const char *format, ...)
{
    char sentence[1024], value[LEMMA_SHOWN_TEXT] = "";
    struct page page = {value, sizeof value, 0};
    int line = find_value(x, key, &page);
    va_list args;

    LEMMA_REQUIRE(format);
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    if (line < 0)
        return lemma_fail(err, LEMMA_EINPUT, "--set %s=%s: %s", key, value, sentence);
    if (line > 0)
        return lemma_fail(err, LEMMA_EINPUT, "%s:%d: %s: %s", x->file, line, key,
                          sentence);
    return lemma_fail(err, LEMMA_EINPUT, "%s%s%s%s%s%s: %s", x->file,
                      *x->file ? ": " : "", key, *value ? " (default " : "", value,
                      *value ? ")" : "", sentence);
}
