/* A fit as a record: a row each different x, a row each exponent, and what was asked.
 */
#include "fit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "config/experiment.h"
#include "core/alloc.h"
#include "record/record.h"
#include "run/origin.h"

enum { VALUES, MEAN, SPREAD, FITTED, USED, COLUMNS };
enum { EXPONENT, ERROR, DOF, LOW, HIGH, NUMBERS };

/* Tables of the file. */
struct tables {
    size_t group, key, x[LEMMA_AXES_MAX], column[COLUMNS], number[NUMBERS];
};

struct column {
    const char *name;
    enum lemma_type type;
    const char *meaning, *formula;
};

static const struct column columns[COLUMNS] = {
    {"values", LEMMA_I64, "points of this x that count", ""},
    {"mean", LEMMA_F64, NULL /* names y */, "exp(mean log y)"},
    {"spread", LEMMA_F64, "standard deviation of the logarithm over them", "std log y"},
    {"fit", LEMMA_F64, "what the fit says", "C prod_k x_k^a_k"},
    {"used", LEMMA_I64, "1 where the fit was made with them, 0 outside of its range",
     ""},
};
static const struct column numbers[NUMBERS] = {
    {"exponent", LEMMA_F64, "exponent of the key", "a of y = C prod_k x_k^a_k"},
    {"standard_error", LEMMA_F64, "standard error of the exponent", ""},
    {"degrees_of_freedom", LEMMA_F64, "degrees of freedom behind the error", ""},
    {"low", LEMMA_F64, "lower end of the exponent's interval, by Student's t", ""},
    {"high", LEMMA_F64, "upper end of the exponent's interval, by Student's t", ""},
};

static lemma_status declare_table(struct lemma_record *r, const char *group,
                                  const struct column *c, const char *axis, size_t *id)
{
    struct lemma_table_spec spec = {.name = c->name,
                                    .type = c->type,
                                    .axis = axis,
                                    .units = "1",
                                    .long_name = c->meaning,
                                    .formula = c->formula,
                                    .source = "weighted least squares of log y on "
                                              "log x"};

    return lemma_record_table(r, group, &spec, id);
}

/* Of one key the groups stand on its values, of several on their own numbers. */
static lemma_status declare_tables(struct lemma_record *r, const struct fit_report *f,
                                   struct tables *t)
{
    bool one = f->fit->axes == 1;
    const struct lemma_group_spec fit = {
        "fit", "points of equal x, and the power law through them", "mean", true, one};
    static const struct lemma_group_spec exponents = {
        "exponents", "the exponents of the power law", "exponent", false, false};
    static const struct column group = {"group", LEMMA_I64, "number of the x", ""};
    static const struct column key = {
        "key", LEMMA_I64, "number of the key, in the order of fit's attribute against",
        ""};
    const char *const *against = f->request->against;
    char label[300]; /* plots show it at their axes: it says of what */
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_record_group(r, &fit));
    LEMMA_TRY(declare_table(r, "fit", &group, NULL, &t->group));
    for (size_t k = 0; k < f->fit->axes; k++) {
        struct column x = {against[k], LEMMA_F64, label, ""};

        snprintf(label, sizeof label, "%s, what the power law is one of", against[k]);
        LEMMA_TRY(declare_table(r, "fit", &x, one ? NULL : "group", &t->x[k]));
    }
    snprintf(label, sizeof label, "geometric mean of %s over them", f->request->of);
    for (size_t i = 0; i < COLUMNS; i++) {
        struct column y = columns[i];

        y.meaning = i == MEAN ? label : y.meaning;
        LEMMA_TRY(
            declare_table(r, "fit", &y, one ? against[0] : "group", &t->column[i]));
    }
    LEMMA_TRY(lemma_record_group(r, &exponents));
    LEMMA_TRY(declare_table(r, "exponents", &key, NULL, &t->key));
    for (size_t i = 0; i < NUMBERS; i++)
        LEMMA_TRY(declare_table(r, "exponents", &numbers[i], "key", &t->number[i]));
out:
    return st;
}

/* A line each. */
static lemma_status list_attribute(struct lemma_record *r, const char *name,
                                   const char *const *list, size_t count)
{
    size_t size = 1;
    char *text = NULL, *end;
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < count; i++)
        size += strlen(list[i]) + 1;
    LEMMA_NEW(text, size);
    end = text;
    for (size_t i = 0; i < count; i++) {
        end = stpcpy(end, list[i]);
        *end++ = '\n';
    }
    LEMMA_TRY(lemma_record_attr_text(r, "fit", name, text));
out:
    lemma_free(text);
    return st;
}

static lemma_status declare_request(struct lemma_record *r, const struct fit_report *f)
{
    const struct lemma_fit_request *q = f->request;
    char verdict[FIT_SENTENCE];
    const char *const texts[][2] = {
        {"sweep", f->sweep},
        {"of", q->of},
        {"reduce", f->reduce},
        {"range", q->options.range == LEMMA_RANGE_ALL ? "all" : "straight"},
        {"along", f->fit->along},
        {"errors_from", fit_errors_from(f->fit)},
        {"verdict", fit_verdict(f->fit, verdict)},
    };
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        LEMMA_TRY(lemma_record_attr_text(r, "fit", texts[i][0], texts[i][1]));
    LEMMA_TRY(list_attribute(r, "against", q->against, q->axes));
    LEMMA_TRY(list_attribute(r, "where", q->where, q->where_count));
    LEMMA_TRY(list_attribute(r, "pool", q->pool, q->pool_count));
    LEMMA_TRY(lemma_record_attr_i64(r, "fit", "layer", q->layer));
out:
    return st;
}

static lemma_status declare_result(struct lemma_record *r, const struct fit_report *f)
{
    const struct lemma_sweep_fit *s = f->fit;
    const struct lemma_powerlaw *p = &s->power;
    const struct lemma_dropped *d =
        s->axes == 1 ? &s->power.dropped : &s->multi.dropped;
    bool one = s->axes == 1;
    double level = f->request->options.level;
    const struct {
        const char *name;
        double value;
        bool of_one; /* key */
    } reals[] = {
        {"level", level > 0 ? level : 0.95, false},
        {"c", one ? p->c : s->multi.c, false},
        {"c_low", p->c_interval.low, true},
        {"c_high", p->c_interval.high, true},
        {"bootstrap_low", p->bootstrap.low, true},
        {"bootstrap_high", p->bootstrap.high, true},
        {"r2", one ? p->r2 : s->multi.r2, false},
        {"spread", one ? p->spread : s->multi.spread, false},
        {"lack_of_fit_p", one ? p->lack_of_fit.p : s->multi.lack_of_fit.p, false},
        {"curvature", p->curvature.q.value, true},
        {"curvature_error", p->curvature.q.error, true},
        {"curvature_p", p->curvature.p, true},
        {"range_from", p->x_min, true},
        {"range_to", p->x_max, true},
        {"decades", p->decades, true},
    };
    const struct {
        const char *name;
        size_t value;
    } counts[] = {
        {"points", s->points},
        {"unfinished", s->points - s->finished},
        {"elsewhere", s->elsewhere},
        {"diverged", s->diverged},
        {"vanished", s->vanished},
        {"grown", s->grown},
        {"unreached", s->unreached},
        {"censored", s->censored},
        {"x_not_positive", d->x},
        {"not_finite", d->not_finite},
        {"not_positive", d->not_positive},
    };
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++)
        if (one || !reals[i].of_one)
            LEMMA_TRY(lemma_record_attr_f64(r, "fit", reals[i].name, reals[i].value));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        LEMMA_TRY(
            lemma_record_attr_i64(r, "fit", counts[i].name, (int64_t) counts[i].value));
out:
    return st;
}

/* The sweep's own base and file, as its file has them. */
static lemma_status declare_origin(struct lemma_record *r,
                                   const struct lemma_sweep_index *sweep,
                                   const char *line)
{
    struct lemma_experiment *x = NULL;
    char *config = NULL, *source = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(x, 1);
    lemma_experiment_init(x);
    LEMMA_TRY(lemma_reader_text(sweep->reader, "config", &config));
    LEMMA_TRY(lemma_reader_text(sweep->reader, "config_source", &source));
    LEMMA_TRY(lemma_experiment_parse(x, config, strlen(config), "config", NULL));
    LEMMA_TRY(lemma_declare_origin(r, x, line, source));
out:
    lemma_free(source);
    lemma_free(config);
    lemma_free(x);
    return st;
}

static lemma_status append_number(struct lemma_record *r, size_t id,
                                  enum lemma_type type, double value)
{
    int64_t whole = type == LEMMA_I64 ? (int64_t) value : 0;

    return lemma_record_append(r, id,
                               type == LEMMA_I64 ? (const void *) &whole : &value);
}

static lemma_status append_rows(struct lemma_record *r, const struct fit_report *f,
                                const struct tables *t)
{
    const struct lemma_sweep_fit *s = f->fit;
    lemma_status st = LEMMA_OK;

    for (size_t g = 0; g < s->group_count; g++) {
        const struct lemma_fit_group *group = &s->groups[g];
        const double row[COLUMNS] = {(double) group->values, group->mean, group->spread,
                                     group->fitted, group->used};

        LEMMA_TRY(append_number(r, t->group, LEMMA_I64, (double) g));
        for (size_t k = 0; k < s->axes; k++)
            LEMMA_TRY(lemma_record_append(r, t->x[k], &group->x[k]));
        for (size_t i = 0; i < COLUMNS; i++)
            LEMMA_TRY(append_number(r, t->column[i], columns[i].type, row[i]));
    }
    for (size_t k = 0; k < s->axes; k++) {
        struct lemma_estimate a = s->axes == 1 ? s->power.a : s->multi.a[k];
        struct lemma_interval i =
            s->axes == 1 ? s->power.interval : s->multi.interval[k];
        const double row[NUMBERS] = {a.value, a.error, a.dof, i.low, i.high};

        LEMMA_TRY(append_number(r, t->key, LEMMA_I64, (double) k));
        for (size_t j = 0; j < NUMBERS; j++)
            LEMMA_TRY(lemma_record_append(r, t->number[j], &row[j]));
    }
out:
    return st;
}

lemma_status fit_record(const char *path, bool force, const char *line,
                        const struct lemma_sweep_index *sweep,
                        const struct fit_report *f, struct lemma_error *err)
{
    struct lemma_record *r = NULL;
    char *output = lemma_output_behind_links(path);
    struct tables t;
    const double seconds = 0; /* it takes none worth telling */
    lemma_status st = LEMMA_OK;

    st = output ? lemma_record_create(output, force, &r, err) : LEMMA_EMEMORY;
    LEMMA_TRY(st);
    LEMMA_TRY(declare_origin(r, sweep, line));
    LEMMA_TRY(declare_tables(r, f, &t));
    LEMMA_TRY(declare_request(r, f));
    LEMMA_TRY(declare_result(r, f));
    LEMMA_TRY(lemma_record_start(r, err));
    LEMMA_TRY(lemma_record_overwrite(r, "provenance/seconds", &seconds));
    LEMMA_TRY(append_rows(r, f, &t));
    LEMMA_TRY(lemma_record_finish(r, "complete", (int64_t) f->fit->group_count, err));
out:
    if (st != LEMMA_OK && st != LEMMA_EMEMORY && !err->text[0])
        lemma_fail(err, st, "%s: %s", path, r ? lemma_record_trouble(r) : "");
    lemma_record_destroy(r);
    lemma_free(output);
    return st;
}
