/* Other processes: writers that may die, and Python with h5py. */
#ifndef LEMMA_TESTS_RECORD_CHILD_H
#define LEMMA_TESTS_RECORD_CHILD_H

#include <sys/types.h>

#include "support.h"

/* A process that runs body(in, out, context) and leaves by _exit with its result: `in`
 * reads what `to` gets, `from` reads what it writes to `out`. */
struct child {
    pid_t pid;
    int to, from;
};

void child_start(struct child *c, int (*body)(int in, int out, void *context),
                 void *context);

/* Writes a line; reads one (without its newline) into line. False at the end. */
bool say_line(int to, const char *line);
bool hear_line(int from, char *line, size_t size);

/* Waits for its end: its exit status, or minus the signal that killed it. */
int child_end(struct child *c);

/* Starts tests/record/SCRIPT with a path under a Python that has h5py; false, saying
 * so, where there is none. */
bool h5py_start(struct child *c, const char *script, const char *path);

/* Runs it to its end and prints what it says; -1 where there is no h5py. */
int h5py_run(const char *script, const char *path);

#endif
