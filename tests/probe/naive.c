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

long double *naive_jacobian(const struct watched *w, const long double *weights)
{
    size_t d = w->net->d;
    long double *j = lemma_alloc(w->N * d * w->weights, sizeof *j);

    assert_non_null(j);
    for (size_t c = 0; c < w->clients; c++)
        for (size_t i = 0; i < w->spans[c].count; i++)
            for (size_t a = 0; a < d; a++) {
                long double unit[NAIVE_SAMPLES * NAIVE_OUTPUTS] = {0};
                long double *row = j + ((w->spans[c].first + i) * d + a) * w->weights;

                unit[i * d + a] = w->spans[c].count; /* naive_pull divides by it */
                naive_pull(w, weights, c, unit, row);
            }
    return j;
}

long double *naive_gram(const struct watched *w, const long double *weights,
                        size_t first, size_t count, bool mean)
{
    size_t d = w->net->d, rows = w->N * d, order = mean ? w->N : rows;
    size_t from = watched_offset(w, first), to = watched_offset(w, first + count);
    long double *j = naive_jacobian(w, weights),
                *k = lemma_alloc(order * order, sizeof *k);

    assert_non_null(k);
    for (size_t p = 0; p < rows; p++)
        for (size_t q = 0; q < rows; q++) {
            long double sum = 0;

            for (size_t e = from; e < to; e++)
                sum += j[p * w->weights + e] * j[q * w->weights + e];
            if (!mean)
                k[p * order + q] = sum;
            else if (p % d == q % d)
                k[p / d * order + q / d] += sum / d;
        }
    lemma_free(j);
    return k;
}

/* One rotation that makes a_pq zero, on a and on the rows of v. */
static void rotate(long double *a, size_t n, size_t p, size_t q, long double *v)
{
    long double theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
    long double t = (theta >= 0 ? 1 : -1) / (fabsl(theta) + sqrtl(theta * theta + 1));
    long double c = 1 / sqrtl(t * t + 1), s = t * c;

    for (size_t k = 0; k < n; k++) {
        long double x = a[k * n + p], y = a[k * n + q];

        a[k * n + p] = c * x - s * y;
        a[k * n + q] = s * x + c * y;
    }
    for (size_t k = 0; k < n; k++) {
        long double x = a[p * n + k], y = a[q * n + k];
        long double e = v[p * n + k], f = v[q * n + k];

        a[p * n + k] = c * x - s * y;
        a[q * n + k] = s * x + c * y;
        v[p * n + k] = c * e - s * f;
        v[q * n + k] = s * e + c * f;
    }
}

void naive_eigen(long double *a, size_t n, long double *values, long double *vectors)
{
    long double *v = lemma_alloc(n * n, sizeof *v), off = 1, all = 0;

    assert_non_null(v);
    for (size_t i = 0; i < n; i++)
        v[i * n + i] = 1;
    for (size_t i = 0; i < n * n; i++)
        all += a[i] * a[i];
    for (size_t sweep = 0; sweep < 60 && off > 1e-38L * all; sweep++) {
        off = 0;
        for (size_t p = 0; p < n; p++)
            for (size_t q = p + 1; q < n; q++) {
                off += a[p * n + q] * a[p * n + q];
                if (a[p * n + q] != 0)
                    rotate(a, n, p, q, v);
            }
    }
    for (size_t i = 0; i < n; i++) {
        size_t at = 0;

        for (size_t j = 0; j < n; j++)
            at +=
                a[j * n + j] < a[i * n + i] || (a[j * n + j] == a[i * n + i] && j < i);
        values[at] = a[i * n + i];
        for (size_t k = 0; vectors && k < n; k++)
            vectors[at * n + k] = v[i * n + k];
    }
    lemma_free(v);
}
