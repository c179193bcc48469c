/* How far the server model has moved from its initialisation. */
#include <math.h>

#include "core/alloc.h"
#include "core/blas.h"
#include "core/spectral.h"
#include "probe/number.h"
#include "probe/probe.h"

enum { FROBENIUS, SPECTRAL, MAX_NEURON };
enum { CHUNKS = 32 }; /* of a layer's rows; their sums are added in order */

struct state {
    double *scratch;
};

static void work(const void *state, const struct lemma_dataset *set,
                 const struct lemma_scale *z, struct lemma_work *work)
{
    (void) state;
    (void) set;
    work->round = 40 * 4 * z->weights;
}

static lemma_status begin(void *state, const struct lemma_dataset *set,
                          const struct lemma_event *ev, struct lemma_error *err)
{
    const struct lemma_network *net = lemma_event_network(ev);
    struct state *s = state;
    size_t room = 0;
    lemma_status st = LEMMA_OK;

    (void) set;
    (void) err;
    for (size_t l = 0; l < net->L; l++) {
        size_t in = net->layers[l].in, out = net->layers[l].out;

        room = lemma_most(room, CHUNKS * in);
        room = lemma_most(room, lemma_spectral_scratch(out, in));
    }
    LEMMA_NEW(s->scratch, room);
out:
    return st;
}

static void end(void *state)
{
    struct state *s = state;

    lemma_free(s->scratch);
}

/* Frobenius norm and largest row norm of a - b. 3 rows cols flops. */
static void row_norms(lemma_cmat a, lemma_cmat b, double *scratch, double *frobenius,
                      double *max)
{
    size_t per = (a.rows + CHUNKS - 1) / CHUNKS;
    double sum[CHUNKS] = {0}, most[CHUNKS] = {0};

#pragma omp parallel for schedule(static)
    for (size_t k = 0; k < CHUNKS; k++) {
        lemma_cvec row = {scratch + k * a.cols, a.cols};

        for (size_t i = k * per; i < (k + 1) * per && i < a.rows; i++) {
            double square;

            for (size_t j = 0; j < a.cols; j++)
                scratch[k * a.cols + j] = lemma_crow(a, i).a[j] - lemma_crow(b, i).a[j];
            square = lemma_dot(row, row);
            sum[k] += square;
            most[k] = lemma_larger(most[k], square);
        }
    }
    *frobenius = *max = 0;
    for (size_t k = 0; k < CHUNKS; k++) {
        *frobenius += sum[k];
        *max = lemma_larger(*max, most[k]);
    }
    *frobenius = lemma_root(*frobenius);
    *max = lemma_root(*max);
}

static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    struct state *s = state;

    for (size_t l = 0; l < lemma_event_network(ev)->L; l++) {
        lemma_cmat now = lemma_event_server(ev, l),
                   initial = lemma_event_initial(ev, l);
        struct lemma_spectral spectral;

        row_norms(now, initial, s->scratch, &lemma_f64(row, FROBENIUS)[l],
                  &lemma_f64(row, MAX_NEURON)[l]);
        spectral = lemma_spectral_norm(now, initial, s->scratch);
        if (!spectral.converged && isfinite(spectral.norm))
            lemma_event_found(ev, -1,
                              "distance: Lanczos did not converge to a move's norm");
        lemma_f64(row, SPECTRAL)[l] = spectral.converged ? spectral.norm : NAN;
    }
    return LEMMA_OK;
}

static const struct lemma_column columns[] = {
    {"frobenius", "L", LEMMA_F64, LEMMA_AXIS_ROUND, "weight",
     "Frobenius norm of a layer's move from initialisation", "||W_l(r) - W_l(0)||_F",
     "theory 3(e)"},
    {"spectral", "L", LEMMA_F64, LEMMA_AXIS_ROUND, "weight",
     "spectral norm of a layer's move from initialisation, to 1e-12 of itself",
     "omega_l = ||W_l(r) - W_l(0)||_2", "theory 3(b), 3(e)"},
    {"max_neuron", "L", LEMMA_F64, LEMMA_AXIS_ROUND, "weight",
     "largest move of one neuron from initialisation",
     "max_r ||w_{l,r}(r) - w_{l,r}(0)||_2", "theory 3(e)"},
    {0}};

const struct lemma_probe_type lemma_probe_distance = {
    .name = "distance",
    .title = "distance of the server model from its initialisation",
    .source = "theory 3(e); lazy limit L6: ||W(R) - W(0)||_F^2 = r0^T H^-1 r0",
    .cost =
        "keeps W(0): one more model. 4 m_in m_out flops a layer and Lanczos step, some "
        "20 to 60 steps, limited by memory",
    .signal = "frobenius",
    .log_signal = true,
    .events = LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END,
    .needs_initial = true,
    .columns = columns,
    .missing = UINT64_C(1) << SPECTRAL,
    .state_size = sizeof(struct state),
    .work = work,
    .begin = begin,
    .observe = observe,
    .end = end,
};
