#include "summary.h"

#include <sys/stat.h>

#include "headline.h"
#include "json.h"
#include "numbers.h"
#include "probe/probe.h"
#include "shown.h"
#include "tool.h"

/* The record is whole by now; that it can't be read back is worth a word, not a
 * failure. */
static struct headlines read_headlines(const char *record)
{
    struct headlines h = {0};
    struct lemma_reader *reader = NULL;
    struct lemma_error err = {""};
    lemma_status st = lemma_reader_open(record, &reader, &err);

    if (st == LEMMA_OK)
        st = headlines_read(reader, &h);
    if (st != LEMMA_OK)
        tool_say("%s could not be read back: %s", record,
                 err.text[0] ? err.text : lemma_status_text(st));
    lemma_reader_close(reader);
    return h;
}

static void print_what_ran(FILE *out, const struct lemma_experiment *x,
                           const struct lemma_run *run,
                           const struct lemma_run_result *result)
{
    const struct lemma_dataset *set = lemma_run_data(run);
    const struct lemma_network *net = lemma_run_network(run);
    char time[NUMBER_ROOM];

    fprintf(out, "%s: m = %zu, L = %zu, d_x = %zu, d = %zu, %zu trained weights\n",
            net->preset->name, net->m, net->L, net->d_x, net->d,
            lemma_network_parameters(net));
    fprintf(out, "%s: N = %zu samples, phi = %.3g; %s partition, K = %zu clients\n",
            x->data.kind, set->n, set->geometry.phi, x->partition.kind,
            lemma_run_partition(run)->clients);
    if (x->train.batch)
        fprintf(out, "Local SGD, B = %zu (%s)", x->train.batch, x->train.sampling);
    else
        fputs("Local GD", out);
    fprintf(out, ": tau = %zu, R = %zu, eta = %.4g; %s after %zu local steps, %s\n\n",
            x->train.local_steps, x->train.rounds, lemma_run_eta(run),
            lemma_outcome_name(result->outcome), result->steps,
            number_duration(result->seconds, time));
}

static void print_headlines(FILE *out, const struct headlines *h)
{
    char value[NUMBER_ROOM];

    for (size_t i = 0; i < h->count; i++)
        fprintf(out, "  %-26s  %10s   %s\n", h->list[i].title,
                number_real(h->list[i].value, value), h->list[i].meaning);
    fputc('\n', out);
}

static void print_share(FILE *out, const char *what, double seconds, double of)
{
    fprintf(out, "  %-26s  %10.3f   %4.0f %%\n", what, seconds,
            of > 0 ? 100 * seconds / of : 0);
}

static void print_times(FILE *out, const struct lemma_probes *probes,
                        const struct lemma_run_result *result)
{
    double all = result->seconds;

    fprintf(out, "  %-26s  %10s   share\n", "where the time went", "seconds");
    print_share(out, "training, writing", result->train_seconds, all);
    for (size_t i = 0; i < lemma_probes_count(probes); i++)
        print_share(out, lemma_probes_type(probes, i)->name,
                    lemma_probes_seconds(probes, i), all);
    fputc('\n', out);
}

static void print_next(FILE *out, const char *record)
{
    struct stat file;
    char size[NUMBER_ROOM] = "", name[SHOWN_ROOM];

    if (stat(record, &file) == 0)
        number_bytes((double) file.st_size, size);
    shown(record, name);
    fprintf(out, "Record: %s (%s). Next: %s info %s\n", name, size, tool_program, name);
}

void summary_print(FILE *out, const char *record, const struct lemma_experiment *x,
                   struct lemma_run *run, const struct lemma_run_result *result)
{
    struct headlines h = read_headlines(record);

    print_what_ran(out, x, run, result);
    print_headlines(out, &h);
    print_times(out, lemma_run_probes(run), result);
    print_next(out, record);
}

void summary_json(FILE *out, const char *record, struct lemma_run *run,
                  const struct lemma_run_result *result)
{
    struct headlines h = read_headlines(record);
    const struct lemma_probes *probes = lemma_run_probes(run);
    struct json j = {.out = out};

    json_object(&j, NULL);
    json_text(&j, "record", record);
    json_text(&j, "status", lemma_outcome_name(result->outcome));
    json_count(&j, "steps", (int64_t) result->steps);
    json_real(&j, "seconds", result->seconds);
    json_real(&j, "train_seconds", result->train_seconds);
    json_object(&j, "probe_seconds");
    for (size_t i = 0; i < lemma_probes_count(probes); i++)
        json_real(&j, lemma_probes_type(probes, i)->name,
                  lemma_probes_seconds(probes, i));
    json_close(&j, '}');
    json_object(&j, "headlines");
    for (size_t i = 0; i < h.count; i++)
        json_real(&j, h.list[i].name, h.list[i].value);
    json_close(&j, '}');
    json_close(&j, '}');
}
