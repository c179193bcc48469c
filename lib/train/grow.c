/*
 * Losses that have grown beyond measure: more than 1 / epsilon times the first, which
 * is then below their rounding. They may stay finite to the end of the run, which is no
 * descent all the same.
 *
 * The first is the client's at W(0), over its first step's samples, or the mean of all
 * clients' where that is more: a client that begins at its least has none of its own.
 */
#include <float.h>
#include <math.h>

#include "train/state.h"

void lemma_grow_begin(struct lemma_trainer *tr, const struct lemma_tape *tape)
{
    double mean = lemma_event_mean_loss(&tr->now, tape);

    for (size_t c = 0; c < tr->K; c++)
        tr->loss_first[c] = fmax(mean, lemma_tape_loss(tape, c));
}

void lemma_grow_clients(struct lemma_trainer *tr, const struct lemma_tape *tape)
{
    for (size_t c = 0; c < tr->K; c++) {
        double loss = lemma_tape_loss(tape, c), first = tr->loss_first[c];

        if (!isfinite(loss) || !(first > 0) || !(DBL_EPSILON * loss > first))
            continue;
        lemma_event_found(&tr->now, (int64_t) c, LEMMA_GREW);
        tr->loss_first[c] = INFINITY; /* told */
    }
}
