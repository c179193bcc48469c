#include "net/tape.h"

#include <string.h>

static const struct lemma_factor *factor_of(const struct lemma_model *model, size_t c,
                                            size_t l)
{
    const struct lemma_factor *f =
        model->factors ? &model->factors[c * model->net->L + l] : NULL;

    return f && f->rank ? f : NULL;
}

static lemma_cmat span_of(lemma_cmat m, struct lemma_span s)
{
    return lemma_crows(m, s.first, s.count);
}

static lemma_mat mspan_of(lemma_mat m, struct lemma_span s)
{
    return lemma_rows(m, s.first, s.count);
}

/* The rows that a pass fills. */
static struct lemma_span rows_of(const struct lemma_tape *tape)
{
    struct lemma_span first = tape->spans[tape->from], last = tape->spans[tape->to - 1];

    return (struct lemma_span){first.first, last.first + last.count - first.first};
}

static void scale_columns(lemma_mat t, const double *coef)
{
    for (size_t i = 0; i < t.rows; i++)
        for (size_t k = 0; k < t.cols; k++)
            t.a[i * t.ld + k] *= coef[k];
}

/* One product for the rows of all clients, of which the tape's are wanted. */
static void multiply_rows(const struct lemma_tape *tape, enum lemma_op op, lemma_cmat x,
                          lemma_cmat w, lemma_mat out)
{
    struct lemma_span rows = rows_of(tape);
    struct lemma_job job = {.ta = LEMMA_N,
                            .tb = op,
                            .alpha = 1,
                            .a = x,
                            .b = w,
                            .c = out,
                            .above = rows.first,
                            .below = out.rows - rows.first - rows.count};

    lemma_products(&job, 1);
}

/* Client c's rows alone; they take part in the cut whoever wants them. */
static struct lemma_job client_job(const struct lemma_tape *tape, size_t c,
                                   enum lemma_op op, lemma_cmat x, lemma_cmat w,
                                   double beta, lemma_mat out)
{
    bool wanted = tape->from <= c && c < tape->to;

    return (struct lemma_job){.ta = LEMMA_N,
                              .tb = op,
                              .alpha = 1,
                              .a = x,
                              .b = w,
                              .beta = beta,
                              .c = out,
                              .above = wanted ? 0 : out.rows};
}

/* out_c += (x_c P^T) diag(coef) Q per client: P, Q = V, U forward and U, V backward.
 * The thin products of all clients first, then what they are multiplied with. */
static void correct(const struct lemma_model *model, const struct lemma_tape *tape,
                    size_t l, bool forward, lemma_cmat x, lemma_mat out)
{
    for (int second = 0; second < 2; second++) {
        double *next = model->scratch;
        size_t jobs = 0;

        for (size_t c = 0; c < tape->clients; c++) {
            const struct lemma_factor *f = factor_of(model, c, l);
            struct lemma_span span = tape->spans[c];

            if (!f)
                continue;
            lemma_mat t = lemma_mat_of(next, span.count, f->rank);
            next += t.rows * t.cols;
            if (second && tape->from <= c && c < tape->to)
                scale_columns(t, f->coef);
            model->jobs[jobs++] =
                second ? client_job(tape, c, LEMMA_N, lemma_const(t),
                                    forward ? f->u : f->v, 1, mspan_of(out, span))
                       : client_job(tape, c, LEMMA_T, span_of(x, span),
                                    forward ? f->v : f->u, 0, t);
        }
        lemma_products(model->jobs, jobs);
    }
}

/* out = x W^T (forward) or x W (backward), each client's rows through its own weights.
 */
static void multiply(const struct lemma_model *model, const struct lemma_tape *tape,
                     size_t l, bool forward, lemma_cmat x, lemma_mat out)
{
    enum lemma_op op = forward ? LEMMA_T : LEMMA_N;
    const lemma_mat *own = model->own;
    size_t L = model->net->L;

    if (!own || !own[l].a) {
        multiply_rows(tape, op, x, lemma_const(model->shared[l]), out);
        if (model->factors)
            correct(model, tape, l, forward, x, out);
        return;
    }
    for (size_t c = 0; c < tape->clients; c++)
        model->jobs[c] =
            client_job(tape, c, op, span_of(x, tape->spans[c]),
                       lemma_const(own[c * L + l]), 0, mspan_of(out, tape->spans[c]));
    lemma_products(model->jobs, tape->clients);
}

static void activate(const struct lemma_layer *layer, struct lemma_span rows,
                     lemma_mat z, uint64_t *pattern, size_t words)
{
#pragma omp parallel for if (rows.count * z.cols > LEMMA_PARALLEL)
    for (size_t i = rows.first; i < rows.first + rows.count; i++)
        layer->activation->apply(lemma_row(z, i).a, z.cols, pattern + i * words);
}

/* Sensitivities of units that are off become 0. */
static void mask(const struct lemma_layer *layer, struct lemma_span rows,
                 const uint64_t *pattern, size_t words, lemma_mat d)
{
    if (!layer->activation->has_pattern)
        return;
#pragma omp parallel for if (rows.count * d.cols > LEMMA_PARALLEL)
    for (size_t i = rows.first; i < rows.first + rows.count; i++) {
        const uint64_t *bits = pattern + i * words;
        double *row = lemma_row(d, i).a;

        for (size_t j = 0; j < d.cols; j++)
            row[j] = bits[j / 64] >> j % 64 & 1 ? row[j] : 0;
    }
}

void lemma_pass_forward(const struct lemma_model *model,
                        const struct lemma_loss_type *loss, lemma_cmat targets,
                        struct lemma_tape *tape)
{
    size_t L = model->net->L;
    struct lemma_span rows = rows_of(tape);

    for (size_t l = 0; l < L; l++) {
        multiply(model, tape, l, true, tape->inputs[l], tape->hidden[l]);
        activate(&model->net->layers[l], rows, tape->hidden[l], tape->pattern[l],
                 tape->words[l]);
    }
    multiply_rows(tape, LEMMA_T, lemma_const(tape->hidden[L - 1]), model->output_matrix,
                  tape->output);
    for (size_t i = rows.first; i < rows.first + rows.count; i++)
        tape->loss[i] =
            loss->sample(tape->d, lemma_row(tape->output, i).a,
                         lemma_crow(targets, tape->sample ? tape->sample[i] : i).a,
                         lemma_row(tape->residual, i).a);
    tape->forward = true;
    tape->backward = false;
}

void lemma_pass_preactivations(const struct lemma_model *model,
                               const struct lemma_tape *tape, size_t l, lemma_mat z)
{
    LEMMA_REQUIRE(tape->forward && l < tape->L);
    LEMMA_REQUIRE(z.rows == tape->rows && z.cols == model->net->layers[l].out);
    multiply(model, tape, l, true, tape->inputs[l], z);
}

/* sens[L-1] = residual V, or V in every row where residual is a NULL view; then down.
 */
static void pull(const struct lemma_model *model, const struct lemma_tape *tape,
                 lemma_cmat residual, lemma_mat *sens)
{
    const struct lemma_network *net = model->net;
    lemma_mat top = sens[net->L - 1];
    struct lemma_span all = {0, tape->rows}, mine = rows_of(tape);

    if (residual.a)
        multiply_rows(tape, LEMMA_N, residual, model->output_matrix, top);
    else
        for (size_t i = 0; i < top.rows; i++)
            memcpy(lemma_row(top, i).a, model->output_matrix.a,
                   top.cols * sizeof(double));
    for (size_t l = net->L; l-- > 0;) {
        mask(&net->layers[l], !residual.a && l + 1 == net->L ? all : mine,
             tape->pattern[l], tape->words[l], sens[l]);
        if (l > 0)
            multiply(model, tape, l, false, lemma_const(sens[l]), sens[l - 1]);
    }
}

void lemma_pass_backward(const struct lemma_model *model, struct lemma_tape *tape)
{
    lemma_cmat bare = {NULL, 0, 0, 0};

    LEMMA_REQUIRE(tape->forward);
    pull(model, tape, tape->bare ? bare : lemma_const(tape->residual), tape->sens);
    tape->backward = true;
}

void lemma_pass_pull(const struct lemma_model *model, const struct lemma_tape *tape,
                     lemma_cmat residual, lemma_mat *sens)
{
    LEMMA_REQUIRE(tape->forward && residual.rows == tape->rows);
    pull(model, tape, residual, sens);
}
