/* What no machine could hold or finish is refused before anything is made. */
#include <math.h>
#include <omp.h>
#include <string.h>

#include "kernel/stable.h"
#include "run/declare.h"
#include "run/room.h"

/* A local step takes microseconds at least, the inner products of all pairs of inputs
 * about 1e-10 s a multiplication: both are weeks of work. */
static const double MOST_STEPS = 1e12, MOST_PAIR_WORK = 1e16;

/* Ranks on one machine share it, and each holds all there is. */
double lemma_run_room(const struct lemma_comm *comm)
{
    return comm ? lemma_room_memory() / (double) comm->here : lemma_room_memory();
}

lemma_status lemma_run_check_limit(struct lemma_error *err)
{
    if (lemma_room_allowed() >= lemma_room_blas())
        return LEMMA_OK;
    return lemma_fail(err, LEMMA_EMEMORY,
                      "this process may take %.2g GB (ulimit -v), and OpenBLAS alone "
                      "wants %.2g GB for %d threads: raise the limit, or take fewer "
                      "threads",
                      1e-9 * lemma_room_allowed(), 1e-9 * lemma_room_blas(),
                      omp_get_max_threads());
}

/* The sizes that an experiment names. */
enum { WIDTH, DEPTH, SAMPLES, DIMENSION, OUTPUTS, TEST, SIZES };
static const char *const size_keys[SIZES] = {
    "network.width",  "network.depth",        "data.samples",
    "data.dimension", "data.targets.outputs", "data.test_samples"};

/* Samples, three models of L - 1 square layers, one of the others, and what describes a
 * layer: less than any run takes. */
static double least_bytes(const double s[SIZES])
{
    double sides = s[DIMENSION] + s[OUTPUTS], L = s[DEPTH];

    return sizeof(double) * ((s[SAMPLES] + s[TEST]) * sides +
                             s[WIDTH] * (3 * s[WIDTH] * (L - 1) + sides)) +
           L * sizeof(struct lemma_layer);
}

/* Of data in files the experiment does not say how much there is. The key is that of
 * the size that, were it 1, would save most. */
static lemma_status check_machine(const struct lemma_experiment *x,
                                  struct lemma_error *err)
{
    const struct lemma_data_config *c = &x->data;
    bool made_up = strcmp(c->kind, "sphere") == 0;
    double sizes[SIZES] = {(double) x->network.width,
                           (double) x->network.depth,
                           made_up ? (double) c->samples : 1,
                           made_up ? (double) c->dimension : 1,
                           made_up ? (double) c->targets.outputs : 1,
                           made_up ? (double) c->test_samples : 0};
    double bytes = least_bytes(sizes), least = INFINITY;
    size_t largest = 0;

    if (bytes <= lemma_room_memory())
        return LEMMA_OK;
    for (size_t i = 0; i < SIZES; i++) {
        double kept = sizes[i], without;

        sizes[i] = fmin(kept, 1);
        without = least_bytes(sizes);
        sizes[i] = kept;
        largest = without < least ? i : largest;
        least = fmin(least, without);
    }
    return lemma_experiment_fail(x, size_keys[largest], err,
                                 "expected samples and weights that fit the %.3g GB of "
                                 "memory here, got some of %.4g GB",
                                 1e-9 * lemma_room_memory(), 1e-9 * bytes);
}

static lemma_status check_steps(const struct lemma_experiment *x,
                                struct lemma_error *err)
{
    const struct lemma_train_config *t = &x->train;
    double steps = (double) t->rounds * (double) t->local_steps;

    if (steps <= MOST_STEPS)
        return LEMMA_OK;
    return lemma_experiment_fail(
        x, t->rounds >= t->local_steps ? "train.rounds" : "train.local_steps", err,
        "expected at most %.0e local steps in all, got %zu rounds of %zu, which "
        "would take months",
        MOST_STEPS, t->rounds, t->local_steps);
}

static lemma_status check_pairs(const struct lemma_experiment *x,
                                struct lemma_error *err)
{
    const struct lemma_data_config *c = &x->data;
    double n = (double) c->samples, width = (double) c->dimension;

    if (strcmp(c->kind, "sphere") != 0 || n * n * width <= MOST_PAIR_WORK)
        return LEMMA_OK;
    return lemma_experiment_fail(
        x, width > n * n ? "data.dimension" : "data.samples", err,
        "expected at most %.3g samples of dimension %zu, got %zu: the distances of "
        "all pairs are measured, which would take weeks",
        sqrt(MOST_PAIR_WORK / width), c->dimension, c->samples);
}

lemma_status lemma_run_check_work(const struct lemma_experiment *x,
                                  struct lemma_error *err)
{
    lemma_status st = check_steps(x, err);

    return st == LEMMA_OK ? check_pairs(x, err) : st;
}

lemma_status lemma_run_check_sizes(const struct lemma_experiment *x,
                                   struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(check_steps(x, err));
    LEMMA_TRY(check_machine(x, err)); /* which names the largest of its sizes */
    LEMMA_TRY(check_pairs(x, err));
out:
    return st;
}

lemma_status lemma_run_check_blocks(const struct lemma_run *run,
                                    struct lemma_error *err)
{
    double most = 0, bytes;

    for (size_t c = 0; c < run->partition->clients; c++)
        most = fmax(most, lemma_stable_room(run->net, run->partition->spans[c].count));
    bytes = sizeof(double) * (most + (double) lemma_network_parameters(run->net));
    if (bytes <= lemma_run_room(run->o.comm))
        return LEMMA_OK;
    return lemma_experiment_fail(
        run->x, "train.step_rule", err,
        "expected clients whose kernel blocks fit the %.3g GB of memory here, got one "
        "of %.4g GB; more clients, fewer samples, or another rule (raw, width) help",
        1e-9 * lemma_run_room(run->o.comm), 1e-9 * bytes);
}

lemma_status lemma_run_check_study(const struct lemma_experiment *x, double bytes,
                                   struct lemma_error *err)
{
    if (bytes <= lemma_room_memory())
        return LEMMA_OK;
    return lemma_experiment_fail(
        x, "data.samples", err,
        "expected kernels that fit the %.3g GB of memory here, got some of %.4g GB; "
        "fewer samples, or the mean kernel where there are several outputs, help",
        1e-9 * lemma_room_memory(), 1e-9 * bytes);
}
