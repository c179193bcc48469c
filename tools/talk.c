#include "tool.h"

#include <stdarg.h>

#include "config/experiment.h"

const char *tool_program = "lemma";

static const char *speaker;

void tool_speaks_for(const char *command)
{
    speaker = command;
}

void tool_say(const char *format, ...)
{
    va_list args;

    fprintf(stderr, speaker ? "lemma %s: " : "lemma: ", speaker);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

int tool_failed(lemma_status st, const struct lemma_error *err)
{
    const char *text = err && err->text[0] ? err->text : lemma_status_text(st);

    tool_say("%s", text);
    return st == LEMMA_EINPUT ? TOOL_USAGE : TOOL_TROUBLE;
}

const char *tool_suggestion(const char *word, const char *const *words, size_t count,
                            char *buffer, size_t size)
{
    const char *near = lemma_nearest(word, words, count);

    buffer[0] = '\0';
    if (near)
        snprintf(buffer, size, ", did you mean \"%s\"?", near);
    return buffer;
}

void tool_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    argp_err_exit_status = TOOL_USAGE;
    if (argp_parse(argp, argc, argv, 0, NULL, input) != 0)
        exit(TOOL_TROUBLE);
}
