#include "experiment.h"

#include <stdlib.h>
#include <string.h>

#include <omp.h>

#include "core/alloc.h"
#include "probe/probe.h"
#include "quickstart.h"

enum { THREADS_MAX = 4096 };

void experiment_file(struct experiment_arguments *a, const char *text,
                     struct argp_state *state)
{
    if (a->file)
        argp_error(state, "one experiment at a time: \"%s\" is a second one", text);
    a->file = text;
}

void experiment_setting(struct experiment_arguments *a, const char *text,
                        struct argp_state *state)
{
    if (a->setting_count == SETTINGS_MAX)
        argp_error(state, "--set is given more than %d times", SETTINGS_MAX);
    a->settings[a->setting_count++] = text;
}

int experiment_threads(const char *text, struct argp_state *state)
{
    char *end = NULL;
    long n = strtol(text, &end, 10);

    if (*text == '\0' || *end != '\0' || n < 1 || n > THREADS_MAX)
        argp_error(state, "--threads: \"%s\" is not a number of threads, 1 to %d", text,
                   THREADS_MAX);
    return (int) n;
}

/* The --set that are about probes, or all the others. */
static lemma_status apply_settings(struct lemma_experiment *x,
                                   const struct experiment_arguments *a, bool probes,
                                   struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < a->setting_count && st == LEMMA_OK; i++)
        if ((strncmp(a->settings[i], "probes", strlen("probes")) == 0) == probes)
            st = lemma_experiment_set(x, a->settings[i], err);
    return st;
}

void experiment_use_threads(const struct experiment_arguments *a)
{
    if (a->threads > 0)
        omp_set_num_threads(a->threads);
}

lemma_status experiment_read(const struct experiment_arguments *a, const char *observe,
                             struct lemma_experiment *x, char **source,
                             struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    lemma_experiment_init(x);
    if (a->file) {
        LEMMA_TRY(lemma_experiment_load(x, a->file, source, err));
    } else {
        LEMMA_TRY(lemma_experiment_parse(x, lemma_quickstart, strlen(lemma_quickstart),
                                         LEMMA_QUICKSTART_TITLE, err));
        *source = lemma_strdup(lemma_quickstart);
        if (!*source)
            st = LEMMA_EMEMORY;
        LEMMA_TRY(st);
    }
    /* --observe reads the settings of training and is itself adjusted by probes.* */
    LEMMA_TRY(apply_settings(x, a, false, err));
    if (observe)
        LEMMA_TRY(lemma_probes_preset(x, observe, err));
    LEMMA_TRY(apply_settings(x, a, true, err));
    experiment_use_threads(a);
out:
    return st;
}

/* "built-in quick start:17: data.kind: expected ...": nobody wrote that line, so the
 * sentence ends with what to type. */
void experiment_explain(struct lemma_error *err)
{
    static const char title[] = LEMMA_QUICKSTART_TITLE ":";
    size_t n = strlen(title), used = strlen(err->text);
    const char *key =
        strncmp(err->text, title, n) == 0 ? strchr(err->text + n, ' ') : NULL;

    if (key)
        snprintf(err->text + used, sizeof err->text - used,
                 "; override it with --set %.*s=VALUE", (int) strcspn(key + 1, ": "),
                 key + 1);
}

char *experiment_output(const struct experiment_arguments *a)
{
    const char *file = a->file ? a->file : LEMMA_QUICKSTART_NAME;
    const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
    const char *dot = strrchr(base, '.');
    size_t n = dot && dot != base ? (size_t) (dot - base) : strlen(base);
    char *name = lemma_alloc(n + sizeof ".h5", 1);

    if (name) {
        memcpy(name, base, n);
        memcpy(name + n, ".h5", sizeof ".h5");
    }
    return name;
}

char *experiment_command_line(int argc, char **argv)
{
    size_t n = 1;
    char *line = NULL, *end = NULL;

    for (int i = 0; i < argc; i++)
        n += strlen(argv[i]) + 1;
    line = end = lemma_alloc(n, 1);
    for (int i = 0; line && i < argc; i++) {
        end = stpcpy(end, argv[i]);
        *end++ = ' ';
    }
    if (line && argc > 0)
        end[-1] = '\0';
    return line;
}
