/*
 * No table is believed by itself: of every table that some claim reads, a copy that is
 * scaled, or noise of its size, makes a claim violated, or is refused. The records:
 * Local GD of two layers, mini-batches, a deep network, studies of the initial kernel.
 */
#include <math.h>

#include "make.h"
#include "support.h"

enum { TABLES = 256, NAMES = 96 };

/* What no claim can guard, in which record (NULL: any), and why. */
static const struct unguarded {
    const char *table, *record, *why;
    const char *until; /* the claim that guards it, once there is one of this name */
} unguarded[] = {
    {"asymmetric_gram/identity_residual", NULL,
     "a rounding error: that it is small is all there is to say", NULL},
    {"remainder/identity_residual", NULL,
     "a rounding error: that it is small is all there is to say", NULL},
    {"ensemble/disagreement", NULL,
     "no other table tells of clients at the others' samples: bounded on both sides",
     NULL},
    {"initial_gram/width", "study", "H^inf of two layers is the same at every width",
     NULL},
    {"initial_gram/seed", NULL, "the name of a draw, not a measurement", NULL},
    {"preactivation/change", "mini-batches", "first_step works out full batches alone",
     NULL},
    {"preactivation/change", "deep", "first_step works out two layers alone", NULL},
    {"data/client", "study", "without training nothing tells whose a sample is", NULL},
    {"data/client", "deep study", "the same", NULL},
    {"gram/lambda_min", NULL, "bounded alone", "gram_spectrum"},
    {"gram/lambda_max", NULL, "bounded alone", "gram_spectrum"},
    {"initial_gram/bound_upper", NULL, "not worked out of the data", "gram_start"},
    {"initial_gram/bound_lower", NULL, "not worked out of the data", "gram_start"},
    {"initial_gram/bound_simple", NULL, "not worked out of the data", "gram_start"},
};
enum { UNGUARDED = sizeof unguarded / sizeof *unguarded };

enum tamper { SCALED, NOISE, TAMPERS };
static const char *const tampers[] = {"times 1.5", "noise of its size"};

static const struct record {
    const char *label;
    size_t draws; /* of a study; 0: a run */
    const char *settings[MAKE_SETTINGS];
} records[] = {{"Local GD",
                0,
                {"data.samples=12", "network.width=24", "partition.clients=3",
                 "train.rounds=8", "train.step_size=0.3"}},
               {"mini-batches",
                0,
                {"data.samples=12", "network.width=24", "train.batch=2",
                 "train.rounds=12", "train.step_size=0.9"}},
               {"deep",
                0,
                {"data.samples=9", "network.preset=deep-relu", "network.depth=2",
                 "network.width=16", "data.targets.outputs=2", "partition.clients=3",
                 "train.step_size=0.7"}},
               {"study", 8, {"data.samples=9", "network.width=32"}},
               {"deep study",
                8,
                {"data.samples=7", "network.preset=deep-relu", "network.depth=2",
                 "network.width=20"}}};
enum { RECORDS = sizeof records / sizeof *records };

struct names {
    char name[TABLES][NAMES];
    size_t count;
};

static void add(struct names *n, const char *name)
{
    for (size_t i = 0; i < n->count; i++)
        if (strcmp(n->name[i], name) == 0)
            return;
    assert_true(n->count < TABLES);
    snprintf(n->name[n->count++], NAMES, "%s", name);
}

static bool is_derived(const char *path)
{
    return strncmp(path, "start/", 6) == 0 || strncmp(path, "end/", 4) == 0;
}

/* Judges all; adds the tables that were read, and fails where a claim is violated. */
static void read_tables(struct made *made, const char *label, struct names *n)
{
    for (const struct lemma_claim_type *const *t = lemma_claim_types; *t; t++) {
        struct lemma_finding f = make_judge(made, *t);
        const char *name;
        double value;

        if (f.verdict == LEMMA_VIOLATED && !lemma_claim_is_recalled(*t))
            fail_msg("%s: %s is violated as it is", label, (*t)->name);
        for (size_t i = 0; (name = lemma_evidence_read(made->e, i, &value)); i++)
            if (isnan(value) && strchr(name, '/') && !is_derived(name))
                add(n, name);
    }
}

/* Cells of the same size and sign where the table has one, whole where it is. */
static void fill_noise(const struct lemma_series *s, uint64_t id, double *cells)
{
    size_t n = s->rows * s->width, count = 0;
    bool positive = true, whole = true;
    double square = 0;

    for (size_t i = 0; i < n; i++)
        if (isfinite(s->cells[i])) {
            positive &= s->cells[i] >= 0;
            whole &= s->cells[i] == round(s->cells[i]);
            square += s->cells[i] * s->cells[i];
            count++;
        }
    draw_normals(id, cells, n);
    for (size_t i = 0; i < n; i++) {
        cells[i] *= sqrt(square / (double) (count ? count : 1));
        cells[i] = positive ? fabs(cells[i]) : cells[i];
        cells[i] = whole ? round(cells[i]) : cells[i];
    }
}

/* The evidence anew, with this table changed. False where it has nothing to change. */
static bool change(struct made *made, const char *path, enum tamper how, uint64_t id)
{
    const struct lemma_series *s = NULL;
    double *cells, *step;
    bool other = false;

    make_fresh(made);
    check_ok(lemma_evidence_series(made->e, path, &s), NULL);
    if (!s)
        return false;
    cells = lemma_alloc(s->rows * s->width, sizeof *cells);
    step = lemma_alloc(s->rows, sizeof *step);
    assert_true(cells && step);
    memcpy(step, s->step, s->rows * sizeof *step);
    if (how == NOISE)
        fill_noise(s, id, cells);
    for (size_t i = 0; i < s->rows * s->width; i++) {
        if (how == SCALED)
            cells[i] = 1.5 * s->cells[i];
        other |= cells[i] != s->cells[i] && !isnan(s->cells[i]);
    }
    check_ok(lemma_evidence_set_series(made->e, path, s->rows, s->width, step, cells),
             NULL);
    lemma_free(cells);
    lemma_free(step);
    return other;
}

/* The first claim that is violated; NULL. */
static const struct lemma_claim_type *violated(const struct made *made)
{
    for (const struct lemma_claim_type *const *t = lemma_claim_types; *t; t++)
        if (!lemma_claim_is_recalled(*t) &&
            make_judge(made, *t).verdict == LEMMA_VIOLATED)
            return *t;
    return NULL;
}

/* Taken away, for no claim can compute with it. */
static bool is_refused(const struct made *made, const char *path)
{
    const struct lemma_series *s = NULL;

    check_ok(lemma_evidence_series(made->e, path, &s), NULL);
    return !s;
}

static bool applies(const struct unguarded *u, const char *label, const char *path)
{
    return strcmp(u->table, path) == 0 &&
           (!u->record || strcmp(u->record, label) == 0) &&
           (!u->until || !lemma_claim_find(u->until));
}

/* What became of an entry of the list. */
struct use {
    bool read, believed;
};

static bool is_listed(const char *label, const char *path, struct use use[UNGUARDED])
{
    for (size_t i = 0; i < UNGUARDED; i++)
        if (applies(&unguarded[i], label, path))
            return use[i].believed = true;
    return false;
}

/* Guarded here against both; a table that is 0 throughout cannot be told. */
static bool guard(struct made *made, const char *label, const char *path,
                  struct use use[UNGUARDED], bool *wrong)
{
    bool guarded = true;

    for (size_t i = 0; i < UNGUARDED; i++)
        use[i].read |= applies(&unguarded[i], label, path);
    for (enum tamper how = 0; how < TAMPERS; how++)
        if (change(made, path, how, 77) && !is_refused(made, path) && !violated(made)) {
            bool listed = is_listed(label, path, use);

            print_message("# %s: %s %s is believed%s\n", label, path, tampers[how],
                          listed ? " (listed)" : "");
            guarded = false;
            *wrong |= !listed;
        }
    return guarded;
}

static void every_table_that_a_claim_reads_is_guarded(void **state)
{
    static struct names all, open;
    struct use use[UNGUARDED] = {{false, false}};
    bool wrong = false;

    (void) state;
    for (size_t r = 0; r < RECORDS; r++) {
        static struct names here;
        struct made made;

        here.count = 0;
        if (records[r].draws)
            make_study(records[r].settings, records[r].draws, &made);
        else
            make_run(records[r].settings, &made);
        read_tables(&made, records[r].label, &here);
        for (size_t i = 0; i < here.count; i++) {
            add(&all, here.name[i]);
            if (!guard(&made, records[r].label, here.name[i], use, &wrong))
                add(&open, here.name[i]);
        }
        make_free(&made);
    }
    print_message("# guarded %zu of %zu tables\n", all.count - open.count, all.count);
    for (size_t i = 0; i < UNGUARDED; i++)
        if (use[i].read && !use[i].believed) {
            print_message("# %s is listed, and guarded\n", unguarded[i].table);
            wrong = true;
        }
    assert_false(wrong);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_table_that_a_claim_reads_is_guarded)};

    return cmocka_run_group_tests_name("guards", tests, NULL, NULL);
}
