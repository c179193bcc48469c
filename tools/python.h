/* Hands over to the Python package lemma_analysis. */
#ifndef LEMMA_TOOLS_PYTHON_H
#define LEMMA_TOOLS_PYTHON_H

/* Becomes `python3 -m lemma_analysis words...` (NULL-terminated: "plot", "r.h5", ...),
 * where stdout, stderr and the exit status are its own; needs: the modules that it
 * stands on there, "h5py numpy". Returns only where that cannot be: says what is missing
 * and gives the exit status. */
int tool_python(const char *needs, const char *const words[]);

#endif
