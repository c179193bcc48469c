/* Commands of the tools on one record, as a user would call them. */
#ifndef LEMMA_TESTS_FUZZ_COMMANDS_H
#define LEMMA_TESTS_FUZZ_COMMANDS_H

#include <stddef.h>

enum { FUZZ_COMMANDS = 16 };

/* Once, before all else. */
void fuzz_commands_init(void);

/* Runs one on a file of fuzz_path. sweep: it began as a sweep's. */
void fuzz_command(size_t which, const char *name, int sweep);

#endif
