#include "wrap.h"

#include <string.h>

#include "shown.h"

enum { COLUMNS = 80 };

/* Characters, not bytes, of UTF-8 text. */
static size_t width_of(const char *text, size_t bytes)
{
    size_t width = 0;

    for (size_t i = 0; i < bytes; i++)
        width += ((unsigned char) text[i] & 0xC0) != 0x80;
    return width;
}

void wrap_print(FILE *out, size_t indent, const char *label, const char *text)
{
    size_t column = width_of(label, strlen(label));
    size_t gap = 0; /* blanks before the next word of this line */

    fputs(label, out);
    if (column < indent) {
        fprintf(out, "%*s", (int) (indent - column), "");
        column = indent;
    } else if (column > indent) {
        fputc(' ', out);
        column++;
    }
    for (;;) {
        size_t n = 0, width = 0;
        while (*text == ' ' || *text == '\n')
            text++;
        n = strcspn(text, " \n");
        if (n == 0)
            break;
        width = width_of(text, n);
        if (gap && column + gap + width > COLUMNS) {
            fprintf(out, "\n%*s", (int) indent, "");
            column = indent;
            gap = 0;
        }
        fprintf(out, "%*s", (int) gap, "");
        shown_print(out, text, n);
        column += gap + width;
        gap = 1;
        text += n;
    }
    fputc('\n', out);
}
