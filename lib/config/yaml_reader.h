/* What reading a file and reading --set share, and reading tolerances. Internal to
 * config, and to sweep, whose files are read alike. */
#ifndef LEMMA_CONFIG_YAML_READER_H
#define LEMMA_CONFIG_YAML_READER_H

#include <yaml.h>

#include "config/keys.h"
#include "config/value.h"

struct lemma_yaml {
    struct lemma_experiment *x; /* changed in place; its owner keeps a copy; or NULL */
    yaml_document_t *document;
    const char *file;       /* NULL: --set */
    const char *assignment; /* of --set, "a.b=c" */
    bool in_full;           /* the file names keys in full, as --set does */
    struct lemma_error *err;
};

/* A full name, "probes.gram.every", built piece by piece. */
enum { LEMMA_FULL_NAME = 4 * LEMMA_WORD, LEMMA_FILE_MAX = 1 << 20 };

/* LEMMA_EINPUT and "file:line: key: <sentence>" or "--set a.b=c: <sentence>"; key "" is
 * left out. */
lemma_status lemma_yaml_fail(const struct lemma_yaml *r, size_t line, const char *key,
                             const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* "expected a key of network (preset, width, depth), got ...; did you mean ...?" prefix
 * is
 * "" for the file itself, key is shorter than LEMMA_FULL_NAME. */
lemma_status lemma_yaml_unknown(const struct lemma_yaml *r, size_t line,
                                const char *prefix, const char *key);

/* A line as struct lemma_experiment keeps it: -1 under --set. */
int lemma_yaml_line(const struct lemma_yaml *r, size_t line);

/* The whole file, at most LEMMA_FILE_MAX bytes, in *text (the caller's) with a NUL
 * after its *length bytes. */
lemma_status lemma_yaml_file(const char *path, char **text, size_t *length,
                             struct lemma_error *err);

/* The YAML document of text in r->document, NULL where it is empty. A second document
 * is refused. On success the caller deletes *document where r->document is not NULL. */
lemma_status lemma_yaml_open(struct lemma_yaml *r, yaml_document_t *document,
                             const char *text, size_t length);

/* What a key, a map or an option is set from: a node of the document and what messages
 * call it. */
struct lemma_entry {
    const char *name;        /* in full, "network.width"; "" for the file itself */
    const yaml_node_t *node; /* NULL: nothing stands there */
    size_t line;
};

/* Sets a whole map of keys ("": the file), a key of the table, the map of probes, a
 * probe, an option. */
lemma_status lemma_read_section(struct lemma_yaml *r, const struct lemma_entry *entry);
lemma_status lemma_read_key(struct lemma_yaml *r, int key,
                            const struct lemma_entry *entry);
lemma_status lemma_read_probes(struct lemma_yaml *r, const struct lemma_entry *entry);
lemma_status lemma_read_probe(struct lemma_yaml *r, const char *probe,
                              const struct lemma_entry *entry);
lemma_status lemma_read_option(struct lemma_yaml *r, const char *probe,
                               const char *option, const struct lemma_entry *entry);

/* Whichever of these the entry's full name says: what --set does. */
lemma_status lemma_read_entry(struct lemma_yaml *r, const struct lemma_entry *entry);

/* Refused: an entry that is no map. *pairs of them, 0 where nothing stands there (which
 * a file may leave so, --set may not). */
lemma_status lemma_yaml_map(const struct lemma_yaml *r, const struct lemma_entry *entry,
                            const char *expected, size_t *pairs);

/* The i-th pair of entry's map: its key, of less than size bytes, in word, and the pair
 * itself with its full name in name. Refused where the key is longer, no text, or
 * stands there twice. */
lemma_status lemma_yaml_pair(const struct lemma_yaml *r,
                             const struct lemma_entry *entry, size_t i, size_t size,
                             char *word, char name[LEMMA_FULL_NAME],
                             struct lemma_entry *pair);

/* Text of a scalar of less than size bytes in text. Refused as "expected <what>, got
 * ...": anything else, tags, NUL bytes. */
lemma_status lemma_yaml_text(const struct lemma_yaml *r,
                             const struct lemma_entry *entry, const char *what,
                             size_t size, char *text);

/* A scalar that says nothing: empty, ~ or null, without quotation marks; no node at
 * all. */
bool lemma_node_is_null(const yaml_node_t *node);
bool lemma_node_is_plain(const yaml_node_t *node);

/* "a list", "a map", "nothing" or the scalar in quotation marks. Returns out or a fixed
 * text. */
const char *lemma_node_show(const yaml_node_t *node, char out[LEMMA_SHOWN_TEXT]);

#endif
