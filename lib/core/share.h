/* Work shared out over processes that hold the same arrays: each fills rows of its own,
 * and comes by the others'. */
#ifndef LEMMA_CORE_SHARE_H
#define LEMMA_CORE_SHARE_H

#include <stddef.h>

#include "core/view.h"

/* Rows of `row` bytes, one every `stride`; both multiples of 8. */
struct lemma_stack {
    void *a;
    size_t row, stride;
};

static inline struct lemma_stack lemma_stack_of(lemma_mat m)
{
    return (struct lemma_stack){m.a, m.cols * sizeof(double), m.ld * sizeof(double)};
}

/* `rank` and `size` mean only MPI's: this process, and how many there are. */
struct lemma_share {
    size_t rank, size;
    /* Rank r has filled rows [first[r], first[r + 1]) of every stack; afterwards every
     * rank has all rows, as they were. Every rank makes the same call. */
    void (*gather)(const struct lemma_share *share, const struct lemma_stack *stacks,
                   size_t count, const size_t *first);
};

#endif
