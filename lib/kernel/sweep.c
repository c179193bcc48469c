/* Blocks of samples: block I's pass is kept while every earlier block J is passed anew
 * against it, P (P + 1) / 2 passes for P blocks. */
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "kernel/gram.h"

enum { LEAST_BLOCK = 64 };

/* Of the result's size, for both blocks: with the result itself, below 2.5. A small
 * result does not pay for passing its samples again: 256 MB are always granted. */
static const double SHARE = 1.4, GRANTED = 0x1p25;

struct side {
    struct lemma_tape *tape;
    struct lemma_jacobian *j;
};

struct lemma_gram_sweep {
    const struct lemma_network *net;
    struct lemma_gram *gram;
    size_t N, block, per, doubles;
    struct lemma_span span; /* all rows of a block's tape: one client */
    struct side side[2];
    double *targets; /* (d) zeros: no loss is wanted */
};

/* Of one sample: what its tape holds (pattern bits, loss, outputs), and its Jacobian.
 */
static size_t doubles_of(const struct lemma_network *net)
{
    size_t sum = 1 + 2 * net->d + lemma_jacobian_doubles(net);

    for (size_t l = 0; l < net->L; l++)
        sum += net->layers[l].out * (l + 1 < net->L ? 2 : 1) +
               (net->layers[l].out + 63) / 64;
    return sum;
}

static size_t block_of(const struct lemma_network *net, size_t N, size_t order)
{
    double room = fmax(SHARE * (double) order * (double) order, GRANTED);
    double each = (double) doubles_of(net);
    size_t block, blocks;

    if ((double) N * each <= room || N <= LEAST_BLOCK)
        return N;
    block = (size_t) (room / (2 * each));
    block = block < LEAST_BLOCK ? LEAST_BLOCK : block;
    if (block >= N)
        return N;
    blocks = (N + block - 1) / block;
    return (N + blocks - 1) / blocks;
}

lemma_status lemma_gram_sweep_create(const struct lemma_network *net,
                                     enum lemma_gram_kind kind, size_t N, size_t block,
                                     struct lemma_gram_sweep **sweep)
{
    struct lemma_gram_sweep *s = NULL;
    size_t per = lemma_gram_rows(kind, net->d), sides;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(N >= 1 && block <= N);
    LEMMA_NEW(s, 1);
    *s = (struct lemma_gram_sweep){.net = net, .N = N, .per = per};
    s->block = block ? block : block_of(net, N, N * per);
    s->span = (struct lemma_span){0, s->block};
    sides = s->block == N ? 1 : 2;
    s->doubles = sides * s->block * doubles_of(net);
    LEMMA_NEW(s->targets, net->d);
    LEMMA_TRY(lemma_gram_create(kind, N, net->d, &s->gram));
    for (size_t i = 0; i < sides; i++) {
        LEMMA_TRY(lemma_tape_create(net, s->block, 1, &s->span, &s->side[i].tape));
        LEMMA_TRY(lemma_jacobian_create(net, s->block, &s->side[i].j));
    }
    *sweep = s;
    s = NULL;
out:
    lemma_gram_sweep_destroy(s);
    return st;
}

void lemma_gram_sweep_destroy(struct lemma_gram_sweep *s)
{
    for (size_t i = 0; s && i < 2; i++) {
        lemma_tape_destroy(s->side[i].tape);
        lemma_jacobian_destroy(s->side[i].j);
    }
    if (s) {
        lemma_gram_destroy(s->gram);
        lemma_free(s->targets);
    }
    lemma_free(s);
}

lemma_status lemma_gram_sweep_share(struct lemma_gram_sweep *s,
                                    const struct lemma_share *share)
{
    return lemma_gram_share(s->gram, share);
}

size_t lemma_gram_sweep_block(const struct lemma_gram_sweep *s)
{
    return s->block;
}

size_t lemma_gram_sweep_doubles(const struct lemma_gram_sweep *s)
{
    return s->doubles;
}

double lemma_gram_sweep_room(const struct lemma_network *net, enum lemma_gram_kind kind,
                             size_t N)
{
    size_t block = block_of(net, N, N * lemma_gram_rows(kind, net->d));

    return (block == N ? 1 : 2) * (double) block * (double) doubles_of(net);
}

/* The rows of block b that no earlier one has: tapes have one size, so that the last
 * block reaches back into the one before. */
static struct lemma_span new_rows(const struct lemma_gram_sweep *s, size_t b)
{
    size_t first = b * s->block, count = s->N - first;

    return (struct lemma_span){first, count < s->block ? count : s->block};
}

/* Passes block b; the span, within its tape, of its new rows. */
static struct lemma_span pass(struct lemma_gram_sweep *s,
                              const struct lemma_model *model, lemma_cmat inputs,
                              size_t b, struct side *side)
{
    struct lemma_span rows = new_rows(s, b);
    size_t back = s->block - rows.count;
    lemma_cmat none = {s->targets, s->block, s->net->d, 0}; /* one row for all */

    side->tape->inputs[0] = lemma_crows(inputs, rows.first - back, s->block);
    lemma_pass_forward(model, lemma_loss_types[0], none, side->tape);
    if (side->tape->bare)
        lemma_pass_backward(model, side->tape);
    lemma_jacobian_take(side->j, model, side->tape);
    return (struct lemma_span){back, rows.count};
}

static lemma_mat block_at(const struct lemma_gram_sweep *s, lemma_mat k, size_t i,
                          size_t j)
{
    struct lemma_span rows = new_rows(s, i), cols = new_rows(s, j);

    return lemma_cols(lemma_rows(k, rows.first * s->per, rows.count * s->per),
                      cols.first * s->per, cols.count * s->per);
}

static void mirror(lemma_mat from, lemma_mat to)
{
#pragma omp parallel for if (from.rows * from.cols > LEMMA_PARALLEL)
    for (size_t j = 0; j < to.rows; j++)
        for (size_t i = 0; i < to.cols; i++)
            to.a[j * to.ld + i] = from.a[i * from.ld + j];
}

void lemma_gram_sweep(struct lemma_gram_sweep *s, const struct lemma_model *model,
                      lemma_cmat inputs, struct lemma_layers layers, lemma_mat k)
{
    size_t blocks = (s->N + s->block - 1) / s->block;

    LEMMA_REQUIRE(!model->factors && !model->own && inputs.rows == s->N);
    LEMMA_REQUIRE(k.rows == s->N * s->per && k.cols == k.rows);
    for (size_t i = 0; i < blocks; i++) {
        struct lemma_span rows = pass(s, model, inputs, i, &s->side[0]);

        lemma_gram_form(s->gram, s->side[0].j, rows, layers, block_at(s, k, i, i));
        for (size_t j = 0; j < i; j++) {
            struct lemma_span cols = pass(s, model, inputs, j, &s->side[1]);

            lemma_gram_cross(s->gram, s->side[0].j, rows, s->side[1].j, cols, layers,
                             block_at(s, k, i, j));
            mirror(block_at(s, k, i, j), block_at(s, k, j, i));
        }
    }
}
