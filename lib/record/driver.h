/* HDF5's way to the disk, with a stop: after the first failure nothing more is written.
 */
#ifndef LEMMA_RECORD_DRIVER_H
#define LEMMA_RECORD_DRIVER_H

#include <hdf5.h>
#include <stdbool.h>

/*
 * HDF5 1.10 can neither write nor drop what it still holds after a failed write: it
 * fails to close the file and crashes over it at exit, having noted an end of file past
 * the real one, after which nobody can open it. This driver hands everything to HDF5's
 * own (sec2) until something fails; from then on it takes what comes and writes none of
 * it. So the file stays as its last good write left it, like a killed run's: whole for
 * readers that follow SWMR; and closing succeeds.
 */
struct lemma_driver {
    H5FD_t head; /* HDF5's; first */
    H5FD_t *disk;
    bool stopped;
    char why[384]; /* the first failure */
};

/* HDF5's identifier of the driver; H5FDunregister it. Negative on failure. */
hid_t lemma_driver_register(void);

/* Makes a file access list use it for one file, which *d outlives. */
herr_t lemma_driver_use(hid_t access, hid_t driver, struct lemma_driver *d);

#endif
