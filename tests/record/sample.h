/* A small record with a table of every type and rank, whose cells follow from their
 * place: what the tests of this folder write and read back. */
#ifndef LEMMA_TESTS_RECORD_SAMPLE_H
#define LEMMA_TESTS_RECORD_SAMPLE_H

#include "record/reader.h"
#include "record/record.h"
#include "support.h"

/* Types times ranks 0..3; rows of (2), (2,3), (2,3,4) cells. */
enum { SAMPLE_TABLES = 12, SAMPLE_CELLS = 24, SAMPLE_TAU = 5 };

struct sample {
    struct lemma_record *record;
    size_t step, table[SAMPLE_TABLES]; /* of group "loss": one row a step */
    size_t round_step, spectrum;       /* of group "gram": one every SAMPLE_TAU steps */
    int64_t steps;                     /* appended so far */
};

/* "f64_2", ...: the name of table i. */
const char *sample_name(size_t i, char name[16]);

/* What cell i of row k holds; f64 tables add 1/8. */
double sample_cell(size_t k, size_t i, enum lemma_type type);

/* Makes the record and declares everything; not started. */
lemma_status sample_create(const char *path, bool force, struct sample *s,
                           struct lemma_error *err);

/* The rows of `count` more steps. */
lemma_status sample_append(struct sample *s, size_t count);

/* Create, start, `steps` rows, finish, destroy; fails the test where that fails. */
void sample_write(const char *path, size_t steps);

/* Every row with step < committed is there and right, and the tables hold `rows` rows
 * (-1: any number that is enough). */
void sample_check(const char *path, int64_t committed, int64_t rows);

/* Path.part, in buffer (300). */
const char *part_of(const char *path, char *buffer);

bool file_exists(const char *path);

#endif
