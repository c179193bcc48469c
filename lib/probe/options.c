#include "probe/options.h"

#include <stdint.h>
#include <string.h>

bool lemma_probe_has_steps(const struct lemma_probe_type *type)
{
    for (const struct lemma_column *c = type->columns; c && c->name; c++)
        if (c->axis == LEMMA_AXIS_MOVE)
            return false;
    return type->events & LEMMA_ON_STEP;
}

struct lemma_cadence lemma_cadence_of(const struct lemma_probe_type *type)
{
    bool rounds = !lemma_probe_has_steps(type);

    for (const struct lemma_column *c = type->columns; c && c->name; c++)
        rounds |= c->axis == LEMMA_AXIS_CADENCE;
    return (struct lemma_cadence){1, rounds};
}

/* A number of digits alone, followed by *rest; false on anything else. */
static bool read_size(const char *text, size_t *value, const char **rest)
{
    size_t v = 0;

    if (*text < '0' || *text > '9')
        return false;
    for (; *text >= '0' && *text <= '9'; text++) {
        size_t digit = (size_t) (*text - '0');

        if (v > (SIZE_MAX - digit) / 10)
            return false;
        v = 10 * v + digit;
    }
    *value = v;
    *rest = text;
    return true;
}

lemma_status lemma_cadence_read(const struct lemma_probe_type *type, const char *text,
                                struct lemma_cadence *cadence, struct lemma_error *err)
{
    bool steps = lemma_probe_has_steps(type), rounds = lemma_cadence_of(type).rounds;
    const char *rest = "",
               *expected = steps ? "\"5 steps\" or \"5 rounds\"" : "\"5 rounds\"";
    size_t n = 0;

    if (!read_size(text, &n, &rest) || n == 0)
        return lemma_fail(err, LEMMA_EINPUT,
                          "expected a cadence such as %s, got \"%s\"", expected, text);
    while (*rest == ' ')
        rest++;
    if (strcmp(rest, "rounds") == 0 || strcmp(rest, "round") == 0)
        rounds = true;
    else if (strcmp(rest, "steps") == 0 || strcmp(rest, "step") == 0)
        rounds = false;
    else if (*rest)
        return lemma_fail(err, LEMMA_EINPUT,
                          "expected a cadence such as %s, got \"%s\"", expected, text);
    if (!rounds && !steps)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s is observed once a round: expected %s, got \"%s\"",
                          type->name, expected, text);
    *cadence = (struct lemma_cadence){n, rounds};
    return LEMMA_OK;
}

/* Whether word is one of "a|b|c". */
static bool is_among(const char *word, const char *words)
{
    for (const char *w = words; w; w = strchr(w, '|'), w = w ? w + 1 : NULL) {
        size_t n = strcspn(w, "|");

        if (strlen(word) == n && strncmp(w, word, n) == 0)
            return true;
    }
    return false;
}

static lemma_status read_value(const struct lemma_option *o, const char *text,
                               void *state, struct lemma_error *err)
{
    char *at = (char *) state + o->offset;
    const char *rest = "";
    size_t n = 0;
    bool yes = strcmp(text, "true") == 0;

    switch (o->type) {
    case LEMMA_OPTION_BOOL:
        if (!yes && strcmp(text, "false") != 0)
            return lemma_fail(err, LEMMA_EINPUT, "expected true or false, got \"%s\"",
                              text);
        memcpy(at, &yes, sizeof yes);
        break;
    case LEMMA_OPTION_WORD:
        if (strlen(text) >= LEMMA_WORD || (o->words && !is_among(text, o->words)))
            return lemma_fail(err, LEMMA_EINPUT, "expected %s, got \"%s\"",
                              o->words ? o->words : "a shorter word", text);
        memcpy(at, text, strlen(text) + 1);
        break;
    case LEMMA_OPTION_SIZE:
        if (!read_size(text, &n, &rest) || *rest)
            return lemma_fail(err, LEMMA_EINPUT, "expected a whole number, got \"%s\"",
                              text);
        memcpy(at, &n, sizeof n);
        break;
    }
    return LEMMA_OK;
}

static const struct lemma_option *find_option(const struct lemma_probe_type *type,
                                              const char *key)
{
    for (const struct lemma_option *o = type->options; o && o->name; o++)
        if (strcmp(o->name, key) == 0)
            return o;
    return NULL;
}

static lemma_status unknown_option(const struct lemma_probe_type *type, const char *key,
                                   struct lemma_error *err)
{
    const char *names[LEMMA_OPTIONS_MAX + 1] = {"every"}, *near;
    size_t count = 1;

    for (const struct lemma_option *o = type->options; o && o->name; o++)
        if (count <= LEMMA_OPTIONS_MAX)
            names[count++] = o->name;
    near = lemma_nearest(key, names, count);
    return near ? lemma_fail(err, LEMMA_EINPUT,
                             "%s has no such option; did you mean \"%s\"?", type->name,
                             near)
                : lemma_fail(err, LEMMA_EINPUT,
                             "%s has no such option; see \"lemma explain %s\"",
                             type->name, type->name);
}

/* Puts "file:line: probes.name.key: " or "--set probes.name.key=value: " before the
 * sentence in err. */
static lemma_status place(const char *file, const struct lemma_probe_config *config,
                          size_t option, lemma_status st, struct lemma_error *err)
{
    struct lemma_error plain;
    int line = config->options[option].line;

    if (!err)
        return st;
    plain = *err;
    if (line > 0)
        return lemma_fail(err, st, "%s:%d: probes.%s.%s: %s", file, line, config->name,
                          config->options[option].key, plain.text);
    return lemma_fail(err, st, "--set probes.%s.%s=%s: %s", config->name,
                      config->options[option].key, config->options[option].value,
                      plain.text);
}

lemma_status lemma_options_read(const struct lemma_probe_type *type, const char *file,
                                const struct lemma_probe_config *config, void *state,
                                struct lemma_cadence *cadence, struct lemma_error *err)
{
    *cadence = lemma_cadence_of(type);
    for (const struct lemma_option *o = type->options; o && o->name; o++)
        if (o->fallback)
            LEMMA_REQUIRE(read_value(o, o->fallback, state, NULL) == LEMMA_OK);

    for (size_t i = 0; config && i < config->option_count; i++) {
        const char *key = config->options[i].key, *value = config->options[i].value;
        const struct lemma_option *o = find_option(type, key);
        lemma_status st;

        if (strcmp(key, "every") == 0)
            st = lemma_cadence_read(type, value, cadence, err);
        else
            st = o ? read_value(o, value, state, err) : unknown_option(type, key, err);
        if (st != LEMMA_OK)
            return place(file, config, i, st, err);
    }
    return LEMMA_OK;
}
