/* What the dimensions of a table are called: HDF5's DIMENSION_LABELS. */
#include <string.h>

#include "record/reader_state.h"

/* HDF5's own H5DSget_label trusts the attribute's type, which a damaged file chooses.
 */
void lemma_reader_dim_name(struct lemma_reader *r, const char *path, size_t dim,
                           char *name, size_t size)
{
    char full[512];
    char *labels[LEMMA_RANK_MAX + 1] = {NULL};
    hid_t attribute = -1, type = -1, space = -1, memory = -1;
    hssize_t count = 0;

    name[0] = '\0';
    if (lemma_reader_path(r, path, full, sizeof full))
        attribute = H5Aopen_by_name(r->file, full, "DIMENSION_LABELS", H5P_DEFAULT,
                                    H5P_DEFAULT);
    if (attribute < 0)
        return;
    type = H5Aget_type(attribute);
    space = H5Aget_space(attribute);
    count = space >= 0 ? H5Sget_simple_extent_npoints(space) : 0;
    if (type < 0 || H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) <= 0 ||
        count <= (hssize_t) dim + 1 || count > LEMMA_RANK_MAX + 1)
        goto out;
    memory = H5Tcopy(H5T_C_S1);
    H5Tset_size(memory, H5T_VARIABLE);
    H5Tset_cset(memory, H5Tget_cset(type));
    if (H5Aread(attribute, memory, labels) >= 0) {
        if (labels[dim + 1])
            snprintf(name, size, "%s", labels[dim + 1]);
        H5Dvlen_reclaim(memory, space, H5P_DEFAULT, labels);
    }
out:
    if (memory >= 0)
        H5Tclose(memory);
    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    H5Aclose(attribute);
}
