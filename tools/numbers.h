/* Numbers as people read them; each writes into buffer and returns it. */
#ifndef LEMMA_TOOLS_NUMBERS_H
#define LEMMA_TOOLS_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

enum { NUMBER_ROOM = 32 };

/* Four digits; "-" for NaN. */
const char *number_real(double x, char buffer[NUMBER_ROOM]);
/* "0.42 s", "3 min 20 s", "2 h 05 min". */
const char *number_duration(double seconds, char buffer[NUMBER_ROOM]);
/* "812 bytes", "1.2 MB" (decimal). */
const char *number_bytes(double bytes, char buffer[NUMBER_ROOM]);
/* The nearest there is: numbers of a file may be any. 0 for NaN. */
int64_t number_whole(double x);

#endif
