/* Memory that runs out on purpose: every allocation of a call fails in turn. */
#ifndef LEMMA_TESTS_FAILING_ALLOC_H
#define LEMMA_TESTS_FAILING_ALLOC_H

#include "support.h"

/* For programs named in `room_memory_tests` of tests/<room>/meson.build: malloc, calloc
 * and realloc called from the library and the test then come through here. What shared
 * libraries allocate inside does not. */

/* Calls until it runs through: the first time its first allocation fails, then its
 * second,
 * ... Every call but the last must return LEMMA_EMEMORY (a leak shows under ASan or
 * valgrind), the last LEMMA_OK. Returns how many allocations failed, at least 1. */
size_t fail_each_allocation(lemma_status (*call)(void *context), void *context);

/* By hand: the allocation that comes after `count` more fails, once; -1: none does. */
void fail_allocation_after(long count);

/* Whether that allocation has failed. */
bool allocation_has_failed(void);

#endif
