#include "claim/kernel_at.h"

#include <math.h>
#include <string.h>

#include "claim/clients.h"
#include "core/alloc.h"
#include "core/product.h"
#include "kernel/spectrum.h"

lemma_status lemma_input_products(struct lemma_evidence *e, struct lemma_finding *f,
                                  lemma_mat *products)
{
    size_t N = lemma_size_of(e, f, "data/samples");
    const struct lemma_series *s;
    lemma_cmat x;
    lemma_status st = LEMMA_OK;

    *products = (lemma_mat){0};
    s = N ? lemma_need(e, f, "data/inputs", NULL, &st) : NULL;
    if (!s)
        return st;
    if (s->rows != N || s->width < 1 || N > LEMMA_EVIDENCE_ORDER)
        return lemma_undecided(f, "data/inputs is not of N = %zu samples, up to %d", N,
                               LEMMA_EVIDENCE_ORDER);
    x = lemma_cmat_of(s->cells, s->rows, s->width);
    LEMMA_TRY(lemma_mat_create(N, N, products));
    lemma_product(LEMMA_N, LEMMA_T, 1, x, x, 0, *products);
out:
    return st;
}

struct lemma_kernel_move lemma_kernel_move(const struct lemma_ball *ball,
                                           lemma_cmat products, double R, double *room)
{
    double m = (double) ball->m, most = 0, sum = 0;

    for (size_t i = 0; i < ball->N; i++) {
        room[i] = lemma_ball_count(ball, i, R);
        if (!(room[i] <= most))
            most = room[i];
    }
    for (size_t i = 0; products.a && i < ball->N; i++)
        for (size_t j = 0; j < ball->N; j++) {
            double a = room[i] + room[j];

            a = (a > m ? m : a) * lemma_crow(products, i).a[j];
            sum += a * a;
        }
    return (struct lemma_kernel_move){.uniform = 2 * (double) ball->N * most / m,
                                      .entrywise =
                                          products.a ? sqrt(sum) / m : INFINITY};
}

lemma_status lemma_least_of(struct lemma_evidence *e, struct lemma_finding *f,
                            const char *path, struct lemma_least *least)
{
    size_t N = lemma_size_of(e, f, "data/samples");
    const struct lemma_series *s;
    struct lemma_spectrum *room = NULL;
    struct lemma_spectrum_result found;
    lemma_mat k = {0};
    double *values = NULL;
    lemma_status st = LEMMA_OK;

    *least = (struct lemma_least){NAN, NAN};
    s = N ? lemma_need(e, f, path, NULL, &st) : NULL;
    if (!s)
        return st;
    if (s->rows != N || s->width != N)
        return lemma_undecided(f, "%s is not of N = %zu samples", path, N);
    LEMMA_TRY(lemma_mat_create(N, N, &k));
    memcpy(k.a, s->cells, N * N * sizeof *k.a);
    LEMMA_NEW(values, N);
    LEMMA_TRY(lemma_spectrum_create(N, LEMMA_SPECTRUM_FULL, &room));
    st = lemma_spectrum_measure(room, k, values, (lemma_mat){0}, &found);
    if (st == LEMMA_ENUMERIC || (st == LEMMA_OK && !isfinite(found.lambda_min)))
        st = lemma_undecided(f, "the eigenvalues of %s were not found", path);
    else if (st == LEMMA_OK)
        *least = (struct lemma_least){found.lambda_min, found.resolution};
out:
    lemma_spectrum_destroy(room);
    lemma_free(values);
    lemma_free(k.a);
    return st;
}
