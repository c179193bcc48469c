/* What the tests of experiments share: reading text, comparing settings, refusals. */
#ifndef LEMMA_TESTS_CONFIG_SETTINGS_H
#define LEMMA_TESTS_CONFIG_SETTINGS_H

#include "config/experiment.h"
#include "support.h"

/* An experiment at its defaults; lemma_free. */
struct lemma_experiment *defaults(void);

/* Reads text as the file "x.yaml" over the defaults, failing the test where it is
 * refused. */
struct lemma_experiment *read_text(const char *text);

/* Fails unless the text is refused with exactly this sentence and x stays as it was. */
void check_refused(const char *text, const char *sentence);
void check_refused_bytes(const char *text, size_t length, const char *sentence);
void check_set_refused(const char *assignment, const char *sentence);

/* Fails unless the two are equal but for where they were read. */
void check_same_settings(const struct lemma_experiment *a,
                         const struct lemma_experiment *b);

/* Prints x and reads that over the defaults; x must come back. */
void check_round_trip(const struct lemma_experiment *x);

/* A valid experiment that has every kind of value in it. */
extern const char sample_text[];

#endif
