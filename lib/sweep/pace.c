#include "sweep/pace.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "config/experiment.h"
#include "config/value.h"

static const char expected[] =
    "expected first, round0, final, max, min, mean, first-step, rate or "
    "rounds-to<=F with 0 < F < 1";

/* Behind the prefix, or NULL where text does not begin so. */
static const char *behind(const char *text, const char *prefix)
{
    size_t n = strlen(prefix);

    return strncmp(text, prefix, n) == 0 ? text + n : NULL;
}

static const char *skip(const char *text)
{
    return text + strspn(text, " ");
}

/* Behind what may stand there of "loss/server": all of it, "loss" or "server". */
static const char *behind_name(const char *text, const char *of)
{
    const char *slash = strchr(of, '/');
    size_t n = strcspn(text, " <"), group = slash ? (size_t) (slash - of) : 0;
    bool known = (strlen(of) == n && strncmp(text, of, n) == 0) ||
                 (slash && group == n && strncmp(text, of, n) == 0) ||
                 (slash && strlen(slash + 1) == n && strncmp(text, slash + 1, n) == 0);

    return n == 0 || known ? text + n : NULL;
}

/* What follows "rounds-to": " loss <= 1e-3*initial". */
static bool parse_fraction(const char *text, const char *of, double *fraction)
{
    static const char *const units[] = {"*initial", "\xc2\xb7initial"};
    char number[LEMMA_REAL_TEXT];
    const char *at = behind_name(skip(text), of);
    size_t n;

    at = at ? behind(skip(at), "<=") : NULL;
    if (!at)
        return false;
    at = skip(at);
    n = strlen(at);
    for (size_t i = 0; i < 2; i++) {
        size_t unit = strlen(units[i]);

        if (n > unit && strcmp(at + n - unit, units[i]) == 0)
            n -= unit;
    }
    if (n >= sizeof number)
        return false;
    memcpy(number, at, n);
    number[n] = '\0';
    return !lemma_value_real(number, fraction) && *fraction > 0 && *fraction < 1;
}

lemma_status lemma_measure_parse(const char *text, const char *of,
                                 struct lemma_measure *m, struct lemma_error *err)
{
    static const char *const paces[] = {"first-step", "rate", "rounds-to"};
    const char *names[LEMMA_REDUCTIONS + 3], *rest = behind(text, "rounds-to"), *near;
    struct lemma_measure new = {0};
    char shown[LEMMA_SHOWN_TEXT];

    for (int how = 0; how < LEMMA_REDUCTIONS; how++) {
        names[how] = lemma_reduction_name((enum lemma_reduction) how);
        new.reduction = (enum lemma_reduction) how;
        if (strcmp(names[how], text) == 0)
            goto found;
    }
    memcpy(names + LEMMA_REDUCTIONS, paces, sizeof paces);
    new.kind = LEMMA_BY_FIRST_STEP;
    if (strcmp(text, "first-step") == 0)
        goto found;
    new.kind = LEMMA_BY_RATE;
    if (strcmp(text, "rate") == 0)
        goto found;
    new.kind = LEMMA_BY_ROUNDS_TO;
    if (rest && parse_fraction(rest, of, &new.fraction))
        goto found;
    near = rest ? NULL : lemma_nearest(text, names, LEMMA_REDUCTIONS + 3);
    return lemma_fail(err, LEMMA_EINPUT, "--reduce: %s, got %s%s%s%s", expected,
                      lemma_value_show(text, strlen(text), shown),
                      near ? "; did you mean \"" : "", near ? near : "",
                      near ? "\"?" : "");
found:
    *m = new;
    return LEMMA_OK;
}

static double first_step(const double *value, const double *step, size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        if (step[i] >= 1)
            return value[i];
    return NAN;
}

static double rounds_to(double fraction, const double *value, const double *round,
                        size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        if (value[i] <= fraction * value[0])
            return round[i];
    return NAN;
}

/* Rows before the floor. NaN ends them too. */
static size_t above_floor(const double *value, size_t rows)
{
    size_t n = 0;

    while (n < rows && value[n] > 0 && value[n] < INFINITY &&
           value[n] > LEMMA_RATE_FLOOR * value[0])
        n++;
    return n;
}

static double rate(const double *value, const double *round, size_t rows)
{
    size_t n = above_floor(value, rows);
    double x = 0, y = 0, xx = 0, xy = 0;

    for (size_t i = 0; i < n; i++) {
        x += round[i] / (double) n;
        y += log(value[i]) / (double) n;
    }
    for (size_t i = 0; i < n; i++) {
        xx += (round[i] - x) * (round[i] - x);
        xy += (round[i] - x) * (log(value[i]) - y);
    }
    return xx > 0 ? -xy / xx : NAN;
}

double lemma_pace(const struct lemma_measure *m, const double *value, const double *at,
                  size_t rows)
{
    switch (m->kind) {
    case LEMMA_BY_FIRST_STEP:
        return first_step(value, at, rows);
    case LEMMA_BY_ROUNDS_TO:
        return rounds_to(m->fraction, value, at, rows);
    case LEMMA_BY_RATE:
        return rate(value, at, rows);
    case LEMMA_BY_REDUCTION:
        break;
    }
    return NAN;
}
