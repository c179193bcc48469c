#include <math.h>
#include <unistd.h>

#include "core/blas.h"
#include "probe/watched.h"
#include "record/reader.h"

/* The net that probes are created on, 8 x 2. */
static struct lemma_network *net;

static lemma_status create(const struct lemma_experiment *x,
                           struct lemma_probes **probes, struct lemma_error *err)
{
    static const struct lemma_dataset set = {.n = 8, .d_x = 5, .d = 1};

    return lemma_probes_create(x, &set, 2, net, probes, err);
}

static void probes_stand_in_the_experiment_s_order(void **state)
{
    struct watched w = watched_default();
    struct lemma_probes *p = NULL;
    struct lemma_error err = {""};

    (void) state;
    watched_probe(&w, "gradient", NULL);
    watched_probe(&w, "loss", "every", "3", NULL);
    check_ok(create(w.x, &p, &err), &err);
    assert_int_equal(lemma_probes_count(p), 2);
    assert_string_equal(lemma_probes_type(p, 0)->name, "gradient");
    assert_string_equal(lemma_probes_type(p, 1)->name, "loss");
    assert_true(lemma_probes_seconds(p, 1) == 0);
    assert_string_equal(lemma_probes_trouble(p), "");
    lemma_probes_destroy(p);
    lemma_probes_destroy(NULL);
    lemma_free(w.x);
}

static void check_refused(const char *name, const char *key, const char *value,
                          const char *part)
{
    struct watched w = watched_default();
    struct lemma_probes *p = NULL;
    struct lemma_error err = {""};

    watched_probe(&w, name, key, value, NULL);
    assert_int_equal(create(w.x, &p, &err), LEMMA_EINPUT);
    assert_null(p);
    check_contains(err.text, part);
    lemma_free(w.x);
}

static void what_is_wrong_is_named_with_file_and_line(void **state)
{
    (void) state;
    check_refused("gradientgap", NULL, NULL,
                  "case.yaml:7: probes.gradientgap: expected loss, ");
    check_refused("gradientgap", NULL, NULL,
                  "got \"gradientgap\"; did you mean \"gradient_gap\"?");
    check_refused("thermometer", NULL, NULL, "gradient_gap");
    check_refused("loss", "every", "2 steps",
                  "case.yaml:8: probes.loss.every: loss is observed once a round");
    check_refused(
        "activation", "averge", "true",
        "case.yaml:8: probes.activation.averge: activation has no such option; "
        "did you mean \"average\"?");
}

/* Steps of a table's rows must be `expected`, ended by SIZE_MAX. */
static void check_steps(const struct watched *w, const char *column,
                        const size_t *expected)
{
    const struct rows *r = watched_rows(w, column);
    size_t i = 0;

    for (; expected[i] != SIZE_MAX; i++) {
        assert_true(i < r->rows);
        assert_int_equal(r->step[i], expected[i]);
    }
    assert_int_equal(r->rows, i);
}

/* tau = 3, R = 3: steps 0..8. */
static void check_cadence(const char *name, const char *every, const char *column,
                          const size_t *expected)
{
    struct watched w = watched_default();

    w.no_moments = true;
    watched_probe(&w, name, "every", every, NULL);
    watched_run(&w, NULL);
    check_steps(&w, column, expected);
    watched_free(&w);
}

#define STEPS(...) ((const size_t[]){__VA_ARGS__, SIZE_MAX})

static void cadences_count_steps_or_rounds(void **state)
{
    (void) state;
    check_cadence("local_loss", "4 steps", "local", STEPS(0, 4, 8));
    check_cadence("local_loss", "4", "local", STEPS(0, 4, 8));
    check_cadence("local_loss", "2 rounds", "local", STEPS(0, 1, 2, 6, 7, 8));
    check_cadence("loss", "1", "server", STEPS(0, 3, 6, 9));
    check_cadence("loss", "2 rounds", "server", STEPS(0, 6, 9)); /* the end always */
    check_cadence("loss", "3", "server", STEPS(0, 9));
    check_cadence("deviation", "4 steps", "frobenius", STEPS(0, 4, 8));
    check_cadence("deviation", "4 steps", "at_averaging", STEPS(2, 5, 8));
    check_cadence("deviation", "2 rounds", "at_averaging", STEPS(2, 8));
}

/* A probe of one's own: keeps what it finds in its cells, then counts its events. */
struct own {
    size_t times, begins;
    bool found_missing;
};

static lemma_status own_begin(void *state, const struct lemma_dataset *set,
                              const struct lemma_event *ev, struct lemma_error *err)
{
    struct own *own = state;

    (void) err;
    assert_int_equal(ev->kind, LEMMA_ON_RUN_BEGIN);
    assert_int_equal(set->n, 14);
    own->begins++;
    return LEMMA_OK;
}

static lemma_status own_observe(void *state, const struct lemma_event *ev,
                                const struct lemma_cells *row)
{
    struct own *own = state;

    assert_int_equal(own->begins, 1);
    assert_int_equal(row->count, 4);
    assert_null(row->cells[2]); /* of another event */
    assert_null(row->cells[3]); /* switched off */
    for (size_t i = 0; i < 8; i++) {
        assert_true(isnan(lemma_f64(row, 0)[i]));
        assert_true(lemma_i64(row, 1)[i] == -1);
    }
    lemma_i64(row, 1)[0] = (int64_t) own->times++;
    lemma_f64(row, 0)[7] = (double) ev->step;
    return LEMMA_OK;
}

static bool own_has(const void *state, size_t column, const struct lemma_dataset *set,
                    const struct lemma_network *of)
{
    (void) state;
    (void) set;
    (void) of;
    return column != 3;
}

static const struct lemma_column own_columns[] = {
    {"reals", "K,L", LEMMA_F64, LEMMA_AXIS_STEP, "", "", "", ""},
    {"whole", "K,L", LEMMA_I64, LEMMA_AXIS_STEP, "", "", "", ""},
    {"late", "N,d", LEMMA_F64, LEMMA_AXIS_AVERAGING, "", "", "", ""},
    {"off", "", LEMMA_F64, LEMMA_AXIS_STEP, "", "", "", ""},
    {0}};

static const struct lemma_probe_type own_type = {
    .name = "own",
    .events = LEMMA_ON_STEP,
    .columns = own_columns,
    .state_size = sizeof(struct own),
    .has = own_has,
    .begin = own_begin,
    .observe = own_observe,
};

static void a_probe_of_one_s_own_is_watched_like_the_others(void **state)
{
    struct watched w = watched_default();

    (void) state;
    watched_probe(&w, "loss", NULL);
    watched_run(&w, &own_type);
    assert_int_equal(w.table_count, 4); /* two of the loss's, two of its own */
    for (size_t t = 0; t < 9; t++) {
        assert_true(watched_row(&w, "whole", t)[0] == (double) t);
        assert_true(watched_row(&w, "whole", t)[1] == -1);
        assert_true(watched_row(&w, "reals", t)[7] == (double) t);
        assert_true(isnan(watched_row(&w, "reals", t)[0]));
    }
    watched_free(&w);
}

/* Rows of a table that follows its cadence, and of one about whole rounds. */
static lemma_status write_step(void *state, const struct lemma_event *ev,
                               const struct lemma_cells *row)
{
    (void) state;
    if (row->cells[0])
        for (size_t i = 0; i < 28; i++)
            lemma_f64(row, 0)[i] = (double) ev->step;
    return LEMMA_OK;
}

static size_t twice(const void *state, const struct lemma_dataset *set)
{
    (void) state;
    return 2 * set->n;
}

static double bytes(const void *state, const struct lemma_dataset *set,
                    const struct lemma_network *of)
{
    (void) state;
    return (double) (set->n + of->d);
}

static void rows_of_rounds_and_of_cadences_stand_where_they_belong(void **state)
{
    static const unsigned events =
        LEMMA_ON_ROUND_BEGIN | LEMMA_ON_STEP | LEMMA_ON_AVERAGED | LEMMA_ON_RUN_END;
    struct lemma_column columns[] = {{"cell", "E", LEMMA_F64, 0, "", "", "", ""}, {0}};
    struct lemma_probe_type type = {.name = "type",
                                    .events = events,
                                    .columns = columns,
                                    .order = twice,
                                    .memory = bytes,
                                    .observe = write_step};

    (void) state;
    for (size_t k = 0; k < 2; k++) {
        struct watched w = watched_default(); /* 3 rounds of 3 steps, 14 samples */
        const struct rows *rows;

        columns[0].axis = k ? LEMMA_AXIS_MOVE : LEMMA_AXIS_CADENCE;
        watched_run(&w, &type);
        rows = watched_rows(&w, "cell");
        assert_int_equal(rows->count, 28);
        assert_int_equal(rows->rows, k ? 3 : 4);
        for (size_t r = 0; r < rows->rows; r++) {
            assert_int_equal(rows->step[r], 3 * r);
            assert_true(rows->cells[r * 28] == (double) (3 * r + (k ? 2 : 0)));
        }
        watched_free(&w);
    }
}

static void what_probes_will_need_is_told_before(void **state)
{
    struct lemma_column columns[] = {
        {"cell", "E", LEMMA_F64, LEMMA_AXIS_CADENCE, "", "", "", ""}, {0}};
    struct lemma_probe_type type = {.name = "type",
                                    .events = LEMMA_ON_STEP,
                                    .columns = columns,
                                    .order = twice,
                                    .memory = bytes};
    struct lemma_probe_type silent = type;
    struct lemma_scale none = {0};
    double rows;
    struct watched w = watched_default();
    struct lemma_probes *p = NULL;
    struct lemma_error err = {""};

    (void) state;
    check_ok(create(w.x, &p, &err), &err);
    silent.name = "silent";
    silent.memory = NULL;
    check_ok(lemma_probes_add(p, &silent, "2 steps", &err), &err);
    check_ok(lemma_probes_add(p, &type, "2 steps", &err), &err);
    rows = lemma_probes_cost(p, 0, &w.x->train, &none).bytes;
    assert_true(rows == 2 * 8 * sizeof(double)); /* an order of twice the 8 samples */
    assert_true(lemma_probes_cost(p, 1, &w.x->train, &none).bytes == 9 + rows);
    lemma_probes_destroy(p);
    lemma_free(w.x);
}

/* The plotted table of a record's group `gram`, whose spectrum is as the word says. */
static void check_signal(const char *spectrum, const char *expected)
{
    struct watched w = watched_default();
    struct lemma_probes *p = NULL;
    struct lemma_record *record = NULL;
    struct lemma_reader *reader = NULL;
    struct lemma_error err = {""};
    char path[256], *signal = NULL;

    watched_probe(&w, "gram", "spectrum", spectrum, NULL);
    check_ok(create(w.x, &p, &err), &err);
    check_ok(lemma_record_create(scratch_path(path, "signal.h5"), true, &record, &err),
             &err);
    check_ok(lemma_probes_declare(p, record), NULL);
    check_ok(lemma_record_start(record, &err), &err);
    check_ok(lemma_record_finish(record, "complete", 0, &err), &err);
    check_ok(lemma_reader_open(path, &reader, &err), &err);
    check_ok(lemma_reader_attr_text(reader, "gram", "signal", &signal), NULL);
    assert_string_equal(signal, expected);
    lemma_free(signal);
    lemma_reader_close(reader);
    lemma_record_destroy(record);
    lemma_probes_destroy(p);
    lemma_free(w.x);
    unlink(path);
}

static void a_group_is_plotted_by_a_table_that_it_has(void **state)
{
    (void) state;
    check_signal("full", "eigenvalues");
    check_signal("extremes", "lambda_min");
}

static void a_name_is_taken_once_and_a_run_has_64_probes(void **state)
{
    enum { MORE = LEMMA_PROBES_MAX };
    static struct lemma_probe_type types[MORE];
    static char names[MORE][LEMMA_WORD];
    struct watched w = watched_default();
    struct lemma_probes *p = NULL;
    struct lemma_error err = {""};

    (void) state;
    check_ok(create(w.x, &p, &err), &err);
    assert_int_equal(lemma_probes_add(p, &own_type, "5 epochs", &err), LEMMA_EINPUT);
    check_contains(err.text, "expected a cadence");
    check_ok(lemma_probes_add(p, &own_type, "5 rounds", &err), &err);
    assert_int_equal(lemma_probes_add(p, &own_type, NULL, &err), LEMMA_EINPUT);
    check_contains(err.text, "there is a probe \"own\" already");
    for (size_t i = 1; i < MORE; i++) {
        types[i] = own_type;
        snprintf(names[i], sizeof names[i], "own%zu", i);
        types[i].name = names[i];
        check_ok(lemma_probes_add(p, &types[i], NULL, &err), &err);
    }
    types[0] = own_type;
    types[0].name = "one_more";
    assert_int_equal(lemma_probes_add(p, &types[0], NULL, &err), LEMMA_EINPUT);
    check_contains(err.text, "at most 64 probes");
    lemma_probes_destroy(p);
    lemma_free(w.x);
}

static lemma_status failing_begin(void *state, const struct lemma_dataset *set,
                                  const struct lemma_event *ev, struct lemma_error *err)
{
    (void) state;
    (void) set;
    (void) ev;
    return lemma_fail(err, LEMMA_ENUMERIC, "the weather is bad");
}

static lemma_status failing_observe(void *state, const struct lemma_event *ev,
                                    const struct lemma_cells *row)
{
    (void) state;
    *lemma_f64(row, 0) = 1;
    return ev->step < 2 ? LEMMA_OK : LEMMA_EMEMORY;
}

static lemma_status count_row(void *context, const struct lemma_probe_type *type,
                              const struct lemma_column *column, size_t step,
                              size_t count, const void *cells)
{
    (void) type;
    (void) column;
    (void) step;
    (void) count;
    (void) cells;
    ++*(size_t *) context;
    return LEMMA_OK;
}

/* Runs the type alone on a run of 3 steps; rows that arrived, and the status. */
static lemma_status run_alone(const struct lemma_probe_type *type, size_t *rows,
                              char *text)
{
    struct watched w = watched_default();
    struct lemma_span span = {0, 8};
    struct lemma_partition partition = {1, &span};
    double inputs[40], targets[8];
    struct lemma_dataset set = {.n = 8,
                                .d_x = 5,
                                .d = 1,
                                .inputs = lemma_mat_of(inputs, 8, 5),
                                .targets = lemma_mat_of(targets, 8, 1)};
    struct lemma_trainer *trainer = NULL;
    struct lemma_probes *p = NULL;
    enum lemma_outcome outcome;
    size_t steps;
    lemma_status st;

    *rows = 0;
    draw_normals(1, inputs, 40);
    draw_normals(2, targets, 8);
    struct lemma_training training = {.net = net,
                                      .loss = lemma_loss_types[0],
                                      .set = &set,
                                      .partition = &partition,
                                      .config = &w.config,
                                      .eta = 0.01,
                                      .seed = 1};
    check_ok(lemma_trainer_create(&training, &trainer, NULL), NULL);
    check_ok(lemma_probes_create(w.x, &set, 1, net, &p, NULL), NULL);
    check_ok(lemma_probes_add(p, type, NULL, NULL), NULL);
    lemma_probes_sink(p, count_row, rows);
    check_ok(lemma_probes_watch(p, trainer), NULL);
    st = lemma_trainer_run(trainer, &outcome, &steps);
    snprintf(text, 64, "%.63s", lemma_probes_trouble(p));
    lemma_trainer_destroy(trainer);
    lemma_probes_destroy(p);
    lemma_free(w.x);
    return st;
}

static void a_failure_ends_the_run_and_its_row_is_not_written(void **state)
{
    static const struct lemma_column columns[] = {
        {"cell", "", LEMMA_F64, LEMMA_AXIS_STEP, "", "", "", ""}, {0}};
    struct lemma_probe_type type = {.name = "late",
                                    .events = LEMMA_ON_STEP,
                                    .columns = columns,
                                    .observe = failing_observe};
    char text[64];
    size_t rows;

    (void) state;
    assert_int_equal(run_alone(&type, &rows, text), LEMMA_EMEMORY);
    assert_int_equal(rows, 2);
    type.begin = failing_begin;
    assert_int_equal(run_alone(&type, &rows, text), LEMMA_ENUMERIC);
    assert_int_equal(rows, 0);
    assert_string_equal(text, "the weather is bad");
}

static int set_up(void **state)
{
    (void) state;
    lemma_blas_init();
    return lemma_network_create("deep-relu", 5, 1, 8, 2, &net, NULL) != LEMMA_OK;
}

static int tear_down(void **state)
{
    (void) state;
    lemma_network_destroy(net);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probes_stand_in_the_experiment_s_order),
        cmocka_unit_test(what_is_wrong_is_named_with_file_and_line),
        cmocka_unit_test(cadences_count_steps_or_rounds),
        cmocka_unit_test(a_probe_of_one_s_own_is_watched_like_the_others),
        cmocka_unit_test(rows_of_rounds_and_of_cadences_stand_where_they_belong),
        cmocka_unit_test(what_probes_will_need_is_told_before),
        cmocka_unit_test(a_group_is_plotted_by_a_table_that_it_has),
        cmocka_unit_test(a_name_is_taken_once_and_a_run_has_64_probes),
        cmocka_unit_test(a_failure_ends_the_run_and_its_row_is_not_written),
    };
    return cmocka_run_group_tests_name("probes", tests, set_up, tear_down);
}
