/* Prose that fits a terminal. */
#ifndef LEMMA_TOOLS_WRAP_H
#define LEMMA_TOOLS_WRAP_H

#include <stdio.h>

/* label, then text filled to 80 columns; further lines start at the text's column,
 * which is `indent`. */
void wrap_print(FILE *out, size_t indent, const char *label, const char *text);

#endif
