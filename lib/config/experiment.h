/* An experiment as plain structs: read from YAML, overridden, checked, printed back. */
#ifndef LEMMA_CONFIG_EXPERIMENT_H
#define LEMMA_CONFIG_EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

enum {
    LEMMA_WORD = 32,   /* longest name of a kind, a preset, a probe, a key's word */
    LEMMA_PATH = 4096, /* longest path */
    LEMMA_CLASSES_MAX = 256 /* labels of an IDX file are bytes */,
    LEMMA_PROBES_MAX = 64,
    LEMMA_OPTIONS_MAX = 16, /* per probe */
    LEMMA_VALUE = 64,       /* longest value of a probe's option, as text */
    LEMMA_KEYS_MAX = 64
};

struct lemma_target_config {
    char kind[LEMMA_WORD]; /* teacher | random-sign | gaussian; one-hot | sign */
    size_t outputs;        /* d of the synthetic targets */
};

struct lemma_data_config {
    char kind[LEMMA_WORD]; /* sphere | idx | csv */
    size_t samples;        /* N; 0 (idx, csv) = all of the file */
    size_t dimension;      /* d_x of the sphere */
    double separation;     /* phi: least distance of two sphere inputs, up to sign */
    double closest_pair;   /* 0 = off; distance of the last input from the first */
    char path[LEMMA_PATH]; /* idx: folder, csv: file */
    size_t class_count;    /* 0 = all classes */
    uint8_t classes[LEMMA_CLASSES_MAX];
    size_t test_samples; /* 0 = no test set */
    struct lemma_target_config targets;
};

struct lemma_partition_config {
    char kind[LEMMA_WORD]; /* iid | contiguous | label | dirichlet */
    size_t clients;        /* K */
    size_t classes_per_client;
    double alpha; /* Dirichlet concentration, > 0 */
};

struct lemma_network_config {
    char preset[LEMMA_WORD];
    size_t width; /* m */
    size_t depth; /* L, hidden trained layers */
};

struct lemma_train_config {
    size_t local_steps;            /* tau */
    size_t rounds;                 /* R */
    double step_size;              /* as given; step_rule turns it into eta */
    char step_rule[LEMMA_WORD];    /* raw | width | lazy-limit */
    size_t batch;                  /* B; 0 = full batch (Local GD) */
    char sampling[LEMMA_WORD];     /* subset | replacement | epoch */
    double server_step;            /* server step size */
    char local_models[LEMMA_WORD]; /* auto | factored | dense */
};

/* One entry of the map `probes`: options stay text until the probe reads them. */
struct lemma_probe_config {
    char name[LEMMA_WORD];
    int line;
    size_t option_count;
    struct {
        char key[LEMMA_WORD], value[LEMMA_VALUE];
        int line;
    } options[LEMMA_OPTIONS_MAX];
};

struct lemma_record_config {
    char data[LEMMA_WORD];    /* auto | none | all */
    char weights[LEMMA_WORD]; /* auto | none | initial | all */
    bool batches;
};

struct lemma_run_config {
    char checkpoint[LEMMA_WORD]; /* "off", "20 rounds", "10 minutes" */
};

struct lemma_experiment {
    uint64_t seed;
    struct lemma_data_config data;
    struct lemma_partition_config partition;
    struct lemma_network_config network;
    struct lemma_train_config train;
    struct lemma_record_config record;
    struct lemma_run_config run;
    size_t probe_count;
    struct lemma_probe_config probes[LEMMA_PROBES_MAX];

    char file[LEMMA_PATH];     /* where it was read, for messages */
    int lines[LEMMA_KEYS_MAX]; /* per key of the table: line, 0 = default, -1 = --set */
};

enum lemma_key_type {
    LEMMA_KEY_SIZE,
    LEMMA_KEY_U64,
    LEMMA_KEY_REAL,
    LEMMA_KEY_WORD,
    LEMMA_KEY_PATH,
    LEMMA_KEY_BOOL,
    LEMMA_KEY_CLASSES,
    LEMMA_KEY_EVERY
};

/* One key of experiment files: loading, messages, --set and printing read this table.
 */
struct lemma_key {
    const char *name; /* "network.width" */
    enum lemma_key_type type;
    size_t offset;   /* into struct lemma_experiment */
    double min, max; /* inclusive, of numbers; min_open: min itself is refused */
    bool min_open;
    const char *fallback; /* default, as text */
    const char *words;    /* "a|b|c": the words allowed; NULL = a family's registry */
    const char *synonyms; /* "true=all|false=none", read but never printed; or NULL */
    const char *help;     /* one line, with the unit or the alphabet's letter */
};

const struct lemma_key *lemma_keys(size_t *count);

/* A key of type LEMMA_KEY_EVERY taken apart; n = 0: off. */
struct lemma_every {
    size_t n;
    bool rounds; /* or minutes */
};

/* "20 rounds", "1 minute", "every 10 minutes", "off"; false where it is none of them.
 */
bool lemma_every_read(const char *text, struct lemma_every *every);

/* Every key at its default, no probes. */
void lemma_experiment_init(struct lemma_experiment *x);

/* Reads YAML text; name stands in messages ("quickstart.yaml"). Starts from x as it is:
 * a key that is not in the text keeps its value; a probe in the text replaces the
 * options it had. LEMMA_EINPUT with "name:line: key: expected this, got that" and the
 * nearest known key; x is then as it was. */
lemma_status lemma_experiment_parse(struct lemma_experiment *x, const char *text,
                                    size_t length, const char *name,
                                    struct lemma_error *err);

/* Reads a file (at most 1 MiB) and parses it; *text (owned by the caller, lemma_free;
 * may be NULL) gets the file as it was. */
lemma_status lemma_experiment_load(struct lemma_experiment *x, const char *path,
                                   char **text, struct lemma_error *err);

/* One override, "network.width=2048" or "probes.gram.every=10 rounds"; "probes.gram={}"
 * puts the probe at its defaults, "probes.gram=off" removes it. What follows "=" is
 * read as the file would read it; a path is taken as it stands. */
lemma_status lemma_experiment_set(struct lemma_experiment *x, const char *assignment,
                                  struct lemma_error *err);

/* The resolved experiment as YAML that parses back to the same structs; *text is owned
 * by the caller (lemma_free). */
lemma_status lemma_experiment_print(const struct lemma_experiment *x, char **text);

/* The value of "network.width" or "probes.gram.every" as lemma_experiment_set takes it
 * behind the "="; "{}" where the probe lacks the option, "" where there is no such key.
 * False: it does not fit. */
bool lemma_experiment_value(const struct lemma_experiment *x, const char *key,
                            char *out, size_t size);

/* LEMMA_EINPUT and "file:line: key: <sentence>" for a key that parsed but does not fit
 * the rest ("expected at most 256, the number of samples"); "--set key=value:
 * <sentence>" where --set gave it. The key may be one of a probe, "probes.gram.every".
 */
lemma_status lemma_experiment_fail(const struct lemma_experiment *x, const char *key,
                                   struct lemma_error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* *which = position of word, the value of key, among the names of a family's members.
 * LEMMA_EINPUT where it is none, as lemma_experiment_fail says it: "expected sphere,
 * idx or csv, got "spere"; did you mean "sphere"?" with: what decides the members,
 * "data.kind csv"; NULL = nothing does. */
lemma_status lemma_experiment_choose(const struct lemma_experiment *x, const char *key,
                                     const char *word, const char *const *words,
                                     size_t count, const char *with, size_t *which,
                                     struct lemma_error *err);

/* The word of `words` (count of them) nearest to `word`, or NULL where none is near.
 * The distance is Damerau and Levenshtein's: letters added, lost, changed, or swapped
 * with their neighbour, at most one in three. */
const char *lemma_nearest(const char *word, const char *const *words, size_t count);

#endif
