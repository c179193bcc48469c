#include "terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "config/value.h"

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

size_t terminal_line(const char *text, size_t bytes, size_t columns)
{
    size_t column = 0;
    char one[5];

    while (bytes > 0) {
        size_t used = lemma_value_escape(text, bytes, one);
        size_t width = used > 1 ? 1 : strlen(one); /* a character, or \xNN */

        if (columns && column + width > columns)
            break;
        fputs(one, stdout);
        column += width;
        text += used;
        bytes -= used;
    }
    return column;
}
