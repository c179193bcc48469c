/* What `lemma sweep` knows of its points, runs, and tells. */
#ifndef LEMMA_TOOLS_SWEEP_H
#define LEMMA_TOOLS_SWEEP_H

#include <stdio.h>

#include "experiment.h"
#include "sweep/points.h"

struct sweep_plan {
    const struct lemma_sweep *s;
    const char *dir;
    enum lemma_point_state *state; /* (points) what is there */
    bool *failed;                  /* (points) was run now and did not finish */
};

/* Looks at all points, or at one. */
lemma_status sweep_look(struct sweep_plan *p, size_t first, size_t last);
size_t sweep_finished(const struct sweep_plan *p);
/* LEMMA_EINPUT where records of other experiments have names of points that were looked
 * at: how many, the first, and what to do. */
lemma_status sweep_check_others(const struct sweep_plan *p, struct lemma_error *err);
/* LEMMA_EINPUT where something that is no record has the point's name. */
lemma_status sweep_check_way(const struct sweep_plan *p, size_t point,
                             struct lemma_error *err);

/* Points with their values and what is there. */
void sweep_list(FILE *out, const struct sweep_plan *p);
void sweep_json(FILE *out, const struct sweep_plan *p);

struct sweep_jobs {
    size_t jobs, threads; /* at once; threads of all of them together */
    bool quiet, paper;
    bool force; /* replace what is another experiment's */
};

/* Runs points as processes of this program, `count` of them in this order. Failures are
 * told and kept in the plan, its states brought up to date. *interrupted: a signal
 * ended it early, every record is whole. */
lemma_status sweep_run(struct sweep_plan *p, const size_t *points, size_t count,
                       const struct sweep_jobs *how, bool *interrupted,
                       struct lemma_error *err);

/* A Slurm job array, to be handed to sbatch: `jobs` tasks at once. */
void sweep_slurm(FILE *out, const struct sweep_plan *p,
                 const struct experiment_arguments *a, const struct sweep_jobs *how);

/* "width" of "sweeps/width.yaml", "width-paper" with the paper's sizes, or output where
 * it is given, without a last slash; the caller's. */
char *sweep_folder(const char *output, bool paper,
                   const struct experiment_arguments *a);
/* Makes DIR and DIR/points. *lock, to be closed: two sweeps of one folder would start
 * points twice. NULL: none is taken, tasks of a Slurm array run side by side. */
lemma_status sweep_make_folder(const char *dir, int *lock, struct lemma_error *err);

/* Why a run failed: the last line of its log, or how the process ended. */
void sweep_reason(const char *log, int status, char *out, size_t size);
/* A log that says nothing goes. */
void sweep_tidy_log(const char *log);

/* What starting a process costs, in multiplications. */
#define SWEEP_START_COST 3e8

/* Of the bisection at a point: the cost of all tries that are left, as far as one can
 * guess; its tries so far, the trail beside its record begun where there are none. */
lemma_status sweep_search_cost(const struct sweep_plan *p, size_t point,
                               const struct lemma_trail *t, double *cost);
lemma_status sweep_search_begin(const struct sweep_plan *p, size_t point,
                                struct lemma_trail *t, struct lemma_error *err);
/* The run of a value has ended: judged, added to the trail, its record kept as the
 * point's or taken away. *ended: false where it did not come to its end. */
lemma_status sweep_search_end_try(const struct sweep_plan *p, size_t point,
                                  size_t value, struct lemma_trail *t, bool *ended,
                                  struct lemma_error *err);
/* "; least network.width = 37" of a point that is finished, else "". Returns out. */
const char *sweep_search_found(const struct sweep_plan *p, size_t point, char *out,
                               size_t size);
/* Says where a bisection ended at one of its bounds. */
void sweep_search_say(const struct sweep_plan *p, size_t point, const char *values);

/* How the whole gets on. */
struct sweep_progress {
    bool quiet, terminal;
    size_t total, done, running, failed, jobs;
    size_t next;             /* of done, when a plain line is due */
    double cost, cost_done;  /* of all points to run, of those that ended */
    double cost_running;     /* of those that run */
    double spent, spent_now; /* seconds of ended jobs, of running ones so far */
    size_t width;            /* characters on the terminal's line */
};
void sweep_progress_init(struct sweep_progress *p, bool quiet, size_t total);
/* A line on the terminal; elsewhere now and then, and what ends in `news`. */
void sweep_progress_show(struct sweep_progress *p, const char *news);
/* Leaves a clean line, for what has to be said. */
void sweep_progress_clear(struct sweep_progress *p);

#endif
