#include "info.h"

#include <inttypes.h>
#include <string.h>

#include "core/alloc.h"
#include "json.h"
#include "numbers.h"
#include "shown.h"
#include "tool.h"

enum { AXES_MAX = 40, SHARED = 4, ROWS_AT_ONCE = 256, PATH_ROOM = 2 * 256 };

/* A table and the axes that number its rows, in the order they are printed. */
struct table {
    const char *path;
    struct lemma_shape shape;
    size_t width;
    size_t axis_count;
    char axis[AXES_MAX][PATH_ROOM];
    double *axis_rows[AXES_MAX]; /* (T) each */
};

size_t info_width(const struct lemma_shape *s)
{
    size_t width = 1;

    for (size_t i = 1; i < s->rank; i++)
        width *= s->dims[i];
    return width;
}

static bool has_suffix_of_other(const char *table, const char *suffix,
                                const char *const *tables, size_t count)
{
    size_t n = strlen(table), k = strlen(suffix);

    if (n <= k || strcmp(table + n - k, suffix) != 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (strlen(tables[i]) == n - k && strncmp(tables[i], table, n - k) == 0)
            return true;
    return false;
}

bool info_is_axis(const char *table, const char *const *tables, size_t count)
{
    return strcmp(table, "step") == 0 || strcmp(table, "round") == 0 ||
           strcmp(table, "local_step") == 0 || strcmp(table, "draw") == 0 ||
           has_suffix_of_other(table, "_step", tables, count) ||
           has_suffix_of_other(table, "_round", tables, count);
}

/* Takes the axis if it is there. It may be longer than the table where the writer was
 * killed between the two. */
static void try_axis(struct lemma_reader *reader, struct table *t)
{
    struct lemma_shape s;

    if (lemma_reader_shape(reader, t->axis[t->axis_count], &s) == LEMMA_OK &&
        s.rank == 1 && s.dims[0] >= t->shape.dims[0])
        t->axis_count++;
}

/* Rows of a sweep are points: the keys that change there number them. False: it is no
 * sweep. */
static bool find_keys(struct lemma_reader *reader, struct table *t)
{
    char *keys = NULL;

    if (lemma_reader_attr_text(reader, "sweep", "keys", &keys) != LEMMA_OK)
        return false;
    for (char *name = strtok(keys, "\n"); name && t->axis_count + 1 < AXES_MAX;
         name = strtok(NULL, "\n")) {
        snprintf(t->axis[t->axis_count], PATH_ROOM, "sweep/%s", name);
        try_axis(reader, t);
    }
    lemma_free(keys);
    return true;
}

static void find_axes(struct lemma_reader *reader, struct table *t)
{
    static const char *const own[] = {"_step", "_round"};
    static const char *const shared[SHARED] = {"step", "round", "local_step", "draw"};
    const char *slash = strrchr(t->path, '/');
    int group = slash ? (int) (slash - t->path) + 1 : 0;

    if (find_keys(reader, t))
        return;
    for (size_t i = 0; i < 2; i++) {
        snprintf(t->axis[t->axis_count], PATH_ROOM, "%s%s", t->path, own[i]);
        try_axis(reader, t);
    }
    if (t->axis_count == 2)
        return;
    t->axis_count = 0; /* the step of a table "local" would be the group's local_step */
    for (size_t i = 0; i < SHARED; i++) {
        char *name = t->axis[t->axis_count];
        snprintf(name, PATH_ROOM, "%.*s%s", group, t->path, shared[i]);
        if (strcmp(name, t->path) != 0)
            try_axis(reader, t);
    }
}

/* The last word of a path. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

lemma_status info_unreadable(lemma_status st, const char *file, const char *path,
                             struct lemma_error *err)
{
    if (st == LEMMA_EINPUT)
        return lemma_fail(err, st,
                          "%s: %s is no table of lemma's: it is kept in another file, "
                          "filtered by a plugin, of other types, or larger than the "
                          "file can hold",
                          file, path);
    return lemma_fail(err, st, "%s: %s cannot be read: %s", file, path,
                      lemma_status_text(st));
}

/* Every table's path is compared to find the nearest. */
lemma_status info_unknown_table(struct lemma_reader *reader, const char *path,
                                const char *file, struct lemma_error *err)
{
    enum { MAX = 512 };
    char(*paths)[PATH_ROOM] = NULL;
    const char **names = NULL;
    const char *const *groups = NULL, *const *tables = NULL;
    size_t group_count = 0, table_count = 0, count = 0;
    char hint[PATH_ROOM + 32];
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(paths, MAX);
    LEMMA_NEW(names, MAX);
    LEMMA_TRY(lemma_reader_groups(reader, &groups, &group_count));
    for (size_t g = 0; g < group_count; g++) {
        LEMMA_TRY(lemma_reader_tables(reader, groups[g], &tables, &table_count));
        for (size_t i = 0; i < table_count && count < MAX; i++) {
            snprintf(paths[count], PATH_ROOM, "%s/%s", groups[g], tables[i]);
            names[count] = paths[count];
            count++;
        }
    }
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], path) == 0) {
            st = info_unreadable(LEMMA_EINPUT, file, path, err);
            goto out;
        }
    st = lemma_fail(err, LEMMA_EINPUT,
                    "%s has no table \"%s\"%s (lemma info %s names them)", file, path,
                    tool_suggestion(path, names, count, hint, sizeof hint), file);
out:
    lemma_free(names);
    lemma_free(paths);
    return st;
}

static void print_cell(double x, enum lemma_type type)
{
    if (type == LEMMA_F64)
        printf("%.17g", x);
    else
        printf("%" PRId64, number_whole(x));
}

static void print_header(const struct table *t)
{
    char name[SHOWN_ROOM];

    for (size_t i = 0; i < t->axis_count; i++)
        printf("%s\t", shown(base_name(t->axis[i]), name));
    shown(base_name(t->path), name);
    for (size_t i = 0; i < t->width; i++) {
        size_t index[LEMMA_RANK_MAX + 1] = {0}, rest = i;
        for (size_t d = t->shape.rank; d-- > 1;) {
            index[d] = rest % t->shape.dims[d];
            rest /= t->shape.dims[d];
        }
        printf("%s%s", i ? "\t" : "", name);
        for (size_t d = 1; d < t->shape.rank; d++)
            printf("%c%zu", d == 1 ? '[' : ',', index[d]);
        if (t->shape.rank > 1)
            putchar(']');
    }
    putchar('\n');
}

static void print_row(const struct table *t, size_t row, const double *cells,
                      struct json *j)
{
    (void) j;
    for (size_t i = 0; i < t->axis_count; i++)
        printf("%.17g\t", t->axis_rows[i][row]);
    for (size_t i = 0; i < t->width; i++) {
        if (i)
            putchar('\t');
        print_cell(cells[i], t->shape.type);
    }
    putchar('\n');
}

static void json_row(const struct table *t, size_t row, const double *cells,
                     struct json *j)
{
    (void) row;
    if (t->shape.rank > 1)
        json_array(j, NULL);
    for (size_t i = 0; i < t->width; i++) {
        if (t->shape.type == LEMMA_F64)
            json_real(j, NULL, cells[i]);
        else
            json_count(j, NULL, number_whole(cells[i]));
    }
    if (t->shape.rank > 1)
        json_close(j, ']');
}

typedef void see_row(const struct table *t, size_t row, const double *cells,
                     struct json *j);

/* Rows [first, last), a few at a time; see NULL: they are read, and that is all. */
static lemma_status each_row(struct lemma_reader *reader, const struct table *t,
                             size_t first, size_t last, see_row *see, struct json *j)
{
    size_t most = last - first < ROWS_AT_ONCE ? last - first : ROWS_AT_ONCE;
    lemma_status st = LEMMA_OK;
    double *cells = NULL;

    LEMMA_NEW(cells, most * t->width);
    while (first < last) {
        size_t count = last - first < most ? last - first : most;
        LEMMA_TRY(lemma_reader_rows(reader, t->path, first, count, cells));
        for (size_t i = 0; see && i < count; i++)
            see(t, first + i, cells + i * t->width, j);
        first += count;
    }
out:
    lemma_free(cells);
    return st;
}

static void json_shape(struct json *j, const struct table *t)
{
    json_text(j, "table", t->path);
    json_array(j, "shape");
    for (size_t i = 0; i < t->shape.rank; i++)
        json_count(j, NULL, (int64_t) t->shape.dims[i]);
    json_close(j, ']');
}

/* Every row is read before one is printed: what is cut off is no JSON, and the whole
 * may be larger than memory. */
static lemma_status print_json(struct lemma_reader *reader, const struct table *t,
                               const size_t cut[3])
{
    struct json j = {.out = stdout};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(each_row(reader, t, 0, cut[0], NULL, NULL));
    LEMMA_TRY(each_row(reader, t, cut[1], cut[2], NULL, NULL));
    json_object(&j, NULL);
    json_shape(&j, t);
    for (size_t i = 0; i < t->axis_count; i++) {
        json_array(&j, base_name(t->axis[i]));
        for (size_t row = 0; row < t->shape.dims[0]; row++)
            if (row < cut[0] || row >= cut[1])
                json_real(&j, NULL, t->axis_rows[i][row]);
        json_close(&j, ']');
    }
    json_array(&j, "rows");
    LEMMA_TRY(each_row(reader, t, 0, cut[0], json_row, &j));
    LEMMA_TRY(each_row(reader, t, cut[1], cut[2], json_row, &j));
    json_close(&j, ']');
    json_close(&j, '}');
out:
    return st;
}

/* Rows [0, cut[0]) and [cut[1], cut[2]) are wanted. */
static void cut_rows(const struct info_request *a, size_t rows, size_t cut[3])
{
    size_t head = a->head < rows ? a->head : rows;
    size_t tail = a->tail < rows - head ? a->tail : rows - head;

    cut[0] = a->head || a->tail ? head : rows;
    cut[1] = a->head || a->tail ? rows - tail : rows;
    cut[2] = rows;
}

lemma_status info_table(struct lemma_reader *reader, const struct info_request *a,
                        struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    struct table *t = NULL;
    struct lemma_shape axis;
    size_t cut[3];

    LEMMA_NEW(t, 1);
    t->path = a->table;
    if (lemma_reader_shape(reader, a->table, &t->shape) != LEMMA_OK ||
        t->shape.rank == 0) {
        st = info_unknown_table(reader, a->table, a->file, err);
        goto out;
    }
    t->width = info_width(&t->shape);
    find_axes(reader, t);
    for (size_t i = 0; i < t->axis_count; i++)
        LEMMA_TRY(lemma_reader_all(reader, t->axis[i], &t->axis_rows[i], &axis));
    cut_rows(a, t->shape.dims[0], cut);
    if (a->json) {
        LEMMA_TRY(print_json(reader, t, cut));
        goto out;
    }
    print_header(t);
    LEMMA_TRY(each_row(reader, t, 0, cut[0], print_row, NULL));
    LEMMA_TRY(each_row(reader, t, cut[1], cut[2], print_row, NULL));
out:
    for (size_t i = 0; t && i < t->axis_count; i++)
        lemma_free(t->axis_rows[i]);
    lemma_free(t);
    return st;
}
