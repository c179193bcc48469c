/* The residual of all samples, in the eigenvectors of the initial tangent kernel. */
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/product.h"
#include "kernel/spectrum.h"
#include "probe/tangent.h"

enum { NORM, PROJECTION, PROJECTION_MEAN, VECTOR };

struct state {
    char kernel[LEMMA_WORD];
    bool vector;
    size_t order;
    lemma_mat basis; /* (order, order) rows are eigenvectors of H(0) */
};

static bool is_mean(const struct state *s, const struct lemma_dataset *set)
{
    return set->d > 1 && lemma_tangent_kind(s->kernel, set) == LEMMA_GRAM_MEAN;
}

static bool has(const void *state, size_t column, const struct lemma_dataset *set,
                const struct lemma_network *net)
{
    const struct state *s = state;

    (void) net;
    switch (column) {
    case PROJECTION:
        return !is_mean(s, set);
    case PROJECTION_MEAN:
        return is_mean(s, set);
    case VECTOR:
        return s->vector;
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
    double rows = (double) order(state, set);

    return 2 * sizeof(double) * rows * rows + lemma_tangent_bytes(s->kernel, set, net);
}

/* Entries this near each other are equal: symmetric data makes such pairs. */
static const double EQUAL = 1e-8;

/* LAPACK leaves the signs open: the largest entry of each vector, the first of equal
 * ones, is made positive. */
static void orient(lemma_mat basis)
{
    for (size_t i = 0; i < basis.rows; i++) {
        double *v = lemma_row(basis, i).a, sign;
        size_t most = 0;

        for (size_t j = 1; j < basis.cols; j++)
            most = fabs(v[j]) > (1 + EQUAL) * fabs(v[most]) ? j : most;
        sign = v[most] < 0 ? -1 : 1;
        for (size_t j = 0; j < basis.cols; j++)
            v[j] *= sign;
    }
}

/* The eigenvectors of the kernel at W(0); NaN where LAPACK gives up. */
static lemma_status make_basis(struct state *s, const struct lemma_dataset *set,
                               const struct lemma_event *ev)
{
    struct lemma_layers all = {0, lemma_event_network(ev)->L};
    struct lemma_tangent *tangent = NULL;
    struct lemma_spectrum *room = NULL;
    struct lemma_spectrum_result found;
    lemma_mat h = lemma_mat_of(NULL, s->order, s->order);
    size_t count = s->order * s->order;
    double *values = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_tangent_create(s->kernel, set, ev, &tangent));
    LEMMA_TRY(lemma_spectrum_create(s->order, LEMMA_SPECTRUM_FULL, &room));
    LEMMA_NEW(h.a, count);
    LEMMA_NEW(values, s->order);
    lemma_tangent_form(tangent, ev, all, h);
    st = lemma_spectrum_measure(room, h, values, s->basis, &found);
    for (size_t i = 0; i < count && st == LEMMA_ENUMERIC; i++)
        s->basis.a[i] = NAN;
    if (st == LEMMA_ENUMERIC)
        lemma_event_found(ev, -1, "residual: LAPACK found no eigenvectors");
    st = st == LEMMA_ENUMERIC ? LEMMA_OK : st;
    LEMMA_TRY(st);
    orient(s->basis);
out:
    lemma_tangent_destroy(tangent);
    lemma_spectrum_destroy(room);
    lemma_free(h.a);
    lemma_free(values);
    return st;
}

static void work(const void *state, const struct lemma_dataset *set,
                 const struct lemma_scale *z, struct lemma_work *work)
{
    const struct state *s = state;

    double E = (double) order(state, set);

    work->average = LEMMA_ONE_WAY;
    work->once = lemma_tangent_flops(s->kernel, set, z) + 9 * E * E * E;
    work->round = 2 * E * E;
}

static lemma_status begin(void *state, const struct lemma_dataset *set,
                          const struct lemma_event *ev, struct lemma_error *err)
{
    struct state *s = state;
    lemma_status st = LEMMA_OK;

    (void) err;
    s->order = order(s, set);
    LEMMA_TRY(lemma_mat_create(s->order, s->order, &s->basis));
    LEMMA_TRY(make_basis(s, set, ev));
out:
    return st;
}

static void end(void *state)
{
    struct state *s = state;

    lemma_free(s->basis.a);
}

static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    const struct state *s = state;
    const struct lemma_tape *tape =
        lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_FORWARD);
    size_t count = tape->rows * tape->d;
    const double *r = tape->residual.a;
    bool mean = row->cells[PROJECTION_MEAN];
    double *p = mean ? lemma_f64(row, PROJECTION_MEAN) : lemma_f64(row, PROJECTION);

    *lemma_f64(row, NORM) = lemma_norm((lemma_cvec){r, count});
    lemma_product(LEMMA_N, LEMMA_N, 1, lemma_const(s->basis),
                  lemma_cmat_of(r, s->order, count / s->order), 0,
                  lemma_mat_of(p, s->order, count / s->order));
    if (s->vector)
        memcpy(row->cells[VECTOR], r, count * sizeof *r);
    return LEMMA_OK;
}

#define PROJECTION_TEXT                                                              \
    "projection of the residuals on the unit eigenvectors of the initial Gram "      \
    "matrix, in the order of its eigenvalues, ascending; each vector's largest "     \
    "entry (the first of equal ones) is positive. Where eigenvalues meet, only the " \
    "norm over their space has a meaning"

static const struct lemma_column columns[] = {
    {"norm", "", LEMMA_F64, LEMMA_AXIS_ROUND, "output",
     "norm of the residuals of all samples and outputs at the server model",
     "||r(t)||_2, r = f - y", "theory 3(h)"},
    {"projection", "E", LEMMA_F64, LEMMA_AXIS_ROUND, "output", PROJECTION_TEXT,
     "v_i^T r(t), H(0) v_i = lambda_i v_i", "theory 3(h)"},
    {"projection", "E,d", LEMMA_F64, LEMMA_AXIS_ROUND, "output", PROJECTION_TEXT,
     "v_i^T r_a(t), a = 1..d, with the mean kernel's v_i", "theory 3(h)"},
    {"vector", "N,d", LEMMA_F64, LEMMA_AXIS_ROUND, "output",
     "the residuals themselves, samples in client order", "r(t) = f(W(t); x) - y",
     "definition"},
    {0}};

static const struct lemma_option options[] = {
    LEMMA_TANGENT_OPTION(struct state, kernel),
    {"vector", LEMMA_OPTION_BOOL, offsetof(struct state, vector), "false", NULL,
     "the residuals themselves as well"},
    {0}};

const struct lemma_probe_type lemma_probe_residual = {
    .name = "residual",
    .title = "residuals of the server model in the initial kernel's eigenvectors",
    .source = "theory 3(h): the projections decay at rates of their own",
    .cost = "once: the Gram matrix of W(0) and its eigenvectors, some 9 E^3 flops (E = "
            "N d or N) "
            "and two matrices of that order, of which one stays; then 2 E^2 flops a "
            "round on outputs that a round's first step makes anyway",
    .signal = "norm",
    .log_signal = true,
    .events = LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END,
    .columns = columns,
    .missing = UINT64_C(1) << PROJECTION | UINT64_C(1) << PROJECTION_MEAN,
    .options = options,
    .state_size = sizeof(struct state),
    .has = has,
    .order = order,
    .memory = memory,
    .work = work,
    .begin = begin,
    .observe = observe,
    .end = end,
};
