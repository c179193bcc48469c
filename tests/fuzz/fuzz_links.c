/*
 * Whole records, of valid HDF5, that are not such as lemma writes.
 *
 * The first byte: the command; the second: which record. Then changes, each a byte of
 * what and a byte of where (a place in the record's list of paths), with a few bytes of
 * how: links that lead out or round, data kept elsewhere, foreign filters, types, ranks
 * and sizes, texts without an end, numbers that are none, configurations changed.
 */
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bases.h"
#include "commands.h"
#include "fuzz.h"

/* What is left of the input. */
struct bytes {
    const uint8_t *at;
    size_t left;
};

static unsigned byte(struct bytes *b)
{
    if (b->left == 0)
        return 0;
    b->left--;
    return *b->at++;
}

static const char *const run_paths[] = {"/run",
                                        "/run/status",
                                        "/run/committed",
                                        "/run/config",
                                        "/run/config_source",
                                        "/run/start_time",
                                        "/run/end_time",
                                        "/run/data",
                                        "/run/data/inputs",
                                        "/run/data/targets",
                                        "/run/data/client",
                                        "/run/data/index",
                                        "/run/network",
                                        "/run/network/initial",
                                        "/run/network/initial/W1",
                                        "/run/network/initial/V",
                                        "/run/network/final/W1",
                                        "/run/train",
                                        "/run/provenance",
                                        "/run/provenance/seconds",
                                        "/run/provenance/version",
                                        "/run/loss",
                                        "/run/loss/step",
                                        "/run/loss/round",
                                        "/run/loss/server",
                                        "/run/loss/server_client",
                                        "/run/distance",
                                        "/run/distance/frobenius",
                                        "/run/distance/step",
                                        "/run/distance/max_neuron",
                                        "/",
                                        "/run/batches"};
static const char *const sweep_paths[] = {"/run",
                                          "/run/sweep",
                                          "/run/sweep/point",
                                          "/run/sweep/seed",
                                          "/run/sweep/network.width",
                                          "/run/sweep/m",
                                          "/run/sweep/outcome",
                                          "/run/records",
                                          "/run/words",
                                          "/run/loss",
                                          "/run/loss/server.final",
                                          "/run/loss/server.max",
                                          "/run/loss/server_client.final",
                                          "/run/config",
                                          "/run/status",
                                          "/run/committed",
                                          "/",
                                          "/run/words/network.width",
                                          "/run/sweep/K",
                                          "/run/sweep/search"};
static const char *const names[] = {"NX_class",    "creator",   "schema_version",
                                    "m",           "L",         "d_x",
                                    "d",           "K",         "tau",
                                    "R",           "eta",       "batch",
                                    "samples",     "phi",       "preset",
                                    "algorithm",   "keys",      "points",
                                    "units",       "long_name", "DIMENSION_LABELS",
                                    "signal",      "axes",      "source",
                                    "every",       "seed",      "kernel",
                                    "server_step", "min_angle", "search",
                                    "step_rule",   "loss"};

static double number(struct bytes *b)
{
    static const double hard[] = {NAN,  INFINITY, -INFINITY, -1,     0,   1e300,
                                  1e18, -1e300,   0x1p63,    0x1p53, 1e9, 1e6,
                                  0.5,  1,        2,         4e9};
    unsigned kind = byte(b);

    return kind < 128 ? hard[kind % 16] : (double) kind - 128;
}

/* A type of those that a file may have. */
static hid_t type_of(struct bytes *b)
{
    static const size_t sizes[] = {1, 0, 7, 300, 1 << 20, 1 << 16, 2, 40};
    unsigned kind = byte(b);
    hid_t type;

    switch (kind % 14) {
    case 0:
        return H5Tcopy(H5T_IEEE_F64LE);
    case 1:
        return H5Tcopy(H5T_STD_I64LE);
    case 2:
        return H5Tcopy(H5T_STD_U64BE);
    case 3:
        return H5Tcopy(H5T_STD_I8LE);
    case 4:
        return H5Tcopy(H5T_IEEE_F32BE);
    case 5: /* variable */
        type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, H5T_VARIABLE);
        return type;
    case 6:
    case 7:
    case 8:
        type = H5Tcopy(H5T_C_S1);
        if (sizes[kind / 14 % 8])
            H5Tset_size(type, sizes[kind / 14 % 8]);
        H5Tset_strpad(type, kind & 1 ? H5T_STR_NULLTERM : H5T_STR_SPACEPAD);
        return type;
    case 9:
        type = H5Tcreate(H5T_COMPOUND, 16);
        H5Tinsert(type, "a", 0, H5T_IEEE_F64LE);
        H5Tinsert(type, "b", 8, H5T_STD_I64LE);
        return type;
    case 10:
        return H5Tcopy(H5T_STD_REF_OBJ);
    case 11:
        return H5Tvlen_create(H5T_IEEE_F64LE);
    case 12:
        return H5Tenum_create(H5T_STD_I32LE);
    default:
        type = H5Tcopy(H5T_STD_I32LE);
        H5Tset_precision(type, 17);
        return type;
    }
}

static hid_t space_of(struct bytes *b)
{
    static const hsize_t hard[] = {0,
                                   1,
                                   2,
                                   3,
                                   4,
                                   5,
                                   6,
                                   8,
                                   100,
                                   1 << 16,
                                   (hsize_t) 1 << 24,
                                   (hsize_t) 1 << 32,
                                   (hsize_t) 1 << 40,
                                   (hsize_t) 1 << 61,
                                   12,
                                   9};
    unsigned rank = byte(b) % 9;
    hsize_t dims[8], most[8];

    if (rank == 0)
        return H5Screate(byte(b) & 1 ? H5S_NULL : H5S_SCALAR);
    for (unsigned i = 0; i < rank; i++) {
        dims[i] = hard[byte(b) % 16];
        most[i] = H5S_UNLIMITED;
    }
    return H5Screate_simple((int) rank, dims, rank < 6 && byte(b) & 1 ? most : NULL);
}

/* False: nothing should be written there; HDF5 would make room for all of it. */
static bool set_layout(struct bytes *b, hid_t plist, hid_t space)
{
    unsigned kind = byte(b);
    hsize_t chunk[8];
    int rank = H5Sget_simple_extent_ndims(space);
    char other[256];

    fuzz_path(other, "run.h5");
    for (int i = 0; i < rank; i++)
        chunk[i] = kind & 128 ? (hsize_t) 1 << (byte(b) % 31) : 1 + byte(b) % 8;
    switch (kind % 8) {
    case 0:
        return true;
    case 1:
        H5Pset_layout(plist, H5D_COMPACT);
        return true;
    case 2:
        H5Pset_external(plist, other, 0, H5F_UNLIMITED);
        return true;
    case 3:
        H5Pset_virtual(plist, space, other, "/run/loss/server", space);
        return true;
    default:
        H5Pset_chunk(plist, rank, chunk);
        if (kind & 8)
            H5Pset_shuffle(plist);
        if (kind & 16)
            H5Pset_deflate(plist, 1);
        if (kind & 32)
            H5Pset_filter(plist, (H5Z_filter_t) (32000 + byte(b)), H5Z_FLAG_OPTIONAL, 0,
                          NULL);
        if (kind & 64)
            H5Pset_nbit(plist);
    }
    return !(kind & 128);
}

/* Numbers or letters into what is small enough. */
static void fill(struct bytes *b, hid_t object, bool attribute)
{
    static double values[4096];
    static char text[1 << 16];
    hid_t type = attribute ? H5Aget_type(object) : H5Dget_type(object);
    hid_t space = attribute ? H5Aget_space(object) : H5Dget_space(object);
    hssize_t count = H5Sget_simple_extent_npoints(space);
    H5T_class_t class = H5Tget_class(type);
    const void *from = NULL;
    hid_t memory = H5T_NATIVE_DOUBLE;

    if (count > 0 && count <= 4096 && (class == H5T_FLOAT || class == H5T_INTEGER)) {
        for (hssize_t i = 0; i < count; i++)
            values[i] = b->left ? number(b) : (double) i;
        from = values;
    } else if (count == 1 && class == H5T_STRING && !H5Tis_variable_str(type) &&
               H5Tget_size(type) <= sizeof text) {
        size_t n = H5Tget_size(type) < b->left ? H5Tget_size(type) : b->left;

        memset(text, 'x', sizeof text);
        memcpy(text, b->at, n);
        b->at += n;
        b->left -= n;
        from = text;
        memory = type;
    }
    if (from && attribute)
        H5Awrite(object, memory, from);
    else if (from)
        H5Dwrite(object, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, from);
    H5Sclose(space);
    H5Tclose(type);
}

static void replace_set(struct bytes *b, hid_t file, const char *path)
{
    hid_t type = type_of(b), space = space_of(b), plist = H5Pcreate(H5P_DATASET_CREATE);
    hid_t set = -1;
    bool small = set_layout(b, plist, space);

    if (H5Ldelete(file, path, H5P_DEFAULT) >= 0 || byte(b) < 250)
        set = H5Dcreate2(file, path, type, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    if (set >= 0) {
        if (small)
            fill(b, set, false);
        H5Dclose(set);
    }
    H5Pclose(plist);
    H5Sclose(space);
    H5Tclose(type);
}

static void replace_attribute(struct bytes *b, hid_t file, const char *path)
{
    const char *name = names[byte(b) % 32];
    hid_t type = type_of(b), space = space_of(b), a = -1;

    H5Adelete_by_name(file, path, name, H5P_DEFAULT);
    if ((double) H5Sget_simple_extent_npoints(space) * (double) H5Tget_size(type) <=
        1 << 21)
        a = H5Acreate_by_name(file, path, name, type, space, H5P_DEFAULT, H5P_DEFAULT,
                              H5P_DEFAULT);
    if (a >= 0) {
        fill(b, a, true);
        H5Aclose(a);
    }
    H5Sclose(space);
    H5Tclose(type);
}

static void put_link(struct bytes *b, hid_t file, const char *path,
                     const char *const *paths, size_t count)
{
    const char *target = paths[byte(b) % count];
    char other[256];

    H5Ldelete(file, path, H5P_DEFAULT);
    switch (byte(b) % 6) {
    case 0:
        H5Lcreate_soft(target, file, path, H5P_DEFAULT, H5P_DEFAULT);
        return;
    case 1:
        H5Lcreate_soft(path, file, path, H5P_DEFAULT, H5P_DEFAULT);
        return;
    case 2:
        H5Lcreate_external(fuzz_path(other, "run.h5"), target, file, path, H5P_DEFAULT,
                           H5P_DEFAULT);
        return;
    case 3:
        H5Lcreate_external("/dev/zero", target, file, path, H5P_DEFAULT, H5P_DEFAULT);
        return;
    case 4: /* also groups that hold themselves */
        H5Lcreate_hard(file, target, file, path, H5P_DEFAULT, H5P_DEFAULT);
        return;
    default:
        H5Gclose(H5Gcreate2(file, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    }
}

/* HDF5 would make room for one to write into it. */
static bool has_large_chunks(hid_t set)
{
    hid_t plist = H5Dget_create_plist(set);
    hsize_t dims[8], cells = 1;
    int rank = H5Pget_chunk(plist, 8, dims);

    for (int i = 0; i < rank; i++)
        cells *= dims[i] < 1 << 20 ? dims[i] : 1 << 20;
    H5Pclose(plist);
    return cells > 1 << 16;
}

/* Of what is there already. */
static void overwrite(struct bytes *b, hid_t file, const char *path)
{
    hid_t set = H5Dopen2(file, path, H5P_DEFAULT);
    hsize_t dims[8] = {0};
    unsigned n;
    bool few;

    if (set < 0)
        return;
    if (byte(b) & 1) {
        hid_t space = H5Dget_space(set);

        H5Sget_simple_extent_dims(space, dims, NULL);
        H5Sclose(space);
        few = byte(b) & 1;
        n = byte(b);
        if (dims[0] <= 1 << 20) { /* else HDF5 looks for each chunk that it drops */
            dims[0] = few ? n % 8 : (hsize_t) 1 << (n % 40);
            H5Dset_extent(set, dims);
        }
    }
    if (!has_large_chunks(set))
        fill(b, set, false);
    H5Dclose(set);
}

static void many_links(struct bytes *b, hid_t file, const char *path)
{
    char name[300];

    for (unsigned i = byte(b) % 40; i > 0; i--) {
        snprintf(name, sizeof name, "%s/x%u", path, i);
        H5Lcreate_hard(file, path, file, name, H5P_DEFAULT, H5P_DEFAULT);
    }
}

static void change(struct bytes *b, hid_t file, const char *const *paths, size_t count)
{
    unsigned what = byte(b);
    const char *path = paths[byte(b) % count];

    switch (what % 8) {
    case 0:
    case 1:
        replace_set(b, file, path);
        return;
    case 2:
    case 3:
        replace_attribute(b, file, path);
        return;
    case 4:
        put_link(b, file, path, paths, count);
        return;
    case 5:
        H5Ldelete(file, path, H5P_DEFAULT);
        return;
    case 6:
        overwrite(b, file, path);
        return;
    default:
        many_links(b, file, path);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void) argc;
    (void) argv;
    fuzz_commands_init();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes b = {data, size};
    const struct fuzz_base *base;
    unsigned command;
    char path[256];
    bool sweep;
    hid_t file;

    if (size < 4)
        return 0;
    fuzz_note_input(data, size);
    command = byte(&b);
    base = fuzz_base(byte(&b) & 1 ? FUZZ_SWEEP : 0);
    sweep = base == fuzz_base(FUZZ_SWEEP);
    fuzz_write("x.h5", base->bytes, base->size);
    file = H5Fopen(fuzz_path(path, "x.h5"), H5F_ACC_RDWR, H5P_DEFAULT);
    for (int i = 0; i < 8 && b.left > 1 && file >= 0; i++)
        change(&b, file, sweep ? sweep_paths : run_paths,
               sweep ? sizeof sweep_paths / sizeof *sweep_paths
                     : sizeof run_paths / sizeof *run_paths);
    if (file >= 0)
        H5Fclose(file);
    fuzz_command(command, "x.h5", sweep);
    return 0;
}
