#include <stdlib.h>

#include "core/alloc.h"
#include "plot.h"

/* A character's dots: braille's eight, or bits of its own. */
enum { DRAWN = 1, SHADED = 2 };

lemma_status canvas_create(struct canvas *c, size_t columns, size_t rows, bool braille)
{
    struct canvas made = {.columns = columns,
                          .rows = rows,
                          .x_dots = columns * (braille ? 2 : 1),
                          .y_dots = rows * (braille ? 4 : 1),
                          .braille = braille};
    size_t count = 0;
    lemma_status st = LEMMA_OK;

    if (!lemma_size_mul(columns, rows, &count))
        return LEMMA_EMEMORY;
    LEMMA_NEW(made.dots, count);
    LEMMA_NEW(made.mark, count);
    *c = made;
    made = (struct canvas){0};
out:
    canvas_destroy(&made);
    return st;
}

void canvas_destroy(struct canvas *c)
{
    lemma_free(c->dots);
    lemma_free(c->mark);
    c->dots = NULL;
    c->mark = NULL;
}

/* The character a dot lies in and, of braille, its bit there (Unicode, block 2800). */
static size_t find(const struct canvas *c, long x, long y, unsigned char *bit)
{
    static const unsigned char bits[4][2] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    size_t across = (size_t) x, down = c->y_dots - 1 - (size_t) y;

    if (!c->braille)
        return down * c->columns + across;
    *bit = bits[down % 4][across % 2];
    return down / 4 * c->columns + across / 2;
}

static bool is_outside(const struct canvas *c, long x, long y)
{
    return x < 0 || y < 0 || (size_t) x >= c->x_dots || (size_t) y >= c->y_dots;
}

void canvas_dot(struct canvas *c, long x, long y, char mark)
{
    unsigned char bit = DRAWN;
    size_t at;

    if (is_outside(c, x, y))
        return;
    at = find(c, x, y, &bit);
    c->dots[at] |= bit;
    c->mark[at] = mark;
}

/* J. E. Bresenham, "Algorithm for computer control of a digital plotter", IBM Systems
 * Journal 4 (1965) 25-30. */
void canvas_line(struct canvas *c, const long from[2], const long to[2], char mark)
{
    long dx = labs(to[0] - from[0]), dy = -labs(to[1] - from[1]);
    long sx = from[0] < to[0] ? 1 : -1, sy = from[1] < to[1] ? 1 : -1;
    long x = from[0], y = from[1], error = dx + dy;

    for (;;) {
        long twice = 2 * error;

        canvas_dot(c, x, y, mark);
        if (x == to[0] && y == to[1])
            break;
        if (twice >= dy) {
            error += dy;
            x += sx;
        }
        if (twice <= dx) {
            error += dx;
            y += sy;
        }
    }
}

void canvas_shade(struct canvas *c, long x, long low, long high)
{
    for (long y = low; y <= high; y++) {
        unsigned char bit = SHADED;
        size_t at;

        if (is_outside(c, x, y) || (c->braille && (x % 2 || y % 2)))
            continue;
        at = find(c, x, y, &bit);
        c->dots[at] |= bit;
    }
}

void canvas_print(const struct canvas *c, size_t row)
{
    for (size_t i = 0; i < c->columns; i++) {
        size_t at = row * c->columns + i;
        unsigned dots = c->dots[at];

        if (!c->braille)
            putchar(dots & DRAWN ? c->mark[at] : dots & SHADED ? '.' : ' ');
        else if (dots == 0)
            putchar(' ');
        else /* U+2800 + dots in UTF-8 */
            printf("\xE2%c%c", (char) (0xA0 | dots >> 6),
                   (char) (0x80 | (dots & 0x3F)));
    }
}
