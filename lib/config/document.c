/* From text to one YAML document that can't do harm. */
#include "config/yaml_reader.h"

#include <errno.h>
#include <string.h>

#include "core/alloc.h"

/* Experiments need 3. */
enum { DEPTH_MAX = 8 };

/* A reader's error has an offset in bytes, every other a line. */
static size_t error_line(const yaml_parser_t *parser, const char *text, size_t length)
{
    size_t line = 1;

    if (parser->error != YAML_READER_ERROR)
        return parser->problem_mark.line + 1;
    for (size_t i = 0; i < length && i < parser->problem_offset; i++)
        line += text[i] == '\n';
    return line;
}

static bool line_begins_with_tab(const char *text, size_t length, size_t line)
{
    size_t i = 0;

    for (size_t at = 1; at < line && i < length; i++)
        at += text[i] == '\n';
    while (i < length && text[i] == ' ')
        i++;
    return i < length && text[i] == '\t';
}

static lemma_status fail_yaml(const struct lemma_yaml *r, const yaml_parser_t *parser,
                              const char *text, size_t length)
{
    size_t line = error_line(parser, text, length);
    const char *context = parser->context ? parser->context : "";
    bool tab = line_begins_with_tab(text, length, line);

    if (parser->error == YAML_MEMORY_ERROR)
        return LEMMA_EMEMORY;
    return lemma_yaml_fail(r, line, "", "expected YAML, got: %s%s%s%s",
                           parser->problem ? parser->problem : "an unknown error",
                           *context ? " " : "", context,
                           tab ? "; indent with spaces, not with tabs" : "");
}

static void set_input(yaml_parser_t *parser, const char *text, size_t length)
{
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(parser, (const unsigned char *) text, length);
}

static bool has_anchor(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return true;
    case YAML_SCALAR_EVENT:
        return event->data.scalar.anchor;
    case YAML_SEQUENCE_START_EVENT:
        return event->data.sequence_start.anchor;
    case YAML_MAPPING_START_EVENT:
        return event->data.mapping_start.anchor;
    default:
        return false;
    }
}

struct shape {
    size_t documents, depth;
};

static lemma_status check_event(const struct lemma_yaml *r, const yaml_event_t *event,
                                struct shape *shape)
{
    size_t line = event->start_mark.line + 1;

    shape->documents += event->type == YAML_DOCUMENT_START_EVENT;
    shape->depth += event->type == YAML_MAPPING_START_EVENT ||
                    event->type == YAML_SEQUENCE_START_EVENT;
    shape->depth -=
        event->type == YAML_MAPPING_END_EVENT || event->type == YAML_SEQUENCE_END_EVENT;
    if (shape->documents > 1)
        return lemma_yaml_fail(r, line, "",
                               "expected one YAML document, got a second one");
    if (shape->depth > DEPTH_MAX)
        return lemma_yaml_fail(
            r, line, "", "expected maps and lists at most %d deep, got one deeper",
            DEPTH_MAX);
    if (has_anchor(event))
        return lemma_yaml_fail(
            r, line, "", "expected values written out, got an anchor (&) or alias (*)");
    return LEMMA_OK;
}

/* libyaml needs time quadratic in the depth of lists and in the number of anchors, and
 * aliases may make a map its own member: the events are looked at before a document is
 * made of them. */
static lemma_status check_shape(const struct lemma_yaml *r, const char *text,
                                size_t length)
{
    lemma_status st = LEMMA_OK;
    yaml_parser_t parser;
    yaml_event_t event;
    struct shape shape = {0};
    bool done = false;

    if (!yaml_parser_initialize(&parser))
        return LEMMA_EMEMORY;
    set_input(&parser, text, length);
    while (!done) {
        if (!yaml_parser_parse(&parser, &event)) {
            st = fail_yaml(r, &parser, text, length);
            break;
        }
        st = check_event(r, &event, &shape);
        done = event.type == YAML_STREAM_END_EVENT || st != LEMMA_OK;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return st;
}

static bool begins_with(const char *text, size_t length, const char *mark, size_t size)
{
    return length >= size && memcmp(text, mark, size) == 0;
}

/* By its byte order mark, or the zero byte of a first letter. */
static bool is_utf16(const char *text, size_t length)
{
    return begins_with(text, length, "\xff\xfe", 2) ||
           begins_with(text, length, "\xfe\xff", 2) ||
           (length >= 2 && !text[0] != !text[1]);
}

lemma_status lemma_yaml_open(struct lemma_yaml *r, yaml_document_t *document,
                             const char *text, size_t length)
{
    lemma_status st = LEMMA_OK;
    yaml_parser_t parser;
    bool marked = begins_with(text, length, "\xef\xbb\xbf", 3);

    r->document = NULL;
    text += marked ? 3 : 0;
    length -= marked ? 3 : 0;
    if (is_utf16(text, length))
        return lemma_yaml_fail(r, 1, "", "expected text in UTF-8, got UTF-16");
    st = check_shape(r, text, length);
    if (st != LEMMA_OK)
        return st;
    if (!yaml_parser_initialize(&parser))
        return LEMMA_EMEMORY;
    set_input(&parser, text, length);
    if (!yaml_parser_load(&parser, document))
        st = fail_yaml(r, &parser, text, length);
    else if (yaml_document_get_root_node(document))
        r->document = document;
    else
        yaml_document_delete(document);
    yaml_parser_delete(&parser);
    return st;
}

/* At most limit bytes of a file in block; *length of them. */
static lemma_status read_block(const char *path, char *block, size_t limit,
                               size_t *length, struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    FILE *f = fopen(path, "rb");

    if (!f)
        return lemma_fail(err, LEMMA_EINPUT, "%s: expected a readable file, got: %s",
                          path, strerror(errno));
    *length = fread(block, 1, limit, f);
    if (ferror(f))
        st = lemma_fail(err, LEMMA_EINPUT, "%s: expected a readable file, got: %s",
                        path, strerror(errno));
    fclose(f);
    return st;
}

lemma_status lemma_yaml_file(const char *path, char **text, size_t *length,
                             struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    char *block = NULL, *copy = NULL;
    size_t n = 0;

    LEMMA_NEW(block, LEMMA_FILE_MAX + 1);
    LEMMA_TRY(read_block(path, block, LEMMA_FILE_MAX + 1, &n, err));
    if (n > LEMMA_FILE_MAX) {
        st = lemma_fail(err, LEMMA_EINPUT,
                        "%s: expected a file of at most 1 MiB, got more", path);
        goto out;
    }
    LEMMA_NEW(copy, n + 1);
    memcpy(copy, block, n);
    *text = copy;
    *length = n;
    copy = NULL;
out:
    lemma_free(block);
    lemma_free(copy);
    return st;
}
