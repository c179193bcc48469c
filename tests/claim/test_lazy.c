/* Claims on the lazy limit, judged on linear models of random features that Local GD
 * trains by loops: what they speak of holds there exactly. */
#include <math.h>

#include "claim/lazy.h"
#include "support.h"

enum { MOST = 24, PARAMETERS = 40, ROUNDS = 6 };

struct linear {
    size_t P, d, K, tau; /* P parameters */
    double counts[4];    /* (K) samples */
    double share;        /* eta as a share of L1's limit */
};

/* Even and uneven clients, several outputs, fewer parameters than rows, one machine. */
static const struct linear cases[] = {
    {40, 1, 3, 4, {5, 5, 5}, 0.45}, {40, 1, 3, 7, {2, 9, 4}, 0.3},
    {40, 2, 3, 5, {2, 7, 3}, 0.48}, {9, 1, 4, 3, {6, 1, 3, 5}, 0.4},
    {30, 1, 1, 6, {8}, 0.2},        {40, 3, 2, 1, {4, 4}, 0.5},
    {40, 1, 2, 1000, {8, 8}, 0.5}};
enum { CASES = sizeof cases / sizeof *cases };

static size_t samples(const struct linear *m)
{
    double sum = 0;

    for (size_t c = 0; c < m->K; c++)
        sum += m->counts[c];
    return (size_t) sum;
}

/* r = J w (rows). */
static void residual(const struct linear *m, size_t rows, const double *j,
                     const double *w, double *r)
{
    for (size_t i = 0; i < rows; i++) {
        r[i] = 0;
        for (size_t p = 0; p < m->P; p++)
            r[i] += j[i * m->P + p] * w[p];
    }
}

/* A round of Local GD on w (P), targets 0. */
static void train(const struct linear *m, const double *j, double eta, double *w)
{
    double mean[PARAMETERS] = {0}, local[PARAMETERS], g[PARAMETERS], r[MOST];
    size_t first = 0;

    for (size_t c = 0; c < m->K; c++) {
        size_t rows = (size_t) m->counts[c] * m->d;
        const double *mine = j + first * m->P;

        memcpy(local, w, m->P * sizeof *w);
        for (size_t s = 0; s < m->tau; s++) {
            memset(g, 0, sizeof g);
            residual(m, rows, mine, local, r);
            for (size_t i = 0; i < rows; i++)
                for (size_t p = 0; p < m->P; p++)
                    g[p] += mine[i * m->P + p] * r[i];
            for (size_t p = 0; p < m->P; p++)
                local[p] -= eta / m->counts[c] * g[p];
        }
        for (size_t p = 0; p < m->P; p++)
            mean[p] += local[p] * m->counts[c] / (double) samples(m);
        first += rows;
    }
    memcpy(w, mean, m->P * sizeof *w);
}

static void set(struct lemma_evidence *e, const char *path, size_t rows, size_t width,
                const double *steps, const double *cells)
{
    check_ok(lemma_evidence_set_series(e, path, rows, width, steps, cells), NULL);
}

static void put(struct lemma_evidence *e, const char *name, double value)
{
    check_ok(lemma_evidence_set_number(e, name, value), NULL);
}

static struct lemma_lazy *lazy(struct lemma_evidence *e)
{
    struct lemma_finding f = LEMMA_FINDING_NONE;
    struct lemma_lazy *z;

    check_ok(lemma_lazy_need(e, &f, "lazy/kernel", &z), NULL);
    return z;
}

/* What a run with this kernel records, in evidence. */
static void run(const struct linear *m, struct lemma_evidence *e, const double *j,
                double eta, double *w)
{
    size_t N = samples(m), rows = N * m->d;
    double norm[ROUNDS + 1], loss[ROUNDS + 1], steps[ROUNDS + 1],
        zero[ROUNDS + 1] = {0};
    double r[MOST], p[(ROUNDS + 1) * MOST], clients[4] = {0};
    struct lemma_lazy *z = lazy(e);

    check_ok(lemma_lazy_whole(z), NULL);
    for (size_t t = 0; t <= ROUNDS; t++) {
        size_t i = 0;

        residual(m, rows, j, w, r);
        norm[t] = 0;
        for (size_t c = 0; c < m->K; c++)
            for (size_t k = 0; k < (size_t) m->counts[c] * m->d; k++, i++) {
                norm[t] += r[i] * r[i];
                clients[c] += t == 0 ? r[i] * r[i] / (2 * m->counts[c]) : 0;
            }
        loss[t] = norm[t] / (2 * (double) N);
        norm[t] = sqrt(norm[t]);
        steps[t] = (double) (t * m->tau);
        for (size_t k = 0; k < rows; k++) {
            p[t * rows + k] = 0;
            for (i = 0; i < rows; i++)
                p[t * rows + k] += lemma_row(z->q, k).a[i] * r[i];
        }
        train(m, j, eta, w);
    }
    set(e, "lazy/predicted_norm", ROUNDS + 1, 1, steps, norm);
    set(e, "lazy/error", ROUNDS + 1, 1, steps, zero);
    set(e, "loss/server", ROUNDS + 1, 1, steps, loss);
    set(e, "loss/server_client", 1, m->K, steps, clients);
    set(e, "residual/norm", ROUNDS + 1, 1, steps, norm);
    set(e, "residual/projection", ROUNDS + 1, rows, steps, p);
}

static struct lemma_evidence *make(const struct linear *m, uint64_t id)
{
    size_t N = samples(m), rows = N * m->d;
    double j[MOST * PARAMETERS], h[MOST * MOST], r[MOST], w[PARAMETERS], eta;
    struct lemma_evidence *e = NULL;

    assert_true(rows <= MOST);
    draw_normals(id, j, rows * m->P);
    draw_normals(id + 100, w, m->P);
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < rows; k++) {
            h[i * rows + k] = 0;
            for (size_t p = 0; p < m->P; p++)
                h[i * rows + k] += j[i * m->P + p] * j[k * m->P + p];
        }
    residual(m, rows, j, w, r);
    check_ok(lemma_evidence_create_empty(&e), NULL);
    check_ok(lemma_evidence_set_clients(e, m->counts, m->K), NULL);
    check_ok(lemma_evidence_set_word(e, "lazy/kernel", "full"), NULL);
    check_ok(lemma_evidence_set_word(e, "residual/kernel", "full"), NULL);
    check_ok(lemma_evidence_set_word(e, "train/sampling", "subset"), NULL);
    put(e, "data/samples", (double) N);
    put(e, "network/d", (double) m->d);
    put(e, "train/tau", (double) m->tau);
    put(e, "train/R", ROUNDS);
    put(e, "train/batch", 0);
    put(e, "train/server_step", 1);
    put(e, "train/eta", 1);
    set(e, "start/kernel", rows, rows, NULL, h);
    set(e, "start/residual", N, m->d, NULL, r);
    eta = m->share * lazy(e)->limit;
    put(e, "train/eta", eta);
    run(m, e, j, eta, w);
    return e;
}

static struct lemma_finding judge(struct lemma_evidence *e, const char *name)
{
    struct lemma_finding f;

    check_ok(lemma_claim_judge(lemma_claim_find(name), e, &f), NULL);
    return f;
}

static void expect(struct lemma_evidence *e, const char *name, enum lemma_verdict v,
                   const char *words)
{
    struct lemma_finding f = judge(e, name);

    if (f.verdict != v)
        print_error("%s: %s, %s, %s: %g > %g\n", name, lemma_verdict_name(f.verdict),
                    f.reason, f.tightest ? f.tightest : "", f.measured, f.bound);
    assert_int_equal(f.verdict, v);
    if (words)
        check_contains(f.reason, words);
}

static const char *const names[] = {
    "lazy_stability",  "lazy_contraction", "lazy_rate",
    "lazy_saturation", "lazy_fejer",       "lazy_bias",
    "lazy_central",    "lazy_prediction",  "residual_decomposition"};
enum { NAMES = sizeof names / sizeof *names };

static void a_linear_model_keeps_them_all(void **state)
{
    (void) state;
    for (size_t k = 0; k < CASES; k++) {
        struct lemma_evidence *e = make(&cases[k], k);

        for (size_t i = 0; i < NAMES; i++)
            expect(e, names[i], LEMMA_HOLDS, NULL);
        put(e, "train/batch", 2);
        put(e, "train/eta", lemma_evidence_number(e, "train/eta") / 4);
        if (cases[k].K < 4)
            expect(e, "lazy_noise_stability", LEMMA_HOLDS, NULL);
        lemma_evidence_destroy(e);
    }
}

static void above_the_limit_of_eta_they_say_nothing(void **state)
{
    struct lemma_evidence *e = make(&cases[1], 1);

    (void) state;
    put(e, "train/eta", 4 * lemma_evidence_number(e, "train/eta"));
    for (size_t i = 0; i + 1 < NAMES; i++)
        expect(e, names[i], LEMMA_NOT_APPLICABLE, "lambda_max(H_cc)");
    lemma_evidence_destroy(e);
}

/* Twenty rows of rank nine, and a residual with a part that no training reaches. */
static void what_no_training_reaches_is_told(void **state)
{
    struct lemma_evidence *e = make(&cases[3], 3);
    double r[MOST];

    (void) state;
    draw_normals(7, r, samples(&cases[3]));
    set(e, "start/residual", samples(&cases[3]), 1, NULL, r);
    expect(e, "lazy_fejer", LEMMA_NOT_APPLICABLE, "rank 9 of 15");
    expect(e, "lazy_bias", LEMMA_NOT_APPLICABLE, "rank 9 of 15");
    expect(e, "lazy_rate", LEMMA_HOLDS, NULL);
    lemma_evidence_destroy(e);
}

/* One machine: each projection shrinks by a factor of its own. */
static void a_wrong_decay_is_seen(void **state)
{
    struct lemma_evidence *e = make(&cases[5], 5);
    const struct lemma_series *s;
    double norm[ROUNDS + 1];

    (void) state;
    expect(e, "residual_decomposition", LEMMA_HOLDS, NULL);
    check_ok(lemma_evidence_series(e, "lazy/predicted_norm", &s), NULL);
    memcpy(norm, s->cells, sizeof norm);
    norm[2] *= 1 + 1e-9;
    set(e, "lazy/predicted_norm", ROUNDS + 1, 1, NULL, norm); /* tau = 1 */
    expect(e, "residual_decomposition", LEMMA_VIOLATED, NULL);
    lemma_evidence_destroy(e);
}

/* The run's last weights against the last error. */
static void a_wrong_last_error_is_seen(void **state)
{
    struct lemma_evidence *e = make(&cases[0], 0);
    struct lemma_lazy *z = lazy(e);
    double last[MOST];

    (void) state;
    check_ok(lemma_lazy_rounds(e, z), NULL);
    memcpy(last, z->last.a, z->order * sizeof *last);
    set(e, "end/residual", z->order, 1, NULL, last);
    expect(e, "lazy_prediction", LEMMA_HOLDS, NULL);
    last[3] += 1e-6;
    set(e, "end/residual", z->order, 1, NULL, last);
    expect(e, "lazy_prediction", LEMMA_VIOLATED, NULL);
    lemma_evidence_destroy(e);
}

static void sizes_that_do_not_fit_are_undecided(void **state)
{
    static const double counts[] = {5, 5, 50}, halves[] = {0.5, 9.5, 5};
    struct lemma_evidence *e = make(&cases[0], 0);

    (void) state;
    check_ok(lemma_evidence_set_clients(e, counts, 3), NULL);
    expect(e, "lazy_rate", LEMMA_UNDECIDED, "do not add up");
    check_ok(lemma_evidence_set_clients(e, halves, 3), NULL);
    expect(e, "lazy_rate", LEMMA_UNDECIDED, "do not add up");
    check_ok(lemma_evidence_set_clients(e, cases[0].counts, 3), NULL);
    put(e, "train/tau", 1e300);
    expect(e, "lazy_rate", LEMMA_UNDECIDED, "not recorded");
    put(e, "train/tau", 4);
    put(e, "data/samples", 1e6);
    expect(e, "lazy_rate", LEMMA_UNDECIDED, "not of N");
    put(e, "data/samples", 15);
    check_ok(lemma_evidence_set_word(e, "lazy/kernel", ""), NULL);
    put(e, "network/d", 3);
    expect(e, "lazy_rate", LEMMA_UNDECIDED, "start/residual");
    lemma_evidence_destroy(e);
}

static void an_epoch_and_whole_batches_are_not_fresh(void **state)
{
    struct lemma_evidence *e = make(&cases[0], 0);

    (void) state;
    put(e, "train/batch", 5);
    expect(e, "lazy_noise_stability", LEMMA_NOT_APPLICABLE, "all that any client has");
    put(e, "train/batch", 1);
    check_ok(lemma_evidence_set_word(e, "train/sampling", "epoch"), NULL);
    expect(e, "lazy_noise_stability", LEMMA_NOT_APPLICABLE, "epoch");
    check_ok(lemma_evidence_set_word(e, "train/sampling", ""), NULL);
    expect(e, "lazy_noise_stability", LEMMA_UNDECIDED, "not recorded");
    lemma_evidence_destroy(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_linear_model_keeps_them_all),
        cmocka_unit_test(above_the_limit_of_eta_they_say_nothing),
        cmocka_unit_test(what_no_training_reaches_is_told),
        cmocka_unit_test(a_wrong_decay_is_seen),
        cmocka_unit_test(a_wrong_last_error_is_seen),
        cmocka_unit_test(sizes_that_do_not_fit_are_undecided),
        cmocka_unit_test(an_epoch_and_whole_batches_are_not_fresh),
    };
    return cmocka_run_group_tests_name("lazy", tests, NULL, NULL);
}
