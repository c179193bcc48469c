#include "kernel/jacobian.h"

#include <string.h>

#include "core/alloc.h"

static size_t outs_of(const struct lemma_network *net)
{
    size_t sum = 0;

    for (size_t l = 0; l < net->L; l++)
        sum += net->layers[l].out;
    return sum;
}

size_t lemma_jacobian_doubles(const struct lemma_network *net)
{
    return net->d == 1 ? 0 : net->d * (outs_of(net) + 1);
}

lemma_status lemma_jacobian_create(const struct lemma_network *net, size_t n,
                                   struct lemma_jacobian **jacobian)
{
    struct lemma_jacobian *j = NULL;
    double *next;
    size_t rows, size;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(n >= 1);
    if (!lemma_size_mul(n, net->d, &rows) || !lemma_size_mul(rows, outs_of(net), &size))
        return LEMMA_EMEMORY;
    LEMMA_NEW(j, 1);
    *j = (struct lemma_jacobian){.n = n, .d = net->d, .L = net->L};
    LEMMA_NEW(j->inputs, net->L);
    LEMMA_NEW(j->sens, net->L);
    LEMMA_NEW(j->output, net->L);
    if (net->d > 1) {
        LEMMA_NEW(j->block, size);
        LEMMA_NEW(j->unit, rows);
    }
    next = j->block;
    for (size_t l = 0; l < net->L && next; l++) {
        j->sens[l] = lemma_mat_of(next, rows, net->layers[l].out);
        next += rows * net->layers[l].out;
    }
    *jacobian = j;
    j = NULL;
out:
    lemma_jacobian_destroy(j);
    return st;
}

void lemma_jacobian_destroy(struct lemma_jacobian *j)
{
    if (j) {
        lemma_free(j->inputs);
        lemma_free(j->sens);
        lemma_free(j->output);
        lemma_free(j->block);
        lemma_free(j->unit);
    }
    lemma_free(j);
}

lemma_mat *lemma_jacobian_output(struct lemma_jacobian *j, size_t a,
                                 lemma_cmat *residual)
{
    LEMMA_REQUIRE(j->d > 1 && a < j->d);
    memset(j->unit, 0, j->n * j->d * sizeof *j->unit);
    for (size_t i = 0; i < j->n; i++)
        j->unit[i * j->d + a] = 1;
    for (size_t l = 0; l < j->L; l++) {
        lemma_mat b = j->sens[l];

        j->output[l] = (lemma_mat){b.a + a * b.cols, j->n, b.cols, j->d * b.cols};
    }
    *residual = lemma_cmat_of(j->unit, j->n, j->d);
    return j->output;
}

void lemma_jacobian_take(struct lemma_jacobian *j, const struct lemma_model *model,
                         const struct lemma_tape *tape)
{
    LEMMA_REQUIRE(tape->rows == j->n && tape->L == j->L && tape->d == j->d);
    LEMMA_REQUIRE(tape->forward && (tape->backward || !tape->bare));
    for (size_t l = 0; l < j->L; l++) {
        j->inputs[l] = tape->inputs[l];
        if (tape->bare)
            j->sens[l] = tape->sens[l];
    }
    for (size_t a = 0; a < j->d && !tape->bare; a++) {
        lemma_cmat residual;
        lemma_mat *sens = lemma_jacobian_output(j, a, &residual);

        lemma_pass_pull(model, tape, residual, sens);
    }
}
