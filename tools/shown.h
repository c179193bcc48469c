/* Texts of files for a terminal to show, not to obey: what is awkward as \xNN. */
#ifndef LEMMA_TOOLS_SHOWN_H
#define LEMMA_TOOLS_SHOWN_H

#include <stddef.h>
#include <stdio.h>

enum { SHOWN_ROOM = 2048 };

/* text in one line, in room, which is returned; of a longer one the beginning and
 * "...". */
const char *shown(const char *text, char room[SHOWN_ROOM]);

/* length bytes of text, in one line. */
void shown_print(FILE *out, const char *text, size_t length);

/* A text of several lines: newlines and tabs stay. */
void shown_lines(FILE *out, const char *text);

#endif
