/* A fit on paper, and as JSON. */
#include "fit.h"

#include <math.h>
#include <string.h>

#include "json.h"
#include "numbers.h"
#include "shown.h"

enum { SENTENCE = FIT_SENTENCE };

/* On less than this much looks straight. */
static const double decades_least = 1.5;

static const struct lemma_dropped *dropped_of(const struct lemma_sweep_fit *f)
{
    return f->axes == 1 ? &f->power.dropped : &f->multi.dropped;
}

/* Points that rounds-to left without a number: they are no part of the fit. */
static size_t never_there(const struct fit_report *r)
{
    return r->request->measure.kind == LEMMA_BY_ROUNDS_TO
               ? dropped_of(r->fit)->not_finite
               : 0;
}

static int width_of(const char *name)
{
    return strlen(name) < 10 ? 10 : (int) strlen(name);
}

static void print_table(FILE *out, const struct fit_report *r)
{
    const struct lemma_sweep_fit *f = r->fit;
    char a[NUMBER_ROOM], b[NUMBER_ROOM], c[NUMBER_ROOM];

    fputs(" ", out);
    for (size_t k = 0; k < f->axes; k++)
        fprintf(out, " %-*s", width_of(r->request->against[k]), r->request->against[k]);
    fprintf(out, " %6s  %-9s  %-9s  %s\n", "values", "mean", "spread", "fit");
    for (size_t g = 0; g < f->group_count; g++) {
        const struct lemma_fit_group *group = &f->groups[g];

        fputs(" ", out);
        for (size_t k = 0; k < f->axes; k++)
            fprintf(out, " %-*.6g", width_of(r->request->against[k]), group->x[k]);
        fprintf(out, " %6zu  %-9s  %-9s  %s%s\n", group->values,
                number_real(group->mean, a), number_real(group->spread, b),
                number_real(group->fitted, c), group->used ? "" : "  left out");
    }
    fputs("  mean: geometric, over the points of equal x; spread: standard deviation "
          "of log y\n\n",
          out);
}

static void print_exponent(FILE *out, const char *name, struct lemma_estimate a,
                           struct lemma_interval i, double level)
{
    fprintf(out, "  exponent    %.4g", a.value);
    if (!isnan(a.error))
        fprintf(out, " +- %.2g, %g %%: %.4g .. %.4g", a.error, 100 * level, i.low,
                i.high);
    fprintf(out, "  (%s)\n", name);
}

/* "1 of 35 points diverged, 2 values are not positive" in text; "" for nothing. */
static void dropped_in_words(const struct fit_report *r, char text[SENTENCE])
{
    const struct lemma_sweep_fit *f = r->fit;
    const struct lemma_dropped *d = dropped_of(f);
    const struct {
        size_t count;
        const char *what;
    } parts[] = {{f->diverged, "diverged"},
                 {f->vanished, "had updates that vanished in rounding"},
                 {f->grown, "had a loss that grew past 1/epsilon times its first"},
                 {f->unreached, "have no least value (their search ends above)"},
                 {f->censored, "have theirs where the search begins, or below"},
                 {d->x, "have no positive x"},
                 {d->not_finite - never_there(r), "are missing or not finite"},
                 {never_there(r), "never got there"},
                 {d->not_positive, "are not positive"},
                 {f->points - f->finished, "are not finished"}};
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < sizeof parts / sizeof *parts && used < SENTENCE; i++)
        if (parts[i].count > 0)
            used += (size_t) snprintf(text + used, SENTENCE - used, "%s%zu %s",
                                      used ? ", " : "", parts[i].count, parts[i].what);
}

const char *fit_verdict(const struct lemma_sweep_fit *f, char text[SENTENCE])
{
    const struct lemma_powerlaw *p = &f->power;
    double change = 2 * p->curvature.q.value * (log(p->x_max) - log(p->x_min));

    if (f->axes > 1 && isnan(f->multi.lack_of_fit.p))
        snprintf(text, SENTENCE,
                 "whether it is a product of powers cannot be tested: "
                 "no replicates, or no point to spare");
    else if (f->axes > 1)
        snprintf(text, SENTENCE, "%s (lack of fit: p = %.2g)",
                 f->multi.lack_of_fit.p < 0.05
                     ? "not a product of powers: the means are off it by more than "
                       "their seeds explain"
                     : "a product of powers, as far as these points tell",
                 f->multi.lack_of_fit.p);
    else if (isnan(p->curvature.p))
        snprintf(text, SENTENCE,
                 "whether it is a power law cannot be tested with %zu different x",
                 p->groups);
    else if (!p->straight)
        snprintf(text, SENTENCE,
                 "not a power law: curved (p = %.2g), the local exponent changes by "
                 "%+.2g over the range",
                 p->curvature.p, change);
    else
        snprintf(text, SENTENCE,
                 "a power law, as far as these points tell: no curvature (p = %.2g)%s",
                 p->curvature.p,
                 p->decades < decades_least
                     ? "; but under 1.5 decades, where much looks straight"
                     : "");
    return text;
}

const char *fit_errors_from(const struct lemma_sweep_fit *f)
{
    bool joint = f->axes == 1 ? f->power.joint : f->multi.joint;
    bool scatter = f->axes == 1 ? f->power.scatter : f->multi.scatter;

    return scatter ? "the scatter about the line (too few replicates)"
           : joint ? "how each seed moves the exponent (every x has the same seeds)"
                   : "the spread of the seeds at each x";
}

static void print_range(FILE *out, const struct fit_report *r)
{
    const struct lemma_powerlaw *p = &r->fit->power;

    fprintf(out, "  range       %.6g .. %.6g, %.2f decades, ", p->x_min, p->x_max,
            p->decades);
    if (r->request->options.range == LEMMA_RANGE_ALL)
        fprintf(out, "all %zu different x\n", p->groups);
    else
        fprintf(out,
                "the longest straight one: %zu different x left out below, %zu above "
                "(intervals do not know of the choice)\n",
                p->cut_low, p->cut_high);
}

/* A fit of the fast ones alone may be another one. */
static void print_never(FILE *out, const struct fit_report *r)
{
    size_t never = never_there(r);

    if (never > 0)
        fprintf(out,
                "  never       %zu of %zu points did not get to %g of their first "
                "value: the fit is of those that did\n",
                never, r->fit->values, r->request->measure.fraction);
}

void fit_print(FILE *out, const struct fit_report *r)
{
    const struct lemma_sweep_fit *f = r->fit;
    const struct lemma_fit_request *q = r->request;
    double level = q->options.level > 0 ? q->options.level : 0.95;
    bool constant = strncmp(q->of, "sweep/", strlen("sweep/")) == 0;
    char text[SENTENCE], number[NUMBER_ROOM], low[NUMBER_ROOM], high[NUMBER_ROOM];
    char name[SHOWN_ROOM];

    fprintf(out, "%s: %s%s%s, over %zu of %zu points\n\n", shown(r->sweep, name), q->of,
            constant ? "" : ", ", constant ? "" : r->reduce, f->values, f->points);
    print_table(out, r);
    for (size_t k = 0; k < f->axes; k++)
        print_exponent(out, q->against[k], f->axes == 1 ? f->power.a : f->multi.a[k],
                       f->axes == 1 ? f->power.interval : f->multi.interval[k], level);
    if (f->axes == 1 && isfinite(f->power.bootstrap.low) &&
        isfinite(f->power.bootstrap.high))
        fprintf(out, "  bootstrap   %.4g .. %.4g, a second opinion\n",
                f->power.bootstrap.low, f->power.bootstrap.high);
    fprintf(out, "  C           %s",
            number_real(f->axes == 1 ? f->power.c : f->multi.c, number));
    if (f->axes == 1 && !isnan(f->power.c_interval.low))
        fprintf(out, ", %g %%: %s .. %s", 100 * level,
                number_real(f->power.c_interval.low, low),
                number_real(f->power.c_interval.high, high));
    fprintf(out, "\n  R^2         %.4f\n", f->axes == 1 ? f->power.r2 : f->multi.r2);
    if (f->axes == 1)
        print_range(out, r);
    fprintf(out, "  errors      by %s\n", fit_errors_from(f));
    dropped_in_words(r, text);
    fprintf(out, "  dropped     %s\n", text[0] ? text : "nothing");
    if (f->elsewhere)
        fprintf(out, "  elsewhere   %zu points, by --where\n", f->elsewhere);
    if (f->along[0])
        fprintf(out, "  along       %s: what it does is in the exponent too\n",
                shown(f->along, name));
    print_never(out, r);
    fprintf(out, "  verdict     %s\n", fit_verdict(f, text));
    if (f->axes == 1 && f->power.lack_of_fit.p < 0.05)
        fprintf(out,
                "  lack of fit the means are off the line by more than their seeds "
                "explain (p = %.2g)\n",
                f->power.lack_of_fit.p);
    if (f->axes == 1 && !f->power.straight && f->power.groups > 4 &&
        q->options.range == LEMMA_RANGE_ALL)
        fputs("              --range straight looks for a part that is\n", out);
}

static void json_interval(struct json *j, const char *key, struct lemma_interval i)
{
    json_array(j, key);
    json_real(j, NULL, i.low);
    json_real(j, NULL, i.high);
    json_close(j, ']');
}

static void json_exponents(struct json *j, const struct fit_report *r)
{
    const struct lemma_sweep_fit *f = r->fit;

    json_array(j, "exponents");
    for (size_t k = 0; k < f->axes; k++) {
        struct lemma_estimate a = f->axes == 1 ? f->power.a : f->multi.a[k];

        json_object(j, NULL);
        json_text(j, "against", r->request->against[k]);
        json_real(j, "exponent", a.value);
        json_real(j, "standard_error", a.error);
        json_real(j, "degrees_of_freedom", a.dof);
        json_interval(j, "interval",
                      f->axes == 1 ? f->power.interval : f->multi.interval[k]);
        if (f->axes == 1)
            json_interval(j, "bootstrap", f->power.bootstrap);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void json_power(struct json *j, const struct lemma_powerlaw *p)
{
    json_interval(j, "c_interval", p->c_interval);
    json_object(j, "curvature");
    json_real(j, "quadratic", p->curvature.q.value);
    json_real(j, "standard_error", p->curvature.q.error);
    json_real(j, "p", p->curvature.p);
    json_text(j, "verdict",
              isnan(p->curvature.p) ? "untested"
              : p->straight         ? "straight"
                                    : "curved");
    json_close(j, '}');
    json_object(j, "range");
    json_real(j, "from", p->x_min);
    json_real(j, "to", p->x_max);
    json_real(j, "decades", p->decades);
    json_count(j, "left_out_below", (int64_t) p->cut_low);
    json_count(j, "left_out_above", (int64_t) p->cut_high);
    json_close(j, '}');
}

static void json_groups(struct json *j, const struct fit_report *r)
{
    const struct lemma_sweep_fit *f = r->fit;

    json_array(j, "groups");
    for (size_t g = 0; g < f->group_count; g++) {
        json_object(j, NULL);
        json_array(j, "x");
        for (size_t k = 0; k < f->axes; k++)
            json_real(j, NULL, f->groups[g].x[k]);
        json_close(j, ']');
        json_count(j, "values", (int64_t) f->groups[g].values);
        json_real(j, "mean", f->groups[g].mean);
        json_real(j, "spread", f->groups[g].spread);
        json_real(j, "fit", f->groups[g].fitted);
        json_text(j, "used", f->groups[g].used ? "yes" : "no");
        json_close(j, '}');
    }
    json_close(j, ']');
}

void fit_json(FILE *out, const struct fit_report *r)
{
    struct json json = {.out = out}, *j = &json;
    const struct lemma_sweep_fit *f = r->fit;
    const struct lemma_dropped *d = dropped_of(f);
    double level = r->request->options.level;
    char text[SENTENCE];

    json_object(j, NULL);
    json_text(j, "sweep", r->sweep);
    json_text(j, "of", r->request->of);
    json_text(j, "reduce", r->reduce);
    json_real(j, "level", level > 0 ? level : 0.95);
    json_exponents(j, r);
    json_real(j, "c", f->axes == 1 ? f->power.c : f->multi.c);
    json_real(j, "r2", f->axes == 1 ? f->power.r2 : f->multi.r2);
    json_real(j, "lack_of_fit_p",
              f->axes == 1 ? f->power.lack_of_fit.p : f->multi.lack_of_fit.p);
    json_real(j, "spread", f->axes == 1 ? f->power.spread : f->multi.spread);
    json_text(j, "errors_from", fit_errors_from(f));
    if (f->axes == 1)
        json_power(j, &f->power);
    json_text(j, "verdict", fit_verdict(f, text));
    json_text(j, "along", f->along[0] ? f->along : NULL);
    json_object(j, "points");
    json_count(j, "of_the_sweep", (int64_t) f->points);
    json_count(j, "unfinished", (int64_t) (f->points - f->finished));
    json_count(j, "elsewhere", (int64_t) f->elsewhere);
    json_count(j, "diverged", (int64_t) f->diverged);
    json_count(j, "vanished", (int64_t) f->vanished);
    json_count(j, "grown", (int64_t) f->grown);
    json_count(j, "unreached", (int64_t) f->unreached);
    json_count(j, "censored", (int64_t) f->censored);
    json_count(j, "x_not_positive", (int64_t) d->x);
    json_count(j, "not_finite", (int64_t) d->not_finite);
    json_count(j, "never_reached", (int64_t) never_there(r));
    json_count(j, "not_positive", (int64_t) d->not_positive);
    json_close(j, '}');
    json_groups(j, r);
    json_close(j, '}');
}
