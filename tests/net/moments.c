#include "net/moments.h"

#include <math.h>

#include "core/blas.h"
#include "net/network.h"

static void forward(lemma_cmat w, const double *x, double *h, bool relu)
{
    for (size_t i = 0; i < w.rows; i++) {
        double z = 0;

        for (size_t j = 0; j < w.cols; j++)
            z += lemma_crow(w, i).a[j] * x[j];
        h[i] = relu && z < 0 ? 0 : z;
    }
}

static double square(const double *x, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sum;
}

static double *doubles(size_t n)
{
    double *a = lemma_alloc(n, sizeof *a);

    assert_non_null(a);
    return a;
}

struct moments measure_moments(const char *preset, size_t m, size_t L, size_t d,
                               size_t draws)
{
    struct lemma_network *net = NULL;
    struct lemma_weights *w = NULL;
    struct moments out = {0, 0, 0};
    double x[6] = {0.5, -0.5, 0.5, 0, 0.5, 0}, second = 0;

    check_ok(lemma_network_create(preset, 6, d, m, L, &net, NULL), NULL);
    check_ok(lemma_weights_create(net, &w), NULL);
    double *h = doubles(m), *next = doubles(m), *v = doubles(m * d),
           *a = doubles(m * 6);
    double *f = doubles(d);

    for (size_t seed = 0; seed < draws; seed++) {
        const double *in = x;

        lemma_weights_draw(net, seed, w);
        lemma_layer_draw(&net->output, seed, LEMMA_LAYER_OUTPUT, lemma_mat_of(v, d, m));
        if (net->input.out) {
            lemma_layer_draw(&net->input, seed, LEMMA_LAYER_INPUT,
                             lemma_mat_of(a, m, 6));
            forward(lemma_cmat_of(a, m, 6), x, h, true);
            in = h;
        }
        for (size_t l = 0; l < L; l++) {
            forward(lemma_const(w->w[l]), in, next, true);
            memcpy(h, next, m * sizeof *h);
            in = h;
        }
        forward(lemma_cmat_of(v, d, m), h, f, false);
        out.f2 += square(f, d) / (double) draws;
        out.h2 += square(h, m) / (double) draws;
        second += square(h, m) * square(h, m) / (double) draws;
    }
    out.h2_variance = second - out.h2 * out.h2;
    lemma_free(h);
    lemma_free(next);
    lemma_free(v);
    lemma_free(a);
    lemma_free(f);
    lemma_weights_destroy(w);
    lemma_network_destroy(net);
    return out;
}
