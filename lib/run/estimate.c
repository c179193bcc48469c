#include "run/estimate.h"

#include <errno.h>
#include <libgen.h>
#include <math.h>
#include <omp.h>
#include <string.h>
#include <unistd.h>

#include "core/alloc.h"
#include "core/blas.h"
#include "run/declare.h"
#include "run/room.h"

/* Measured (tests/whole/test_estimate.c holds the files to it): a record of no rows
 * without its longer texts, a constant array's header, what a group of more than
 * FEW_LINKS has, and for each of them, what the first table costs beside its own, a
 * table's header with its attributes, a chunk's place in its index. And what a file
 * may have more or less, by where HDF5's blocks happen to end. */
static const double HEAD_BYTES = 20e3, ARRAY_BYTES = 320, GROUP_BYTES = 1500,
                    LINK_BYTES = 40, ROWS_BYTES = 5500, TABLE_BYTES = 1330,
                    PLACE_BYTES = 54, GAP_BYTES = 5000;
enum { FEW_LINKS = 8 };
/* Of the look at a pair's inner product: geometry.c. */
static const double PAIR_FLOPS = 10;
/* What shuffle and deflate leave of reals and of whole numbers: as usual, fitted to one
 * soak's file, and a margin below what was seen. */
static const double USUAL_LEFT[] = {0.6, 0.05}, LEAST_LEFT[] = {0.2, 0.01};
/* Beside what is counted: the program, HDF5's caches, each thread's stack. */
static const double PROGRAM_BYTES = 24e6;

/* ---- the record's tables ---- */

struct tables {
    double flushes; /* in the run; 0: not known */
    double rows, buffers, most, least, likely, count;
};

/* A chunk that takes longer than a flush to fill is written plain; of the others, those
 * that a flush meets. */
static void add_table(struct tables *t, enum lemma_type type, double cells, double rows,
                      double usual_left)
{
    double row = cells * (type == LEMMA_I32 ? 4 : 8);
    double chunk_rows =
        row < (double) UINT32_MAX ? (double) lemma_record_chunk_rows((size_t) row) : 1;
    double chunks = ceil(rows / chunk_rows), chunk = chunk_rows * row;
    double met = fmin(chunks, t->flushes);
    size_t kind = type == LEMMA_F64 ? 0 : 1;

    t->count++;
    t->rows += rows;
    t->buffers += chunk;
    t->most += chunks * (chunk + PLACE_BYTES);
    t->least += LEAST_LEFT[kind] * row * rows;
    t->likely += chunks * PLACE_BYTES + met * chunk +
                 usual_left * fmax(rows * row - met * chunk, 0);
}

static void see_rows(void *context, const struct lemma_rows *rows)
{
    add_table(context, rows->type, rows->cells, rows->rows,
              USUAL_LEFT[rows->type == LEMMA_F64 ? 0 : 1]);
}

/* Numbers of samples in no order: their bits are left, of the 32 that each has. */
static void add_batches(struct tables *tables, const struct lemma_training *training)
{
    const struct lemma_train_config *t = training->config;
    double widest = 0, K = (double) training->partition->clients;

    for (size_t c = 0; c < training->partition->clients; c++)
        widest = fmax(widest, (double) lemma_batch_rows(
                                  t->batch, training->partition->spans[c].count));
    add_table(tables, LEMMA_I32, widest * K,
              (double) t->rounds * (double) t->local_steps,
              fmax(1.05 / 32 * log2((double) training->set->n), USUAL_LEFT[1]));
}

/* A group of so many arrays, beside what they hold. */
static double group_bytes(double arrays)
{
    return ARRAY_BYTES * arrays +
           (arrays > FEW_LINKS ? GROUP_BYTES + LINK_BYTES * arrays : 0);
}

/* Constant arrays: samples and weights, where the record keeps them. */
static double stored_bytes(const struct lemma_experiment *x,
                           const struct lemma_dataset *set,
                           const struct lemma_network *net)
{
    double N = (double) set->n, inputs = 8 * N * (double) set->d_x;
    double model = 8 * (double) lemma_network_parameters(net);
    double fixed = 8 * ((double) net->output.in * (double) net->output.out +
                        (double) net->input.in * (double) net->input.out);
    double arrays = (double) net->L + (net->input.out > 0 ? 2 : 1);
    double bytes = 12 * N + 4 * (double) net->L;
    const char *weights = x->record.weights;
    bool final = lemma_stores(weights, model);

    if (lemma_stores(x->record.data, inputs))
        bytes += inputs + 8 * N * (double) set->d + group_bytes(2);
    if (set->label)
        bytes += 4 * N + group_bytes(2);
    if (final || strcmp(weights, "initial") == 0)
        bytes += model + fixed + group_bytes(arrays);
    if (final)
        bytes += model + fixed + group_bytes(arrays + 1);
    return bytes;
}

/* Of the texts that a record has and that are as long as the user made them. */
static lemma_status text_bytes(const struct lemma_experiment *x,
                               const struct lemma_run_options *o, double *bytes)
{
    char *text = NULL;
    lemma_status st = lemma_experiment_print(x, &text);

    if (st == LEMMA_OK)
        *bytes =
            (double) (strlen(text) + (o->config_source ? strlen(o->config_source) : 0) +
                      (o->command_line ? strlen(o->command_line) : 0));
    lemma_free(text);
    return st;
}

/* Of running time (0: not known), and those that come before checkpoints. */
static double flushes(const struct lemma_experiment *x, double seconds)
{
    double count = floor(seconds / LEMMA_FLUSH_SECONDS);
    struct lemma_every every;

    if (seconds > 0 && lemma_every_read(x->run.checkpoint, &every) && every.rounds &&
        every.n > 0)
        count += floor((double) (x->train.rounds - 1) / (double) every.n);
    return count;
}

static lemma_status count_record(const struct lemma_experiment *x,
                                 const struct lemma_training *training,
                                 const struct lemma_probes *probes,
                                 const struct lemma_run_options *o,
                                 struct lemma_estimate *e)
{
    const struct lemma_train_config *t = training->config;
    struct tables tables = {.flushes = flushes(x, e->seconds)};
    double texts = 0, stored;
    lemma_status st = text_bytes(x, o, &texts);

    LEMMA_TRY(st);
    lemma_probes_rows(probes, t, see_rows, &tables);
    if (x->record.batches && t->batch > 0)
        add_batches(&tables, training);
    stored = HEAD_BYTES + texts + stored_bytes(x, training->set, training->net) +
             TABLE_BYTES * tables.count + (tables.count > 0 ? ROWS_BYTES : 0);
    e->tables = tables.count;
    e->rows = tables.rows;
    e->buffers = tables.buffers;
    e->record_most = stored + GAP_BYTES + tables.most;
    e->record_least = stored - GAP_BYTES + tables.least;
    e->record_likely = stored + tables.likely;
out:
    return st;
}

/* ---- all of it ---- */

static struct lemma_scale scale_of(const struct lemma_training *t)
{
    struct lemma_scale z = {.N = (double) t->set->n,
                            .K = (double) t->partition->clients,
                            .L = (double) t->net->L,
                            .d = (double) t->net->d,
                            .tau = (double) t->config->local_steps,
                            .test = (double) t->set->test_n,
                            .full = t->config->batch == 0};

    for (size_t c = 0; c < t->partition->clients; c++) {
        size_t count = t->partition->spans[c].count;
        double n = (double) count;

        z.rows += (double) lemma_batch_rows(t->config->batch, count);
        z.square += n * n;
        z.cube += n * n * n;
    }
    for (size_t l = 0; l < t->net->L; l++) {
        double in = (double) t->net->layers[l].in, out = (double) t->net->layers[l].out;

        z.weights += in * out;
        z.first = l == 0 ? in * out : z.first;
        z.sides += in + out;
        z.units += out;
        z.words += ceil(out / 64);
    }
    return z;
}

static void count_probes(const struct lemma_training *training,
                         const struct lemma_probes *probes, struct lemma_estimate *e)
{
    struct lemma_scale z = scale_of(training);

    e->probe_count = lemma_probes_count(probes);
    e->pass_flops = lemma_probes_passes(probes, training->config, &z);
    e->flops = e->preparation_flops + e->training_flops + e->pass_flops;
    for (size_t i = 0; i < e->probe_count; i++) {
        e->probe[i] = (struct lemma_estimate_probe){
            lemma_probes_type(probes, i)->name,
            lemma_probes_cost(probes, i, training->config, &z)};
        e->memory += e->probe[i].cost.bytes;
        e->flops += e->probe[i].cost.flops;
        e->checkpoint += e->probe[i].cost.lasting;
    }
}

/* The distances of all pairs (lib/data/geometry.c), by products and a look at each;
 * data that are kept apart are screened by products before. */
static void count_preparation(const struct lemma_experiment *x,
                              const struct lemma_training *t, struct lemma_estimate *e)
{
    double N = (double) e->N, d_x = (double) e->d_x;
    bool made_up = strcmp(x->data.kind, "sphere") == 0;

    e->pairs = N * (N - 1) / 2;
    e->normals = N * d_x * made_up + (double) lemma_network_parameters(t->net);
    e->preparation_flops = e->pairs * (2 * d_x + PAIR_FLOPS);
    if (made_up && x->data.separation > 0)
        e->preparation_flops += e->pairs * (2 * d_x + 1);
}

lemma_status lemma_estimate_count(const struct lemma_experiment *x,
                                  const struct lemma_training *training,
                                  const struct lemma_probes *probes,
                                  const struct lemma_run_options *o,
                                  struct lemma_estimate *e)
{
    const struct lemma_dataset *set = training->set;
    const struct lemma_network *net = training->net;
    struct lemma_every every;
    size_t bytes;
    lemma_status st = LEMMA_OK;

    *e = (struct lemma_estimate){.N = set->n,
                                 .K = training->partition->clients,
                                 .m = net->m,
                                 .L = net->L,
                                 .d_x = set->d_x,
                                 .d = set->d,
                                 .test = set->test_n};
    e->training = lemma_trainer_memory(training, &bytes) ? (double) bytes : INFINITY;
    e->data = 8 * ((double) set->n + (double) set->test_n) *
              ((double) set->d_x + (double) set->d);
    e->training_flops =
        (double) training->config->rounds * lemma_trainer_flops(training);
    e->checkpoint = 8 * (double) lemma_network_parameters(net) + LEMMA_FINDINGS_ROOM;
    count_preparation(x, training, e);
    count_probes(training, probes, e);
    LEMMA_TRY(count_record(x, training, probes, o, e));
    e->checkpoint += 8 * e->tables;
    if (!lemma_every_read(x->run.checkpoint, &every) || every.n == 0)
        e->checkpoint = 0;
    e->memory += PROGRAM_BYTES + e->training + e->data + (o->output ? e->buffers : 0);
    e->memory_here = lemma_run_room(o->comm);
    e->disk = e->disk_here = NAN;
    if (o->output) {
        e->disk = e->record_least + 2 * e->checkpoint;
        e->disk_here = lemma_room_disk(o->output);
    }
out:
    return st;
}

/* ---- time ---- */

enum { SIDE = 192 };

/* Flops a second of products: the best of one thread's, which neither a first touch nor
 * a pause slows, as often as there are threads. */
static lemma_status measure_rate(double *rate)
{
    lemma_mat a = {0}, b = {0}, c = {0};
    double begun = lemma_run_now(), best = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_mat_create(SIDE, SIDE, &a));
    LEMMA_TRY(lemma_mat_create(SIDE, SIDE, &b));
    LEMMA_TRY(lemma_mat_create(SIDE, SIDE, &c));
    while (lemma_run_now() - begun < 0.08) {
        double start = lemma_run_now();

        lemma_gemm(LEMMA_N, LEMMA_T, 1, lemma_const(a), lemma_const(b), 0, c);
        best = fmax(best, 2.0 * SIDE * SIDE * SIDE / (lemma_run_now() - start));
    }
    *rate = best * (double) omp_get_max_threads();
out:
    lemma_free(a.a);
    lemma_free(b.a);
    lemma_free(c.a);
    return st;
}

/* A guess, fitted to the quick start alone (0.8 of its time): the products' share of
 * their speed, and what a row and a layer's step take that is no product. A pair of
 * samples and a normal number measured alone, the first by all threads. */
static const double EFFICIENCY = 0.7, STEP_SECONDS = 20e-6, ROW_SECONDS = 3e-6,
                    PAIR_SECONDS = 2.5e-9, NORMAL_SECONDS = 20e-9;

static lemma_status guess_time(const struct lemma_train_config *t,
                               struct lemma_estimate *e)
{
    double steps = (double) t->rounds * (double) t->local_steps;
    lemma_status st = measure_rate(&e->flops_rate);

    e->seconds = e->flops / (EFFICIENCY * e->flops_rate) + ROW_SECONDS * e->rows +
                 STEP_SECONDS * steps * (double) e->L +
                 PAIR_SECONDS * e->pairs / omp_get_max_threads() +
                 NORMAL_SECONDS * e->normals;
    return st;
}

/* ---- from the experiment ---- */

struct sizes {
    size_t n, test, d_x, d, K;
};

/* Sizes alone, the clients' as equal as can be. */
static lemma_status make_sizes(const struct sizes *z, struct lemma_dataset **set,
                               struct lemma_partition **partition)
{
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(*set, 1);
    (*set)->n = z->n;
    (*set)->d_x = z->d_x;
    (*set)->d = z->d;
    (*set)->test_n = z->test;
    LEMMA_NEW(*partition, 1);
    LEMMA_NEW((*partition)->spans, z->K);
    (*partition)->clients = z->K;
    for (size_t c = 0; c < z->K; c++)
        (*partition)->spans[c].count = z->n / z->K + (c < z->n % z->K);
out:
    return st;
}

/* Of data that are made up, the sizes; of files, what is in them. */
static lemma_status find_data(const struct lemma_experiment *x,
                              struct lemma_dataset **set,
                              struct lemma_partition **partition,
                              struct lemma_error *err)
{
    const struct lemma_data_config *c = &x->data;
    struct sizes z = {c->samples, c->test_samples, c->dimension, c->targets.outputs,
                      x->partition.clients};
    lemma_status st = LEMMA_OK;

    if (strcmp(c->kind, "sphere") != 0) {
        LEMMA_TRY(lemma_dataset_load(x, set, err));
        return lemma_partition_create(x, *set, partition, err);
    }
    LEMMA_TRY(lemma_dataset_check(x, err));
    LEMMA_TRY(lemma_partition_check(x, z.n, err));
    LEMMA_TRY(make_sizes(&z, set, partition));
out:
    return st;
}

/* Counts with what the network and the probes are on such data. */
static lemma_status count_on(const struct lemma_experiment *x,
                             const struct lemma_dataset *set,
                             const struct lemma_partition *partition,
                             const struct lemma_run_options *o, bool timed,
                             struct lemma_estimate *e, struct lemma_error *err)
{
    struct lemma_network *net = NULL;
    struct lemma_probes *probes = NULL;
    struct lemma_training training;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_run_make_network(x, set, &net, err));
    LEMMA_TRY(lemma_probes_create(x, set, partition->clients, net, &probes, err));
    training = (struct lemma_training){
        .net = net, .set = set, .partition = partition, .config = &x->train};
    LEMMA_TRY(lemma_estimate_count(x, &training, probes, o, e));
    if (timed) {
        LEMMA_TRY(guess_time(&x->train, e));
        LEMMA_TRY(count_record(x, &training, probes, o, e));
    }
out:
    lemma_probes_destroy(probes);
    lemma_network_destroy(net);
    return st;
}

static lemma_status count_all(const struct lemma_experiment *x,
                              const struct lemma_run_options *o, bool timed,
                              struct lemma_estimate *e, struct lemma_error *err)
{
    struct lemma_dataset *set = NULL;
    struct lemma_partition *partition = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(find_data(x, &set, &partition, err));
    LEMMA_REQUIRE(set && partition);
    LEMMA_TRY(count_on(x, set, partition, o, timed, e, err));
out:
    if (st == LEMMA_EMEMORY && err->text[0] == '\0')
        lemma_fail(err, st, "not enough memory for the rows of this experiment alone");
    lemma_partition_destroy(partition);
    lemma_dataset_destroy(set);
    return st;
}

static lemma_status check_folder(const char *output, struct lemma_error *err)
{
    char *copy = lemma_strdup(output);
    lemma_status st = copy ? LEMMA_OK : LEMMA_EMEMORY;

    if (copy && access(dirname(copy), W_OK | X_OK) != 0)
        st = lemma_fail(err, LEMMA_EIO, "%s: cannot be made: %s", output,
                        strerror(errno));
    lemma_free(copy);
    return st;
}

/* Layers are counted one by one. */
enum { MOST_LAYERS = 1000000 };

lemma_status lemma_run_estimate(const struct lemma_experiment *x,
                                const struct lemma_run_options *o,
                                struct lemma_estimate *e, struct lemma_error *err)
{
    struct lemma_error of_run = {""};
    lemma_status st = LEMMA_OK, run;

    LEMMA_TRY(lemma_run_check_limit(err));
    if (o->output)
        LEMMA_TRY(check_folder(o->output, err));
    run = lemma_run_check_sizes(x, &of_run);
    if (run == LEMMA_OK ||
        (x->network.depth <= MOST_LAYERS && lemma_run_check_work(x, err) == LEMMA_OK))
        st = count_all(x, o, true, e, err);
    else
        st = run;
    if (st != LEMMA_OK && run != LEMMA_OK)
        st = lemma_fail(err, run, "%s", of_run.text);
out:
    return st;
}

lemma_status lemma_estimate_check_ahead(const struct lemma_experiment *x,
                                        const struct lemma_run_options *o,
                                        struct lemma_error *err)
{
    struct lemma_estimate *e = NULL;
    lemma_status st = LEMMA_OK;

    if (strcmp(x->data.kind, "sphere") != 0)
        return LEMMA_OK;
    LEMMA_NEW(e, 1);
    LEMMA_TRY(count_all(x, o, false, e, err));
    st = lemma_estimate_check_memory(x, e, err);
out:
    lemma_free(e);
    return st;
}

/* ---- what is too much ---- */

/* The memory of such a run; infinite where it is none. */
static lemma_status memory_of(const struct lemma_experiment *x, const struct sizes *z,
                              struct lemma_estimate *e)
{
    struct lemma_run_options none = {0};
    struct lemma_dataset *set = NULL;
    struct lemma_partition *partition = NULL;
    struct lemma_error why = {""};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(make_sizes(z, &set, &partition));
    st = count_on(x, set, partition, &none, false, e, &why);
    if (st == LEMMA_EINPUT) {
        e->memory = INFINITY;
        st = LEMMA_OK;
    }
out:
    lemma_partition_destroy(partition);
    lemma_dataset_destroy(set);
    return st;
}

/* The size that, were it the least there is, would save most. */
static lemma_status find_largest(const struct lemma_experiment *x,
                                 const struct lemma_estimate *e, const char **key)
{
    struct sizes z = {e->N, e->test, e->d_x, e->d, e->K};
    struct lemma_experiment *y = NULL;
    struct lemma_estimate *other = NULL;
    double least = INFINITY;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(y, 1);
    LEMMA_NEW(other, 1);
    *y = *x;
    const struct {
        const char *key;
        size_t *size, least;
    } sizes[] = {
        {"network.width", &y->network.width, 1},
        {"network.depth", &y->network.depth, 1},
        {"train.local_steps", &y->train.local_steps, 1},
        {"partition.clients", &z.K, 1},
        {"data.samples", &z.n, z.K},
        {"data.test_samples", &z.test, 0},
        {"data.dimension", &z.d_x, 1},
        {"data.targets.outputs", &z.d, 1},
    };
    size_t count = strcmp(x->data.kind, "sphere") == 0 ? 8 : 6;

    for (size_t i = 0; i < count; i++) {
        size_t kept = *sizes[i].size;

        *sizes[i].size = sizes[i].least;
        LEMMA_TRY(memory_of(y, &z, other));
        *sizes[i].size = kept;
        if (other->memory < least)
            *key = sizes[i].key;
        least = fmin(least, other->memory);
    }
out:
    lemma_free(other);
    lemma_free(y);
    return st;
}

lemma_status lemma_estimate_check_memory(const struct lemma_experiment *x,
                                         const struct lemma_estimate *e,
                                         struct lemma_error *err)
{
    const struct lemma_estimate_probe *largest = NULL;
    const char *key = "network.width";
    double probes = 0;
    lemma_status st = LEMMA_OK;

    if (e->memory <= e->memory_here)
        return LEMMA_OK;
    for (size_t i = 0; i < e->probe_count; i++) {
        probes += e->probe[i].cost.bytes;
        if (!largest || e->probe[i].cost.bytes > largest->cost.bytes)
            largest = &e->probe[i];
    }
    LEMMA_TRY(find_largest(x, e, &key));
    if (largest && probes > e->training + e->data)
        lemma_experiment_fail(
            x, key, err,
            "expected probes that fit the %.3g GB of memory here beside training's "
            "%.3g GB, got some of %.4g GB, %.4g GB of them %s's; fewer samples, fewer "
            "kernel probes, or kernel: mean in their options help; --force tries it",
            1e-9 * e->memory_here, 1e-9 * (e->training + e->data), 1e-9 * probes,
            1e-9 * largest->cost.bytes, largest->name);
    else
        lemma_experiment_fail(
            x, key, err,
            "expected a run that fits the %.3g GB of memory here, got one that needs "
            "%.4g GB; less of this helps most; --force tries it",
            1e-9 * e->memory_here, 1e-9 * e->memory);
    st = LEMMA_EMEMORY;
out:
    return st;
}

lemma_status lemma_estimate_check_disk(const struct lemma_estimate *e,
                                       struct lemma_error *err)
{
    if (!(e->disk > e->disk_here))
        return LEMMA_OK;
    return lemma_fail(
        err, LEMMA_EIO,
        "the record needs at least %.3g MB with its checkpoints, and "
        "%.3g MB are free where it would lie: fewer rounds (train.rounds), "
        "or probes that look less often (every) help; --force tries it",
        1e-6 * e->disk, 1e-6 * e->disk_here);
}
