#include "kernel/limit.h"

#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/product.h"

/* Below this 1 - |cos| has lost digits: angles come from differences. acos is right to
 * eps / sin(angle), 2e-15 at the border. */
static const double CLOSE = 1e-2;

/* sin(t) - t cos(t) = t^3/3 - t^5/30 + ..., t in [0, pi]; to some eps of itself. */
static double excess(double t)
{
    double term = t * t * t / 3, sum = term, t2 = t * t;

    if (t > 0.5)
        return sin(t) - t * cos(t);
    for (int k = 2; k < 9; k++) { /* 2k / (2k+1)! t^(2k+1), alternating */
        term *= -t2 / ((2 * k - 2) * (2 * k + 1));
        sum += term;
    }
    return sum;
}

static double clamped(double u)
{
    return u > 1 ? 1 : u < -1 ? -1 : u;
}

double lemma_kappa_0(double u)
{
    return acos(-clamped(u)) / M_PI;
}

double lemma_kappa_1(double u)
{
    return excess(acos(-clamped(u))) / M_PI;
}

struct lemma_angle lemma_angle_between(const double *x, const double *y, size_t n)
{
    double nx = lemma_norm((lemma_cvec){x, n}), ny = lemma_norm((lemma_cvec){y, n});
    double minus = 0, plus = 0;

    if (nx == 0 || ny == 0)
        return (struct lemma_angle){0, M_PI};
    for (size_t k = 0; k < n; k++) {
        double u = x[k] / nx, v = y[k] / ny;

        minus += (u - v) * (u - v);
        plus += (u + v) * (u + v);
    }
    minus = sqrt(minus);
    plus = sqrt(plus);
    return (struct lemma_angle){2 * atan2(minus, plus), 2 * atan2(plus, minus)};
}

/* cos(next) = excess(rest) / pi; near 1 by its distance 2 sin^2(angle/2) -
 * excess(angle) / pi from there. Never beyond a right angle. */
struct lemma_angle lemma_angle_next(struct lemma_angle a)
{
    double half = sin(a.angle / 2), below;
    struct lemma_angle next;

    if (a.angle > 1)
        next.angle = acos(excess(a.rest) / M_PI);
    else {
        below = 2 * half * half - excess(a.angle) / M_PI;
        next.angle = 2 * asin(sqrt(below / 2));
    }
    next.rest = M_PI - next.angle;
    return next;
}

/* One hidden layer as the recursion sees it. */
struct step {
    bool rectifies;  /* relu; else identity */
    double forward;  /* E ||h_l||^2 / ||h_{l-1}||^2 */
    double backward; /* the same of sensitivities from layer l + 1 to l, kappa_0 = 1 */
};

struct recursion {
    size_t d_x, L, layer;
    bool output;
    bool input_rectifies;
    double input;       /* forward of the fixed input layer */
    double output_gain; /* of Sigma_L, where the output layer counts */
    struct step *step;  /* (L) */
};

static bool rectifies(const struct lemma_layer *layer)
{
    return layer->activation->has_pattern;
}

/* An activation halves the variance (relu) or keeps it (identity). */
static double gain(const struct lemma_layer *layer, double scale)
{
    return (double) layer->out * scale * scale * (rectifies(layer) ? 0.5 : 1);
}

static bool has_closed_form(const struct lemma_layer *layer)
{
    const char *name = layer->activation->name;

    return strcmp(name, "relu") == 0 || strcmp(name, "identity") == 0;
}

static lemma_status read_network(const struct lemma_network *net,
                                 const struct lemma_limit *limit, struct recursion *r,
                                 struct lemma_error *err)
{
    bool closed = !net->input.out || has_closed_form(&net->input);
    double scale = net->output.scale;

    *r = (struct recursion){
        .d_x = net->d_x,
        .L = net->L,
        .layer = limit->layer,
        .output = limit->layer == net->L + 1 ||
                  (limit->layer == LEMMA_LIMIT_SUM && limit->output_trained),
        .input = 1,
        .step = r->step};
    if (net->input.out) {
        r->input = gain(&net->input, net->input.scale);
        r->input_rectifies = rectifies(&net->input);
    }
    r->output_gain = net->output.law == LEMMA_LAW_SIGN ? scale * scale : 1;
    for (size_t l = 0; l < net->L; l++) {
        const struct lemma_layer *layer = &net->layers[l];

        closed = closed && has_closed_form(layer);
        r->step[l] = (struct step){
            rectifies(layer), gain(layer, layer->scale),
            gain(layer, l + 1 < net->L ? net->layers[l + 1].scale : scale)};
    }
    return closed ? LEMMA_OK
                  : lemma_fail(err, LEMMA_EINPUT,
                               "the infinite-width kernel is known for the activations "
                               "relu and identity only");
}

/* The kernel of a pair of inputs of lengths whose product is `size`. T_l = backward_l
 * kappa_0 (T_{l-1} + Sigma_{l-1}), T_0 = 0 (theory 3(j)). */
static double kernel(const struct recursion *r, struct lemma_angle a, double size)
{
    double sum = 0;

    size *= r->input;
    if (r->input_rectifies)
        a = lemma_angle_next(a);
    for (size_t l = 1; l <= r->L; l++) {
        const struct step *s = &r->step[l - 1];

        if (r->layer == LEMMA_LIMIT_SUM || r->layer == l)
            sum += size * (a.angle < a.rest ? cos(a.angle) : -cos(a.rest));
        sum *= s->backward * (s->rectifies ? a.rest / M_PI : 1);
        size *= s->forward;
        if (s->rectifies)
            a = lemma_angle_next(a);
    }
    if (r->layer == r->L + 1)
        sum = 0;
    if (r->output)
        sum += r->output_gain * size * cos(a.angle);
    return sum;
}

/* From the inner product, or from the inputs where that has cancelled. */
static struct lemma_angle angle_of(lemma_cmat x, const double *norms, size_t i,
                                   size_t j, double dot)
{
    double u = dot / (norms[i] * norms[j]);

    if (i == j)
        return (struct lemma_angle){0, M_PI};
    if (!(1 - fabs(u) > CLOSE))
        return lemma_angle_between(lemma_crow(x, i).a, lemma_crow(x, j).a, x.cols);
    return (struct lemma_angle){acos(u), acos(-u)};
}

lemma_status lemma_limit_gram(const struct lemma_network *net, lemma_cmat inputs,
                              const struct lemma_limit *limit, lemma_mat k,
                              struct lemma_error *err)
{
    struct recursion r = {0};
    double *norms = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(inputs.cols == net->d_x && limit->layer <= net->L + 1);
    LEMMA_REQUIRE(k.rows == inputs.rows && k.cols == inputs.rows);
    LEMMA_NEW(norms, inputs.rows);
    LEMMA_NEW(r.step, net->L);
    LEMMA_TRY(read_network(net, limit, &r, err));
    for (size_t i = 0; i < inputs.rows; i++)
        norms[i] = lemma_norm(lemma_crow(inputs, i));
    lemma_product(LEMMA_N, LEMMA_T, 1, inputs, inputs, 0, k);
#pragma omp parallel for schedule(dynamic, 16)
    for (size_t i = 0; i < k.rows; i++)
        for (size_t j = 0; j <= i; j++) {
            double *entry = &k.a[i * k.ld + j];
            struct lemma_angle a = angle_of(inputs, norms, i, j, *entry);

            *entry = kernel(&r, a, norms[i] * norms[j]);
        }
#pragma omp parallel for schedule(dynamic, 16)
    for (size_t i = 0; i < k.rows; i++)
        for (size_t j = i + 1; j < k.cols; j++)
            k.a[i * k.ld + j] = k.a[j * k.ld + i];
out:
    lemma_free(norms);
    lemma_free(r.step);
    return st;
}

void lemma_limit_expand(lemma_cmat k, size_t d, lemma_mat full)
{
    LEMMA_REQUIRE(full.rows == k.rows * d && full.cols == k.cols * d);
#pragma omp parallel for if (full.rows * full.cols > LEMMA_PARALLEL)
    for (size_t i = 0; i < full.rows; i++)
        for (size_t j = 0; j < full.cols; j++)
            lemma_row(full, i).a[j] =
                i % d == j % d ? lemma_crow(k, i / d).a[j / d] : 0;
}

void lemma_limit_subtract(lemma_cmat k, lemma_mat m)
{
    size_t per = m.rows / k.rows;

    LEMMA_REQUIRE(m.rows == per * k.rows && m.cols == m.rows && k.cols == k.rows);
#pragma omp parallel for if (m.rows * m.cols > LEMMA_PARALLEL)
    for (size_t i = 0; i < m.rows; i++) {
        double *row = lemma_row(m, i).a;

        for (size_t j = 0; j < k.cols; j++)
            row[j * per + i % per] -= lemma_crow(k, i / per).a[j];
    }
}
