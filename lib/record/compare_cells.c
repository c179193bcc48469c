/* The numbers of one table in two records. */
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "record/compare_state.h"

enum { BLOCK_CELLS = 1 << 17, WIDTH_MAX = 1 << 22 };

/* One place of the row, over the rows seen so far. */
struct column {
    double scale; /* largest finite |x| of both records */
    double gap;   /* largest |a - b| */
    double a, b;  /* the first that far apart */
    size_t row;   /* theirs */
};

struct cells {
    struct column *columns; /* (width) */
    size_t width;
    bool integer, same_bits;
    bool lone; /* a number is missing in one record alone: */
    struct column missing;
    size_t missing_place;
};

static bool is_missing(const struct cells *t, double x)
{
    return isnan(x) || (t->integer && x == -1);
}

static void see(struct cells *t, size_t place, size_t row, double a, double b)
{
    struct column *c = &t->columns[place];
    bool no_a = is_missing(t, a), no_b = is_missing(t, b);
    double gap = a == b ? 0 : fabs(a - b); /* inf - inf is no number */

    if (no_a != no_b && !t->lone) {
        t->lone = true;
        t->missing = (struct column){.a = a, .b = b, .row = row};
        t->missing_place = place;
    }
    if (no_a || no_b)
        return;
    if (isfinite(a))
        c->scale = fmax(c->scale, fabs(a));
    if (isfinite(b))
        c->scale = fmax(c->scale, fabs(b));
    if (gap > c->gap) {
        c->gap = gap;
        c->a = a;
        c->b = b;
        c->row = row;
    }
}

static void see_block(struct cells *t, size_t first, size_t count, const double *a,
                      const double *b)
{
    size_t n = count * t->width;

    t->same_bits = t->same_bits && memcmp(a, b, n * sizeof *a) == 0;
    for (size_t i = 0; i < n; i++)
        see(t, i % t->width, first + i / t->width, a[i], b[i]);
}

static double measure(const struct column *c, bool absolute)
{
    return c->gap == 0 || absolute ? c->gap : c->gap / c->scale;
}

/* The index of a place in a row of dims[1..]; row-major. */
static void set_index(struct lemma_compared *c, const struct lemma_shape *shape,
                      size_t place)
{
    c->rank = shape->rank > 0 ? shape->rank - 1 : 0;
    for (size_t i = c->rank; i > 0; i--) {
        c->index[i - 1] = place % shape->dims[i];
        place /= shape->dims[i];
    }
}

static void conclude(const struct cells *t, const struct lemma_shape *shape,
                     struct lemma_compared *c)
{
    const struct column *found = &t->missing;
    size_t place = t->missing_place;

    c->worst = 0;
    for (size_t i = 0; i < t->width; i++) {
        double m = measure(&t->columns[i], c->absolute);

        if (!(m > c->worst))
            continue;
        c->worst = m;
        if (!t->lone) {
            found = &t->columns[i];
            place = i;
        }
    }
    c->placed = t->lone || c->worst > 0;
    if (c->placed) {
        c->a = found->a;
        c->b = found->b;
        c->row = found->row;
        set_index(c, shape, place);
    }
    if (t->lone && !c->reason[0])
        snprintf(c->reason, sizeof c->reason, "missing (%s) in %s alone",
                 t->integer ? "-1" : "NaN", is_missing(t, c->a) ? "A" : "B");
}

void lemma_compare_settle(struct lemma_compared *c, bool same_bits)
{
    if (c->reason[0] || !(c->worst <= c->tolerance))
        c->likeness = LEMMA_DIFFERENT;
    else
        c->likeness = same_bits ? LEMMA_SAME : LEMMA_CLOSE;
}

static lemma_status read_rows(const struct lemma_pairing *p, size_t side,
                              const char *name, size_t first, size_t count, double *out)
{
    lemma_status st = lemma_reader_rows(p->sides[side].reader, name, first, count, out);

    return st == LEMMA_EINPUT ? lemma_compare_unreadable(p, side, name) : st;
}

static lemma_status see_rows(const struct lemma_pairing *p, struct cells *t,
                             const struct lemma_compared *c)
{
    double *block[2] = {NULL, NULL};
    size_t most = BLOCK_CELLS / t->width ? BLOCK_CELLS / t->width : 1, count;
    lemma_status st = LEMMA_OK;

    most = most < c->rows ? most : c->rows;
    for (size_t i = 0; i < 2; i++)
        LEMMA_NEW(block[i], most * t->width);
    for (size_t first = 0; first < c->rows; first += count) {
        count = c->rows - first < most ? c->rows - first : most;
        for (size_t i = 0; i < 2; i++)
            LEMMA_TRY(read_rows(p, i, c->name, first, count, block[i]));
        see_block(t, first, count, block[0], block[1]);
    }
out:
    lemma_free(block[0]);
    lemma_free(block[1]);
    return st;
}

/* "30 x 8", "one number". */
static void print_shape(const struct lemma_shape *s, char *text, size_t size)
{
    size_t used = 0;

    snprintf(text, size, "one number");
    for (size_t i = 0; i < s->rank && used < size; i++)
        used += (size_t) snprintf(text + used, size - used, "%s%zu", i ? " x " : "",
                                  s->dims[i]);
}

/* What stands in the way of comparing rows in c->reason; true where something does. */
static bool shapes_differ(const struct lemma_shape s[2], struct lemma_compared *c)
{
    static const char *const types[] = {"real", "64-bit integer", "32-bit integer"};
    bool inner = s[0].rank == s[1].rank;
    char text[2][128];

    for (size_t i = 1; inner && i < s[0].rank; i++)
        inner = s[0].dims[i] == s[1].dims[i];
    if (!inner) {
        print_shape(&s[0], text[0], sizeof text[0]);
        print_shape(&s[1], text[1], sizeof text[1]);
        snprintf(c->reason, sizeof c->reason, "%s in A, %s in B", text[0], text[1]);
    } else if (s[0].type != s[1].type) {
        snprintf(c->reason, sizeof c->reason, "%s numbers in A, %s numbers in B",
                 types[s[0].type], types[s[1].type]);
    } else if (s[0].rank > 0 && s[0].dims[0] != s[1].dims[0]) {
        snprintf(c->reason, sizeof c->reason, "%zu rows in A, %zu in B", s[0].dims[0],
                 s[1].dims[0]);
    }
    return !inner || s[0].type != s[1].type;
}

static lemma_status find_width(const struct lemma_pairing *p,
                               const struct lemma_shape *s, const char *name,
                               size_t *width)
{
    *width = 1;
    for (size_t i = 1; i < s->rank; i++)
        if (!lemma_size_mul(*width, s->dims[i], width) || *width > WIDTH_MAX)
            return lemma_fail(p->err, LEMMA_EINPUT,
                              "%s: %s: expected rows of at most %d numbers, got more",
                              p->sides[0].file, name, WIDTH_MAX);
    return LEMMA_OK;
}

lemma_status lemma_compare_table(const struct lemma_pairing *p,
                                 const struct lemma_shape shapes[2],
                                 struct lemma_compared *c)
{
    struct cells t = {.same_bits = true, .integer = shapes[0].type != LEMMA_F64};
    lemma_status st = LEMMA_OK;

    if (shapes_differ(shapes, c)) {
        lemma_compare_settle(c, false);
        goto out;
    }
    c->rows = shapes[0].rank == 0                     ? 1
              : shapes[0].dims[0] < shapes[1].dims[0] ? shapes[0].dims[0]
                                                      : shapes[1].dims[0];
    LEMMA_TRY(find_width(p, &shapes[0], c->name, &t.width));
    LEMMA_NEW(t.columns, t.width);
    if (t.width > 0)
        LEMMA_TRY(see_rows(p, &t, c));
    conclude(&t, &shapes[0], c);
    lemma_compare_settle(c, t.same_bits);
out:
    lemma_free(t.columns);
    return st;
}

void lemma_compare_numbers(double a, double b, struct lemma_compared *c)
{
    static const struct lemma_shape one = {.type = LEMMA_F64};
    struct column column = {0};
    struct cells t = {.columns = &column, .width = 1, .same_bits = true};

    see_block(&t, 0, 1, &a, &b);
    conclude(&t, &one, c);
    lemma_compare_settle(c, t.same_bits);
}
