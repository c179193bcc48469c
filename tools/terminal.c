#include "terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void terminal_look(struct terminal *t)
{
    const char *term = getenv("TERM");
    struct winsize size = {0};
    bool dumb = term && strcmp(term, "dumb") == 0;

    setlocale(LC_CTYPE, ""); /* characters alone: numbers keep their decimal point */
    *t = (struct terminal){.width = 80, .height = 24};
    t->blocks = !dumb && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    if (!isatty(STDOUT_FILENO))
        return;
    t->moves = term && !dumb;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        t->width = size.ws_col ? size.ws_col : t->width;
        t->height = size.ws_row ? size.ws_row : t->height;
    }
}

void terminal_line(const char *text, size_t bytes, size_t columns)
{
    size_t column = 0;

    for (size_t i = 0; i < bytes; i++) {
        unsigned char c = (unsigned char) text[i];

        column += (c & 0xC0) != 0x80; /* characters, not bytes, of UTF-8 */
        if (columns && column > columns)
            break;
        putchar(c < 0x20 || c == 0x7F ? '?' : c);
    }
}
