/* How a claim's slack went over the run: of every step checked, the tightest row. */
#ifndef LEMMA_CLAIM_CURVE_H
#define LEMMA_CLAIM_CURVE_H

#include <stdbool.h>
#include <stddef.h>

struct lemma_curve_point {
    size_t step;
    double slack, measured, bound;
};

/* Zeroes are an empty curve. */
struct lemma_curve {
    size_t count, room, at;           /* at: where the last one went */
    struct lemma_curve_point *points; /* (count), steps ascending, each once */
    bool failed;                      /* no memory: points are missing */
};

/* Keeps p where its step has no tighter one. O(1) where steps come in order. */
void lemma_curve_add(struct lemma_curve *curve, struct lemma_curve_point p);
/* Empties it; its memory stays. */
void lemma_curve_clear(struct lemma_curve *curve);
void lemma_curve_fini(struct lemma_curve *curve);

#endif
