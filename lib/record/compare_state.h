/* What the files of a comparison share. */
#ifndef LEMMA_RECORD_COMPARE_STATE_H
#define LEMMA_RECORD_COMPARE_STATE_H

#include "record/compare.h"

/* What every step needs. */
struct lemma_pairing {
    const struct lemma_side *sides;
    struct lemma_error *err;
};

/* Compares a table of both records, likeness and reason included; c->tolerance is set.
 */
lemma_status lemma_compare_table(const struct lemma_pairing *p,
                                 const struct lemma_shape shapes[2],
                                 struct lemma_compared *c);

/* Compares an attribute (group and its name) or the text of a data set (group NULL). */
lemma_status lemma_compare_constant(const struct lemma_pairing *p, const char *group,
                                    const char *name, struct lemma_compared *c);

/* Whether a data set counts the rows of others: step, round, local_step, draw,
 * <table>_step, <table>_round. */
bool lemma_compare_is_axis(const struct lemma_comparison *c, const char *name);

/* Once all of c is compared: names item's row by its step; rows of different steps make
 * a table different. */
void lemma_compare_axis(const struct lemma_pairing *p, const struct lemma_comparison *c,
                        struct lemma_compared *item);

/* LEMMA_EINPUT and "FILE: NAME cannot be read". */
lemma_status lemma_compare_unreadable(const struct lemma_pairing *p, size_t side,
                                      const char *name);

/* What one number is against another, for constants: as a column of one row. */
void lemma_compare_numbers(double a, double b, struct lemma_compared *c);

/* SAME, CLOSE or DIFFERENT of numbers and reason. */
void lemma_compare_settle(struct lemma_compared *c, bool same_bits);

#endif
