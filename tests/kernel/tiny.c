#include "kernel/tiny.h"

#include <math.h>

lemma_mat zeros(size_t rows, size_t cols)
{
    double *a = lemma_alloc(rows * cols, sizeof *a);

    assert_non_null(a);
    return lemma_mat_of(a, rows, cols);
}

double farthest(lemma_cmat a, lemma_cmat b)
{
    double most = 0;

    assert_true(a.rows == b.rows && a.cols == b.cols);
    for (size_t i = 0; i < a.rows; i++)
        for (size_t j = 0; j < a.cols; j++) {
            double gap = fabs(lemma_crow(a, i).a[j] - lemma_crow(b, i).a[j]);

            if (!(gap <= most))
                most = isnan(most) ? most : gap;
        }
    return most;
}

void tiny_features(struct tiny *t)
{
    const struct lemma_network *net = t->net;

    for (size_t i = 0; i < t->N; i++)
        for (size_t k = 0; k < t->features.cols; k++) {
            double sum = 0;

            if (!net->input.out)
                sum = lemma_row(t->x, i).a[k];
            for (size_t j = 0; net->input.out && j < net->d_x; j++)
                sum += lemma_row(t->a, k).a[j] * lemma_row(t->x, i).a[j];
            lemma_row(t->features, i).a[k] = net->input.out ? fmax(sum, 0) : sum;
        }
}

void tiny_draw(struct tiny *t, uint64_t seed)
{
    lemma_weights_draw(t->net, seed, t->w);
    lemma_layer_draw(&t->net->output, seed, LEMMA_LAYER_OUTPUT, t->v);
    if (t->net->input.out)
        lemma_layer_draw(&t->net->input, seed, LEMMA_LAYER_INPUT, t->a);
    tiny_features(t);
}

void tiny_make(struct tiny *t, const char *preset, size_t N, size_t d_x, size_t d,
               size_t m, size_t L, uint64_t seed)
{
    *t = (struct tiny){.N = N};
    check_ok(lemma_network_create(preset, d_x, d, m, L, &t->net, NULL), NULL);
    check_ok(lemma_weights_create(t->net, &t->w), NULL);
    t->x = zeros(N, d_x);
    t->features = zeros(N, t->net->layers[0].in);
    t->v = zeros(d, m);
    t->a = zeros(m, d_x);
    draw_normals(77, t->x.a, N * d_x);
    for (size_t i = 0; i < N; i++) {
        double norm = lemma_norm(lemma_crow(lemma_const(t->x), i));

        for (size_t k = 0; k < d_x; k++)
            lemma_row(t->x, i).a[k] /= norm;
    }
    t->model = (struct lemma_model){
        .net = t->net, .output_matrix = lemma_const(t->v), .shared = t->w->w};
    tiny_draw(t, seed);
}

void tiny_unmake(struct tiny *t)
{
    lemma_free(t->x.a);
    lemma_free(t->features.a);
    lemma_free(t->v.a);
    lemma_free(t->a.a);
    lemma_weights_destroy(t->w);
    lemma_network_destroy(t->net);
}

/* Pre-activations z_1 .. z_L of sample i, (L, m). */
static lemma_mat forward(const struct tiny *t, size_t i)
{
    lemma_mat z = zeros(t->net->L, t->net->m);

    for (size_t l = 0; l < t->net->L; l++)
        for (size_t r = 0; r < t->net->m; r++)
            for (size_t q = 0; q < t->net->layers[l].in; q++) {
                double h = l ? fmax(0, lemma_row(z, l - 1).a[q])
                             : lemma_row(t->features, i).a[q];

                lemma_row(z, l).a[r] += lemma_row(t->w->w[l], r).a[q] * h;
            }
    return z;
}

void tiny_output(const struct tiny *t, size_t i, double *f)
{
    lemma_mat z = forward(t, i);

    for (size_t a = 0; a < t->net->d; a++) {
        f[a] = 0;
        for (size_t r = 0; r < t->net->m; r++)
            f[a] += lemma_row(t->v, a).a[r] * fmax(0, lemma_row(z, t->net->L - 1).a[r]);
    }
    lemma_free(z.a);
}

void tiny_gradient(const struct tiny *t, size_t i, size_t a, size_t l, double *g)
{
    size_t m = t->net->m, L = t->net->L, in = t->net->layers[l].in;
    lemma_mat z = forward(t, i), b = zeros(L, m);

    for (size_t k = L; k-- > l;)
        for (size_t r = 0; r < m; r++) {
            double sum = k == L - 1 ? lemma_row(t->v, a).a[r] : 0;

            for (size_t q = 0; q < m && k < L - 1; q++)
                sum += lemma_row(t->w->w[k + 1], q).a[r] * lemma_row(b, k + 1).a[q];
            lemma_row(b, k).a[r] = lemma_row(z, k).a[r] >= 0 ? sum : 0;
        }
    for (size_t r = 0; r < m; r++)
        for (size_t q = 0; q < in; q++)
            g[r * in + q] =
                lemma_row(b, l).a[r] * (l ? fmax(0, lemma_row(z, l - 1).a[q])
                                          : lemma_row(t->features, i).a[q]);
    lemma_free(z.a);
    lemma_free(b.a);
}

static double inner(const double *a, const double *b, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

void tiny_gram(const struct tiny *t, enum lemma_gram_kind kind,
               struct lemma_layers layers, lemma_mat k)
{
    size_t d = t->net->d;

    memset(k.a, 0, k.rows * k.cols * sizeof *k.a);
    for (size_t l = layers.first; l < layers.first + layers.count; l++) {
        size_t p = t->net->layers[l].in * t->net->m;
        lemma_mat j = zeros(t->N * d, p);

        for (size_t i = 0; i < t->N; i++)
            for (size_t a = 0; a < d; a++)
                tiny_gradient(t, i, a, l, lemma_row(j, i * d + a).a);
        for (size_t r = 0; r < j.rows; r++)
            for (size_t q = 0; q < j.rows; q++) {
                double sum = inner(lemma_row(j, r).a, lemma_row(j, q).a, p);

                if (kind == LEMMA_GRAM_FULL)
                    lemma_row(k, r).a[q] += sum;
                else if (r % d == q % d)
                    lemma_row(k, r / d).a[q / d] += sum / (double) d;
            }
        lemma_free(j.a);
    }
}
