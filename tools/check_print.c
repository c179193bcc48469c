/* Verdicts for people: one line each, or a page with the run's numbers put in. */
#include <math.h>
#include <string.h>

#include "check.h"
#include "numbers.h"
#include "shown.h"
#include "wrap.h"

bool check_fails(const struct lemma_claim_type *claim, const struct lemma_finding *f,
                 bool strict)
{
    return f->verdict == LEMMA_VIOLATED && (strict || !lemma_claim_is_recalled(claim));
}

static bool is_settled(const struct lemma_finding *f)
{
    return f->verdict == LEMMA_HOLDS || f->verdict == LEMMA_VIOLATED;
}

/* " at step 40, client 2"; of draws there is no step to tell. */
static void place(const struct lemma_claim_type *claim, const struct lemma_finding *f,
                  char *text, size_t size)
{
    size_t n = 0;

    text[0] = '\0';
    if (claim->kind == LEMMA_SURE)
        n = (size_t) snprintf(text, size, " at step %zu", f->step);
    if (f->place != LEMMA_NOWHERE && n < size)
        snprintf(text + n, size - n, "%s %s %zu", n ? "," : " at", claim->place,
                 f->place);
}

void check_describe(const struct lemma_claim_type *claim, const struct lemma_finding *f,
                    char text[CHECK_TEXT])
{
    char slack[NUMBER_ROOM], where[96], draws[96] = "";

    if (!is_settled(f)) {
        snprintf(text, CHECK_TEXT, "%s", f->reason);
        return;
    }
    place(claim, f, where, sizeof where);
    if (claim->kind == LEMMA_LIKELY)
        snprintf(draws, sizeof draws, ", %zu of %zu draws fail at delta = %g",
                 f->failures, f->draws, f->delta);
    else if (claim->kind == LEMMA_IN_MEAN)
        snprintf(draws, sizeof draws, ", the mean of %zu draws", f->draws);
    snprintf(text, CHECK_TEXT, "slack %s%s%s%s%s%s%s", number_real(f->slack, slack),
             f->tightest ? " (" : "", f->tightest ? f->tightest : "",
             f->tightest ? ")" : "", where, draws, f->vacuous ? ", vacuous" : "");
}

void check_head(void)
{
    printf("  %-14s  %-23s  %8s  %s\n", "verdict", "claim", "checked",
           "tightest: measured / bound");
}

void check_line(const struct lemma_claim_type *claim, const struct lemma_finding *f)
{
    char text[CHECK_TEXT], line[SHOWN_ROOM];

    check_describe(claim, f, text);
    printf("  %-14s  %-23s  %8zu  %s\n", lemma_verdict_name(f->verdict), claim->name,
           f->rows, shown(text, line));
}

/* The theory's letter of a constant of the record. */
static const char *symbol(const char *name)
{
    static const char *const symbols[][2] = {
        {"data/samples", "N"},
        {"data/spectral_norm", "||X||"},
        {"data/antipodal", "min ||x_i + x_j||"},
        {"data/min_angle", "theta"},
        {"train/batch", "B"},
    };
    const char *slash = strrchr(name, '/');

    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
        if (strcmp(name, symbols[i][0]) == 0)
            return symbols[i][1];
    return slash ? slash + 1 : name;
}

static void add(char *text, size_t size, const char *name, double value)
{
    size_t n = strlen(text);
    char number[NUMBER_ROOM];

    if (!isnan(value))
        snprintf(text + n, size - n, "%s%s = %s", n ? ", " : "", name,
                 number_real(value, number));
}

enum { INDENT = 12 };

static void explain_numbers(const struct lemma_finding *f,
                            const struct lemma_evidence *e)
{
    char text[1024] = "";
    const char *name;
    double value;

    for (size_t i = 0; (name = lemma_evidence_read(e, i, &value)); i++)
        add(text, sizeof text, symbol(name), value);
    if (text[0])
        wrap_print(stdout, INDENT, "  here", text);
    text[0] = '\0';
    for (size_t i = 0; i < f->note_count; i++)
        add(text, sizeof text, f->notes[i].symbol, f->notes[i].value);
    if (text[0])
        wrap_print(stdout, INDENT, "  gives", text);
}

static void explain_tightest(const struct lemma_claim_type *claim,
                             const struct lemma_finding *f)
{
    char text[512], measured[NUMBER_ROOM], bound[NUMBER_ROOM], slack[NUMBER_ROOM];
    char where[96];

    place(claim, f, where, sizeof where);
    snprintf(text, sizeof text, "%s%s%s %s %s: slack %s%s%s",
             f->tightest ? f->tightest : "", f->tightest ? ": " : "",
             number_real(f->measured, measured),
             f->verdict == LEMMA_VIOLATED && f->slack > 1 ? ">" : "<=",
             number_real(f->bound, bound), number_real(f->slack, slack), where,
             f->vacuous ? "; all bounds are vacuous" : "");
    wrap_print(stdout, INDENT, "  tightest", text);
}

void check_explain(const struct lemma_claim_type *claim, const struct lemma_finding *f,
                   const struct lemma_evidence *e)
{
    char text[CHECK_TEXT], words[LEMMA_CLAIM_WORDS];

    printf("\n%s: %s\n", claim->name, claim->title);
    if (is_settled(f))
        snprintf(text, sizeof text, "%s, %zu checked (%s)",
                 lemma_verdict_name(f->verdict), f->rows, lemma_kind_name(claim->kind));
    else
        snprintf(text, sizeof text, "%s: %s", lemma_verdict_name(f->verdict),
                 f->reason);
    wrap_print(stdout, INDENT, "  verdict", text);
    wrap_print(stdout, INDENT, "  states", claim->statement);
    lemma_claim_assumes(claim, words);
    wrap_print(stdout, INDENT, "  assumes", words);
    explain_numbers(f, e);
    if (is_settled(f))
        explain_tightest(claim, f);
    if (claim->kind == LEMMA_LIKELY && is_settled(f)) {
        snprintf(text, sizeof text, "%zu of %zu fail at delta = %g", f->failures,
                 f->draws, f->delta);
        wrap_print(stdout, INDENT, "  draws", text);
    }
    snprintf(words, sizeof words, "%s (%s)", claim->source, claim->status);
    wrap_print(stdout, INDENT, "  source", words);
    wrap_print(stdout, INDENT, "  proof", claim->proof);
}
