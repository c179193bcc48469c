/* What the targets share: the entry that libFuzzer and the replay call, files of the
 * input's bytes, and quiet. */
#ifndef LEMMA_TESTS_FUZZ_H
#define LEMMA_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* One input. What is wrong with lemma ends the process. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Ends the process, as a finding, unless the condition is true. */
#define fuzz_require(condition) \
    do {                        \
        if (!(condition))       \
            __builtin_trap();   \
    } while (0)

/* Standard output and error go nowhere; libFuzzer and sanitizers keep theirs. */
void fuzz_silence(void);

/* A folder of this process in memory, made at the first call and removed at exit;
 * "<folder>/<name>" in out (256). */
const char *fuzz_path(char *out, const char *name);

/* A new file of these bytes under fuzz_path(name); whatever was there is gone. */
void fuzz_write(const char *name, const void *bytes, size_t count);

/* The file that a finding in HDF5 itself is kept as; see crash.c. */
void fuzz_note_input(const uint8_t *data, size_t size);

#endif
