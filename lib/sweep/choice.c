/* Which points count: conditions, divergence, and keys that nobody named. */
#include "sweep/choice.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claim/claim.h"
#include "config/experiment.h"
#include "config/value.h"
#include "core/alloc.h"
#include "sweep/sweep.h"

enum { NAMES_MAX = 256, TEXT = 512 };

void lemma_fit_choice_fini(struct lemma_fit_choice *c)
{
    lemma_free(c->row);
    lemma_free(c->x.a);
    lemma_free(c->seed);
    *c = (struct lemma_fit_choice){0};
}

static void append(char text[TEXT], const char *part)
{
    size_t used = strlen(text);

    snprintf(text + used, TEXT - used, "%s%s", used ? ", " : "", part);
}

/* The i-th of the lines of a series of words; a number as it is typed. */
static void print_value(const struct lemma_sweep_series *key, double value,
                        char text[TEXT])
{
    const char *line = key->words;

    text[0] = '\0';
    if (key->number) {
        if (isfinite(value))
            lemma_value_print_real(value, text);
        return;
    }
    for (size_t i = 0; line && (double) i < value; i++) {
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    if (line)
        snprintf(text, TEXT, "%.*s", (int) strcspn(line, "\n"), line);
}

/* The different values of a key over rows, at most a few: "2, 3, 4, ...". */
static void print_values(const struct lemma_sweep_series *key, const size_t *row,
                         size_t count, char text[TEXT])
{
    enum { SHOWN = 6 };
    double seen[SHOWN];
    size_t known = 0;
    char one[TEXT];

    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        double value = key->value[row ? row[i] : i];
        size_t k = 0;

        while (k < known && seen[k] != value)
            k++;
        if (k < known)
            continue;
        if (known == SHOWN) {
            append(text, "...");
            return;
        }
        seen[known++] = value;
        print_value(key, value, one);
        append(text, one);
    }
}

/* "--against: expected a key that changes (...) or ..., got \"...\"; did you mean". */
static lemma_status unknown_key(const struct lemma_sweep_index *x, const char *option,
                                const char *name, bool constants,
                                struct lemma_error *err)
{
    const char *names[NAMES_MAX] = {NULL}, *const *tables = NULL, *near;
    size_t count = 0, table_count = 0;
    char keys[TEXT] = "", others[TEXT] = "", shown[LEMMA_SHOWN_TEXT];
    lemma_status st = LEMMA_OK;

    for (size_t k = 0; k < x->key_count && count < NAMES_MAX; k++) {
        names[count++] = x->keys[k].name;
        append(keys, x->keys[k].name);
    }
    if (constants)
        LEMMA_TRY(lemma_reader_tables(x->reader, "sweep", &tables, &table_count));
    for (size_t i = 0; i < table_count && count < NAMES_MAX; i++) {
        bool told = strcmp(tables[i], "point") == 0 || strcmp(tables[i], "seed") == 0 ||
                    strcmp(tables[i], "diverged") == 0 ||
                    strcmp(tables[i], "beside_theory") == 0 ||
                    strcmp(tables[i], "search") == 0 ||
                    lemma_sweep_index_key(x, tables[i]);

        if (!told) {
            names[count++] = tables[i];
            append(others, tables[i]);
        }
    }
    near = lemma_nearest(name, names, count);
    st = lemma_fail(
        err, LEMMA_EINPUT,
        "%s: expected a key that changes in this sweep (%s)%s%s%s, got "
        "%s%s%s%s",
        option, keys, constants ? " or a constant of its runs (" : "", others,
        constants ? ")" : "", lemma_value_show(name, strlen(name), shown),
        near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
out:
    return st;
}

/* Keeps in keep (rows) the rows that an assignment "key=value" names. */
static lemma_status hold(const struct lemma_sweep_index *x, const char *assignment,
                         bool *keep, struct lemma_error *err)
{
    const char *equals = strchr(assignment, '=');
    char name[LEMMA_SWEEP_NAME], text[TEXT], shown[LEMMA_SHOWN_TEXT];
    const struct lemma_sweep_series *key;
    double value = 0;
    bool any = false;

    if (!equals || (size_t) (equals - assignment) >= sizeof name)
        return lemma_fail(err, LEMMA_EINPUT, "--where: expected KEY=VALUE, got %s",
                          lemma_value_show(assignment, strlen(assignment), shown));
    snprintf(name, sizeof name, "%.*s", (int) (equals - assignment), assignment);
    key = lemma_sweep_index_key(x, name);
    if (!key)
        return unknown_key(x, "--where", name, false, err);
    if (key->number && lemma_value_real(equals + 1, &value))
        value = NAN;
    for (size_t i = 0; i < x->rows; i++) {
        bool same;

        if (!key->number)
            print_value(key, key->value[i], text);
        same = key->number ? key->value[i] == value : strcmp(text, equals + 1) == 0;
        any |= same;
        keep[i] &= same;
    }
    if (any)
        return LEMMA_OK;
    print_values(key, NULL, x->rows, text);
    return lemma_fail(err, LEMMA_EINPUT, "--where %s: %s is one of %s", assignment,
                      name, text);
}

/* A number of every row. */
static lemma_status read_numbers(const struct lemma_sweep_index *x, const char *path,
                                 double **out)
{
    struct lemma_shape shape;
    lemma_status st = lemma_reader_all(x->reader, path, out, &shape);

    return st == LEMMA_OK && (shape.rank != 1 || shape.dims[0] != x->rows) ? LEMMA_EIO
                                                                           : st;
}

/* Of a table that not every sweep's file has. */
static bool is(const double *table, size_t row, int what)
{
    return table && table[row] == what;
}

static lemma_status none_left(const struct lemma_sweep_index *x,
                              const struct lemma_sweep_fit *fit,
                              struct lemma_error *err)
{
    LEMMA_REQUIRE(fit);
    const struct {
        size_t count;
        const char *what;
    } parts[] = {{fit->vanished, "had updates that vanished in rounding"},
                 {fit->grown, "had a loss that grew past 1/epsilon times its first"},
                 {fit->censored + fit->unreached, "searches ended at a bound"}};
    char others[TEXT] = "", one[96];

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].count > 0) {
            snprintf(one, sizeof one, "%zu %s", parts[i].count, parts[i].what);
            append(others, one);
        }
    return lemma_fail(err, LEMMA_EINPUT,
                      "no point is left: of %zu that are finished, --where leaves out "
                      "%zu and %zu diverged%s%s",
                      x->rows, fit->elsewhere, fit->diverged, others[0] ? ", " : "",
                      others);
}

static lemma_status choose_rows(const struct lemma_sweep_index *x,
                                const struct lemma_fit_request *q,
                                struct lemma_fit_choice *c, struct lemma_sweep_fit *fit,
                                struct lemma_error *err)
{
    bool *keep = NULL;
    double *diverged = NULL, *beside = NULL, *search = NULL;
    struct lemma_shape shape;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(keep, x->rows);
    LEMMA_NEW(c->row, x->rows);
    memset(keep, 1, x->rows * sizeof *keep);
    for (size_t i = 0; i < q->where_count; i++)
        LEMMA_TRY(hold(x, q->where[i], keep, err));
    LEMMA_TRY(read_numbers(x, "sweep/diverged", &diverged));
    if (lemma_reader_shape(x->reader, "sweep/beside_theory", &shape) == LEMMA_OK)
        LEMMA_TRY(read_numbers(x, "sweep/beside_theory", &beside));
    if (lemma_reader_shape(x->reader, "sweep/search", &shape) == LEMMA_OK)
        LEMMA_TRY(read_numbers(x, "sweep/search", &search));
    for (size_t i = 0; i < x->rows; i++) {
        size_t *out = !keep[i]                               ? &fit->elsewhere
                      : is(search, i, LEMMA_SWEEP_UNREACHED) ? &fit->unreached
                      : is(search, i, LEMMA_SWEEP_CENSORED)  ? &fit->censored
                      : diverged[i] != 0                     ? &fit->diverged
                      : is(beside, i, LEMMA_BESIDE_VANISHED) ? &fit->vanished
                      : is(beside, i, LEMMA_BESIDE_GREW)     ? &fit->grown
                                                             : NULL;

        if (out)
            ++*out;
        else
            c->row[c->count++] = i;
    }
    if (c->count == 0)
        st = none_left(x, fit, err);
out:
    lemma_free(keep);
    lemma_free(diverged);
    lemma_free(beside);
    lemma_free(search);
    return st;
}

/* To 12 digits: phi of a close pair differs from seed to seed in its last bits alone.
 */
static double rounded(double x)
{
    char text[32];

    snprintf(text, sizeof text, "%.12g", x);
    return strtod(text, NULL);
}

/* Column k of x: a key's values, or a constant's. */
static lemma_status read_axis(const struct lemma_sweep_index *x, const char *name,
                              size_t k, struct lemma_fit_choice *c,
                              struct lemma_error *err)
{
    const struct lemma_sweep_series *key = lemma_sweep_index_key(x, name);
    struct lemma_shape shape = {.rank = 0};
    double *read = NULL;
    const double *value = key ? key->value : NULL;
    char path[32 + LEMMA_SWEEP_NAME];
    lemma_status st = LEMMA_OK;

    if (strcmp(name, "seed") == 0)
        return lemma_fail(
            err, LEMMA_EINPUT,
            "--against seed: seeds are replicates, they have no exponent");
    if (key && !key->number)
        return lemma_fail(err, LEMMA_EINPUT,
                          "--against %s: its values are words, they have no exponent",
                          name);
    snprintf(path, sizeof path, "sweep/%s", name);
    if (!key) {
        if (strlen(name) >= LEMMA_SWEEP_NAME || strcmp(name, "point") == 0 ||
            strcmp(name, "diverged") == 0 || strcmp(name, "search") == 0 ||
            strcmp(name, "beside_theory") == 0 ||
            lemma_reader_shape(x->reader, path, &shape) != LEMMA_OK ||
            shape.rank != 1 || shape.dims[0] != x->rows)
            return unknown_key(x, "--against", name, true, err);
        LEMMA_TRY(lemma_reader_all(x->reader, path, &read, &shape));
        value = read;
    }
    for (size_t i = 0; i < c->count; i++)
        lemma_row(c->x, i).a[k] = key ? value[c->row[i]] : rounded(value[c->row[i]]);
out:
    lemma_free(read);
    return st;
}

static bool same_x(const struct lemma_fit_choice *c, size_t i, size_t j)
{
    return memcmp(lemma_row(c->x, i).a, lemma_row(c->x, j).a,
                  c->x.cols * sizeof *c->x.a) == 0;
}

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* How a key that nobody named moves over the points. */
static void watch(const struct lemma_fit_choice *c,
                  const struct lemma_sweep_series *key, bool *varies, bool *follows)
{
    bool repeats = false, mutual = true;

    *varies = false;
    *follows = true;
    for (size_t i = 0; i < c->count; i++)
        for (size_t j = 0; j < i; j++) {
            bool same = key->value[c->row[i]] == key->value[c->row[j]];
            bool x = same_x(c, i, j);

            *varies |= !same;
            *follows &= same || !x;
            mutual &= same == x;
            repeats |= x;
        }
    /* Where every x is another one, as phi of every seed is, anything would follow. */
    *follows = *follows && (repeats || mutual);
}

static lemma_status varies_too(const struct lemma_fit_choice *c,
                               const struct lemma_sweep_series *key,
                               struct lemma_error *err)
{
    char values[TEXT], last[TEXT], name_it[TEXT] = "";

    print_values(key, c->row, c->count, values);
    print_value(key, key->value[c->row[c->count - 1]], last);
    if (key->number)
        snprintf(name_it, sizeof name_it, "name it with --against %s, ", key->name);
    return lemma_fail(err, LEMMA_EINPUT,
                      "%s varies too (%s): hold it with --where %s=%s, %sor take all "
                      "its values together with --pool %s",
                      key->name, values, key->name, last, name_it, key->name);
}

/* network.width, where m is named. */
static bool is_an_axis(const struct lemma_fit_choice *c,
                       const struct lemma_sweep_series *key)
{
    bool any = false;

    for (size_t k = 0; k < c->x.cols; k++) {
        bool same = key->number;

        for (size_t i = 0; i < c->count && same; i++)
            same = key->value[c->row[i]] == lemma_row(c->x, i).a[k];
        any |= same;
    }
    return any;
}

/* All keys that change are named, held, pooled, or follow those that are named. */
static lemma_status check_others(const struct lemma_sweep_index *x,
                                 const struct lemma_fit_request *q,
                                 const struct lemma_fit_choice *c,
                                 struct lemma_sweep_fit *fit, struct lemma_error *err)
{
    bool varies, follows;

    for (size_t i = 0; i < q->pool_count; i++)
        if (!lemma_sweep_index_key(x, q->pool[i]))
            return unknown_key(x, "--pool", q->pool[i], false, err);
    for (size_t k = 0; k < x->key_count; k++) {
        const struct lemma_sweep_series *key = &x->keys[k];

        if (strcmp(key->name, "seed") == 0 ||
            is_one_of(key->name, q->against, q->axes) ||
            is_one_of(key->name, q->pool, q->pool_count) || is_an_axis(c, key))
            continue;
        watch(c, key, &varies, &follows);
        if (varies && !follows)
            return varies_too(c, key, err);
        if (varies)
            append(fit->along, key->name);
    }
    return LEMMA_OK;
}

lemma_status lemma_fit_choose(const struct lemma_sweep_index *x,
                              const struct lemma_fit_request *q,
                              struct lemma_fit_choice *c, struct lemma_sweep_fit *fit,
                              struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(choose_rows(x, q, c, fit, err));
    LEMMA_TRY(lemma_mat_create(c->count, q->axes, &c->x));
    LEMMA_NEW(c->seed, c->count);
    for (size_t i = 0; i < c->count; i++)
        c->seed[i] = x->seed[c->row[i]];
    for (size_t k = 0; k < q->axes; k++) {
        if (is_one_of(q->against[k], q->against, k)) {
            st = lemma_fail(err, LEMMA_EINPUT, "--against %s: it is named twice",
                            q->against[k]);
            goto out;
        }
        LEMMA_TRY(read_axis(x, q->against[k], k, c, err));
    }
    LEMMA_TRY(check_others(x, q, c, fit, err));
out:
    return st;
}
