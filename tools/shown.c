#include "shown.h"

#include <string.h>

#include "config/value.h"

const char *shown(const char *text, char room[SHOWN_ROOM])
{
    static const char dots[] = "...";
    char *to = room, *last = room + SHOWN_ROOM - sizeof dots;
    size_t left = strlen(text), used;

    room[0] = '\0';
    for (; left > 0 && last - to > 4; text += used, left -= used) {
        used = lemma_value_escape(text, left, to);
        to += strlen(to);
    }
    if (left > 0)
        memcpy(to, dots, sizeof dots);
    return room;
}

void shown_print(FILE *out, const char *text, size_t length)
{
    char one[5];

    for (size_t used; length > 0; text += used, length -= used) {
        used = lemma_value_escape(text, length, one);
        fputs(one, out);
    }
}

void shown_lines(FILE *out, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n\t");

        shown_print(out, text, n);
        if (text[n])
            fputc(text[n++], out);
        text += n;
    }
}
