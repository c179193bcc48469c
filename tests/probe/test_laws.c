/* What holds for every probe: the laws of the family. */
#include <omp.h>

#include "probe/watched.h"

static struct watched small_case(size_t i)
{
    struct watched w = watched_case(i);

    w.no_moments = true;
    w.test_n = 3;
    w.classes = w.outputs;
    return w;
}

/* As by default; every switch the other way; the mean kernel where there is a choice.
 */
enum { VARIANTS = 3 };

static void add_probe(struct watched *w, const struct lemma_probe_type *type,
                      size_t variant)
{
    struct lemma_probe_config *p = &w->x->probes[w->x->probe_count];

    watched_probe(w, type->name, NULL);
    for (const struct lemma_option *o = type->options; o && o->name; o++) {
        const char *value = NULL;

        if (variant == 1 && o->type == LEMMA_OPTION_BOOL)
            value = strcmp(o->fallback, "true") == 0 ? "false" : "true";
        if (variant == 2 && strcmp(o->name, "kernel") == 0)
            value = "mean";
        if (!value)
            continue;
        snprintf(p->options[p->option_count].key, LEMMA_WORD, "%s", o->name);
        snprintf(p->options[p->option_count++].value, LEMMA_VALUE, "%s", value);
    }
}

static void a_run_with_a_probe_ends_in_the_same_bytes_as_without(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched bare = small_case(i);

        watched_run(&bare, NULL);
        for (const struct lemma_probe_type *const *t = lemma_probe_types; *t; t++) {
            struct watched seen = small_case(i);

            add_probe(&seen, *t, i % VARIANTS);
            watched_run(&seen, NULL);
            assert_memory_equal(seen.final, bare.final,
                                bare.weights * sizeof *bare.final);
            watched_free(&seen);
        }
        watched_free(&bare);
    }
}

static void every_table_is_written(void **state)
{
    (void) state;
    for (const struct lemma_probe_type *const *t = lemma_probe_types; *t; t++) {
        static const size_t cases[] = {0, 0, 1, 3}; /* the last: one trained layer */
        size_t rows[64] = {0}, columns = 0;

        for (size_t v = 0; v < sizeof cases / sizeof *cases; v++) {
            struct watched w = small_case(cases[v]);

            add_probe(&w, *t, v % VARIANTS);
            watched_run(&w, NULL);
            for (size_t i = 0; i < w.table_count; i++)
                rows[w.tables[i].column - (*t)->columns] += w.tables[i].rows;
            watched_free(&w);
        }
        while ((*t)->columns[columns].name)
            columns++;
        assert_in_range(columns, 1, 64);
        for (size_t i = 0; i < columns; i++)
            assert_true(rows[i] > 0);
    }
}

static void check_text(const char *text)
{
    assert_non_null(text);
    assert_true(strlen(text) > 0);
}

static void every_probe_is_documented(void **state)
{
    (void) state;
    for (const struct lemma_probe_type *const *t = lemma_probe_types; *t; t++) {
        bool has_signal = false;

        check_text((*t)->name);
        check_text((*t)->title);
        check_text((*t)->source);
        check_text((*t)->cost);
        assert_ptr_equal(lemma_probe_find((*t)->name), *t);
        for (const struct lemma_column *c = (*t)->columns; c->name; c++) {
            check_text(c->units);
            check_text(c->meaning);
            check_text(c->formula);
            check_text(c->source);
            has_signal |= strcmp(c->name, (*t)->signal) == 0;
        }
        assert_true(has_signal);
        for (const struct lemma_option *o = (*t)->options; o && o->name; o++)
            check_text(o->help);
    }
}

static void check_same_rows(const struct watched *a, const struct watched *b)
{
    assert_int_equal(a->table_count, b->table_count);
    for (size_t i = 0; i < a->table_count; i++) {
        const struct rows *x = &a->tables[i], *y = &b->tables[i];

        assert_int_equal(x->rows, y->rows);
        assert_memory_equal(x->cells, y->cells, x->rows * x->count * sizeof *x->cells);
    }
}

static void rows_are_the_same_bytes_whatever_the_threads(void **state)
{
    static const int threads[] = {1, 2, 4};
    int before = omp_get_max_threads();

    (void) state;
    for (const struct lemma_probe_type *const *t = lemma_probe_types; *t; t++)
        for (size_t i = 0; i < WATCHED_CASES; i++) {
            struct watched w[3];

            for (size_t k = 0; k < 3; k++) {
                omp_set_num_threads(threads[k]);
                w[k] = small_case(i);
                add_probe(&w[k], *t, i % VARIANTS);
                watched_run(&w[k], NULL);
                check_same_rows(&w[0], &w[k]);
            }
            for (size_t k = 0; k < 3; k++)
                watched_free(&w[k]);
        }
    omp_set_num_threads(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_with_a_probe_ends_in_the_same_bytes_as_without),
        cmocka_unit_test(every_table_is_written),
        cmocka_unit_test(every_probe_is_documented),
        cmocka_unit_test(rows_are_the_same_bytes_whatever_the_threads),
    };
    return cmocka_run_group_tests_name("laws", tests, NULL, NULL);
}
