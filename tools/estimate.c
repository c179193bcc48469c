#include "estimate.h"

#include <math.h>

#include "json.h"
#include "numbers.h"
#include "run/origin.h"
#include "shown.h"

static void print_bytes(FILE *out, const char *what, double bytes, const char *note)
{
    char value[NUMBER_ROOM];

    fprintf(out, "  %-26s  %10s   %s\n", what, number_bytes(bytes, value), note);
}

static void print_flops(FILE *out, const char *what, double flops)
{
    char value[NUMBER_ROOM];

    fprintf(out, "  %-26s  %10s\n", what, number_real(flops, value));
}

static void print_memory(FILE *out, const struct lemma_estimate *e)
{
    fputs("memory\n", out);
    print_bytes(out, "training", e->training, "models, factors, tapes");
    print_bytes(out, "data", e->data, "inputs and targets");
    print_bytes(out, "rows of the record", e->buffers, "until their chunk is full");
    for (size_t i = 0; i < e->probe_count; i++)
        print_bytes(out, e->probe[i].name, e->probe[i].cost.bytes, "");
    print_bytes(out, "all, with the program", e->memory, "at most, at the peak");
    if (isfinite(e->memory_here))
        print_bytes(out, "may be taken here", e->memory_here, "");
}

static void print_work(FILE *out, const struct lemma_estimate *e)
{
    char value[NUMBER_ROOM], rate[NUMBER_ROOM];

    fputs("floating point operations\n", out);
    print_flops(out, "data", e->preparation_flops);
    print_flops(out, "training", e->training_flops);
    print_flops(out, "passes that probes share", e->pass_flops);
    for (size_t i = 0; i < e->probe_count; i++)
        print_flops(out, e->probe[i].name, e->probe[i].cost.flops);
    print_flops(out, "all", e->flops);
    fprintf(out, "  %-26s  %10s   a guess: products run at %s flops/s here\n", "time",
            number_duration(e->seconds, value), number_real(e->flops_rate, rate));
}

static void print_disk(FILE *out, const char *record, const struct lemma_estimate *e)
{
    char name[SHOWN_ROOM];

    fprintf(out, "disk: %s\n", shown(record, name));
    print_bytes(out, "record, likely", e->record_likely,
                "what fills slowly is not compressed");
    print_bytes(out, "record, at least", e->record_least, "all compressed");
    print_bytes(out, "record, at most", e->record_most, "nothing compressed");
    print_bytes(out, "checkpoint", e->checkpoint,
                e->checkpoint > 0 ? "twice for a moment" : "none: run.checkpoint off");
    if (isfinite(e->disk_here))
        print_bytes(out, "free there", e->disk_here, "");
}

void estimate_print(FILE *out, const char *record, const struct lemma_experiment *x,
                    const struct lemma_estimate *e)
{
    fprintf(
        out,
        "N = %zu, d_x = %zu, d = %zu; m = %zu, L = %zu; K = %zu, tau = %zu, R = %zu: "
        "at most, where nothing ends the run early\n\n",
        e->N, e->d_x, e->d, e->m, e->L, e->K, x->train.local_steps, x->train.rounds);
    print_memory(out, e);
    print_work(out, e);
    print_disk(out, record, e);
}

void estimate_json(FILE *out, const char *record, const struct lemma_experiment *x,
                   const struct lemma_estimate *e)
{
    struct json j = {.out = out};
    struct lemma_error none;

    json_object(&j, NULL);
    json_object(&j, "memory");
    json_real(&j, "all", e->memory);
    json_real(&j, "here", e->memory_here);
    json_real(&j, "training", e->training);
    json_real(&j, "data", e->data);
    json_real(&j, "rows", e->buffers);
    json_close(&j, '}');
    json_object(&j, "flops");
    json_real(&j, "all", e->flops);
    json_real(&j, "data", e->preparation_flops);
    json_real(&j, "training", e->training_flops);
    json_real(&j, "passes", e->pass_flops);
    json_close(&j, '}');
    json_object(&j, "probes");
    for (size_t i = 0; i < e->probe_count; i++) {
        json_object(&j, e->probe[i].name);
        json_real(&j, "memory", e->probe[i].cost.bytes);
        json_real(&j, "flops", e->probe[i].cost.flops);
        json_close(&j, '}');
    }
    json_close(&j, '}');
    json_object(&j, "record");
    json_text(&j, "path", record);
    json_real(&j, "rows", e->rows);
    json_real(&j, "least", e->record_least);
    json_real(&j, "likely", e->record_likely);
    json_real(&j, "most", e->record_most);
    json_close(&j, '}');
    json_real(&j, "checkpoint", e->checkpoint);
    json_real(&j, "disk_free", e->disk_here);
    json_object(&j, "guess");
    json_real(&j, "seconds", e->seconds);
    json_real(&j, "flops_per_second", e->flops_rate);
    json_close(&j, '}');
    json_count(&j, "fits",
               lemma_run_check_sizes(x, &none) == LEMMA_OK &&
                   lemma_estimate_check_memory(x, e, &none) == LEMMA_OK &&
                   lemma_estimate_check_disk(e, &none) == LEMMA_OK);
    json_close(&j, '}');
}
