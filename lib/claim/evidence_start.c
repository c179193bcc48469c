/* What the recorded data and weights give without training: outputs, pre-activations,
 * the tangent kernel and its limit. Nothing here is what the run said of itself. */
#include <math.h>
#include <string.h>

#include "claim/evidence_state.h"
#include "core/alloc.h"
#include "core/product.h"
#include "kernel/gram.h"
#include "kernel/limit.h"

/* Doubles of one matrix that are made here: 1 GiB. */
static const double LARGEST = 0x1p27;

/* Layers of a network: more are no record's, and each takes room. */
enum { LAYERS_MAX = 1 << 16 };

struct model {
    struct lemma_network *net;
    size_t N;
    lemma_cmat x;                       /* (N, d_x) */
    lemma_cmat inputs;                  /* (N, in_0): x or relu(A x) */
    lemma_mat features;                 /* relu(A x), owned */
    lemma_mat *w;                       /* (L) borrowed, read only */
    lemma_cmat v;                       /* (d, m) */
    const struct lemma_series *targets; /* (N, d) or NULL */
};

bool lemma_evidence_is_start(const char *path)
{
    return strncmp(path, "start/", 6) == 0 || strncmp(path, "end/", 4) == 0;
}

static void model_fini(struct model *m)
{
    lemma_free(m->w);
    lemma_free(m->features.a);
    lemma_network_destroy(m->net);
}

static bool why(struct lemma_table *t, const char *what)
{
    snprintf(t->why, sizeof t->why, "%s needs %s", t->path, what);
    return false;
}

/* The series as a matrix of the given shape; rows 0: any. False, and why, where it is
 * not there. */
static bool matrix(struct lemma_evidence *e, struct lemma_table *t, const char *path,
                   size_t rows, size_t cols, lemma_cmat *out, lemma_status *st)
{
    const struct lemma_series *s = NULL;
    char what[LEMMA_NAME + 96];

    *st = lemma_evidence_series(e, path, &s);
    if (*st != LEMMA_OK)
        return false;
    if (!s && lemma_evidence_why(e, path)[0]) {
        t->broken = lemma_table_find(e, path)->broken;
        snprintf(t->why, sizeof t->why, "%s: %s", t->path, lemma_evidence_why(e, path));
        return false;
    }
    if (!s || (rows && s->rows != rows) || s->width != cols) {
        snprintf(what, sizeof what, "%s, which is %s", path,
                 !s ? "not in the record (record.data=all, record.weights=all)"
                    : "of another size than the network says");
        return why(t, what);
    }
    *out = lemma_cmat_of(s->cells, s->rows, s->width);
    return true;
}

static size_t size_of(struct lemma_evidence *e, const char *name)
{
    double value = lemma_evidence_number(e, name);

    return value >= 1 && value < 1e9 && floor(value) == value ? (size_t) value : 0;
}

/* The network and the inputs; *ok is false where they are not there. */
static lemma_status model_init(struct lemma_evidence *e, struct lemma_table *t,
                               struct model *m, bool *ok)
{
    size_t d_x = size_of(e, "network/d_x"), d = size_of(e, "network/d");
    size_t width = size_of(e, "network/m"), L = size_of(e, "network/L");
    lemma_status st = LEMMA_EINPUT;

    *ok = false;
    if (d_x && d && width && L && L <= LAYERS_MAX)
        st = lemma_network_create(lemma_evidence_word(e, "network/preset"), d_x, d,
                                  width, L, &m->net, NULL);
    if (st == LEMMA_EINPUT) {
        why(t, "a network of a known preset and whole sizes");
        return LEMMA_OK;
    }
    if (st != LEMMA_OK)
        return st;
    *ok = matrix(e, t, "data/inputs", 0, m->net->d_x, &m->x, &st);
    m->N = m->x.rows;
    m->inputs = m->x;
    return st;
}

static void relu(lemma_mat h)
{
    for (size_t i = 0; i < h.rows; i++)
        for (size_t j = 0; j < h.cols; j++)
            lemma_row(h, i).a[j] = lemma_row(h, i).a[j] >= 0 ? lemma_row(h, i).a[j] : 0;
}

static lemma_status fixed_input(struct lemma_evidence *e, struct lemma_table *t,
                                struct model *m, bool *ok)
{
    lemma_cmat a;
    lemma_status st = LEMMA_OK;

    *ok = matrix(e, t, "network/initial/A", m->net->input.out, m->net->d_x, &a, &st);
    if (!*ok)
        return st;
    LEMMA_TRY(lemma_mat_create(m->N, m->net->input.out, &m->features));
    lemma_product(LEMMA_N, LEMMA_T, 1, m->x, a, 0, m->features);
    relu(m->features);
    m->inputs = lemma_const(m->features);
out:
    return st;
}

/* The weights of W(0) (when = "initial") or the last ones ("final"). */
static lemma_status model_weights(struct lemma_evidence *e, struct lemma_table *t,
                                  const char *when, struct model *m, bool *ok)
{
    char path[LEMMA_NAME];
    lemma_status st = LEMMA_OK;

    if (m->net->input.out) {
        LEMMA_TRY(fixed_input(e, t, m, ok));
        if (!*ok)
            return LEMMA_OK;
    }
    LEMMA_NEW(m->w, m->net->L);
    for (size_t l = 0; *ok && l < m->net->L; l++) {
        lemma_cmat w;

        snprintf(path, sizeof path, "network/%s/W%zu", when, l + 1);
        *ok = matrix(e, t, path, m->net->layers[l].out, m->net->layers[l].in, &w, &st);
        LEMMA_TRY(st);
        if (*ok)
            m->w[l] = lemma_mat_of(lemma_table_find(e, path)->cells, w.rows, w.cols);
    }
    if (*ok)
        *ok = matrix(e, t, "network/initial/V", m->net->d, m->net->m, &m->v, &st);
out:
    return st;
}

/* out = z_l, l = 1..L; l = L + 1: the outputs (N, d). */
static lemma_status forward(const struct model *m, size_t l, lemma_mat *out)
{
    lemma_mat h = {0}, z = {0};
    lemma_cmat below = m->inputs;
    lemma_status st = LEMMA_OK;

    for (size_t k = 0; k < l; k++) {
        bool last = k == m->net->L;
        lemma_cmat w = last ? m->v : lemma_const(m->w[k]);

        LEMMA_TRY(lemma_mat_create(m->N, w.rows, &z));
        lemma_product(LEMMA_N, LEMMA_T, 1, below, w, 0, z);
        lemma_free(h.a);
        h = z;
        z = (lemma_mat){0};
        if (k + 1 < l)
            relu(h);
        below = lemma_const(h);
    }
    *out = h;
    h = (lemma_mat){0};
out:
    lemma_free(h.a);
    return st;
}

static lemma_status residual(struct lemma_evidence *e, struct lemma_table *t,
                             const struct model *m, lemma_mat *out)
{
    lemma_cmat y;
    lemma_status st = LEMMA_OK;

    if (!matrix(e, t, "data/targets", m->N, m->net->d, &y, &st))
        return st;
    LEMMA_TRY(forward(m, m->net->L + 1, out));
    for (size_t i = 0; i < m->N; i++)
        for (size_t a = 0; a < m->net->d; a++)
            lemma_row(*out, i).a[a] -= lemma_crow(y, i).a[a];
out:
    return st;
}

static lemma_status kernel(const struct model *m, lemma_mat *out)
{
    struct lemma_model shared = {.net = m->net, .output_matrix = m->v, .shared = m->w};
    struct lemma_gram_sweep *sweep = NULL;
    size_t order = m->N * m->net->d;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_mat_create(order, order, out));
    LEMMA_TRY(lemma_gram_sweep_create(m->net, LEMMA_GRAM_FULL, m->N, 0, &sweep));
    lemma_gram_sweep(sweep, &shared, m->inputs, (struct lemma_layers){0, m->net->L},
                     *out);
out:
    lemma_gram_sweep_destroy(sweep);
    return st;
}

static lemma_status limit(struct lemma_table *t, const struct model *m, lemma_mat *out)
{
    const struct lemma_limit sum = {.layer = LEMMA_LIMIT_SUM};
    lemma_mat k = {0};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_mat_create(m->N, m->N, &k));
    st = lemma_limit_gram(m->net, m->x, &sum, k, NULL);
    if (st == LEMMA_EINPUT) {
        why(t, "an activation whose limit has a closed form");
        st = LEMMA_OK;
        goto out;
    }
    *out = k;
    k = (lemma_mat){0};
out:
    lemma_free(k.a);
    return st;
}

/* l of "start/z<l>", 1..L; 0: another name. */
static size_t layer_of(const char *path, size_t L)
{
    char name[LEMMA_NAME];

    for (size_t l = 1; strncmp(path, "start/z", 7) == 0 && l <= L; l++) {
        snprintf(name, sizeof name, "start/z%zu", l);
        if (strcmp(name, path) == 0)
            return l;
    }
    return 0;
}

/* Kernels are of bounded order, everything else of bounded size. */
static bool fits(struct lemma_table *t, const struct model *m, bool is_kernel)
{
    char what[96];

    if (is_kernel && (double) m->N * (double) m->net->d <= LEMMA_EVIDENCE_ORDER)
        return true;
    if (!is_kernel && (double) m->N * (double) m->net->m <= LARGEST)
        return true;
    snprintf(what, sizeof what, "N d = %g at most (%s)",
             is_kernel ? (double) LEMMA_EVIDENCE_ORDER
                       : LARGEST / (double) m->net->m * (double) m->net->d,
             is_kernel ? "eigenvalues of a matrix of that order"
                       : "a matrix of N x m numbers");
    return why(t, what);
}

/* *out stays without entries where something is missing. */
static lemma_status derive(struct lemma_evidence *e, struct lemma_table *t,
                           struct model *m, lemma_mat *out)
{
    const char *name = strchr(t->path, '/') + 1;
    bool end = strncmp(t->path, "end/", 4) == 0, ok = false;
    bool is_limit = strcmp(name, "limit") == 0;
    bool is_kernel = is_limit || strcmp(name, "kernel") == 0;
    size_t layer;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(model_init(e, t, m, &ok));
    if (!ok || !fits(t, m, is_kernel))
        return LEMMA_OK;
    if (is_limit)
        return limit(t, m, out);
    LEMMA_TRY(model_weights(e, t, end ? "final" : "initial", m, &ok));
    layer = layer_of(t->path, m->net->L);
    if (!ok)
        return LEMMA_OK;
    if (is_kernel)
        return kernel(m, out);
    if (strcmp(name, "residual") == 0)
        return residual(e, t, m, out);
    if (strcmp(name, "outputs") == 0)
        return forward(m, m->net->L + 1, out);
    if (layer > 0)
        return forward(m, layer, out);
out:
    return st;
}

lemma_status lemma_evidence_from_start(struct lemma_evidence *e, struct lemma_table *t)
{
    struct model m = {0};
    lemma_mat out = {0};
    lemma_status st = derive(e, t, &m, &out);

    if (st == LEMMA_OK && out.a) {
        t->cells = out.a;
        out.a = NULL;
        st = lemma_table_finish(t, out.rows, out.cols);
    }
    lemma_free(out.a);
    model_fini(&m);
    return st;
}
