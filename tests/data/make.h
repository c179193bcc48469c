/* Experiments and small files for the tests of data sets and partitions. */
#ifndef LEMMA_TESTS_DATA_MAKE_H
#define LEMMA_TESTS_DATA_MAKE_H

#include "support.h"

#include <math.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "data/dataset.h"

static inline struct lemma_experiment *make_experiment(const char *kind,
                                                       const char *targets)
{
    struct lemma_experiment *x = lemma_alloc(1, sizeof *x);

    assert_non_null(x);
    x->seed = 7;
    snprintf(x->file, sizeof x->file, "test.yaml");
    for (size_t k = 0; k < LEMMA_KEYS_MAX; k++)
        x->lines[k] = 1; /* every key stands in the file */
    snprintf(x->data.kind, sizeof x->data.kind, "%s", kind);
    snprintf(x->data.targets.kind, sizeof x->data.targets.kind, "%s", targets);
    x->data.targets.outputs = 1;
    snprintf(x->partition.kind, sizeof x->partition.kind, "iid");
    x->partition.clients = 1;
    return x;
}

static inline struct lemma_experiment *make_sphere(size_t n, size_t d_x,
                                                   double separation)
{
    struct lemma_experiment *x = make_experiment("sphere", "teacher");

    x->data.samples = n;
    x->data.dimension = d_x;
    x->data.separation = separation;
    return x;
}

static inline void set_word(char word[LEMMA_WORD], const char *text)
{
    snprintf(word, LEMMA_WORD, "%s", text);
}

/* A set with the given labels and nothing but its sample numbers for inputs. */
static inline struct lemma_dataset *make_labelled(size_t n, size_t classes,
                                                  const int32_t *labels)
{
    struct lemma_dataset *set = lemma_alloc(1, sizeof *set);

    assert_non_null(set);
    set->n = n;
    set->d_x = set->d = 1;
    set->inputs = lemma_mat_of(lemma_alloc(n, sizeof(double)), n, 1);
    set->targets = lemma_mat_of(lemma_alloc(n, sizeof(double)), n, 1);
    assert_true(set->inputs.a && set->targets.a);
    for (size_t i = 0; i < n; i++)
        set->inputs.a[i] = set->targets.a[i] = (double) i;
    set->index = lemma_alloc(n, sizeof *set->index);
    assert_non_null(set->index);
    for (size_t i = 0; i < n; i++)
        set->index[i] = (uint32_t) i;
    if (labels) {
        set->label = lemma_alloc(n, sizeof *set->label);
        assert_non_null(set->label);
        memcpy(set->label, labels, n * sizeof *labels);
        set->class_count = classes;
    }
    return set;
}

/* The header of an IDX file at b; its length. */
static inline size_t put_header(uint8_t *b, unsigned type, unsigned rank,
                                const uint32_t *dims)
{
    b[0] = b[1] = 0;
    b[2] = (uint8_t) type;
    b[3] = (uint8_t) rank;
    for (unsigned k = 0; k < rank; k++)
        for (unsigned i = 0; i < 4; i++)
            b[4 + 4 * k + i] = (uint8_t) (dims[k] >> (24 - 8 * i));
    return 4 + 4 * (size_t) rank;
}

static inline void write_text(const char *path, const char *text)
{
    write_file(path, text, strlen(text));
}

static inline void write_gz(const char *path, const void *bytes, unsigned count)
{
    gzFile f = gzopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(gzwrite(f, bytes, count), (int) count);
    assert_int_equal(gzclose(f), Z_OK);
}

enum { TINY_ROWS = 2, TINY_COLS = 3, TINY_PIXELS = 6, TINY_MAX = 64 };

/* Pixel j of image i of the tiny sets: never all zero. */
static inline uint8_t tiny_pixel(size_t i, size_t j)
{
    return (uint8_t) (1 + (i * 37 + j * j * 11) % 255);
}

/* The bytes of `count` tiny images or labels (label of i: i mod classes); their number.
 */
static inline size_t tiny_images(uint8_t *b, uint32_t count)
{
    size_t n = put_header(b, 8, 3, (uint32_t[]){count, TINY_ROWS, TINY_COLS});

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < TINY_PIXELS; j++)
            b[n++] = tiny_pixel(i, j);
    return n;
}

static inline size_t tiny_labels(uint8_t *b, uint32_t count, size_t classes)
{
    size_t n = put_header(b, 8, 1, &count);

    for (size_t i = 0; i < count; i++)
        b[n++] = (uint8_t) (i % classes);
    return n;
}

static const char *const tiny_names[] = {
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte"};

/* folder/name[.gz]. */
static inline char *join(char *path, const char *folder, const char *name,
                         const char *ending)
{
    snprintf(path, 512, "%s/%s%s", folder, name, ending);
    return path;
}

/* A folder with 30 training and 12 test images in 3 classes: training raw, test gzip.
 */
static inline const char *tiny_folder(char *folder)
{
    uint8_t bytes[16 + TINY_MAX * TINY_PIXELS];
    char path[512];

    scratch_path(folder, "idx");
    mkdir(folder, 0700);
    write_file(join(path, folder, tiny_names[0], ""), bytes, tiny_images(bytes, 30));
    write_file(join(path, folder, tiny_names[1], ""), bytes, tiny_labels(bytes, 30, 3));
    write_gz(join(path, folder, tiny_names[2], ".gz"), bytes,
             (unsigned) tiny_images(bytes, 12));
    write_gz(join(path, folder, tiny_names[3], ".gz"), bytes,
             (unsigned) tiny_labels(bytes, 12, 3));
    return folder;
}

static inline void remove_folder(const char *folder)
{
    char path[512];

    for (size_t k = 0; k < 4; k++) {
        unlink(join(path, folder, tiny_names[k], ""));
        unlink(join(path, folder, tiny_names[k], ".gz"));
    }
    rmdir(folder);
}

static inline struct lemma_experiment *make_tiny(const char *folder,
                                                 const char *targets)
{
    struct lemma_experiment *x = make_experiment("idx", targets);

    snprintf(x->data.path, sizeof x->data.path, "%s", folder);
    return x;
}

/* The set cannot be made, and the sentence holds `part`. */
static inline void check_refused(const struct lemma_experiment *x, const char *part)
{
    struct lemma_error err = {""};
    struct lemma_dataset *set = NULL;

    assert_int_equal(lemma_dataset_create(x, &set, &err), LEMMA_EINPUT);
    assert_null(set);
    check_contains(err.text, part);
    assert_int_equal(lemma_dataset_create(x, &set, NULL), LEMMA_EINPUT);
}

static inline struct lemma_dataset *make_set(const struct lemma_experiment *x)
{
    struct lemma_error err = {""};
    struct lemma_dataset *set = NULL;

    check_ok(lemma_dataset_create(x, &set, &err), &err);
    assert_non_null(set);
    return set;
}

/* Every input of unit norm, whatever the set. */
static inline void check_unit_inputs(lemma_mat inputs)
{
    for (size_t i = 0; i < inputs.rows; i++) {
        long double s = 0;
        for (size_t j = 0; j < inputs.cols; j++)
            s +=
                (long double) inputs.a[i * inputs.ld + j] * inputs.a[i * inputs.ld + j];
        check_close((double) s, 1, 1e-14);
    }
}

#endif
