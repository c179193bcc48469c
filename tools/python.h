/* Hands over to the Python package lemma_analysis. */
#ifndef LEMMA_TOOLS_PYTHON_H
#define LEMMA_TOOLS_PYTHON_H

/* modules: what the package needs for these words, "numpy h5py matplotlib".
 * Becomes `python3 -m lemma_analysis words...` (NULL-terminated: "plot", "r.h5", ...),
 * where stdout, stderr and the exit status are its own. Returns only where that cannot
 * be: says what is missing and gives the exit status. */
int tool_python(const char *const words[], const char *modules);

#endif
