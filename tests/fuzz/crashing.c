/* Preloaded: an HDF5 that crashes where it is asked what a group holds. */
#include <hdf5.h>

herr_t H5Literate(hid_t group, H5_index_t index, H5_iter_order_t order, hsize_t *at,
                  H5L_iterate_t visit, void *context)
{
    volatile int *nowhere = (volatile int *) context;

    (void) group;
    (void) index;
    (void) order;
    (void) at;
    (void) visit;
    nowhere = NULL;
    return *nowhere;
}
