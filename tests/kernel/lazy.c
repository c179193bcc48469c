#include "kernel/lazy.h"

#include <math.h>

void lazy_freeze(struct lazy *z, size_t per)
{
    struct lemma_frozen_problem p = {.kernel = lemma_const(z->h),
                                     .per = per,
                                     .columns = 1,
                                     .K = z->K,
                                     .spans = z->spans};

    check_ok(lemma_frozen_create(&p, &z->f, NULL), NULL);
}

/* J (order, parameters) of normals / sqrt(parameters); sizes (K) samples. */
void lazy_make(struct lazy *z, size_t parameters, size_t per, size_t K,
               const size_t *sizes, uint64_t id)
{
    size_t samples = 0;

    *z = (struct lazy){.parameters = parameters, .K = K};
    for (size_t c = 0; c < K; c++) {
        z->spans[c] = (struct lemma_span){samples, sizes[c]};
        samples += sizes[c];
    }
    z->order = samples * per;
    z->j = zeros(z->order, parameters);
    z->h = zeros(z->order, z->order);
    draw_normals(id, z->j.a, z->order * parameters);
    for (size_t e = 0; e < z->order * parameters; e++)
        z->j.a[e] /= sqrt((double) parameters);
    lemma_syrk(lemma_const(z->j), z->h);
    lazy_freeze(z, per);
}

void lazy_unmake(struct lazy *z)
{
    lemma_frozen_destroy(z->f);
    lemma_free(z->j.a);
    lemma_free(z->h.a);
}

struct lemma_frozen_spectrum lazy_spectrum(struct lazy *z, double eta, size_t tau,
                                           double *values)
{
    struct lemma_frozen_spectrum s;

    lemma_frozen_set(z->f, eta, tau);
    check_ok(lemma_frozen_spectrum(z->f, values, &s), NULL);
    return s;
}

double lazy_distance2(const struct lazy *z, double *r)
{
    return lemma_frozen_distance2(z->f, lemma_cmat_of(r, z->order, 1), NULL);
}

/* A power of I - (eta/N) H. */
static void central(const struct lazy *z, double eta, size_t tau, lemma_mat out)
{
    lemma_mat step = zeros(z->order, z->order), next = zeros(z->order, z->order);

    for (size_t i = 0; i < z->order; i++)
        for (size_t j = 0; j < z->order; j++) {
            lemma_row(step, i).a[j] =
                (i == j) - eta / (double) z->order * lemma_row(z->h, i).a[j];
            lemma_row(out, i).a[j] = i == j;
        }
    for (size_t s = 0; s < tau; s++) {
        lemma_gemm(LEMMA_N, LEMMA_N, 1, lemma_const(out), lemma_const(step), 0, next);
        memcpy(out.a, next.a, z->order * z->order * sizeof *out.a);
    }
    lemma_free(step.a);
    lemma_free(next.a);
}

/* max |M - central - c L7|, c = 1 or 0. */
double lazy_remainder(struct lazy *z, double eta, size_t tau, double c, double *size)
{
    lemma_mat m = zeros(z->order, z->order), p = zeros(z->order, z->order);
    lemma_mat second = zeros(z->order, z->order);
    double most;

    lemma_frozen_set(z->f, eta, tau);
    lemma_frozen_matrix(z->f, m);
    central(z, eta, tau, p);
    lemma_frozen_second_order(z->f, eta, tau, second);
    for (size_t e = 0; e < z->order * z->order; e++) {
        p.a[e] += c * second.a[e];
        if (fabs(second.a[e]) > *size)
            *size = fabs(second.a[e]);
    }
    most = farthest(lemma_const(m), lemma_const(p));
    lemma_free(m.a);
    lemma_free(p.a);
    lemma_free(second.a);
    return most;
}
