#include "run/declare.h"

#include <gsl/gsl_version.h>
#include <hdf5.h>
#include <omp.h>
#include <string.h>
#include <yaml.h>
#include <zlib.h>

#include "core/alloc.h"
#include "core/blas.h"
#include "lemma_build.h"
#include "lemma_revision.h"

/* Stored by default while it is at most this many bytes. */
enum { STORED_BYTES = 32 << 20 };

/* The CPU's name as the system tells it. */
static void host_cpu(char *out, size_t size)
{
    FILE *f = fopen("/proc/cpuinfo", "r");
    char line[512];

    snprintf(out, size, "unknown");
    while (f && fgets(line, sizeof line, f)) {
        char *colon = strchr(line, ':');

        if (colon && strncmp(line, "model name", 10) == 0) {
            snprintf(out, size, "%s", colon + 1 + strspn(colon + 1, " \t"));
            out[strcspn(out, "\n")] = 0;
            break;
        }
    }
    if (f)
        fclose(f);
}

static lemma_status declare_provenance(struct lemma_run *run)
{
    struct lemma_record *r = run->record;
    char libraries[512], cpu[256], seed[32];
    unsigned major, minor, release;
    int yaml_major, yaml_minor, yaml_patch;
    lemma_status st = LEMMA_OK;

    H5get_libversion(&major, &minor, &release);
    yaml_get_version(&yaml_major, &yaml_minor, &yaml_patch);
    snprintf(libraries, sizeof libraries,
             "HDF5 %u.%u.%u; GSL %s; %s; libyaml %d.%d.%d; zlib %s", major, minor,
             release, gsl_version, lemma_blas_version(), yaml_major, yaml_minor,
             yaml_patch, zlibVersion());
    host_cpu(cpu, sizeof cpu);
    snprintf(seed, sizeof seed, "%llu", (unsigned long long) run->x->seed);
    const char *const texts[][2] = {
        {"version", LEMMA_VERSION},
        {"revision", LEMMA_REVISION},
        {"compiler", LEMMA_COMPILER},
        {"flags", LEMMA_FLAGS},
        {"libraries", libraries},
        {"blas_kernel", lemma_blas_kernel()},
        {"host_cpu", cpu},
        {"command_line", run->o.command_line},
        {"seed", seed},
        {"random_numbers", "Philox 4x64-10 (Random123)"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char path[64];

        snprintf(path, sizeof path, "provenance/%s", texts[i][0]);
        LEMMA_TRY(lemma_record_text(r, path, texts[i][1] ? texts[i][1] : "", 0));
    }
    int64_t threads = omp_get_max_threads(), ranks = 1;
    size_t probes = lemma_probes_count(run->probes);
    LEMMA_TRY(
        lemma_record_array(r, "provenance/threads", LEMMA_I64, 0, NULL, &threads));
    LEMMA_TRY(lemma_record_array(r, "provenance/ranks", LEMMA_I64, 0, NULL, &ranks));
    LEMMA_TRY(lemma_record_array(r, "provenance/seconds", LEMMA_F64, 0, NULL, NULL));
    for (size_t i = 0; i < probes; i++) {
        char path[64 + LEMMA_WORD];

        snprintf(path, sizeof path, "provenance/probe_seconds/%s",
                 lemma_probes_type(run->probes, i)->name);
        LEMMA_TRY(lemma_record_array(r, path, LEMMA_F64, 0, NULL, NULL));
    }
out:
    return st;
}

static lemma_status declare_config(struct lemma_run *run)
{
    char *text = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_experiment_print(run->x, &text));
    LEMMA_TRY(lemma_record_text(run->record, "config", text, 0));
    LEMMA_TRY(lemma_record_text(run->record, "config_source",
                                run->o.config_source ? run->o.config_source : "", 0));
out:
    lemma_free(text);
    return st;
}

static lemma_status declare_geometry(struct lemma_run *run)
{
    const struct lemma_geometry *g = &run->set->geometry;
    struct lemma_record *r = run->record;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_record_attr_f64(r, "data", "phi", g->phi));
    LEMMA_TRY(lemma_record_attr_f64(r, "data", "antipodal", g->antipodal));
    LEMMA_TRY(lemma_record_attr_f64(r, "data", "min_angle", g->min_angle));
    LEMMA_TRY(lemma_record_attr_f64(r, "data", "spectral_norm", g->spectral_norm));
    LEMMA_TRY(lemma_record_attr_i64(r, "data", "duplicates", (int64_t) g->duplicates));
    LEMMA_TRY(lemma_record_attr_i64(r, "data", "parallels", (int64_t) g->parallels));
    LEMMA_TRY(lemma_record_attr_text(r, "data", "source", run->set->source));
    LEMMA_TRY(lemma_record_attr_text(r, "data", "checksums", run->set->checksum));
    LEMMA_TRY(lemma_record_attr_i64(r, "data", "samples", (int64_t) run->set->n));
    LEMMA_TRY(
        lemma_record_attr_i64(r, "data", "test_samples", (int64_t) run->set->test_n));
out:
    return st;
}

/* label indexes classes, which are what the files call them. */
static lemma_status declare_classes(struct lemma_record *r,
                                    const struct lemma_dataset *set)
{
    int32_t classes[LEMMA_CLASSES_MAX];
    lemma_status st = LEMMA_OK;

    for (size_t k = 0; k < set->class_count; k++)
        classes[k] = set->classes[k];
    LEMMA_TRY(lemma_record_array(r, "data/label", LEMMA_I32, 1, &set->n, set->label));
    LEMMA_TRY(lemma_record_attr_text(r, "data/label", "long_name",
                                     "class of the sample, as a place in classes"));
    LEMMA_TRY(lemma_record_array(r, "data/classes", LEMMA_I32, 1, &set->class_count,
                                 classes));
    LEMMA_TRY(lemma_record_attr_text(r, "data/classes", "long_name",
                                     "the classes as the source names them"));
out:
    return st;
}

static lemma_status declare_data(struct lemma_run *run)
{
    const struct lemma_dataset *set = run->set;
    struct lemma_record *r = run->record;
    const char *rule = run->x->record.data;
    size_t inputs[2] = {set->n, set->d_x}, targets[2] = {set->n, set->d};
    bool store = strcmp(rule, "all") == 0 ||
                 (strcmp(rule, "auto") == 0 &&
                  set->n * set->d_x * sizeof(double) <= STORED_BYTES);
    int32_t *owner = NULL;
    int64_t *index = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(owner, set->n);
    LEMMA_NEW(index, set->n);
    for (size_t i = 0; i < set->n; i++)
        index[i] = set->index[i];
    for (size_t c = 0; c < run->partition->clients; c++)
        for (size_t i = 0; i < run->partition->spans[c].count; i++)
            owner[run->partition->spans[c].first + i] = (int32_t) c;
    LEMMA_TRY(lemma_record_array(r, "data/client", LEMMA_I32, 1, &set->n, owner));
    LEMMA_TRY(lemma_record_array(r, "data/index", LEMMA_I64, 1, &set->n, index));
    LEMMA_TRY(lemma_record_attr_text(r, "data/index", "long_name",
                                     "number of the sample in its source, from 0"));
    if (set->label)
        LEMMA_TRY(declare_classes(r, set));
    if (store) {
        LEMMA_TRY(
            lemma_record_array(r, "data/inputs", LEMMA_F64, 2, inputs, set->inputs.a));
        LEMMA_TRY(lemma_record_array(r, "data/targets", LEMMA_F64, 2, targets,
                                     set->targets.a));
    }
    LEMMA_TRY(declare_geometry(run));
out:
    lemma_free(owner);
    lemma_free(index);
    return st;
}

static lemma_status declare_matrix(struct lemma_record *r, const char *when,
                                   const char *name, lemma_cmat m, bool now)
{
    char path[64];
    size_t dims[2] = {m.rows, m.cols};

    snprintf(path, sizeof path, "network/%s/%s", when, name);
    return lemma_record_array(r, path, LEMMA_F64, 2, dims, now ? m.a : NULL);
}

static lemma_status declare_weights(struct lemma_run *run, const char *when, bool now)
{
    const struct lemma_weights *w = lemma_trainer_server(run->trainer);
    lemma_cmat a = lemma_trainer_input_matrix(run->trainer);
    lemma_status st = LEMMA_OK;

    for (size_t l = 0; l < w->L; l++) {
        char name[32];

        snprintf(name, sizeof name, "W%zu", l + 1);
        LEMMA_TRY(declare_matrix(run->record, when, name, lemma_const(w->w[l]), now));
    }
    LEMMA_TRY(declare_matrix(run->record, when, "V",
                             lemma_trainer_output_matrix(run->trainer), true));
    if (a.a)
        LEMMA_TRY(declare_matrix(run->record, when, "A", a, true));
out:
    return st;
}

static lemma_status declare_network(struct lemma_run *run)
{
    const struct lemma_network *net = run->net;
    struct lemma_record *r = run->record;
    const char *rule = run->x->record.weights;
    bool small = lemma_network_parameters(net) * sizeof(double) <= STORED_BYTES;
    lemma_status st = LEMMA_OK;
    const struct {
        const char *name;
        size_t value;
    } sizes[] = {{"m", net->m},
                 {"L", net->L},
                 {"d_x", net->d_x},
                 {"d", net->d},
                 {"parameters", lemma_network_parameters(net)}};

    run->weights_final =
        strcmp(rule, "all") == 0 || (strcmp(rule, "auto") == 0 && small);
    LEMMA_TRY(lemma_record_text(r, "network/law", net->preset->title, 0));
    if (run->weights_final || strcmp(rule, "initial") == 0)
        LEMMA_TRY(declare_weights(run, "initial", true));
    if (run->weights_final) {
        LEMMA_TRY(declare_weights(run, "final", false));
        LEMMA_TRY(
            lemma_record_array(r, "network/final/round", LEMMA_I64, 0, NULL, NULL));
    }
    LEMMA_TRY(lemma_record_attr_text(r, "network", "preset", net->preset->name));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        LEMMA_TRY(lemma_record_attr_i64(r, "network", sizes[i].name,
                                        (int64_t) sizes[i].value));
out:
    return st;
}

static lemma_status declare_training(struct lemma_run *run)
{
    const struct lemma_train_config *t = &run->x->train;
    struct lemma_record *r = run->record;
    int32_t *factored = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(factored, run->net->L);
    for (size_t l = 0; l < run->net->L; l++)
        factored[l] = lemma_trainer_factored(run->trainer, l);
    LEMMA_TRY(
        lemma_record_array(r, "train/factored", LEMMA_I32, 1, &run->net->L, factored));
    LEMMA_TRY(lemma_record_attr_text(r, "train", "algorithm",
                                     t->batch ? "Local SGD" : "Local GD"));
    LEMMA_TRY(lemma_record_attr_text(r, "train", "optimiser", "sgd"));
    LEMMA_TRY(lemma_record_attr_text(r, "train", "loss", run->training.loss->name));
    LEMMA_TRY(lemma_record_attr_text(r, "train", "sampling",
                                     t->batch ? t->sampling : "full batch"));
    LEMMA_TRY(lemma_record_attr_f64(r, "train", "eta", run->eta));
    if (run->step_limit > 0)
        LEMMA_TRY(lemma_record_attr_f64(r, "train", "step_limit", run->step_limit));
    LEMMA_TRY(lemma_record_attr_f64(r, "train", "server_step", t->server_step));
    LEMMA_TRY(lemma_record_attr_i64(r, "train", "tau", (int64_t) t->local_steps));
    LEMMA_TRY(lemma_record_attr_i64(r, "train", "R", (int64_t) t->rounds));
    LEMMA_TRY(
        lemma_record_attr_i64(r, "train", "K", (int64_t) run->partition->clients));
    LEMMA_TRY(lemma_record_attr_i64(r, "train", "batch", (int64_t) t->batch));
    LEMMA_TRY(lemma_record_attr_i64(r, "train", "seed", (int64_t) run->x->seed));
    if (run->batch_row) {
        struct lemma_table_spec spec = {
            .name = "batches",
            .type = LEMMA_I32,
            .rank = 2,
            .dims = {run->partition->clients, run->batch_width},
            .dim_names = {"client", NULL},
            .long_name =
                "samples of each local step, by row of /run/data; padded with -1",
        };
        LEMMA_TRY(lemma_record_table(r, "", &spec, &run->batches));
    }
out:
    lemma_free(factored);
    return st;
}

lemma_status lemma_run_declare(struct lemma_run *run)
{
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(declare_config(run));
    LEMMA_TRY(declare_provenance(run));
    LEMMA_TRY(declare_data(run));
    LEMMA_TRY(declare_network(run));
    LEMMA_TRY(declare_training(run));
    LEMMA_TRY(lemma_probes_declare(run->probes, run->record));
out:
    return st;
}

lemma_status lemma_run_close(struct lemma_run *run, double seconds, size_t steps)
{
    int64_t round = (int64_t) (steps / run->x->train.local_steps);
    const struct lemma_weights *w = lemma_trainer_server(run->trainer);
    char path[64 + LEMMA_WORD];
    lemma_status st = LEMMA_OK;

    for (size_t l = 0; run->weights_final && l < w->L; l++) {
        snprintf(path, sizeof path, "network/final/W%zu", l + 1);
        LEMMA_TRY(lemma_record_overwrite(run->record, path, w->w[l].a));
    }
    if (run->weights_final)
        LEMMA_TRY(lemma_record_overwrite(run->record, "network/final/round", &round));
    LEMMA_TRY(lemma_record_overwrite(run->record, "provenance/seconds", &seconds));
    for (size_t i = 0; i < lemma_probes_count(run->probes); i++) {
        double spent = lemma_probes_seconds(run->probes, i);

        snprintf(path, sizeof path, "provenance/probe_seconds/%s",
                 lemma_probes_type(run->probes, i)->name);
        LEMMA_TRY(lemma_record_overwrite(run->record, path, &spent));
    }
out:
    return st;
}
