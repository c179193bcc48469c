/*
 * Files of data, and checkpoints.
 *
 * The first byte says what the rest is: 'c', 'h', 's' a CSV file whose last column is a
 * target, a class, a sign; 'k' a checkpoint, 'K' the body of one that is whole; else
 * IDX files, two bytes of how long the labels are, labels, images: 'i' as they stand,
 * 'g' packed by gzip.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "config/experiment.h"
#include "core/alloc.h"
#include "core/blas.h"
#include "data/dataset.h"
#include "fuzz.h"
#include "record/checkpoint.h"

static const char images[] = "train-images-idx3-ubyte",
                  labels[] = "train-labels-idx1-ubyte";
static struct lemma_experiment *x;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void) argc;
    (void) argv;
    lemma_blas_init();
    x = lemma_alloc(1, sizeof *x);
    fuzz_require(x);
    return 0;
}

static void load(const char *kind, const char *targets, const char *path)
{
    struct lemma_dataset *set = NULL;
    struct lemma_error err = {""};
    lemma_status st;

    lemma_experiment_init(x);
    x->data.samples = 0;
    x->data.targets.outputs = 1;
    snprintf(x->data.kind, sizeof x->data.kind, "%s", kind);
    snprintf(x->data.targets.kind, sizeof x->data.targets.kind, "%s", targets);
    snprintf(x->data.path, sizeof x->data.path, "%s", path);
    st = lemma_dataset_create(x, &set, &err);
    fuzz_require(st == LEMMA_OK || (st == LEMMA_EINPUT && err.text[0]));
    lemma_dataset_destroy(set);
}

static void read_csv(const char *targets, const uint8_t *data, size_t size)
{
    char path[256];

    fuzz_write("x.csv", data, size);
    load("csv", targets, fuzz_path(path, "x.csv"));
}

static uint8_t *put_number(uint8_t *at, uint32_t n, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        *at++ = (uint8_t) (n >> 8 * i);
    return at;
}

/* A gzip file of one block that is stored as it is, with the right checksum (RFC 1952,
 * 1951): no compressor, which would take most of the time. */
static void put_packed(const char *name, const uint8_t *data, size_t size)
{
    static const uint8_t head[11] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1};
    static uint8_t file[(1 << 16) + 32];
    uint8_t *at = file + sizeof head;

    memcpy(file, head, sizeof head);
    at = put_number(at, (uint32_t) size, 2);
    at = put_number(at, ~(uint32_t) size, 2);
    memcpy(at, data, size);
    at = put_number(at + size, (uint32_t) crc32(0, data, (unsigned) size), 4);
    at = put_number(at, (uint32_t) size, 4);
    fuzz_write(name, file, (size_t) (at - file));
}

static void put(const char *name, const uint8_t *data, size_t size, bool pack)
{
    char path[256], other[64];

    snprintf(other, sizeof other, "%s.gz", name);
    unlink(fuzz_path(path, pack ? name : other));
    if (pack)
        put_packed(other, data, size);
    else
        fuzz_write(name, data, size);
}

static void read_idx(bool pack, const uint8_t *data, size_t size)
{
    size_t n = size < 2 ? 0 : (size_t) data[0] << 8 | data[1];
    char path[256];

    if (size < 2 || n > size - 2)
        return;
    put(labels, data + 2, n, pack);
    put(images, data + 2 + n, size - 2 - n, pack);
    fuzz_path(path, "");
    load("idx", "one-hot", path);
}

/* As lib/record/checkpoint.c writes it: FNV-1a of the body behind its size. */
static void put_whole(const uint8_t *data, size_t size)
{
    static uint8_t file[1 << 16];
    struct {
        char magic[8];
        uint32_t version, word;
        uint64_t bytes, sum;
    } head = {"lemmack", 1, 0x01020304, size, UINT64_C(0xcbf29ce484222325)};

    head.magic[7] = 'p';
    for (size_t i = 0; i < size; i++)
        head.sum = (head.sum ^ data[i]) * UINT64_C(0x100000001b3);
    memcpy(file, &head, sizeof head);
    memcpy(file + sizeof head, data, size);
    fuzz_write("checkpoint", file, sizeof head + size);
}

static void read_checkpoint(void)
{
    struct lemma_checkpoint *c = NULL;
    struct lemma_error err = {""};
    char path[256], block[100];
    bool there = false;
    lemma_status st =
        lemma_checkpoint_open(fuzz_path(path, "checkpoint"), &there, &c, &err);

    fuzz_require(there);
    fuzz_require(st == LEMMA_OK || (st == LEMMA_EINPUT && err.text[0]));
    while (c && lemma_checkpoint_get(c, block, sizeof block))
        ;
    fuzz_require(!c || lemma_checkpoint_left(c) < sizeof block);
    lemma_checkpoint_destroy(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 1 << 15)
        return 0;
    switch (data[0]) {
    case 'c':
        read_csv("column", data + 1, size - 1);
        break;
    case 'h':
        read_csv("one-hot", data + 1, size - 1);
        break;
    case 's':
        read_csv("sign", data + 1, size - 1);
        break;
    case 'k':
        fuzz_write("checkpoint", data + 1, size - 1);
        read_checkpoint();
        break;
    case 'K':
        put_whole(data + 1, size - 1);
        read_checkpoint();
        break;
    default:
        read_idx(data[0] == 'g', data + 1, size - 1);
    }
    return 0;
}
