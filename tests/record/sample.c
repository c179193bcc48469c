#include "record/sample.h"

#include <unistd.h>

static const enum lemma_type types[] = {LEMMA_F64, LEMMA_I64, LEMMA_I32};
static const size_t dims[LEMMA_RANK_MAX] = {2, 3, 4};

const char *sample_name(size_t i, char name[16])
{
    static const char *const words[] = {"f64", "i64", "i32"};

    snprintf(name, 16, "%s_%zu", words[i / 4], i % 4);
    return name;
}

double sample_cell(size_t k, size_t i, enum lemma_type type)
{
    return (double) (k * 64 + i) + (type == LEMMA_F64 ? 0.125 : 0);
}

static lemma_status declare_axis(struct sample *s, const char *group, size_t *id)
{
    struct lemma_table_spec spec = {.name = "step",
                                    .type = LEMMA_I64,
                                    .units = "local steps",
                                    .long_name = "global step"};

    return lemma_record_table(s->record, group, &spec, id);
}

static lemma_status declare_tables(struct sample *s)
{
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(declare_axis(s, "loss", &s->step));
    for (size_t i = 0; i < SAMPLE_TABLES; i++) {
        char name[16];
        struct lemma_table_spec spec = {.name = sample_name(i, name),
                                        .type = types[i / 4],
                                        .rank = i % 4,
                                        .dims = {dims[0], dims[1], dims[2]},
                                        .dim_names = {"client", "layer", NULL},
                                        .axis = "step",
                                        .units = "1",
                                        .long_name = "cells that say where they are",
                                        .formula = "64 k + i",
                                        .source = "these tests"};

        LEMMA_TRY(lemma_record_table(s->record, "loss", &spec, &s->table[i]));
    }
    struct lemma_table_spec spectrum = {.name = "eigenvalues",
                                        .type = LEMMA_F64,
                                        .rank = 1,
                                        .dims = {SAMPLE_CELLS},
                                        .axis = "step",
                                        .spectrum = true};
    LEMMA_TRY(declare_axis(s, "gram", &s->round_step));
    LEMMA_TRY(lemma_record_table(s->record, "gram", &spectrum, &s->spectrum));
out:
    return st;
}

lemma_status sample_create(const char *path, bool force, struct sample *s,
                           struct lemma_error *err)
{
    static const struct lemma_group_spec groups[] = {
        {"gram", "spectrum of the Gram matrix", "eigenvalues", true, true},
        {"loss", "the loss", "f64_1", true, false},
        {"empty", "a group whose signal is not recorded", "nothing", false, false},
    };
    lemma_status st = LEMMA_OK;

    *s = (struct sample){0};
    LEMMA_TRY(lemma_record_create(path, force, &s->record, err));
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        LEMMA_TRY(lemma_record_group(s->record, &groups[i]));
    LEMMA_TRY(declare_tables(s));
    LEMMA_TRY(lemma_record_text(s->record, "config", "seed: 1\n", 0));
    LEMMA_TRY(lemma_record_attr_text(s->record, "loss", "every", "1 steps"));
out:
    return st;
}

static lemma_status append_cells(struct sample *s, size_t table, enum lemma_type type,
                                 size_t row, size_t count)
{
    double f64[SAMPLE_CELLS];
    int64_t i64[SAMPLE_CELLS];
    int32_t i32[SAMPLE_CELLS];
    const void *cells = type == LEMMA_F64   ? (const void *) f64
                        : type == LEMMA_I64 ? (const void *) i64
                                            : (const void *) i32;

    for (size_t i = 0; i < count; i++) {
        f64[i] = sample_cell(row, i, type);
        i64[i] = (int64_t) f64[i];
        i32[i] = (int32_t) f64[i];
    }
    return lemma_record_append(s->record, table, cells);
}

static size_t cells_of(size_t table)
{
    static const size_t cells[] = {1, 2, 6, 24};

    return cells[table % 4];
}

lemma_status sample_append(struct sample *s, size_t count)
{
    lemma_status st = LEMMA_OK;

    for (size_t k = 0; k < count; k++) {
        size_t row = (size_t) s->steps, round = row / SAMPLE_TAU;

        LEMMA_TRY(lemma_record_append(s->record, s->step, &s->steps));
        for (size_t i = 0; i < SAMPLE_TABLES; i++)
            LEMMA_TRY(append_cells(s, s->table[i], types[i / 4], row, cells_of(i)));
        if (row % SAMPLE_TAU == 0) {
            LEMMA_TRY(lemma_record_append(s->record, s->round_step, &s->steps));
            LEMMA_TRY(append_cells(s, s->spectrum, LEMMA_F64, round, SAMPLE_CELLS));
        }
        s->steps++;
    }
out:
    return st;
}

void sample_write(const char *path, size_t steps)
{
    struct lemma_error err = {""};
    struct sample s;

    check_ok(sample_create(path, true, &s, &err), &err);
    check_ok(lemma_record_start(s.record, &err), &err);
    check_ok(sample_append(&s, steps), NULL);
    check_ok(lemma_record_finish(s.record, "complete", (int64_t) steps, &err), &err);
    lemma_record_destroy(s.record);
}

static void check_table(struct lemma_reader *r, const char *path, enum lemma_type type,
                        size_t rank, size_t cells, size_t needed, int64_t rows)
{
    struct lemma_shape shape;
    double *a = NULL;

    check_ok(lemma_reader_all(r, path, &a, &shape), NULL);
    assert_int_equal(shape.type, type);
    assert_int_equal(shape.rank, rank + 1);
    assert_true(shape.dims[0] >= needed);
    if (rows >= 0)
        assert_int_equal(shape.dims[0], rows);
    for (size_t k = 0; k < needed; k++)
        for (size_t i = 0; i < cells; i++)
            if (a[k * cells + i] != sample_cell(k, i, type))
                fail_msg("%s: row %zu cell %zu is %g", path, k, i, a[k * cells + i]);
    lemma_free(a);
}

static void check_axis(struct lemma_reader *r, const char *path, size_t needed,
                       size_t stride)
{
    struct lemma_shape shape;
    double *a = NULL;

    check_ok(lemma_reader_all(r, path, &a, &shape), NULL);
    assert_true(shape.rank == 1 && shape.dims[0] >= needed);
    for (size_t k = 0; k < needed; k++)
        assert_true(a[k] == (double) (k * stride));
    lemma_free(a);
}

void sample_check(const char *path, int64_t committed, int64_t rows)
{
    struct lemma_error err = {""};
    struct lemma_reader *r = NULL;
    size_t needed = (size_t) committed, rounds;
    double said;

    rounds = (needed + SAMPLE_TAU - 1) / SAMPLE_TAU;
    check_ok(lemma_reader_open(path, &r, &err), &err);
    check_ok(lemma_reader_rows(r, "committed", 0, 1, &said), NULL);
    assert_true(said == (double) committed);
    check_axis(r, "loss/step", needed, 1);
    check_axis(r, "gram/step", rounds, SAMPLE_TAU);
    for (size_t i = 0; i < SAMPLE_TABLES; i++) {
        char name[16], full[32];

        snprintf(full, sizeof full, "loss/%s", sample_name(i, name));
        check_table(r, full, types[i / 4], i % 4, cells_of(i), needed, rows);
    }
    check_table(r, "gram/eigenvalues", LEMMA_F64, 1, SAMPLE_CELLS, rounds, -1);
    lemma_reader_close(r);
}

const char *part_of(const char *path, char *buffer)
{
    snprintf(buffer, 300, "%s.part", path);
    return buffer;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}
