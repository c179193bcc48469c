/* Where a record comes from: configuration, provenance, data, the network's law. */
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
#include "run/declare.h"

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

static lemma_status declare_provenance(struct lemma_record *r,
                                       const struct lemma_experiment *x,
                                       const char *command_line)
{
    char libraries[512], cpu[256], seed[32];
    const struct lemma_comm_type *mpi = lemma_comm_find("mpi");
    unsigned major, minor, release;
    int yaml_major, yaml_minor, yaml_patch;
    lemma_status st = LEMMA_OK;

    H5get_libversion(&major, &minor, &release);
    yaml_get_version(&yaml_major, &yaml_minor, &yaml_patch);
    snprintf(libraries, sizeof libraries,
             "HDF5 %u.%u.%u; GSL %s; %s; libyaml %d.%d.%d; zlib %s; %s", major, minor,
             release, gsl_version, lemma_blas_version(), yaml_major, yaml_minor,
             yaml_patch, zlibVersion(), mpi ? mpi->title : "no MPI");
    host_cpu(cpu, sizeof cpu);
    snprintf(seed, sizeof seed, "%llu", (unsigned long long) x->seed);
    const char *const texts[][2] = {
        {"version", LEMMA_VERSION},
        {"revision", LEMMA_REVISION},
        {"compiler", LEMMA_COMPILER},
        {"flags", LEMMA_FLAGS},
        {"libraries", libraries},
        {"blas_kernel", lemma_blas_kernel()},
        {"host_cpu", cpu},
        {"command_line", command_line},
        {"seed", seed},
        {"random_numbers", "Philox 4x64-10 (Random123)"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char path[64];

        snprintf(path, sizeof path, "provenance/%s", texts[i][0]);
        LEMMA_TRY(lemma_record_text(r, path, texts[i][1] ? texts[i][1] : "", 0));
    }
    int64_t threads = omp_get_max_threads(), ranks = 1;
    LEMMA_TRY(
        lemma_record_array(r, "provenance/threads", LEMMA_I64, 0, NULL, &threads));
    LEMMA_TRY(lemma_record_array(r, "provenance/ranks", LEMMA_I64, 0, NULL, &ranks));
    LEMMA_TRY(lemma_record_array(r, "provenance/seconds", LEMMA_F64, 0, NULL, NULL));
out:
    return st;
}

lemma_status lemma_declare_origin(struct lemma_record *r,
                                  const struct lemma_experiment *x,
                                  const char *command_line, const char *config_source)
{
    char *text = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_experiment_print(x, &text));
    LEMMA_TRY(lemma_record_text(r, "config", text, 0));
    LEMMA_TRY(
        lemma_record_text(r, "config_source", config_source ? config_source : "", 0));
    LEMMA_TRY(declare_provenance(r, x, command_line));
out:
    lemma_free(text);
    return st;
}

static lemma_status declare_geometry(struct lemma_record *r,
                                     const struct lemma_dataset *set)
{
    const struct lemma_geometry *g = &set->geometry;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_record_attr_f64(r, "data", "phi", g->phi));
    LEMMA_TRY(lemma_record_attr_f64(r, "data", "antipodal", g->antipodal));
    LEMMA_TRY(lemma_record_attr_f64(r, "data", "min_angle", g->min_angle));
    LEMMA_TRY(lemma_record_attr_f64(r, "data", "spectral_norm", g->spectral_norm));
    LEMMA_TRY(lemma_record_attr_i64(r, "data", "duplicates", (int64_t) g->duplicates));
    LEMMA_TRY(lemma_record_attr_i64(r, "data", "parallels", (int64_t) g->parallels));
    LEMMA_TRY(lemma_record_attr_text(r, "data", "source", set->source));
    LEMMA_TRY(lemma_record_attr_text(r, "data", "checksums", set->checksum));
    LEMMA_TRY(lemma_record_attr_i64(r, "data", "samples", (int64_t) set->n));
    LEMMA_TRY(lemma_record_attr_i64(r, "data", "test_samples", (int64_t) set->test_n));
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

bool lemma_stores(const char *rule, double bytes)
{
    return strcmp(rule, "all") == 0 ||
           (strcmp(rule, "auto") == 0 && bytes <= LEMMA_STORED_BYTES);
}

lemma_status lemma_declare_data(struct lemma_record *r,
                                const struct lemma_experiment *x,
                                const struct lemma_dataset *set,
                                const struct lemma_partition *partition)
{
    size_t inputs[2] = {set->n, set->d_x}, targets[2] = {set->n, set->d};
    bool store =
        lemma_stores(x->record.data, (double) (set->n * set->d_x * sizeof(double)));
    int32_t *owner = NULL;
    int64_t *index = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(owner, set->n);
    LEMMA_NEW(index, set->n);
    for (size_t i = 0; i < set->n; i++)
        index[i] = set->index[i];
    for (size_t c = 0; c < partition->clients; c++)
        for (size_t i = 0; i < partition->spans[c].count; i++)
            owner[partition->spans[c].first + i] = (int32_t) c;
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
    LEMMA_TRY(declare_geometry(r, set));
out:
    lemma_free(owner);
    lemma_free(index);
    return st;
}

lemma_status lemma_declare_network(struct lemma_record *r,
                                   const struct lemma_network *net)
{
    lemma_status st = LEMMA_OK;
    const struct {
        const char *name;
        size_t value;
    } sizes[] = {{"m", net->m},
                 {"L", net->L},
                 {"d_x", net->d_x},
                 {"d", net->d},
                 {"parameters", lemma_network_parameters(net)}};

    LEMMA_TRY(lemma_record_text(r, "network/law", net->preset->title, 0));
    LEMMA_TRY(lemma_record_attr_text(r, "network", "preset", net->preset->name));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        LEMMA_TRY(lemma_record_attr_i64(r, "network", sizes[i].name,
                                        (int64_t) sizes[i].value));
out:
    return st;
}
