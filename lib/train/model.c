/* The models that passes go through: the local ones, and their virtual average. */
#include "train/state.h"

struct lemma_model lemma_trainer_local_model(const struct lemma_trainer *tr)
{
    return (struct lemma_model){
        .net = tr->t.net,
        .output_matrix = lemma_const(tr->fixed->output),
        .shared = tr->server->w,
        .factors = tr->factors,
        .own = tr->own,
        .scratch = tr->scratch,
        .jobs = tr->jobs,
    };
}

struct lemma_model lemma_trainer_average_model(struct lemma_trainer *tr)
{
    for (size_t l = 0; l < tr->L; l++)
        lemma_trainer_average(tr, l);
    return (struct lemma_model){
        .net = tr->t.net,
        .output_matrix = lemma_const(tr->fixed->output),
        .shared = tr->average->w,
        .scratch = tr->scratch,
        .jobs = tr->jobs,
    };
}

void lemma_trainer_average(struct lemma_trainer *tr, size_t l)
{
    lemma_mat mean = tr->average->w[l];

    if (tr->layer[l].factored || tr->layer[l].average_is_new)
        return;
#pragma omp parallel for if (tr->K * mean.rows * mean.cols > LEMMA_PARALLEL)
    for (size_t i = 0; i < mean.rows; i++) {
        double *row = lemma_row(mean, i).a;

        for (size_t c = 0; c < tr->K; c++) {
            const double *w = lemma_row(tr->own[c * tr->L + l], i).a;

            for (size_t j = 0; j < mean.cols; j++)
                row[j] = (c ? row[j] : 0) + tr->weight[c] * w[j];
        }
    }
    tr->layer[l].average_is_new = true;
}
