/*
 * A probe of one's own, in a program outside the tree:
 *
 *     cc own_probe.c $(pkg-config --cflags --libs lemma) -o own_probe
 *     ./own_probe out.h5
 *
 * It watches the share of active units of the virtual average and writes it beside the
 * library's own probes, under /run/active.
 */
#include <stdio.h>

#include <lemma.h>

enum { SHARE };

static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    const struct lemma_tape *tape =
        lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_FORWARD);
    const struct lemma_network *net = lemma_event_network(ev);
    (void) state;

    for (size_t l = 0; l < tape->L; l++) {
        size_t active = 0;

        for (size_t w = 0; w < tape->rows * tape->words[l]; w++)
            active += (size_t) __builtin_popcountll(tape->pattern[l][w]);
        lemma_f64(row, SHARE)[l] =
            (double) active / (double) (tape->rows * net->layers[l].out);
    }
    return LEMMA_OK;
}

static const struct lemma_column columns[] = {
    [SHARE] = {"share", "L", LEMMA_F64, LEMMA_AXIS_STEP, "1",
               "share of active units of the virtual average, over all samples",
               "(1 / N m) sum_i #{r : z_r(x_i) >= 0}", "definition"},
    {0},
};

static const struct lemma_probe_type active = {
    .name = "active",
    .title = "how many units are on",
    .source = "definition",
    .cost = "one forward pass of the average a step",
    .signal = "share",
    .events = LEMMA_ON_STEP,
    .columns = columns,
    .observe = observe,
};

int main(int argc, char **argv)
{
    static struct lemma_experiment x;
    struct lemma_run *run = NULL;
    struct lemma_run_options options = {.output = argc > 1 ? argv[1] : "own_probe.h5",
                                        .force = true};
    struct lemma_run_result result;
    struct lemma_error err = {""};
    lemma_status st;

    lemma_blas_init();
    lemma_experiment_init(&x);
    LEMMA_TRY(lemma_experiment_set(&x, "network.width=64", &err));
    LEMMA_TRY(lemma_experiment_set(&x, "train.rounds=3", &err));
    LEMMA_TRY(lemma_experiment_set(&x, "probes.loss={}", &err));
    LEMMA_TRY(lemma_run_create(&x, &options, &run, &err));
    LEMMA_TRY(lemma_probes_add(lemma_run_probes(run), &active, "5 steps", &err));
    LEMMA_TRY(lemma_run_go(run, &result, &err));
    printf("%zu steps, loss %.3g to %.3g, record in %s\n", result.steps,
           result.loss_first, result.loss_last, options.output);
out:
    if (st != LEMMA_OK)
        fprintf(stderr, "own_probe: %s\n", err.text);
    lemma_run_destroy(run);
    return st == LEMMA_OK ? 0 : 1;
}
