/* Laws of kind rate, judged on a sweep: a table, pages, JSON, JUnit. */
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "check.h"
#include "core/alloc.h"
#include "numbers.h"
#include "record/reader.h"
#include "shown.h"
#include "wrap.h"

enum { LAWS_MAX = 512, INDENT = 12, LAW_WIDTH = 22 };

struct judged {
    const struct lemma_scaling_type *type;
    const struct lemma_scaling_law *law;
    struct lemma_scaling_finding finding;
    char law_itself[LEMMA_SCALING_WORDS], statement[LEMMA_SCALING_WORDS];
    char text[CHECK_TEXT];
    bool recalled, fails;
};

bool check_is_sweep(const char *path)
{
    struct lemma_reader *reader = NULL;
    struct lemma_error why = {""};
    struct lemma_shape shape;
    struct stat info;
    bool is;

    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return true;
    if (lemma_reader_open(path, &reader, &why) != LEMMA_OK)
        return false; /* whoever opens it again says why */
    is = lemma_reader_shape(reader, "sweep/point", &shape) == LEMMA_OK;
    lemma_reader_close(reader);
    return is;
}

static bool is_settled(enum lemma_verdict v)
{
    return v == LEMMA_HOLDS || v == LEMMA_VIOLATED;
}

/* "0.446 +- 0.023 [0.38, 0.51], as predicted: 0.5". */
static void describe(struct judged *g)
{
    const struct lemma_scaling_finding *f = &g->finding;
    size_t n = 0;

    g->text[0] = '\0';
    if (f->fit.groups > 0)
        n = (size_t) snprintf(g->text, CHECK_TEXT, "%.3f +- %.3f [%.3f, %.3f]",
                              f->fit.a.value, f->fit.a.error, f->fit.interval.low,
                              f->fit.interval.high);
    if (f->fit.groups > 0 && !isnan(g->law->predicted))
        n += (size_t) snprintf(
            g->text + n, CHECK_TEXT - n, ", %s %.3g",
            f->as_predicted ? "as predicted:" : "predicted:", g->law->predicted);
    if (is_settled(f->verdict) && !f->fit.straight)
        n += (size_t) snprintf(g->text + n, CHECK_TEXT - n, ", bends");
    if (!is_settled(f->verdict))
        snprintf(g->text + n, CHECK_TEXT - n, "%s%s", n ? "; " : "", f->reason);
}

static void print_line(const struct judged *g)
{
    char text[SHOWN_ROOM];

    printf("  %-14s  %-26s  %-*s  %s\n", lemma_verdict_name(g->finding.verdict),
           g->type->name, LAW_WIDTH, g->law_itself, shown(g->text, text));
    if (g->finding.slice[0])
        printf("  %-14s  %-26s  the worst of %zu slices: %s\n", "", "",
               g->finding.slices, shown(g->finding.slice, text));
}

static void print_table(const struct judged *all, size_t count, bool recalled)
{
    static const enum lemma_verdict order[] = {LEMMA_VIOLATED, LEMMA_HOLDS,
                                               LEMMA_UNDECIDED};
    bool told = false;

    for (size_t v = 0; v < sizeof order / sizeof *order; v++)
        for (size_t i = 0; i < count; i++) {
            if (all[i].finding.verdict != order[v] || all[i].recalled != recalled)
                continue;
            if (recalled && !told)
                puts("\n  recalled from the literature, not proved here:");
            told = true;
            print_line(&all[i]);
        }
}

static void print_page(const struct judged *g)
{
    const struct lemma_scaling_finding *f = &g->finding;
    char text[CHECK_TEXT + 64], words[LEMMA_SCALING_WORDS];

    printf("\n%s: %s\n", g->type->name, g->type->title);
    snprintf(text, sizeof text, "%s (rate)%s%s", lemma_verdict_name(f->verdict),
             f->reason[0] ? ": " : "", f->reason);
    wrap_print(stdout, INDENT, "  verdict", text);
    wrap_print(stdout, INDENT, "  law", g->statement);
    wrap_print(stdout, INDENT, "  of", g->type->quantity);
    lemma_scaling_reads(g->type, words);
    wrap_print(stdout, INDENT, "  reads", words);
    if (f->fit.groups > 0) {
        wrap_print(stdout, INDENT, "  measured", g->text);
        snprintf(text, sizeof text,
                 "%zu values, %zu %s over %.2f decades, %zu to %zu seeds; curvature p "
                 "= %.3g; p of the law's side = %.3g",
                 f->fit.values, f->fit.groups, g->law->against, f->fit.decades,
                 f->fit.least_seeds, f->fit.most_seeds, f->fit.curvature.p, f->p);
        wrap_print(stdout, INDENT, "  from", text);
    }
    if (f->slice[0]) {
        snprintf(text, sizeof text, "the worst of %zu slices: %s", f->slices, f->slice);
        wrap_print(stdout, INDENT, "  where", text);
    }
    if (f->left_out > 0) {
        lemma_scaling_left_out(f, words);
        snprintf(text, sizeof text, "%zu points: %.300s", f->left_out, words);
        wrap_print(stdout, INDENT, "  left out", text);
    }
    if (g->law->words)
        wrap_print(stdout, INDENT, "  note", g->law->words);
    snprintf(text, sizeof text, "%s (%s)", g->law->source, g->law->status);
    wrap_print(stdout, INDENT, "  source", text);
}

static void print_json(struct json *j, const struct judged *g)
{
    const struct lemma_scaling_finding *f = &g->finding;
    bool fitted = f->fit.groups > 0;

    json_object(j, NULL);
    json_text(j, "claim", g->type->name);
    json_text(j, "law", g->statement);
    json_text(j, "verdict", lemma_verdict_name(f->verdict));
    json_text(j, "kind", "rate");
    json_text(j, "status", g->law->status);
    json_text(j, "source", g->law->source);
    json_text(j, "reason", f->reason[0] ? f->reason : NULL);
    json_text(j, "against", g->law->against);
    json_text(j, "side", g->law->side == LEMMA_GROWS_AT_MOST ? "at most" : "at least");
    json_real(j, "exponent", g->law->exponent);
    json_real(j, "margin", g->law->margin);
    json_real(j, "predicted", g->law->predicted);
    json_text(j, "as_predicted",
              !fitted || isnan(g->law->predicted) ? NULL
              : f->as_predicted                   ? "yes"
                                                  : "no");
    json_real(j, "measured", fitted ? f->fit.a.value : NAN);
    json_real(j, "error", fitted ? f->fit.a.error : NAN);
    json_real(j, "low", fitted ? f->fit.interval.low : NAN);
    json_real(j, "high", fitted ? f->fit.interval.high : NAN);
    json_real(j, "p", f->p);
    json_real(j, "constant", fitted ? f->fit.c : NAN);
    json_real(j, "curvature_p", fitted ? f->fit.curvature.p : NAN);
    json_real(j, "decades", fitted ? f->fit.decades : NAN);
    json_count(j, "groups", (int64_t) f->fit.groups);
    json_count(j, "values", (int64_t) f->fit.values);
    json_count(j, "seeds", (int64_t) f->fit.least_seeds);
    json_count(j, "slices", (int64_t) f->slices);
    json_text(j, "slice", f->slice[0] ? f->slice : NULL);
    json_count(j, "left_out", (int64_t) f->left_out);
    json_count(j, "vanished", (int64_t) f->vanished);
    json_count(j, "grown", (int64_t) f->grown);
    json_close(j, '}');
}

/* The numbers that the exponents are of, record by record. */
static lemma_status print_quantity(struct json *j,
                                   const struct lemma_scaling_sweep *sweep,
                                   const struct lemma_scaling_type *type,
                                   struct lemma_error *err)
{
    size_t rows = lemma_scaling_rows(sweep);
    char missing[LEMMA_REASON];
    double *y = NULL;
    lemma_status st = LEMMA_OK;

    if (type->series)
        return LEMMA_OK;
    LEMMA_NEW(y, rows);
    LEMMA_TRY(lemma_scaling_measure(sweep, type, y, missing, err));
    json_array(j, "quantity");
    for (size_t i = 0; i < rows && !missing[0]; i++) {
        json_object(j, NULL);
        json_text(j, "record", lemma_scaling_record(sweep, i));
        json_real(j, "value", y[i]);
        json_close(j, '}');
    }
    json_close(j, ']');
out:
    lemma_free(y);
    return st;
}

static void write_junit(const struct check_sweep_request *q, const char *path,
                        const struct judged *all, size_t count)
{
    size_t failures = 0, skipped = 0;
    char name[LEMMA_SCALING_WORDS + 64];

    for (size_t i = 0; i < count; i++) {
        failures += all[i].fails;
        skipped += !all[i].fails && all[i].finding.verdict != LEMMA_HOLDS;
    }
    check_junit_open(q->junit, path, count, failures, skipped);
    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "%s %s", all[i].type->name, all[i].statement);
        check_junit_case(q->junit, path,
                         &(struct check_case){name, all[i].text, all[i].type->quantity,
                                              all[i].finding.verdict, all[i].fails});
    }
    check_junit_close(q->junit);
}

static lemma_status judge(const struct check_sweep_request *q,
                          struct lemma_scaling_sweep *sweep, struct judged *all,
                          size_t *count, struct check_tally *tally,
                          struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; lemma_scaling_types[i]; i++) {
        const struct lemma_scaling_type *type = lemma_scaling_types[i];

        for (size_t k = 0; type->laws[k].against && (!q->only || q->only == type);
             k++) {
            struct judged *g = &all[(*count)++];

            LEMMA_REQUIRE(*count <= LAWS_MAX);
            g->type = type;
            g->law = &type->laws[k];
            LEMMA_TRY(lemma_scaling_judge(sweep, type, g->law, &g->finding, err));
            g->recalled = strcmp(g->law->status, "recalled") == 0;
            g->fails =
                g->finding.verdict == LEMMA_VIOLATED && (q->strict || !g->recalled);
            lemma_scaling_statement(g->law, g->statement);
            lemma_scaling_short(g->law, g->law_itself);
            describe(g);
            tally->counts[g->finding.verdict]++;
            tally->violated |= g->fails;
            tally->recalled_violated +=
                g->recalled && g->finding.verdict == LEMMA_VIOLATED;
        }
    }
out:
    return st;
}

static void print_people(const struct check_sweep_request *q, const char *path,
                         const struct judged *all, size_t count)
{
    size_t told = 0;
    char name[SHOWN_ROOM];

    puts(shown(path, name));
    for (size_t i = 0; i < count; i++)
        told += all[i].finding.verdict != LEMMA_NOT_APPLICABLE;
    /* What does not apply is told where nothing else is. */
    for (size_t i = 0; i < count && q->explain; i++)
        if (all[i].finding.verdict != LEMMA_NOT_APPLICABLE || (q->only && told == 0))
            print_page(&all[i]);
    if (q->explain)
        return;
    if (told > 0) {
        printf("  %-14s  %-26s  %-*s  %s\n", "verdict", "claim", LAW_WIDTH,
               "its exponent", "measured: +- standard error [95 % interval]");
        print_table(all, count, false);
        print_table(all, count, true);
    } else if (q->only)
        for (size_t i = 0; i < count; i++)
            print_line(&all[i]);
    if (told == 0)
        puts("  no law is against what this sweep changes");
}

lemma_status check_sweep(const struct check_sweep_request *q, const char *path,
                         struct check_tally *tally, struct lemma_error *err)
{
    struct lemma_scaling_sweep *sweep = NULL;
    struct judged *all = NULL;
    size_t count = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(all, LAWS_MAX);
    LEMMA_TRY(lemma_scaling_open(path, &sweep, err));
    LEMMA_TRY(judge(q, sweep, all, &count, tally, err));
    if (q->json) {
        json_object(q->json, NULL);
        json_text(q->json, "sweep", path);
        json_array(q->json, "laws");
        for (size_t i = 0; i < count; i++)
            print_json(q->json, &all[i]);
        json_close(q->json, ']');
        if (q->only)
            LEMMA_TRY(print_quantity(q->json, sweep, q->only, err));
        json_close(q->json, '}');
    } else
        print_people(q, path, all, count);
    if (q->junit)
        write_junit(q, path, all, count);
out:
    lemma_scaling_close(sweep);
    lemma_free(all);
    return st;
}
