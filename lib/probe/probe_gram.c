/* The tangent kernel's Gram matrix at the virtual average: spectrum, change since W(0),
 * distance from its infinite-width limit, and the residuals' form, which is the
 * gradient's square. */
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/blas.h"
#include "core/product.h"
#include "core/spectral.h"
#include "kernel/limit.h"
#include "kernel/spectrum.h"
#include "probe/number.h"
#include "probe/tangent.h"

enum {
    EIGENVALUES,
    LAMBDA_MIN,
    LAMBDA_MAX,
    TRACE,
    CHANGE_FROBENIUS,
    CHANGE_SPECTRAL,
    LIMIT_FROBENIUS,
    LIMIT_SPECTRAL,
    QUADRATIC_FORM,
    LAMBDA_MIN_LAYER,
    LAMBDA_MAX_LAYER,
    TRACE_LAYER,
    QUADRATIC_FORM_LAYER
};

/* Columns that are missing where a solver gave up, or had no finite kernel. */
#define SOLVED                                                           \
    (UINT64_C(1) << EIGENVALUES | UINT64_C(1) << LAMBDA_MIN |            \
     UINT64_C(1) << LAMBDA_MAX | UINT64_C(1) << TRACE |                  \
     UINT64_C(1) << CHANGE_SPECTRAL | UINT64_C(1) << LIMIT_SPECTRAL |    \
     UINT64_C(1) << LAMBDA_MIN_LAYER | UINT64_C(1) << LAMBDA_MAX_LAYER | \
     UINT64_C(1) << TRACE_LAYER)

/* Beyond this order all eigenvalues take minutes a row. */
enum { LARGEST_SPECTRUM = 4096 };

struct state {
    char kernel[LEMMA_WORD], spectrum[LEMMA_WORD];
    bool limited, layers;
    size_t order, N;
    struct lemma_tangent *tangent;
    struct lemma_spectrum *room;
    lemma_mat now, initial, limit; /* (order, order) twice: H, H(0); (N, N) */
    double *values;                /* (order) where no table has them */
    double *sums;                  /* (order) of rows; H r */
    double *scratch;
};

static bool all_values(const struct state *s, const struct lemma_dataset *set)
{
    if (strcmp(s->spectrum, "auto") == 0)
        return lemma_tangent_order(s->kernel, set) <= LARGEST_SPECTRUM;
    return strcmp(s->spectrum, "full") == 0;
}

/* The mean over several outputs does not know which of them a residual belongs to. */
static bool has_form(const struct state *s, const struct lemma_dataset *set)
{
    return set->d == 1 || lemma_tangent_kind(s->kernel, set) == LEMMA_GRAM_FULL;
}

static bool has(const void *state, size_t column, const struct lemma_dataset *set,
                const struct lemma_network *net)
{
    const struct state *s = state;

    (void) net;
    switch (column) {
    case EIGENVALUES:
        return all_values(s, set);
    case LIMIT_FROBENIUS:
    case LIMIT_SPECTRAL:
        return s->limited;
    case QUADRATIC_FORM:
        return has_form(s, set);
    case LAMBDA_MIN_LAYER:
    case LAMBDA_MAX_LAYER:
    case TRACE_LAYER:
        return s->layers;
    case QUADRATIC_FORM_LAYER:
        return s->layers && has_form(s, set);
    default:
        return true;
    }
}

static size_t order(const void *state, const struct lemma_dataset *set)
{
    const struct state *s = state;

    return lemma_tangent_order(s->kernel, set);
}

static double memory(const void *state, const struct lemma_dataset *set,
                     const struct lemma_network *net)
{
    const struct state *s = state;
    size_t rows = order(state, set);
    double E = (double) rows, N = (double) set->n;

    return sizeof(double) * (2 * E * E + (s->limited ? N * N : 0) +
                             (double) lemma_spectral_scratch(rows, rows)) +
           lemma_tangent_bytes(s->kernel, set, net);
}

static void work(const void *state, const struct lemma_dataset *set,
                 const struct lemma_scale *z, struct lemma_work *work)
{
    const struct state *s = state;

    double E = (double) order(state, set), norms = s->limited ? 2 : 1;
    double values = all_values(s, set) ? 4.0 / 3 : 1.0 / 3;
    double form = lemma_tangent_flops(s->kernel, set, z);

    work->average = z->d > 1 ? LEMMA_ONE_WAY : LEMMA_BOTH_WAYS;
    work->row = (s->layers ? 1 + z->L : 1) * (form + values * E * E * E) +
                norms * 40 * 4 * E * E;
    work->once = s->limited ? 60 * z->L * z->N * z->N : 0;
    work->lasting = sizeof(double) * E * E;
}

static lemma_status begin(void *state, const struct lemma_dataset *set,
                          const struct lemma_event *ev, struct lemma_error *err)
{
    static const struct lemma_limit sum = {LEMMA_LIMIT_SUM, false};
    struct state *s = state;
    bool all = all_values(s, set);
    lemma_status st = LEMMA_OK;

    s->order = order(s, set);
    s->N = set->n;
    LEMMA_TRY(lemma_tangent_create(s->kernel, set, ev, &s->tangent));
    LEMMA_TRY(lemma_spectrum_create(
        s->order, all ? LEMMA_SPECTRUM_FULL : LEMMA_SPECTRUM_EXTREMES, &s->room));
    LEMMA_TRY(lemma_mat_create(s->order, s->order, &s->now));
    LEMMA_TRY(lemma_mat_create(s->order, s->order, &s->initial));
    if (all)
        LEMMA_NEW(s->values, s->order);
    LEMMA_NEW(s->sums, s->order);
    LEMMA_NEW(s->scratch, lemma_spectral_scratch(s->order, s->order));
    if (s->limited) {
        LEMMA_TRY(lemma_mat_create(s->N, s->N, &s->limit));
        LEMMA_TRY(lemma_limit_gram(lemma_event_network(ev), lemma_const(set->inputs),
                                   &sum, s->limit, err));
    }
out:
    return st;
}

static void lasting(void *state, lemma_visit visit, void *context)
{
    struct state *s = state;

    visit(context, s->initial.a, s->order * s->order * sizeof *s->initial.a,
          LEMMA_FIXED);
}

static void end(void *state)
{
    struct state *s = state;

    lemma_tangent_destroy(s->tangent);
    lemma_spectrum_destroy(s->room);
    lemma_free(s->now.a);
    lemma_free(s->initial.a);
    lemma_free(s->limit.a);
    lemma_free(s->values);
    lemma_free(s->sums);
    lemma_free(s->scratch);
}

static double spectral(const struct state *s, const struct lemma_event *ev,
                       lemma_cmat a, lemma_cmat b)
{
    struct lemma_spectral found = lemma_spectral_norm(a, b, s->scratch);

    if (!found.converged && isfinite(found.norm))
        lemma_event_found(ev, -1, "gram: Lanczos did not converge to a change's norm");
    return found.converged ? found.norm : NAN;
}

/* A solver that gives up is a finding: the cells stay missing (two ends that are not
 * found leave the trace). */
static lemma_status measure(struct state *s, const struct lemma_event *ev,
                            double *values, struct lemma_spectrum_result *found)
{
    lemma_mat none = {0};
    lemma_status st = lemma_spectrum_measure(s->room, s->now, values, none, found);

    if (st == LEMMA_ENUMERIC) {
        for (size_t i = 0; i < s->order && values; i++)
            values[i] = NAN;
        *found = (struct lemma_spectrum_result){.trace = NAN};
        lemma_event_found(ev, -1, "gram: LAPACK found no eigenvalues");
        st = LEMMA_OK;
    } else if (st == LEMMA_OK && !isfinite(found->trace))
        lemma_event_found(ev, -1, "gram: the kernel is not finite");
    else if (st == LEMMA_OK && !found->converged)
        lemma_event_found(ev, -1, "gram: Lanczos did not converge to the eigenvalues");
    if (st == LEMMA_OK && !found->converged)
        found->lambda_min = found->lambda_max = NAN;
    return st;
}

/* r^T K r / N^2 with the matrix in `now`, r at the same model. 2 E^2 flops. */
static double form(const struct state *s, const struct lemma_event *ev)
{
    const struct lemma_tape *tape =
        lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_FORWARD);
    double N = (double) s->N;

    lemma_product(LEMMA_N, LEMMA_N, 1, lemma_const(s->now),
                  lemma_cmat_of(tape->residual.a, s->order, 1), 0,
                  lemma_mat_of(s->sums, s->order, 1));
    return lemma_dot((lemma_cvec){tape->residual.a, s->order},
                     (lemma_cvec){s->sums, s->order}) /
           (N * N);
}

static lemma_status see_layers(struct state *s, const struct lemma_event *ev,
                               const struct lemma_cells *row)
{
    lemma_status st = LEMMA_OK;

    for (size_t l = 0; l < lemma_event_network(ev)->L; l++) {
        struct lemma_spectrum_result found;

        lemma_tangent_form(s->tangent, ev, (struct lemma_layers){l, 1}, s->now);
        LEMMA_TRY(measure(s, ev, s->values, &found));
        lemma_f64(row, LAMBDA_MIN_LAYER)[l] = found.lambda_min;
        lemma_f64(row, LAMBDA_MAX_LAYER)[l] = found.lambda_max;
        lemma_f64(row, TRACE_LAYER)[l] = found.trace;
        if (row->cells[QUADRATIC_FORM_LAYER])
            lemma_f64(row, QUADRATIC_FORM_LAYER)[l] = form(s, ev);
    }
out:
    return st;
}

static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    struct state *s = state;
    struct lemma_layers all = {0, lemma_event_network(ev)->L};
    struct lemma_spectrum_result found;
    double *values = row->cells[EIGENVALUES] ? lemma_f64(row, EIGENVALUES) : NULL;
    lemma_cmat none = {0};
    lemma_status st = LEMMA_OK;

    if (!row->cells[LAMBDA_MIN])
        return LEMMA_OK; /* an event of the other cadence */
    lemma_tangent_form(s->tangent, ev, all, s->now);
    LEMMA_TRY(measure(s, ev, values, &found));
    *lemma_f64(row, LAMBDA_MIN) = found.lambda_min;
    *lemma_f64(row, LAMBDA_MAX) = found.lambda_max;
    *lemma_f64(row, TRACE) = found.trace;
    if (row->cells[QUADRATIC_FORM])
        *lemma_f64(row, QUADRATIC_FORM) = form(s, ev);
    if (ev->step == 0) /* every cadence holds t = 0 */
        memcpy(s->initial.a, s->now.a, s->order * s->order * sizeof *s->now.a);
    *lemma_f64(row, CHANGE_FROBENIUS) =
        lemma_frobenius_norm(lemma_const(s->now), lemma_const(s->initial), s->sums);
    *lemma_f64(row, CHANGE_SPECTRAL) =
        spectral(s, ev, lemma_const(s->now), lemma_const(s->initial));
    if (s->limited) {
        lemma_limit_subtract(lemma_const(s->limit), s->now);
        *lemma_f64(row, LIMIT_FROBENIUS) =
            lemma_frobenius_norm(lemma_const(s->now), none, s->sums);
        *lemma_f64(row, LIMIT_SPECTRAL) = spectral(s, ev, lemma_const(s->now), none);
    }
    if (s->layers)
        LEMMA_TRY(see_layers(s, ev, row));
out:
    return st;
}

#define KERNEL_UNITS "output^2 / weight^2"
#define FORM_UNITS "loss^2 / weight^2"

static const struct lemma_column columns[] = {
    {"eigenvalues", "E", LEMMA_F64, LEMMA_AXIS_CADENCE, KERNEL_UNITS,
     "all eigenvalues of the Gram matrix, ascending; each is right to about E eps "
     "lambda_max, and what rounding leaves below zero is not clipped",
     "eig(H(t)), H(t) = J J^T at Wbar(t)", "theory 3(g), 3(j)"},
    {"lambda_min", "", LEMMA_F64, LEMMA_AXIS_CADENCE, KERNEL_UNITS,
     "least eigenvalue of the Gram matrix", "lambda_min(H(t))", "theory 3(c), 3(g)"},
    {"lambda_max", "", LEMMA_F64, LEMMA_AXIS_CADENCE, KERNEL_UNITS,
     "largest eigenvalue of the Gram matrix", "lambda_max(H(t))", "theory 2.4, 3(c)"},
    {"trace", "", LEMMA_F64, LEMMA_AXIS_CADENCE, KERNEL_UNITS,
     "sum of the eigenvalues: the squared norms of the Jacobian's rows",
     "tr H(t) = ||J||_F^2", "definition"},
    {"change_frobenius", "", LEMMA_F64, LEMMA_AXIS_CADENCE, KERNEL_UNITS,
     "Frobenius distance of the Gram matrix from the initial one", "||H(t) - H(0)||_F",
     "theory 3(g)"},
    {"change_spectral", "", LEMMA_F64, LEMMA_AXIS_CADENCE, KERNEL_UNITS,
     "spectral distance of the Gram matrix from the initial one", "||H(t) - H(0)||_2",
     "theory 3(g)"},
    {"limit_distance_frobenius", "", LEMMA_F64, LEMMA_AXIS_CADENCE, KERNEL_UNITS,
     "Frobenius distance of the Gram matrix from its infinite-width limit, at this "
     "width's scale",
     "||H(t) - H^inf||_F", "theory 3(g), 3(j)"},
    {"limit_distance_spectral", "", LEMMA_F64, LEMMA_AXIS_CADENCE, KERNEL_UNITS,
     "spectral distance of the Gram matrix from its infinite-width limit, at this "
     "width's scale",
     "||H(t) - H^inf||_2", "theory 3(g), 3(j)"},
    {"quadratic_form", "", LEMMA_F64, LEMMA_AXIS_CADENCE, FORM_UNITS,
     "the Gram matrix's quadratic form of the residuals at the same model, which is "
     "the "
     "square of the gradient of L; right to about eps lambda_max ||r||^2 / N^2. Not "
     "with "
     "the mean kernel of several outputs",
     "r(t)^T H(t) r(t) / N^2 = ||grad L||_F^2", "theory 3(c)"},
    {"lambda_min_layer", "L", LEMMA_F64, LEMMA_AXIS_CADENCE, KERNEL_UNITS,
     "least eigenvalue of each layer's part of the Gram matrix",
     "lambda_min(K^(l)(t)), H = sum_l K^(l)", "theory 3(c)"},
    {"lambda_max_layer", "L", LEMMA_F64, LEMMA_AXIS_CADENCE, KERNEL_UNITS,
     "largest eigenvalue of each layer's part of the Gram matrix",
     "lambda_max(K^(l)(t))", "theory 3(c)"},
    {"trace_layer", "L", LEMMA_F64, LEMMA_AXIS_CADENCE, KERNEL_UNITS,
     "trace of each layer's part of the Gram matrix", "tr K^(l)(t)", "definition"},
    {"quadratic_form_layer", "L", LEMMA_F64, LEMMA_AXIS_CADENCE, FORM_UNITS,
     "the quadratic form of each layer's part, the square of that layer's gradient",
     "r(t)^T K^(l)(t) r(t) / N^2 = ||grad_{W_l} L||_F^2", "theory 3(c)"},
    {0}};

static const struct lemma_option options[] = {
    LEMMA_TANGENT_OPTION(struct state, kernel),
    {"spectrum", LEMMA_OPTION_WORD, offsetof(struct state, spectrum), "auto",
     "auto|full|extremes",
     "full: all eigenvalues, 4/3 E^3 flops a row; extremes: the two ends, E^3 / 3; "
     "auto: full up to order 4096"},
    {"limit", LEMMA_OPTION_BOOL, offsetof(struct state, limited), "true", NULL,
     "distance from the infinite-width limit"},
    {"layers", LEMMA_OPTION_BOOL, offsetof(struct state, layers), "false", NULL,
     "each layer's part as well: L more matrices and spectra a row"},
    {0}};

const struct lemma_probe_type lemma_probe_gram = {
    .name = "gram",
    .title =
        "spectrum of the tangent kernel, its change and its distance from the limit",
    .source = "theory 3(c), 3(g), 3(j): H(t) = J J^T over the trained weights",
    .cost =
        "one output: N^2 (m_in + m_out) flops a layer on the tape that a round's first "
        "step makes anyway; more: d + 1 passes of its own, and the residuals from that "
        "tape; then 4/3 E^3 flops for all "
        "eigenvalues (E = N d or N), 4 E^2 a Lanczos step for the spectral distances; "
        "two matrices of order E",
    .signal = "eigenvalues",
    .log_signal = true,
    .events = LEMMA_ON_ROUND_BEGIN | LEMMA_ON_STEP | LEMMA_ON_RUN_END,
    .columns = columns,
    .missing = SOLVED,
    .options = options,
    .state_size = sizeof(struct state),
    .has = has,
    .order = order,
    .memory = memory,
    .work = work,
    .begin = begin,
    .observe = observe,
    .lasting = lasting,
    .end = end,
};
