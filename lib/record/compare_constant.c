/* What was run, in two records: attributes and texts. */
#include <math.h>
#include <string.h>

#include "config/value.h"
#include "core/alloc.h"
#include "record/compare_state.h"

struct constant {
    bool there;
    char *text; /* NULL: a number */
    double number;
};

lemma_status lemma_compare_unreadable(const struct lemma_pairing *p, size_t side,
                                      const char *name)
{
    return lemma_fail(p->err, LEMMA_EINPUT, "%s: %s cannot be read",
                      p->sides[side].file, name);
}

/* Lists and the like are no constants: not there. */
static lemma_status read(struct lemma_reader *r, const char *group, const char *name,
                         struct constant *c)
{
    lemma_status st;

    if (group && lemma_reader_attr_f64(r, group, name, &c->number) == LEMMA_OK)
        st = LEMMA_OK;
    else
        st = group ? lemma_reader_attr_text(r, group, name, &c->text)
                   : lemma_reader_text(r, name, &c->text);
    c->there = st == LEMMA_OK;
    return st == LEMMA_EINPUT ? LEMMA_OK : st;
}

static const char *show(const struct constant *c, char out[LEMMA_SHOWN_TEXT])
{
    if (c->text)
        return lemma_value_show(c->text, strlen(c->text), out);
    if (!c->there)
        return "neither number nor text of fixed length";
    snprintf(out, LEMMA_SHOWN_TEXT, "%.10g", c->number);
    return out;
}

/* A list in both: said to be left out, not to be the same. */
static void pass_over(struct lemma_compared *c)
{
    snprintf(c->reason, sizeof c->reason,
             "neither number nor text of fixed length: not compared");
    c->likeness = LEMMA_IGNORED;
}

static void differ(const struct constant sides[2], struct lemma_compared *c)
{
    char shown[2][LEMMA_SHOWN_TEXT];

    snprintf(c->reason, sizeof c->reason, "%s in A, %s in B", show(&sides[0], shown[0]),
             show(&sides[1], shown[1]));
    lemma_compare_settle(c, false);
}

lemma_status lemma_compare_constant(const struct lemma_pairing *p, const char *group,
                                    const char *name, struct lemma_compared *c)
{
    struct constant sides[2] = {{0}, {0}};
    bool texts;
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < 2; i++)
        LEMMA_TRY(read(p->sides[i].reader, group, name, &sides[i]));
    for (size_t i = 0; i < 2 && !group; i++)
        if (!sides[i].there) {
            st = lemma_reader_no_text(p->sides[i].reader, p->sides[i].file, name,
                                      p->err);
            goto out;
        }
    texts = sides[0].text && sides[1].text;
    if (sides[0].there != sides[1].there || !sides[0].text != !sides[1].text ||
        (texts && strcmp(sides[0].text, sides[1].text) != 0))
        differ(sides, c);
    else if (sides[0].there && !texts)
        lemma_compare_numbers(sides[0].number, sides[1].number, c);
    else if (texts)
        c->likeness = LEMMA_SAME;
    else
        pass_over(c);
out:
    lemma_free(sides[0].text);
    lemma_free(sides[1].text);
    return st;
}
