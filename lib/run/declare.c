#include "run/declare.h"

#include <string.h>

#include "core/alloc.h"

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
    double bytes = (double) (lemma_network_parameters(net) * sizeof(double));
    lemma_status st = LEMMA_OK;

    run->weights_final = lemma_stores(rule, bytes);
    if (run->weights_final || strcmp(rule, "initial") == 0)
        LEMMA_TRY(declare_weights(run, "initial", true));
    if (run->weights_final) {
        LEMMA_TRY(declare_weights(run, "final", false));
        LEMMA_TRY(
            lemma_record_array(r, "network/final/round", LEMMA_I64, 0, NULL, NULL));
    }
    LEMMA_TRY(lemma_declare_network(r, net));
out:
    return st;
}

static lemma_status declare_probe_times(struct lemma_run *run)
{
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < lemma_probes_count(run->probes); i++) {
        char path[64 + LEMMA_WORD];

        snprintf(path, sizeof path, "provenance/probe_seconds/%s",
                 lemma_probes_type(run->probes, i)->name);
        LEMMA_TRY(lemma_record_array(run->record, path, LEMMA_F64, 0, NULL, NULL));
    }
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
    int64_t ranks = (int64_t) lemma_comm_size(run->o.comm);
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_declare_origin(run->record, run->x, run->o.command_line,
                                   run->o.config_source));
    LEMMA_TRY(lemma_record_overwrite(run->record, "provenance/ranks", &ranks));
    LEMMA_TRY(declare_probe_times(run));
    LEMMA_TRY(lemma_declare_data(run->record, run->x, run->set, run->partition));
    LEMMA_TRY(declare_network(run));
    LEMMA_TRY(declare_training(run));
    LEMMA_TRY(lemma_record_text(run->record, "findings", "", LEMMA_FINDINGS_ROOM));
    LEMMA_TRY(lemma_probes_declare(run->probes, run->record));
out:
    return st;
}

lemma_status lemma_run_write_findings(struct lemma_run *run)
{
    if (!run->found)
        return LEMMA_OK;
    run->found = false;
    return lemma_record_retext(run->record, "findings", run->findings.text);
}

lemma_status lemma_run_close(struct lemma_run *run, double seconds, size_t steps)
{
    int64_t round = (int64_t) (steps / run->x->train.local_steps);
    const struct lemma_weights *w = lemma_trainer_server(run->trainer);
    char path[64 + LEMMA_WORD];
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_run_write_findings(run));
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
