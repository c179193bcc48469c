#include "tool.h"

#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "config/experiment.h"
#include "ranks.h"
#include "shown.h"

const char *tool_program = "lemma";

static const char *speaker;

void tool_speaks_for(const char *command)
{
    speaker = command;
}

void tool_say(const char *format, ...)
{
    char text[2 * LEMMA_PATH];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fprintf(stderr, speaker ? "lemma %s: " : "lemma: ", speaker);
    shown_lines(stderr, text);
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

/* stdout and stderr go nowhere; what they were is in keep. */
static void silence(int keep[2])
{
    int nowhere = open("/dev/null", O_WRONLY);

    for (int i = 0; i < 2; i++) {
        keep[i] = dup(1 + i);
        dup2(nowhere, 1 + i);
    }
    close(nowhere);
}

static void speak_again(const int keep[2])
{
    fflush(stdout);
    for (int i = 0; i < 2; i++) {
        dup2(keep[i], 1 + i);
        close(keep[i]);
    }
}

void tool_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    int keep[2] = {-1, -1};

    argp_err_exit_status = TOOL_USAGE;
    /* Of several processes with the same arguments one says what is wrong with them. */
    if (ranks_rank() > 0)
        silence(keep);
    if (argp_parse(argp, argc, argv, 0, NULL, input) != 0)
        exit(TOOL_TROUBLE);
    if (ranks_rank() > 0)
        speak_again(keep);
}
