/* Evidence from a record: tables with the steps of their rows, and the clients. */
#include <math.h>
#include <string.h>

#include "claim/evidence_state.h"
#include "core/alloc.h"

static bool has_rows(struct lemma_evidence *e, const char *path, size_t rows)
{
    struct lemma_shape shape;

    return lemma_reader_shape(e->reader, path, &shape) == LEMMA_OK && shape.rank == 1 &&
           shape.dims[0] >= rows;
}

/* The steps of a table: <table>_step beside <table>_round where it has axes of its own
 * (the step of a table "local" would be the group's local_step), else the group's step,
 * or `draw` in a study without training. LEMMA_EINPUT: it has none. */
static lemma_status read_steps(struct lemma_evidence *e, const char *path, size_t rows,
                               double **out)
{
    static const char *const shared[] = {"step", "draw"};
    const char *slash = strrchr(path, '/');
    int group = slash ? (int) (slash - path) : 0;
    struct lemma_shape shape;
    char axis[LEMMA_NAME + 8], round[LEMMA_NAME + 8];

    snprintf(axis, sizeof axis, "%s_step", path);
    snprintf(round, sizeof round, "%s_round", path);
    if (has_rows(e, axis, rows) && has_rows(e, round, rows))
        return lemma_reader_all(e->reader, axis, out, &shape);
    for (size_t i = 0; i < 2; i++) {
        snprintf(axis, sizeof axis, "%.*s/%s", group, path, shared[i]);
        if (has_rows(e, axis, rows))
            return lemma_reader_all(e->reader, axis, out, &shape);
    }
    return LEMMA_EINPUT;
}

/* Steps are whole numbers that ascend: a table whose steps do not is none. */
static bool ascend(const double *step, size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        if (!(step[i] >= 0 && step[i] <= 0x1p53) || (i > 0 && !(step[i] > step[i - 1])))
            return false;
    return true;
}

/* Rows of a run that are whole, as it says itself: a writer may have been killed, or
 * be at it. A study has no steps, and all of its rows. */
static size_t count_whole(struct lemma_evidence *e, const double *step, size_t rows)
{
    double committed, R;
    size_t whole = 0;

    if (lemma_reader_attr_f64(e->reader, "train", "R", &R) != LEMMA_OK ||
        lemma_reader_number(e->reader, "committed", 0, &committed) != LEMMA_OK)
        return rows;
    while (whole < rows && step[whole] < committed)
        whole++;
    return whole;
}

lemma_status lemma_evidence_from_file(struct lemma_evidence *e, struct lemma_table *t)
{
    struct lemma_shape shape;
    size_t width = 1;
    lemma_status st = LEMMA_OK;

    if (lemma_reader_shape(e->reader, t->path, &shape) != LEMMA_OK || shape.rank == 0 ||
        shape.dims[0] == 0)
        return LEMMA_OK;
    LEMMA_TRY(lemma_reader_all(e->reader, t->path, &t->cells, &shape));
    for (size_t i = 1; i < shape.rank; i++)
        width *= shape.dims[i];
    for (size_t i = 0; shape.type != LEMMA_F64 && i < shape.dims[0] * width; i++)
        if (t->cells[i] == -1)
            t->cells[i] = NAN;
    if (!lemma_evidence_is_timeless(t->path))
        st = read_steps(e, t->path, shape.dims[0], &t->step);
    if (st == LEMMA_OK && t->step && !ascend(t->step, shape.dims[0]))
        snprintf(t->why, sizeof t->why, "the steps of %s do not ascend", t->path);
    else if (st == LEMMA_OK)
        st = lemma_table_finish(
            t, t->step ? count_whole(e, t->step, shape.dims[0]) : shape.dims[0], width);
    else if (st == LEMMA_EINPUT)
        st = LEMMA_OK; /* rows that stand nowhere count as missing */
out:
    return st;
}

lemma_status lemma_evidence_count(struct lemma_evidence *e,
                                  const struct lemma_series *owner)
{
    double K = lemma_evidence_number(e, "train/K");
    lemma_status st = LEMMA_OK;

    e->counted = true;
    if (!(K >= 1 && K < 1e9) || owner->width != 1 || (double) owner->rows < K)
        return LEMMA_OK;
    LEMMA_NEW(e->counts, (size_t) K);
    for (size_t i = 0; i < owner->rows; i++)
        e->counts[(size_t) owner->cells[i]]++;
out:
    return st;
}
