#include "record/driver.h"

#include <string.h>

#include "record/state.h"
#include "record/superblock.h"

/* How far ahead of what is written the file's end is noted, bytes. */
enum { AHEAD = 1 << 20 };

/* What a file access list carries. */
struct choice {
    struct lemma_driver *driver;
};

static herr_t stop(struct lemma_driver *d)
{
    lemma_hdf5_sentence(d->why, sizeof d->why);
    d->stopped = true;
    return -1;
}

static H5FD_t *open_disk(const char *name, unsigned flags, hid_t fapl, haddr_t max)
{
    const struct choice *c = H5Pget_driver_info(fapl);
    hid_t plain = H5Pcreate(H5P_FILE_ACCESS);

    if (!c || plain < 0 || H5Pset_fapl_sec2(plain) < 0)
        return NULL;
    c->driver->disk = H5FDopen(name, flags, plain, max);
    c->driver->why[0] = '\0'; /* of the try before: HDF5 looks first what is there */
    if (!c->driver->disk)
        lemma_hdf5_sentence(c->driver->why, sizeof c->driver->why);
    H5Pclose(plain);
    return c->driver->disk ? &c->driver->head : NULL;
}

static struct lemma_driver *of(H5FD_t *file)
{
    return (struct lemma_driver *) file;
}

static const struct lemma_driver *of_const(const H5FD_t *file)
{
    return (const struct lemma_driver *) file;
}

static herr_t close_disk(H5FD_t *file)
{
    struct lemma_driver *d = of(file);
    herr_t result;

    if (!d->why[0] && H5Eget_num(H5E_DEFAULT) > 0) /* the next call forgets it */
        lemma_hdf5_sentence(d->why, sizeof d->why);
    result = H5FDclose(d->disk);
    d->disk = NULL;
    return result;
}

static int compare(const H5FD_t *a, const H5FD_t *b)
{
    return H5FDcmp(of_const(a)->disk, of_const(b)->disk);
}

static herr_t query(const H5FD_t *file, unsigned long *flags)
{
    herr_t result = H5FDdriver_query(H5FD_SEC2, flags);

    if (file && of_const(file)->reading)
        *flags &= ~(unsigned long) H5FD_FEAT_ACCUMULATE_METADATA;
    return result;
}

static haddr_t get_eoa(const H5FD_t *file, H5FD_mem_t type)
{
    return H5FDget_eoa(of_const(file)->disk, type);
}

static herr_t set_eoa(H5FD_t *file, H5FD_mem_t type, haddr_t address)
{
    return H5FDset_eoa(of(file)->disk, type, address);
}

/* Once stopped the file is said to be as long as HDF5 wants it: no need to stretch it.
 */
static haddr_t get_eof(const H5FD_t *file, H5FD_mem_t type)
{
    return of_const(file)->stopped ? get_eoa(file, type)
                                   : H5FDget_eof(of_const(file)->disk, type);
}

static herr_t get_handle(H5FD_t *file, hid_t fapl, void **handle)
{
    return H5FDget_vfd_handle(of(file)->disk, fapl, handle);
}

/* Whether the head of an index (HDF5's format, III.A.2) asks for nodes that are larger
 * than the file, or so small that what HDF5 takes off them leaves less than nothing: it
 * makes room by these sizes before it reads a node. */
static bool is_absurd_index(const unsigned char *bytes, size_t size, haddr_t end)
{
    enum { NODE = 6, RECORD = 10, HEAD = 14, LEAST_NODE = 64 };
    uint32_t node, record;

    if (size < HEAD || memcmp(bytes, "BTHD", 4) != 0)
        return false;
    node = lemma_little32(bytes + NODE);
    record = lemma_little32(bytes + RECORD) & 0xffff; /* of 2 bytes */
    return node < LEAST_NODE || node > end || record == 0 || record > node / 2;
}

static herr_t read_disk(H5FD_t *file, H5FD_mem_t type, hid_t dxpl, haddr_t address,
                        size_t size, void *buffer)
{
    struct lemma_driver *d = of(file);

    if (H5FDread(d->disk, type, dxpl, address, size, buffer) < 0)
        return -1;
    return d->reading && type == H5FD_MEM_BTREE &&
                   is_absurd_index(buffer, size, H5FDget_eof(d->disk, H5FD_MEM_DEFAULT))
               ? -1
               : 0;
}

/* Makes the file reach to `end` if it may be so long: it needs no room on the disk. */
static bool stretch(struct lemma_driver *d, hid_t dxpl, haddr_t end)
{
    haddr_t eoa = H5FDget_eoa(d->disk, H5FD_MEM_DEFAULT);
    bool long_enough = H5FDget_eof(d->disk, H5FD_MEM_DEFAULT) >= end;

    if (!long_enough && H5FDset_eoa(d->disk, H5FD_MEM_DEFAULT, end) >= 0) {
        long_enough = H5FDtruncate(d->disk, dxpl, false) >= 0;
        H5FDset_eoa(d->disk, H5FD_MEM_DEFAULT, eoa);
    }
    return long_enough;
}

static herr_t write_block(struct lemma_driver *d, hid_t dxpl)
{
    return H5FDwrite(d->disk, H5FD_MEM_SUPER, dxpl, 0, sizeof d->block, d->block);
}

/* The file's first bytes: of one at rest that ends there. */
static herr_t note_end(struct lemma_driver *d, hid_t dxpl, haddr_t end)
{
    lemma_superblock_release(d->block, end);
    d->end = end;
    return write_block(d, dxpl);
}

/* The file's first bytes: of one at rest, and of one that ends where this one may be
 * written before they are written again. */
static herr_t write_superblock(struct lemma_driver *d, hid_t dxpl, haddr_t needed)
{
    haddr_t end = needed + AHEAD;

    if (!stretch(d, dxpl, end)) /* a limit on files' sizes is near */
        end =
            stretch(d, dxpl, needed) ? needed : H5FDget_eof(d->disk, H5FD_MEM_DEFAULT);
    return note_end(d, dxpl, end);
}

/* Unless it is closed: then they are HDF5's, who makes the file end there. */
static herr_t take_superblock(struct lemma_driver *d, hid_t dxpl, const void *buffer)
{
    memcpy(d->block, buffer, sizeof d->block);
    if (lemma_superblock_is_held(d->block))
        return write_superblock(d, dxpl, H5FDget_eoa(d->disk, H5FD_MEM_DEFAULT));
    d->end = lemma_superblock_end(d->block);
    return write_block(d, dxpl);
}

static herr_t write_disk(H5FD_t *file, H5FD_mem_t type, hid_t dxpl, haddr_t address,
                         size_t size, const void *buffer)
{
    struct lemma_driver *d = of(file);

    if (d->stopped)
        return 0;
    if (address == 0 && lemma_superblock_is(buffer, size)) {
        if (take_superblock(d, dxpl, buffer) < 0)
            return stop(d);
        address = LEMMA_SUPERBLOCK_BYTES;
        size -= LEMMA_SUPERBLOCK_BYTES;
        buffer = (const char *) buffer + LEMMA_SUPERBLOCK_BYTES;
    }
    if (d->end > 0 && address + size > d->end &&
        write_superblock(d, dxpl, address + size) < 0)
        return stop(d);
    if (size > 0 && H5FDwrite(d->disk, type, dxpl, address, size, buffer) < 0)
        return stop(d);
    return 0;
}

static herr_t flush_disk(H5FD_t *file, hid_t dxpl, hbool_t closing)
{
    struct lemma_driver *d = of(file);

    if (d->stopped)
        return 0;
    return H5FDflush(d->disk, dxpl, closing) < 0 ? stop(d) : 0;
}

/* It is long enough for what its first bytes say; when closing, they say so before it
 * is cut off there: HDF5 would write them afterwards. */
static herr_t truncate_disk(H5FD_t *file, hid_t dxpl, hbool_t closing)
{
    struct lemma_driver *d = of(file);

    if (d->stopped || !closing)
        return 0;
    if (lemma_superblock_is(d->block, sizeof d->block) &&
        note_end(d, dxpl, H5FDget_eoa(d->disk, H5FD_MEM_DEFAULT)) < 0)
        return stop(d);
    return H5FDtruncate(d->disk, dxpl, closing) < 0 ? stop(d) : 0;
}

static herr_t lock_disk(H5FD_t *file, hbool_t exclusive)
{
    return H5FDlock(of(file)->disk, exclusive) < 0 ? stop(of(file)) : 0;
}

/* When SWMR starts HDF5 gives its lock up. Shared it lets readers in, no other writer.
 */
static herr_t unlock_disk(H5FD_t *file)
{
    return of(file)->reading ? H5FDunlock(of(file)->disk)
                             : H5FDlock(of(file)->disk, false);
}

hid_t lemma_driver_register(void)
{
    static const H5FD_class_t class = {
        .name = "lemma",
        .maxaddr = ((haddr_t) 1 << 62) - 1,
        .fc_degree = H5F_CLOSE_WEAK,
        .fapl_size = sizeof(struct choice),
        .open = open_disk,
        .close = close_disk,
        .cmp = compare,
        .query = query,
        .get_eoa = get_eoa,
        .set_eoa = set_eoa,
        .get_eof = get_eof,
        .get_handle = get_handle,
        .read = read_disk,
        .write = write_disk,
        .flush = flush_disk,
        .truncate = truncate_disk,
        .lock = lock_disk,
        .unlock = unlock_disk,
        .fl_map = H5FD_FLMAP_DICHOTOMY, /* as sec2 */
    };

    return H5FDregister(&class);
}

herr_t lemma_driver_use(hid_t access, hid_t driver, struct lemma_driver *d)
{
    struct choice c = {d};

    return H5Pset_driver(access, driver, &c);
}
