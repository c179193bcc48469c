/* Data set: images and labels in IDX form (MNIST, Fashion-MNIST), raw or gzip. */
#include <string.h>

#include "core/alloc.h"
#include "data/idx.h"
#include "data/load.h"

/* One part of the set, "train" or "t10k", while it is read. */
struct part {
    const char *prefix;
    char images_name[32], labels_name[32];
    struct lemma_idx images, labels;
    uint8_t *label_bytes; /* (count) */
    uint8_t *image;       /* one image */
    struct lemma_choice choice;
    double *inputs, *targets;
};

/* Opens both files, reads the labels, and checks that the counts agree. */
static lemma_status open_part(const struct lemma_experiment *x, struct part *p,
                              const char *prefix, struct lemma_error *err)
{
    lemma_status st;

    p->prefix = prefix;
    snprintf(p->images_name, sizeof p->images_name, "%s-images-idx3-ubyte", prefix);
    snprintf(p->labels_name, sizeof p->labels_name, "%s-labels-idx1-ubyte", prefix);
    LEMMA_TRY(lemma_idx_open(&p->labels, x->data.path, p->labels_name, 1, err));
    LEMMA_TRY(lemma_idx_open(&p->images, x->data.path, p->images_name, 3, err));
    if (p->images.count != p->labels.count) {
        st = lemma_fail(err, LEMMA_EINPUT,
                        "%s: expected as many images as there are labels: %zu images, "
                        "%zu labels in %s",
                        p->images.source.path, p->images.count, p->labels.count,
                        p->labels.source.path);
        goto out;
    }
    LEMMA_NEW(p->label_bytes, p->labels.count);
    LEMMA_TRY(lemma_idx_read(&p->labels, p->label_bytes, p->labels.count, err));
    LEMMA_TRY(lemma_idx_finish(&p->labels, err));
out:
    return st;
}

/* The chosen images on the unit sphere; the whole file is read, for its checksum's
 * sake. */
static lemma_status read_images(struct part *p, struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    size_t d_x = p->images.item, done = 0, entries;

    if (!lemma_size_mul(p->choice.n, d_x, &entries)) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    LEMMA_NEW(p->inputs, entries);
    LEMMA_NEW(p->image, d_x);
    for (size_t i = 0; i < p->images.count; i++) {
        lemma_vec row = {p->inputs + done * d_x, d_x};
        LEMMA_TRY(lemma_idx_read(&p->images, p->image, 1, err));
        if (done == p->choice.n || p->choice.index[done] != i)
            continue;
        for (size_t j = 0; j < d_x; j++)
            row.a[j] = p->image[j];
        if (!lemma_data_normalise(row)) {
            st = lemma_fail(
                err, LEMMA_EINPUT,
                "%s: image %zu (from 0) is all zero: expected inputs that can "
                "be scaled to unit norm",
                p->images.source.path, i);
            goto out;
        }
        done++;
    }
    LEMMA_TRY(lemma_idx_finish(&p->images, err));
out:
    return st;
}

/* Everything after set->classes and set->d are known. */
static lemma_status fill_part(const struct lemma_experiment *x, struct part *p,
                              enum lemma_class_targets kind, struct lemma_dataset *set,
                              struct lemma_error *err)
{
    lemma_status st;
    struct lemma_pool pool = {p->labels.source.path, p->labels.count, p->label_bytes,
                              strcmp(p->prefix, "train") != 0};
    size_t entries;

    LEMMA_TRY(lemma_data_choose(x, &pool, set, &p->choice, err));
    LEMMA_TRY(read_images(p, err));
    if (!lemma_size_mul(p->choice.n, set->d, &entries)) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    LEMMA_NEW(p->targets, entries);
    lemma_data_class_fill(kind, p->choice.label,
                          lemma_mat_of(p->targets, p->choice.n, set->d));
    lemma_data_checksum(set, p->images_name, p->images.source.crc);
    lemma_data_checksum(set, p->labels_name, p->labels.source.crc);
out:
    return st;
}

static void close_part(struct part *p)
{
    lemma_idx_close(&p->images);
    lemma_idx_close(&p->labels);
    lemma_free(p->label_bytes);
    lemma_free(p->image);
    lemma_free(p->choice.index);
    lemma_free(p->choice.label);
    lemma_free(p->inputs);
    lemma_free(p->targets);
}

static lemma_status load_train(const struct lemma_experiment *x,
                               enum lemma_class_targets kind, struct lemma_dataset *set,
                               struct lemma_error *err)
{
    lemma_status st;
    struct part p = {0};
    struct lemma_pool pool;

    LEMMA_TRY(open_part(x, &p, "train", err));
    pool =
        (struct lemma_pool){p.labels.source.path, p.labels.count, p.label_bytes, false};
    LEMMA_TRY(lemma_data_classes(x, &pool, set, err));
    LEMMA_TRY(lemma_data_class_outputs(x, kind, set, err));
    LEMMA_TRY(fill_part(x, &p, kind, set, err));
    set->n = p.choice.n;
    set->d_x = p.images.item;
    set->inputs = lemma_mat_of(p.inputs, set->n, set->d_x);
    set->targets = lemma_mat_of(p.targets, set->n, set->d);
    set->label = p.choice.label;
    set->index = p.choice.index;
    p.inputs = p.targets = NULL;
    p.choice = (struct lemma_choice){0};
    snprintf(set->source, sizeof set->source,
             "IDX files in %s: %zu of %zu training images of %zu x %zu, %zu classes",
             x->data.path, set->n, p.images.count, p.images.dims[1], p.images.dims[2],
             set->class_count);
out:
    close_part(&p);
    return st;
}

static lemma_status load_test(const struct lemma_experiment *x,
                              enum lemma_class_targets kind, struct lemma_dataset *set,
                              struct lemma_error *err)
{
    lemma_status st;
    struct part p = {0};

    LEMMA_TRY(open_part(x, &p, "t10k", err));
    if (p.images.item != set->d_x) {
        st = lemma_fail(
            err, LEMMA_EINPUT,
            "%s: expected images of %zu pixels, as in the training set, found "
            "%zu x %zu",
            p.images.source.path, set->d_x, p.images.dims[1], p.images.dims[2]);
        goto out;
    }
    LEMMA_TRY(fill_part(x, &p, kind, set, err));
    set->test_n = p.choice.n;
    set->test_inputs = lemma_mat_of(p.inputs, set->test_n, set->d_x);
    set->test_targets = lemma_mat_of(p.targets, set->test_n, set->d);
    set->test_label = p.choice.label;
    p.inputs = p.targets = NULL;
    p.choice.label = NULL;
out:
    close_part(&p);
    return st;
}

static lemma_status load(const struct lemma_experiment *x, struct lemma_dataset *set,
                         struct lemma_error *err)
{
    static const char *const kinds[] = {"one-hot", "sign"};
    lemma_status st;
    size_t kind = 0;

    LEMMA_TRY(lemma_data_targets(x, kinds, 2, &kind, err));
    if (x->data.path[0] == '\0') {
        st = lemma_experiment_fail(x, "data.path", err,
                                   "expected the folder that holds the IDX files");
        goto out;
    }
    LEMMA_TRY(load_train(x, (enum lemma_class_targets) kind, set, err));
    if (x->data.test_samples > 0)
        LEMMA_TRY(load_test(x, (enum lemma_class_targets) kind, set, err));
out:
    return st;
}

const struct lemma_data_type lemma_data_idx = {
    .name = "idx",
    .title =
        "images and labels in IDX files (MNIST, Fashion-MNIST), inputs of unit norm",
    .source =
        "x = pixels / ||pixels||; y one-hot (d = classes) or -1, +1 (two classes)",
    .files = true,
    .load = load,
};
