#include "info.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "core/alloc.h"
#include "headline.h"
#include "json.h"
#include "numbers.h"
#include "shown.h"
#include "tool.h"

static const char batches[] = "batches";

enum { CELL = 2 * NUMBER_ROOM + 4, PATH_ROOM = 512 };

/* What /run says of itself; texts are owned, NULL where they are missing. */
struct facts {
    char *status, *findings, *start_time, *end_time, *version, *kernel, *preset,
        *source, *algorithm, *seed, *keys, *search, /* keys: that change, of a sweep */
        *fit, *against, *verdict;                   /* of a fit */
    double m, depth, d_x, d, samples, phi, min_angle, eta, tau, rounds, clients, batch;
    double points;    /* of a sweep */
    double committed, /* rows with step < committed are whole; W(R) is at R tau */
        seconds, bytes;
    bool killed; /* not over, and nobody writes it */
    bool redone; /* a run goes on with it and has not come as far yet */
};

static char *text_of(struct lemma_reader *reader, const char *path)
{
    char *text = NULL;

    return lemma_reader_text(reader, path, &text) == LEMMA_OK ? text : NULL;
}

static char *attr_text(struct lemma_reader *reader, const char *path, const char *name)
{
    char *text = NULL;

    return lemma_reader_attr_text(reader, path, name, &text) == LEMMA_OK ? text : NULL;
}

static double attr_real(struct lemma_reader *reader, const char *path, const char *name)
{
    double x = NAN;

    return lemma_reader_attr_f64(reader, path, name, &x) == LEMMA_OK ? x : NAN;
}

static double scalar(struct lemma_reader *reader, const char *path)
{
    struct lemma_shape shape;
    double *values = NULL, x = NAN;

    if (lemma_reader_all(reader, path, &values, &shape) == LEMMA_OK && shape.rank == 0)
        x = values[0];
    lemma_free(values);
    return x;
}

static void read_facts(struct lemma_reader *reader, const char *file, struct facts *f)
{
    struct stat status;

    *f = (struct facts){
        .status = text_of(reader, "status"),
        .findings = text_of(reader, "findings"),
        .start_time = text_of(reader, "start_time"),
        .end_time = text_of(reader, "end_time"),
        .version = text_of(reader, "provenance/version"),
        .kernel = text_of(reader, "provenance/blas_kernel"),
        .preset = attr_text(reader, "network", "preset"),
        .source = attr_text(reader, "data", "source"),
        .algorithm = attr_text(reader, "train", "algorithm"),
        .seed = text_of(reader, "provenance/seed"),
        .keys = attr_text(reader, "sweep", "keys"),
        .search = attr_text(reader, "sweep", "search"),
        .fit = attr_text(reader, "fit", "of"),
        .against = attr_text(reader, "fit", "against"),
        .verdict = attr_text(reader, "fit", "verdict"),
        .points = attr_real(reader, "sweep", "points"),
        .m = attr_real(reader, "network", "m"),
        .depth = attr_real(reader, "network", "L"),
        .d_x = attr_real(reader, "network", "d_x"),
        .d = attr_real(reader, "network", "d"),
        .samples = attr_real(reader, "data", "samples"),
        .phi = attr_real(reader, "data", "phi"),
        .min_angle = attr_real(reader, "data", "min_angle"),
        .eta = attr_real(reader, "train", "eta"),
        .tau = attr_real(reader, "train", "tau"),
        .rounds = attr_real(reader, "train", "R"),
        .clients = attr_real(reader, "train", "K"),
        .batch = attr_real(reader, "train", "batch"),
        .committed = scalar(reader, "committed"),
        .seconds = scalar(reader, "provenance/seconds"),
        .bytes = stat(file, &status) == 0 ? (double) status.st_size : NAN,
    };
    bool written = lemma_record_has_writer(file);

    f->killed = f->status && strcmp(f->status, "running") == 0 && !written;
    f->redone = f->status && strcmp(f->status, "interrupted") == 0 && written;
}

static void free_facts(struct facts *f)
{
    char *texts[] = {f->findings, f->status, f->start_time, f->end_time,  f->version,
                     f->kernel,   f->preset, f->source,     f->algorithm, f->seed,
                     f->keys,     f->search, f->fit,        f->against,   f->verdict};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        lemma_free(texts[i]);
}

static const char *or_unknown(const char *text, char room[SHOWN_ROOM])
{
    return text && text[0] ? shown(text, room) : "unknown";
}

/* Numerical trouble, a line each. */
static void print_findings(const char *lines)
{
    const char *head = "  findings  ";

    for (size_t n; lines && *lines; lines += n + (lines[n] == '\n')) {
        n = strcspn(lines, "\n");
        fputs(head, stdout);
        shown_print(stdout, lines, n);
        putchar('\n');
        head = "            ";
    }
}

/* "network.width, seed" of lines. */
static void print_lines(const char *lines)
{
    for (size_t n; *lines; lines += n + (lines[n] == '\n')) {
        n = strcspn(lines, "\n");
        shown_print(stdout, lines, n);
        if (lines[n] && lines[n + 1])
            fputs(", ", stdout);
    }
    putchar('\n');
}

/* A sweep, and what changes in it. */
static void print_sweep(const char *file, const struct facts *f)
{
    char bytes[NUMBER_ROOM], room[3][SHOWN_ROOM];

    printf("%s: a sweep, %s, %s, lemma %s, written %s\n", file,
           or_unknown(f->status, room[0]), number_bytes(f->bytes, bytes),
           or_unknown(f->version, room[1]), or_unknown(f->start_time, room[2]));
    printf(
        "  points    %.0f of %.0f are finished, a row each; /run/records names their "
        "records\n  changes   ",
        f->committed, f->points);
    print_lines(f->keys);
    if (f->search)
        printf("  least     %s\n", shown(f->search, room[0]));
}

static void print_fit(const char *file, const struct facts *f)
{
    char room[3][SHOWN_ROOM];

    printf("%s: a fit, lemma %s, written %s\n  of        %s\n  against   ", file,
           or_unknown(f->version, room[0]), or_unknown(f->start_time, room[1]),
           shown(f->fit, room[2]));
    print_lines(f->against ? f->against : "");
    printf("  verdict   %s\n", or_unknown(f->verdict, room[0]));
}

/* How a run, or a study of the kernel, went. */
static void print_course(const char *file, const struct facts *f)
{
    char a[NUMBER_ROOM], b[NUMBER_ROOM], room[4][SHOWN_ROOM];

    printf("%s: %s, %s, lemma %s, seed %s, started %s, %s\n", file,
           or_unknown(f->status, room[0]), number_bytes(f->bytes, a),
           or_unknown(f->version, room[1]), or_unknown(f->seed, room[2]),
           or_unknown(f->start_time, room[3]),
           isnan(f->seconds) ? "not over" : number_duration(f->seconds, b));
    if (f->killed)
        printf(
            "  killed    no process here is writing it (unless its lock is not seen); "
            "lemma run --resume %s goes on\n",
            file);
    if (f->redone)
        printf("  going on  a run goes on with it, and has not come as far yet\n");
}

/* What ran, and how far it came. */
static void print_run(const struct facts *f)
{
    double steps = f->tau * f->rounds;
    char room[SHOWN_ROOM];

    printf("  network   %s: m = %.0f, L = %.0f, d_x = %.0f, d = %.0f\n",
           or_unknown(f->preset, room), f->m, f->depth, f->d_x, f->d);
    printf("  data      %s\n", or_unknown(f->source, room));
    printf("            N = %.0f, phi = %.4g, smallest angle %.4g\n", f->samples,
           f->phi, f->min_angle);
    if (!f->algorithm) { /* `lemma gram` trains nothing */
        printf("  training  none; %.0f rows are whole\n", f->committed);
        return;
    }
    printf("  training  %s: K = %.0f, tau = %.0f, R = %.0f, eta = %.4g",
           or_unknown(f->algorithm, room), f->clients, f->tau, f->rounds, f->eta);
    if (f->batch > 0)
        printf(", B = %.0f", f->batch);
    printf("\n            %.0f of %.0f steps are whole, %.0f of %.0f rows of rounds\n",
           fmin(f->committed, steps), steps, ceil(f->committed / f->tau),
           f->rounds + 1);
    print_findings(f->findings);
}

/* file: as it is shown. */
static void print_facts(const char *file, const struct facts *f)
{
    if (f->keys) {
        print_sweep(file, f);
    } else if (f->fit) {
        print_fit(file, f);
    } else {
        print_course(file, f);
        print_run(f);
    }
}

/* "0.5" or "0.1 .. 0.9" over the numbers of a row; NaN and missing entries do not
 * count. */
static void describe_row(const double *cells, size_t width, enum lemma_type type,
                         char buffer[CELL])
{
    double low = INFINITY, high = -INFINITY;
    char a[NUMBER_ROOM], b[NUMBER_ROOM];

    for (size_t i = 0; i < width; i++) {
        bool missing = isnan(cells[i]) || (type != LEMMA_F64 && cells[i] == -1);
        low = !missing && cells[i] < low ? cells[i] : low;
        high = !missing && cells[i] > high ? cells[i] : high;
    }
    number_real(low, a);
    number_real(high, b);
    if (!(low <= high))
        snprintf(buffer, CELL, "-");
    else if (strcmp(a, b) == 0)
        snprintf(buffer, CELL, "%s", a);
    else
        snprintf(buffer, CELL, "%s .. %s", a, b);
}

static void describe_shape(const struct lemma_shape *s, char *buffer, size_t size)
{
    size_t used = 0;

    buffer[0] = '\0';
    for (size_t i = 0; i < s->rank && used < size; i++)
        used += (size_t) snprintf(buffer + used, size - used, i ? " x %zu" : "%zu",
                                  s->dims[i]);
}

struct table_lines {
    char shape[64], first[CELL], last[CELL];
};

static lemma_status describe_table(struct lemma_reader *reader, const char *path,
                                   struct table_lines *lines)
{
    lemma_status st = LEMMA_OK;
    struct lemma_shape shape;
    double *cells = NULL;
    size_t width = 0;

    *lines = (struct table_lines){.first = "-", .last = "-"};
    LEMMA_TRY(lemma_reader_shape(reader, path, &shape));
    describe_shape(&shape, lines->shape, sizeof lines->shape);
    if (shape.rank == 0 || shape.dims[0] == 0)
        goto out;
    width = info_width(&shape);
    LEMMA_NEW(cells, width);
    LEMMA_TRY(lemma_reader_rows(reader, path, 0, 1, cells));
    describe_row(cells, width, shape.type, lines->first);
    LEMMA_TRY(lemma_reader_rows(reader, path, shape.dims[0] - 1, 1, cells));
    describe_row(cells, width, shape.type, lines->last);
out:
    lemma_free(cells);
    return st;
}

static lemma_status print_table(struct lemma_reader *reader, const char *file,
                                const char *path, struct lemma_error *err)
{
    struct table_lines lines;
    char name[SHOWN_ROOM];
    lemma_status st = describe_table(reader, path, &lines);

    if (st != LEMMA_OK)
        return info_unreadable(st, file, path, err);
    printf("  %-32s %-16s %-22s %s\n", shown(path, name), lines.shape, lines.first,
           lines.last);
    return st;
}

/* The samples of each step stand beside the groups, where they are recorded. */
static bool has_batches(struct lemma_reader *reader, struct lemma_shape *shape)
{
    return lemma_reader_shape(reader, batches, shape) == LEMMA_OK;
}

static lemma_status print_tables(struct lemma_reader *reader, const char *file,
                                 struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    const char *const *groups = NULL, *const *tables = NULL;
    size_t group_count = 0, count = 0;
    char path[PATH_ROOM];
    struct lemma_shape shape;

    printf("\n  %-32s %-16s %-22s %s\n", "table", "rows x ...", "first row",
           "last row");
    LEMMA_TRY(lemma_reader_groups(reader, &groups, &group_count));
    for (size_t g = 0; g < group_count; g++) {
        LEMMA_TRY(lemma_reader_tables(reader, groups[g], &tables, &count));
        for (size_t i = 0; i < count; i++) {
            if (info_is_axis(tables[i], tables, count))
                continue;
            snprintf(path, sizeof path, "%s/%s", groups[g], tables[i]);
            LEMMA_TRY(print_table(reader, file, path, err));
        }
    }
    if (has_batches(reader, &shape))
        LEMMA_TRY(print_table(reader, file, batches, err));
out:
    return st;
}

static void print_headlines(const struct headlines *h)
{
    char value[NUMBER_ROOM];

    if (h->count)
        putchar('\n');
    for (size_t i = 0; i < h->count; i++)
        printf("  %-26s  %10s   %s\n", h->list[i].title,
               number_real(h->list[i].value, value), h->list[i].meaning);
}

static void json_facts(struct json *j, const char *file, const struct facts *f)
{
    json_text(j, "record", file);
    json_text(j, "status", f->status);
    json_bool(j, "killed", f->killed);
    json_text(j, "findings", f->findings ? f->findings : "");
    json_text(j, "start_time", f->start_time);
    json_text(j, "end_time", f->end_time);
    json_text(j, "version", f->version);
    json_text(j, "blas_kernel", f->kernel);
    json_text(j, "preset", f->preset);
    json_text(j, "data", f->source);
    json_text(j, "algorithm", f->algorithm);
    json_real(j, "m", f->m);
    json_real(j, "L", f->depth);
    json_real(j, "d_x", f->d_x);
    json_real(j, "d", f->d);
    json_real(j, "N", f->samples);
    json_real(j, "phi", f->phi);
    json_real(j, "min_angle", f->min_angle);
    json_real(j, "K", f->clients);
    json_real(j, "tau", f->tau);
    json_real(j, "R", f->rounds);
    json_real(j, "eta", f->eta);
    json_real(j, "batch", f->batch);
    if (f->seed)
        json_count(j, "seed", strtoll(f->seed, NULL, 10));
    json_real(j, "committed", f->committed);
    json_real(j, "seconds", f->seconds);
}

static void json_shape(struct json *j, const char *path, const struct lemma_shape *s)
{
    json_array(j, path);
    for (size_t d = 0; d < s->rank; d++)
        json_count(j, NULL, (int64_t) s->dims[d]);
    json_close(j, ']');
}

static lemma_status json_tables(struct json *j, struct lemma_reader *reader,
                                const char *file, struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    const char *const *groups = NULL, *const *tables = NULL;
    size_t group_count = 0, count = 0;
    char path[PATH_ROOM];
    struct lemma_shape shape;

    json_object(j, "tables");
    LEMMA_TRY(lemma_reader_groups(reader, &groups, &group_count));
    for (size_t g = 0; g < group_count; g++) {
        LEMMA_TRY(lemma_reader_tables(reader, groups[g], &tables, &count));
        for (size_t i = 0; i < count; i++) {
            snprintf(path, sizeof path, "%s/%s", groups[g], tables[i]);
            st = lemma_reader_shape(reader, path, &shape);
            if (st != LEMMA_OK)
                return info_unreadable(st, file, path, err);
            json_shape(j, path, &shape);
        }
    }
    if (has_batches(reader, &shape))
        json_shape(j, batches, &shape);
    json_close(j, '}');
out:
    return st;
}

static lemma_status print_json(struct lemma_reader *reader, const char *file,
                               const struct facts *f, const struct headlines *h,
                               struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    struct json j = {0};

    LEMMA_TRY(json_keep(&j));
    json_object(&j, NULL);
    json_facts(&j, file, f);
    json_object(&j, "headlines");
    for (size_t i = 0; i < h->count; i++)
        json_real(&j, h->list[i].name, h->list[i].value);
    json_close(&j, '}');
    LEMMA_TRY(json_tables(&j, reader, file, err));
    json_close(&j, '}');
out:
    return json_end(&j, st);
}

lemma_status info_overview(struct lemma_reader *reader, const struct info_request *a,
                           struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    struct facts facts;
    struct headlines h = {0};
    char name[SHOWN_ROOM];

    read_facts(reader, a->file, &facts);
    LEMMA_TRY(lemma_reader_check_committed(reader, a->file, err));
    LEMMA_TRY(headlines_read(reader, &h));
    if (a->json) {
        LEMMA_TRY(print_json(reader, a->file, &facts, &h, err));
        goto out;
    }
    print_facts(shown(a->file, name), &facts);
    print_headlines(&h);
    LEMMA_TRY(print_tables(reader, a->file, err));
    if (facts.algorithm)
        printf("\nMore: lemma info %s loss/server, lemma explain loss\n", name);
    else
        printf("\nMore: lemma info %s %s\n", name,
               facts.keys  ? "sweep/m"
               : facts.fit ? "fit/mean"
                           : "initial_gram/lambda_min");
out:
    free_facts(&facts);
    if (st != LEMMA_OK && err->text[0] == '\0')
        lemma_fail(err, st, "%s: a table could not be read", a->file);
    return st;
}
