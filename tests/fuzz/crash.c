/*
 * Who died: lemma or HDF5?
 *
 * HDF5 1.10.8 has memory errors of its own on damaged files, which no caller can avoid
 * in all cases. Under AddressSanitizer such an end is told apart: libhdf5's functions
 * are on top of lemma's, and the memory is not lemma's. The input is kept in
 * $FUZZ_HDF5_DIR, and the process ends with status 9, which run.py takes for "go on".
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

static const uint8_t *input;
static size_t input_size, inputs;

#if defined __has_feature
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif

#ifdef HAS_ASAN
void __asan_set_error_report_callback(void (*callback)(const char *));

/* The first place of lemma's source that is named; NULL: none is. */
static const char *ours_in(const char *from)
{
    static const char *const rooms[] = {"/../lib/", "/../tools/", "/../tests/",
                                        SOURCE_ROOT "/lib/", SOURCE_ROOT "/tools/"};
    const char *first = NULL;

    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        const char *found = strstr(from, rooms[i]);

        if (found && (!first || found < first))
            first = found;
    }
    return first;
}

/* Whether HDF5 comes before lemma in the stack that begins at from: lemma's frames have
 * places in its source, libhdf5's have its name. */
static bool is_hdf5(const char *from)
{
    const char *theirs = strstr(from, "libhdf5"), *ours = ours_in(from);
    const char *end = strstr(from, "\n\n");

    return theirs && (!ours || theirs < ours) && (!end || theirs < end);
}

/* Whether the memory is lemma's. Of a stack: HDF5 has no instrumented ones. */
static bool is_ours(const char *report)
{
    const char *born = strstr(report, "allocated by"), *end;
    const char *ours = born ? ours_in(born) : NULL;

    end = born ? strstr(born, "\n\n") : NULL;
    return strstr(report, "is located in stack of") ||
           (ours && (!end || ours < end) && !is_hdf5(born));
}

/* The first of HDF5's functions that has a name. */
static const char *function_of(const char *report)
{
    static char name[64];
    const char *in = strstr(report, " in H5");

    snprintf(name, sizeof name, "%.*s", in ? (int) strcspn(in + 4, " +(\n") : 2,
             in ? in + 4 : "H5");
    return name;
}

static void keep(const char *report)
{
    const char *folder = getenv("FUZZ_HDF5_DIR");
    char path[512];
    FILE *f;

    if (!folder)
        return;
    snprintf(path, sizeof path, "%s/%s-%ld", folder, function_of(report),
             (long) getpid());
    f = fopen(path, "wb");
    if (f) {
        fwrite(input, 1, input_size, f);
        fclose(f);
    }
}

static void on_report(const char *report)
{
    char line[80];
    int n;

    if (!is_hdf5(report) || is_ours(report))
        return;
    keep(report);
    n = snprintf(line, sizeof line, "hdf5 died after %zu inputs\n", inputs);
    if (write(1, line, (size_t) n) == n)
        _exit(9);
}

static void listen(void)
{
    __asan_set_error_report_callback(on_report);
}
#else
static void listen(void)
{
}
#endif

void fuzz_note_input(const uint8_t *data, size_t size)
{
    if (inputs++ == 0)
        listen();
    input = data;
    input_size = size;
}
