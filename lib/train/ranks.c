/*
 * What a rank passes, and how it comes by the rest.
 *
 * Every rank holds all clients' models. It passes the rows of its own clients, in every
 * tile that holds one of them at full shape (net/tape.h: other rows are of no effect);
 * then the rows of all ranks are gathered, and all go on alike.
 */
#include "core/alloc.h"
#include "train/state.h"

/* Rows of rank r's clients: [rows[r], rows[r + 1]). */
static void rows_of_ranks(const struct lemma_span *spans, const size_t *clients,
                          size_t size, size_t *rows)
{
    rows[0] = 0;
    for (size_t r = 0; r < size; r++) {
        struct lemma_span last = spans[clients[r + 1] - 1];

        rows[r + 1] = last.first + last.count;
    }
}

/* Rows of a tile that clients share where the last layer is factored; else each client
 * has tiles of its own. */
static size_t shared_tile(const struct lemma_trainer *tr)
{
    size_t last = tr->L - 1;

    return tr->layer[last].factored
               ? lemma_product_tile(tr->batch->rows, tr->t.net->layers[last].out)
               : 1;
}

lemma_status lemma_ranks_create(struct lemma_trainer *tr)
{
    size_t size = lemma_comm_size(tr->t.comm), rank = lemma_comm_rank(tr->t.comm);
    struct lemma_tape *tapes[] = {tr->batch, tr->whole, tr->mean};
    size_t *clients = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(tr->batch_rows, size + 1);
    LEMMA_NEW(tr->whole_rows, size + 1);
    LEMMA_NEW(tr->stacks, 3 * tr->L + 3);
    LEMMA_NEW(clients, size + 1);
    lemma_deal(tr->batch_spans, tr->K, shared_tile(tr), size, clients);
    rows_of_ranks(tr->batch_spans, clients, size, tr->batch_rows);
    rows_of_ranks(tr->spans, clients, size, tr->whole_rows);
    for (size_t i = 0; i < 3; i++) {
        tapes[i]->from = clients[rank];
        tapes[i]->to = clients[rank + 1];
    }
out:
    lemma_free(clients);
    return st;
}

void lemma_ranks_gather(struct lemma_trainer *tr, const struct lemma_stack *stacks,
                        size_t count, const size_t *first)
{
    if (lemma_comm_size(tr->t.comm) > 1)
        tr->t.comm->share.gather(&tr->t.comm->share, stacks, count, first);
}

static size_t forward_stacks(const struct lemma_tape *tape, struct lemma_stack *s)
{
    size_t count = 0;

    for (size_t l = 0; l + 1 < tape->L; l++)
        s[count++] = lemma_stack_of(tape->hidden[l]);
    for (size_t l = 0; l < tape->L; l++) {
        size_t row = tape->words[l] * sizeof(uint64_t);

        s[count++] = (struct lemma_stack){tape->pattern[l], row, row};
    }
    s[count++] = lemma_stack_of(tape->output);
    s[count++] = lemma_stack_of(tape->residual);
    s[count++] = lemma_stack_of(lemma_mat_of(tape->loss, tape->rows, 1));
    return count;
}

/* Bare sensitivities of the last layer are everywhere already. */
static size_t backward_stacks(const struct lemma_tape *tape, struct lemma_stack *s)
{
    size_t count = tape->bare ? tape->L - 1 : tape->L;

    for (size_t l = 0; l < count; l++)
        s[l] = lemma_stack_of(tape->sens[l]);
    return count;
}

void lemma_ranks_pass(struct lemma_trainer *tr, const struct lemma_model *model,
                      struct lemma_tape *tape, enum lemma_pass pass)
{
    const size_t *first = tape == tr->batch ? tr->batch_rows : tr->whole_rows;

    if (!tape->forward) {
        lemma_pass_forward(model, tr->t.loss, lemma_const(tr->t.set->targets), tape);
        lemma_ranks_gather(tr, tr->stacks, forward_stacks(tape, tr->stacks), first);
    }
    if (pass == LEMMA_BACKWARD && !tape->backward) {
        lemma_pass_backward(model, tape);
        lemma_ranks_gather(tr, tr->stacks, backward_stacks(tape, tr->stacks), first);
    }
}
