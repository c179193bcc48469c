/* HDF5's way to the disk: whoever opens the file finds it in order, whenever. */
#ifndef LEMMA_RECORD_DRIVER_H
#define LEMMA_RECORD_DRIVER_H

#include <hdf5.h>
#include <stdbool.h>

#include "record/superblock.h"

/*
 * HDF5 1.10 can neither write nor drop what it still holds after a failed write: it
 * fails to close the file and crashes over it at exit, having noted an end of file past
 * the real one, after which nobody can open it. This driver hands everything to HDF5's
 * own (sec2) until something fails; from then on it takes what comes and writes none of
 * it. So the file stays as its last good write left it, like a killed run's, and
 * closing succeeds.
 *
 * Under SWMR HDF5 writes such that readers find the file whole after each write. Yet
 * its first bytes note that a writer has it open, and seldom where it ends now; readers
 * that do not ask for SWMR refuse it then, long after the writer was killed. This
 * driver writes these bytes as those of a file at rest, before anything past the end
 * they note.
 *
 * Readers use it too, without HDF5's accumulator of metadata: it is read from where
 * there is none, and crashes, where a damaged file names an address past all others.
 * They read no index whose nodes have a size that cannot be.
 */
struct lemma_driver {
    H5FD_t head; /* HDF5's; first */
    H5FD_t *disk;
    unsigned char block[LEMMA_SUPERBLOCK_BYTES]; /* the file's first bytes */
    haddr_t end;                                 /* that they note */
    bool reading; /* nothing is kept between reads: set by readers */
    bool stopped;
    char why[384]; /* the first failure */
};

/* HDF5's identifier of the driver; H5FDunregister it. Negative on failure. */
hid_t lemma_driver_register(void);

/* Makes a file access list use it for one file, which *d outlives. */
herr_t lemma_driver_use(hid_t access, hid_t driver, struct lemma_driver *d);

#endif
