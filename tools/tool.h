/* What the commands share: their table, exit statuses, and talk on stderr. */
#ifndef LEMMA_TOOLS_TOOL_H
#define LEMMA_TOOLS_TOOL_H

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>

#include "core/status.h"

enum { TOOL_FINE = 0, TOOL_USAGE = 2, TOOL_TROUBLE = 3 };

struct lemma_command {
    const char *name, *title; /* title: one line, no full stop */
    bool computes;            /* wants the fastest BLAS kernel of this CPU */
    bool shares;              /* may be done by several processes of a launcher */
    bool reads;               /* records, and does nothing else: last_resort.h */
    /* argv[0] is "lemma <name>"; returns the exit status. */
    int (*main)(int argc, char **argv);
};

/* NULL-terminated, in the order of tools/meson.build. */
extern const struct lemma_command *const lemma_commands[];

/* How the user called the program, for "what to type next". */
extern const char *tool_program;

/* "lemma run: <sentence>" on stderr. It may have a file's words: shown.h. */
void tool_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says what went wrong and gives the exit status that goes with it: 2 or 3. */
int tool_failed(lemma_status st, const struct lemma_error *err);

/* The command that is running ("run"), which stands at the head of what tool_say says.
 */
void tool_speaks_for(const char *command);

/* What follows an unknown word, in buffer: ", did you mean ..." with the nearest in
 * quotation marks, or "" where no word is near. */
const char *tool_suggestion(const char *word, const char *const *words, size_t count,
                            char *buffer, size_t size);

/* argp_parse that leaves with status 2 on usage errors. */
void tool_parse(const struct argp *argp, int argc, char **argv, void *input);

#endif
