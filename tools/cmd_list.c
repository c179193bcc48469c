/* lemma list: what there is to use, from the registries. */
#include "tool.h"

#include <string.h>

#include "catalogue.h"
#include "json.h"

struct arguments {
    bool json, all;
    enum topic topic;
};

enum { KEY_JSON = 256 };

static const struct argp_option options[] = {
    {"json", KEY_JSON, NULL, 0, "Print a JSON array", 0}, {0}};

static const char doc[] =
    "Lists names and titles of one topic: probes, claims, rates, data, partitions, "
    "networks, activations, losses or keys. Without a topic: all but the keys.\v"
    "Examples:\n"
    "  lemma list probes\n"
    "  lemma list keys\n"
    "  lemma explain gradient_gap      more about one of them\n";

static void parse_topic(const char *word, struct arguments *a, struct argp_state *state)
{
    const char *names[TOPIC_COUNT];
    char hint[80];

    for (enum topic t = 0; t < TOPIC_COUNT; t++) {
        names[t] = topic_name(t);
        if (strcmp(word, names[t]) == 0) {
            a->topic = t;
            a->all = false;
            return;
        }
    }
    argp_error(state,
               "there is no topic \"%s\"%s (probes, claims, rates, theorems, data, "
               "partitions, "
               "networks, activations, losses, keys)",
               word, tool_suggestion(word, names, TOPIC_COUNT, hint, sizeof hint));
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case KEY_JSON:
        a->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (!a->all)
            argp_error(state, "one topic at a time");
        parse_topic(text, a, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {options, parse, "[TOPIC]", doc, NULL, NULL, NULL};

static bool wanted(const struct arguments *a, enum topic t)
{
    return a->all ? t != TOPIC_KEYS : t == a->topic;
}

static void print_topic(const struct catalogue *c, enum topic t)
{
    size_t width = 0;

    for (size_t i = 0; i < c->count; i++)
        if (c->list[i].topic == t && strlen(c->list[i].name) > width)
            width = strlen(c->list[i].name);
    printf("%s\n", topic_title(t));
    for (size_t i = 0; i < c->count; i++)
        if (c->list[i].topic == t)
            printf("  %-*s  %s\n", (int) width, c->list[i].name, c->list[i].title);
}

static void print_json(const struct catalogue *c, const struct arguments *a)
{
    struct json j = {.out = stdout};

    json_array(&j, NULL);
    for (size_t i = 0; i < c->count; i++) {
        if (!wanted(a, c->list[i].topic))
            continue;
        json_object(&j, NULL);
        json_text(&j, "topic", topic_name(c->list[i].topic));
        json_text(&j, "name", c->list[i].name);
        json_text(&j, "title", c->list[i].title);
        json_close(&j, '}');
    }
    json_close(&j, ']');
}

static int list_main(int argc, char **argv)
{
    struct arguments a = {.all = true};
    struct catalogue c;
    bool first = true;

    tool_parse(&argp, argc, argv, &a);
    catalogue_fill(&c);
    if (a.json) {
        print_json(&c, &a);
        return TOOL_FINE;
    }
    for (enum topic t = 0; t < TOPIC_COUNT; t++) {
        if (!wanted(&a, t))
            continue;
        if (!first)
            putchar('\n');
        print_topic(&c, t);
        first = false;
    }
    if (a.all)
        puts("\nMore: lemma list keys, lemma explain NAME");
    return TOOL_FINE;
}

const struct lemma_command lemma_cmd_list = {
    .name = "list",
    .title = "name the probes, data sets, partitions, networks, keys there are",
    .main = list_main,
};
