/* What a set of probes will write, ask for and compute in a run that is not cut short.
 */
#include <math.h>

#include "probe/set.h"

/* How often: local steps, rounds (beginnings and ends), and the run's end. */
struct times {
    double steps, rounds;
};

/* As is_due of see.c has it. */
static struct times times_of(struct lemma_cadence cadence,
                             const struct lemma_train_config *t)
{
    double R = (double) t->rounds, tau = (double) t->local_steps;
    double n = (double) cadence.n;

    if (cadence.rounds)
        return (struct times){ceil(R / n) * tau, ceil(R / n)};
    return (struct times){ceil(R * tau / n), R};
}

static double rows_of(const struct lemma_watched *w, enum lemma_axis axis,
                      const struct lemma_train_config *t)
{
    struct times times = times_of(w->cadence, t);
    unsigned events = w->type->events;

    switch (axis) {
    case LEMMA_AXIS_STEP:
        return events & LEMMA_ON_STEP ? times.steps : 0;
    case LEMMA_AXIS_ROUND:
        return (events & LEMMA_ON_ROUND_BEGIN ? times.rounds : 0) +
               (events & LEMMA_ON_RUN_END ? 1 : 0);
    default:
        return times.rounds;
    }
}

/* Rows on the probe's own axes step, round, local_step; 0: it has none. */
static double own_rows(const struct lemma_watched *w,
                       const struct lemma_train_config *t)
{
    for (size_t i = 0; i < w->columns; i++)
        if (w->column[i].on && w->column[i].axis != LEMMA_AXIS_AVERAGING)
            return rows_of(w, w->column[i].axis, t);
    return 0;
}

void lemma_probes_rows(const struct lemma_probes *probes,
                       const struct lemma_train_config *t,
                       void (*visit)(void *context, const struct lemma_rows *rows),
                       void *context)
{
    for (size_t k = 0; k < probes->count; k++) {
        const struct lemma_watched *w = probes->watched[k];
        struct lemma_rows axis = {w->type->name, NULL, LEMMA_I64, 1, own_rows(w, t)};

        for (size_t i = 0; axis.rows > 0 && i < 3; i++)
            visit(context, &axis);
        for (size_t i = 0; i < w->columns; i++) {
            const struct lemma_watched_column *c = &w->column[i];
            struct lemma_rows table = {w->type->name, w->type->columns[i].name,
                                       w->type->columns[i].type, (double) c->count, 0};

            if (!c->on)
                continue;
            table.rows = rows_of(w, c->axis, t);
            axis.rows = table.rows;
            for (size_t j = 0; c->axis == LEMMA_AXIS_AVERAGING && j < 2; j++)
                visit(context, &axis);
            visit(context, &table);
        }
    }
}

static struct lemma_work work_of(const struct lemma_watched *w,
                                 const struct lemma_scale *z)
{
    struct lemma_work work = {0};

    if (w->type->work)
        w->type->work(w->state, w->owner->set, z, &work);
    return work;
}

struct lemma_probe_cost lemma_probes_cost(const struct lemma_probes *probes, size_t i,
                                          const struct lemma_train_config *t,
                                          const struct lemma_scale *z)
{
    const struct lemma_watched *w = probes->watched[i];
    struct times times = times_of(w->cadence, t);
    struct lemma_work work = work_of(w, z);
    struct lemma_probe_cost cost = {.lasting = sizeof(double) + (double) w->columns +
                                               work.lasting};

    /* What lasts is part of what a probe says it asks for. */
    cost.bytes = w->type->memory ? w->type->memory(w->state, probes->set, probes->net)
                                 : work.lasting;
    for (size_t c = 0; c < w->columns; c++)
        cost.bytes += w->column[c].on ? 8 * (double) w->column[c].count : 0;
    cost.flops = work.once + work.step * times.steps + work.round * times.rounds +
                 work.row * own_rows(w, t);
    return cost;
}

static double pass_flops(enum lemma_passes passes, const struct lemma_scale *z)
{
    double ways = passes == LEMMA_BOTH_WAYS ? 2 * z->weights - z->first : z->weights;

    return passes == LEMMA_NO_PASS ? 0 : 2 * z->N * ways;
}

/* At full batch the local models' passes are training's own, and so is the average's at
 * a round's first step. The busiest probe's passes serve the others. */
double lemma_probes_passes(const struct lemma_probes *probes,
                           const struct lemma_train_config *t,
                           const struct lemma_scale *z)
{
    double average = 0, local = 0, later = 1 - 1 / z->tau;

    for (size_t i = 0; i < probes->count; i++) {
        const struct lemma_watched *w = probes->watched[i];
        struct times times = times_of(w->cadence, t);
        struct lemma_work work = work_of(w, z);
        bool steps =
            lemma_probe_has_steps(w->type) && !lemma_cadence_of(w->type).rounds;
        double seen = steps ? times.steps * (z->full ? later : 1)
                            : times.rounds * (z->full ? 0 : 1);

        average = fmax(average, seen * pass_flops(work.average, z));
        local = fmax(local, z->full ? 0 : times.steps * pass_flops(work.local, z));
    }
    return average + local;
}
