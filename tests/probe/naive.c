#include "probe/naive.h"

#include <math.h>

void naive_forward(const struct watched *w, const long double *weights, size_t sample,
                   struct naive_pass *pass)
{
    const long double *x = w->features + sample * w->net->layers[0].in;
    long double h[NAIVE_WIDTH];

    assert_true(w->net->m <= NAIVE_WIDTH && w->L <= NAIVE_DEPTH);
    assert_true(w->net->d <= NAIVE_OUTPUTS);
    for (size_t l = 0; l < w->L; l++) {
        size_t in = w->net->layers[l].in, first = watched_offset(w, l);

        for (size_t i = 0; i < w->net->layers[l].out; i++) {
            pass->z[l][i] = 0;
            for (size_t j = 0; j < in; j++)
                pass->z[l][i] += weights[first + i * in + j] * x[j];
        }
        for (size_t i = 0; i < w->net->layers[l].out; i++)
            h[i] = pass->z[l][i] >= 0 ? pass->z[l][i] : 0;
        x = h;
    }
    for (size_t k = 0; k < w->net->d; k++) {
        pass->f[k] = 0;
        for (size_t i = 0; i < w->net->m; i++)
            pass->f[k] += w->output[k * w->net->m + i] * x[i];
    }
}

void naive_residuals(const struct watched *w, const long double *weights, size_t c,
                     long double *residual)
{
    size_t d = w->net->d;

    for (size_t i = 0; i < w->spans[c].count; i++) {
        size_t sample = w->spans[c].first + i;
        struct naive_pass pass;

        naive_forward(w, weights, sample, &pass);
        for (size_t k = 0; k < d; k++)
            residual[i * d + k] = pass.f[k] - lemma_row(w->set.targets, sample).a[k];
    }
}

long double naive_loss(const struct watched *w, const long double *weights, size_t c)
{
    long double r[NAIVE_SAMPLES * NAIVE_OUTPUTS], sum = 0;
    size_t n = w->spans[c].count;

    naive_residuals(w, weights, c, r);
    for (size_t i = 0; i < n * w->net->d; i++)
        sum += r[i] * r[i];
    return sum / (2 * n);
}

/* out += r V D_L W_L ... D_l h_{l-1}^T of one sample. */
static void add_sample(const struct watched *w, const long double *weights,
                       size_t sample, const long double *r, long double scale,
                       long double *out)
{
    struct naive_pass pass;
    long double d[NAIVE_WIDTH], below[NAIVE_WIDTH];

    naive_forward(w, weights, sample, &pass);
    for (size_t i = 0; i < w->net->m; i++) {
        d[i] = 0;
        for (size_t k = 0; k < w->net->d; k++)
            d[i] += r[k] * w->output[k * w->net->m + i];
    }
    for (size_t l = w->L; l-- > 0;) {
        size_t in = w->net->layers[l].in, first = watched_offset(w, l);

        for (size_t j = 0; j < in && j < NAIVE_WIDTH; j++)
            below[j] = 0;
        for (size_t i = 0; i < w->net->layers[l].out; i++) {
            d[i] = pass.z[l][i] >= 0 ? d[i] : 0;
            for (size_t j = 0; j < in; j++) {
                long double h = l == 0                  ? w->features[sample * in + j]
                                : pass.z[l - 1][j] >= 0 ? pass.z[l - 1][j]
                                                        : 0;

                out[first + i * in + j] += scale * d[i] * h;
                below[j] += weights[first + i * in + j] * d[i];
            }
        }
        memcpy(d, below, sizeof d);
    }
}

void naive_pull(const struct watched *w, const long double *weights, size_t c,
                const long double *residual, long double *out)
{
    size_t n = w->spans[c].count, d = w->net->d;

    for (size_t i = 0; i < w->weights; i++)
        out[i] = 0;
    for (size_t i = 0; i < n; i++)
        add_sample(w, weights, w->spans[c].first + i, residual + i * d, 1.0L / n, out);
}

void naive_gradient(const struct watched *w, const long double *weights, size_t c,
                    long double *out)
{
    long double r[NAIVE_SAMPLES * NAIVE_OUTPUTS];

    naive_residuals(w, weights, c, r);
    naive_pull(w, weights, c, r, out);
}

size_t naive_flips(const struct watched *w, const long double *a, const long double *b,
                   size_t l, size_t sample)
{
    struct naive_pass x, y;
    size_t flips = 0;

    naive_forward(w, a, sample, &x);
    naive_forward(w, b, sample, &y);
    for (size_t i = 0; i < w->net->layers[l].out; i++)
        flips += (x.z[l][i] >= 0) != (y.z[l][i] >= 0);
    return flips;
}

long double naive_norm(const long double *a, const long double *b, size_t count)
{
    long double sum = 0;

    for (size_t i = 0; i < count; i++) {
        long double x = b ? a[i] - b[i] : a[i];

        sum += x * x;
    }
    return sqrtl(sum);
}

long double *naive_room(const struct watched *w)
{
    long double *a = lemma_alloc(w->weights, sizeof *a);

    assert_non_null(a);
    return a;
}
