/* What standard output can show. */
#ifndef LEMMA_TOOLS_TERMINAL_H
#define LEMMA_TOOLS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

struct terminal {
    bool moves;           /* a terminal whose cursor can be moved */
    bool blocks;          /* UTF-8: block and braille characters; else ASCII */
    size_t width, height; /* 80 x 24 where there is no terminal */
};

void terminal_look(struct terminal *t);

/* One line of text to stdout without its end, cut to so many columns (0: whole), as
 * shown.h says; returns the columns it took. */
size_t terminal_line(const char *text, size_t bytes, size_t columns);

#endif
