#include "config/keys.h"

#include <string.h>

#include "core/alloc.h"

#define MOST LEMMA_KEY_MOST
#define BIGGEST LEMMA_KEY_BIGGEST

#define AT(field) offsetof(struct lemma_experiment, field)

/* clang-format off */
static const struct lemma_key table[] = {
    {.name = "seed", .type = LEMMA_KEY_U64, .offset = AT(seed), .fallback = "1",
     .min = 0, .max = MOST, .help = "every random number of the run follows from it; at most 2^53"},

    {.name = "data.kind", .type = LEMMA_KEY_WORD, .offset = AT(data.kind), .fallback = "sphere",
     .help = "where the samples come from: sphere, idx, csv"},
    {.name = "data.samples", .type = LEMMA_KEY_SIZE, .offset = AT(data.samples), .fallback = "256",
     .min = 0, .max = MOST, .help = "N, samples of all clients together; 0 = all of the file"},
    {.name = "data.dimension", .type = LEMMA_KEY_SIZE, .offset = AT(data.dimension), .fallback = "32",
     .min = 1, .max = MOST, .help = "d_x of the sphere"},
    {.name = "data.separation", .type = LEMMA_KEY_REAL, .offset = AT(data.separation), .fallback = "0.2",
     .min = 0, .max = 1.4142135623730951, .help = "phi, least distance of two inputs of the sphere, up to sign"},
    {.name = "data.closest_pair", .type = LEMMA_KEY_REAL, .offset = AT(data.closest_pair), .fallback = "0",
     .min = 0, .max = 1.4142135623730951, .help = "sphere: distance of the last input from the first, at most separation, which all other pairs keep: phi for every seed; 0 = off"},
    {.name = "data.path", .type = LEMMA_KEY_PATH, .offset = AT(data.path), .fallback = "",
     .help = "idx: the folder of the files; csv: the file"},
    {.name = "data.classes", .type = LEMMA_KEY_CLASSES, .offset = AT(data.class_count), .fallback = "",
     .min = 0, .max = 255, .help = "idx, csv with classes: labels that are kept, [0, 1]; [] = all of them"},
    {.name = "data.test_samples", .type = LEMMA_KEY_SIZE, .offset = AT(data.test_samples), .fallback = "0",
     .min = 0, .max = MOST, .help = "samples of the test set; 0 = no test set"},
    {.name = "data.targets.kind", .type = LEMMA_KEY_WORD, .offset = AT(data.targets.kind), .fallback = "teacher",
     .help = "what is learnt. sphere: teacher, random-sign, gaussian; idx: one-hot, sign; csv: column, one-hot, sign"},
    {.name = "data.targets.outputs", .type = LEMMA_KEY_SIZE, .offset = AT(data.targets.outputs), .fallback = "1",
     .min = 1, .max = MOST, .help = "d: targets made up for the sphere; csv with column: how many last columns are targets"},

    {.name = "partition.kind", .type = LEMMA_KEY_WORD, .offset = AT(partition.kind), .fallback = "iid",
     .help = "who gets which sample: iid, contiguous, label, dirichlet"},
    {.name = "partition.clients", .type = LEMMA_KEY_SIZE, .offset = AT(partition.clients), .fallback = "8",
     .min = 1, .max = MOST, .help = "K"},
    {.name = "partition.classes_per_client", .type = LEMMA_KEY_SIZE, .offset = AT(partition.classes_per_client),
     .fallback = "2", .min = 1, .max = 256, .help = "label: how many classes a client sees"},
    {.name = "partition.alpha", .type = LEMMA_KEY_REAL, .offset = AT(partition.alpha), .fallback = "0.5",
     .min = 0, .min_open = true, .max = BIGGEST, .help = "dirichlet: concentration; small = skewed"},

    {.name = "network.preset", .type = LEMMA_KEY_WORD, .offset = AT(network.preset), .fallback = "deep-relu",
     .help = "deep-relu, deep-relu-fixed-input, two-layer-relu"},
    {.name = "network.width", .type = LEMMA_KEY_SIZE, .offset = AT(network.width), .fallback = "1024",
     .min = 1, .max = MOST, .help = "m"},
    {.name = "network.depth", .type = LEMMA_KEY_SIZE, .offset = AT(network.depth), .fallback = "3",
     .min = 1, .max = MOST, .help = "L, hidden layers that are trained"},

    {.name = "train.local_steps", .type = LEMMA_KEY_SIZE, .offset = AT(train.local_steps), .fallback = "10",
     .min = 1, .max = MOST, .help = "tau, steps between two averagings"},
    {.name = "train.rounds", .type = LEMMA_KEY_SIZE, .offset = AT(train.rounds), .fallback = "100",
     .min = 1, .max = MOST, .help = "R"},
    {.name = "train.step_size", .type = LEMMA_KEY_REAL, .offset = AT(train.step_size), .fallback = "0.5",
     .min = 0, .min_open = true, .max = BIGGEST, .help = "the local step, before step_rule"},
    {.name = "train.step_rule", .type = LEMMA_KEY_WORD, .offset = AT(train.step_rule), .fallback = "width",
     .words = "raw|width|lazy-limit", .help = "raw: eta = step_size; width: times d/m for the deep presets, 1 for two layers; lazy-limit: times the largest step proven stable for the tangent kernel of W(0)"},
    {.name = "train.batch", .type = LEMMA_KEY_SIZE, .offset = AT(train.batch), .fallback = "0",
     .min = 0, .max = MOST, .help = "B, samples of a local step; 0 = all of the client's (Local GD)"},
    {.name = "train.sampling", .type = LEMMA_KEY_WORD, .offset = AT(train.sampling), .fallback = "subset",
     .words = "subset|replacement|epoch", .help = "subset: anew without replacement; replacement: with; epoch: in turns, the n_c mod B left over are dropped; B > n_c: all of them, always"},
    {.name = "train.server_step", .type = LEMMA_KEY_REAL, .offset = AT(train.server_step), .fallback = "1",
     .min = 0, .min_open = true, .max = BIGGEST, .help = "the server's step; 1 = plain averaging"},
    {.name = "train.local_models", .type = LEMMA_KEY_WORD, .offset = AT(train.local_models), .fallback = "auto",
     .words = "auto|factored|dense", .help = "how clients' weights are held; the same run to rounding"},

    {.name = "record.data", .type = LEMMA_KEY_WORD, .offset = AT(record.data), .fallback = "auto",
     .words = "auto|none|all", .synonyms = "true=all|false=none", .help = "what of the samples is stored; auto: by size"},
    {.name = "record.weights", .type = LEMMA_KEY_WORD, .offset = AT(record.weights), .fallback = "auto",
     .words = "auto|none|initial|all", .synonyms = "true=all|false=none",
     .help = "which weights are stored: none, before the run, before and after it; auto: by size"},
    {.name = "record.batches", .type = LEMMA_KEY_BOOL, .offset = AT(record.batches), .fallback = "false",
     .help = "whether each step's sample numbers are stored"},

    {.name = "run.checkpoint", .type = LEMMA_KEY_EVERY, .offset = AT(run.checkpoint), .fallback = "10 minutes",
     .help = "how often FILE.checkpoint is written, from which lemma run --resume goes on: N rounds, N minutes, off"},
};
/* clang-format on */

enum { KEY_COUNT = sizeof table / sizeof *table };
_Static_assert(KEY_COUNT <= (int) LEMMA_KEYS_MAX, "lines of struct lemma_experiment");

const struct lemma_key *lemma_keys(size_t *count)
{
    *count = KEY_COUNT;
    return table;
}

int lemma_key_find(const char *name)
{
    for (int i = 0; i < KEY_COUNT; i++) {
        if (strcmp(table[i].name, name) == 0)
            return i;
    }
    return LEMMA_NOT_A_KEY;
}

bool lemma_key_is_section(const char *name)
{
    size_t n = strlen(name);

    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (strncmp(table[i].name, name, n) == 0 && table[i].name[n] == '.')
            return true;
    }
    return false;
}

void *lemma_key_field(struct lemma_experiment *x, const struct lemma_key *key)
{
    return (char *) x + key->offset;
}

const void *lemma_key_view(const struct lemma_experiment *x,
                           const struct lemma_key *key)
{
    return (const char *) x + key->offset;
}

void lemma_fill(char *field, size_t size, const char *text)
{
    size_t n = strlen(text);

    LEMMA_REQUIRE(n < size);
    memset(field, 0, size);
    memcpy(field, text, n);
}

bool lemma_is_word(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_";
    size_t n = strspn(text, letters);

    return n > 0 && n < LEMMA_WORD && !text[n];
}

size_t lemma_split_words(const char *list, char buffer[LEMMA_EXPECTED_TEXT],
                         const char **words, size_t max)
{
    size_t count = 0;

    lemma_fill(buffer, LEMMA_EXPECTED_TEXT, list);
    for (char *at = buffer; at && count < max; count++) {
        words[count] = at;
        at = strchr(at, '|');
        if (at)
            *at++ = '\0';
    }
    return count;
}

void lemma_experiment_init(struct lemma_experiment *x)
{
    char expected[LEMMA_EXPECTED_TEXT];

    memset(x, 0, sizeof *x);
    for (size_t i = 0; i < KEY_COUNT; i++)
        LEMMA_REQUIRE(lemma_key_assign(x, &table[i], table[i].fallback, expected));
}
