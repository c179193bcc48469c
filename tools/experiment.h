/* What commands that take an experiment share: its file, --set, --threads. */
#ifndef LEMMA_TOOLS_EXPERIMENT_H
#define LEMMA_TOOLS_EXPERIMENT_H

#include <argp.h>

#include "config/experiment.h"

enum { SETTINGS_MAX = 256 };

struct experiment_arguments {
    const char *file; /* NULL: the built-in quick start */
    const char *settings[SETTINGS_MAX];
    size_t setting_count;
    int threads; /* 0: as the system says */
};

/* From a command's parser; each leaves with a usage error on a second file, too many
 * settings, or what is not a number of threads. */
void experiment_file(struct experiment_arguments *a, const char *text,
                     struct argp_state *state);
void experiment_setting(struct experiment_arguments *a, const char *text,
                        struct argp_state *state);
int experiment_threads(const char *text, struct argp_state *state);

/* File, then observe (a preset of probes; NULL: none), then --set in order: later wins.
 * *source gets the file's text (lemma_free). Sets the number of threads too. */
lemma_status experiment_read(const struct experiment_arguments *a, const char *observe,
                             struct lemma_experiment *x, char **source,
                             struct lemma_error *err);

/* Sets the number of threads. */
void experiment_use_threads(const struct experiment_arguments *a);

/* Adds to a message about the built-in quick start, whose lines nobody wrote, what to
 * type. */
void experiment_explain(struct lemma_error *err);

/* "dir/deep.yaml" -> "deep.h5"; the words of the command, joined by spaces. Owned by
 * the caller, NULL without memory. */
char *experiment_output(const struct experiment_arguments *a);
char *experiment_command_line(int argc, char **argv);

#endif
