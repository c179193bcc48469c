#include "net/network.h"

#include <stdint.h>
#include <string.h>

#include "core/alloc.h"

static const struct lemma_preset_type *find_preset(const char *name)
{
    for (size_t i = 0; lemma_preset_types[i]; i++)
        if (strcmp(lemma_preset_types[i]->name, name) == 0)
            return lemma_preset_types[i];
    return NULL;
}

/* Whether every matrix of the network can be addressed, and BLAS can count its sides.
 */
static bool sizes_fit(const struct lemma_network *net)
{
    size_t most = net->m > net->d_x ? net->m : net->d_x, square, all;

    most = most > net->d ? most : net->d;
    return most <= INT32_MAX && lemma_size_mul(most, most, &square) &&
           lemma_size_mul(square, net->L + 2, &all) &&
           lemma_size_mul(all, sizeof(double), &all) && all <= PTRDIFF_MAX;
}

lemma_status lemma_network_create(const char *preset, size_t d_x, size_t d, size_t m,
                                  size_t L, struct lemma_network **net,
                                  struct lemma_error *err)
{
    const struct lemma_preset_type *type = find_preset(preset);
    struct lemma_network *fresh = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(d_x >= 1 && d >= 1 && m >= 1 && L >= 1);
    if (!type)
        return lemma_fail(err, LEMMA_EINPUT, "no network preset is called \"%s\"",
                          preset);
    if (type->max_depth && L > type->max_depth)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s has %zu trained layer%s: expected depth %zu, got %zu",
                          preset, type->max_depth, type->max_depth == 1 ? "" : "s",
                          type->max_depth, L);

    LEMMA_NEW(fresh, 1);
    *fresh = (struct lemma_network){.preset = type, .d_x = d_x, .d = d, .m = m, .L = L};
    if (!sizes_fit(fresh)) {
        st = lemma_fail(
            err, LEMMA_EINPUT,
            "a network of width %zu, depth %zu, %zu inputs and %zu outputs is "
            "larger than memory can address",
            m, L, d_x, d);
        goto out;
    }
    LEMMA_NEW(fresh->layers, L);
    type->build(fresh);
    *net = fresh;
    fresh = NULL;
out:
    lemma_network_destroy(fresh);
    return st;
}

void lemma_network_destroy(struct lemma_network *net)
{
    if (net)
        lemma_free(net->layers);
    lemma_free(net);
}

size_t lemma_network_parameters(const struct lemma_network *net)
{
    size_t count = 0;

    for (size_t l = 0; l < net->L; l++)
        count += net->layers[l].in * net->layers[l].out;
    return count;
}
