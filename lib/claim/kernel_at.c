#include "claim/kernel_at.h"

#include <math.h>
#include <string.h>

#include "claim/clients.h"
#include "core/alloc.h"
#include "core/product.h"

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
    double N = lemma_evidence_number(e, "data/samples");
    struct lemma_extremes ends;
    lemma_status st = LEMMA_OK;
    const struct lemma_series *k = lemma_need_matrix(e, f, path, N, N, &st);

    *least = (struct lemma_least){NAN, NAN};
    if (!k)
        return st;
    LEMMA_TRY(lemma_matrix_extremes(k, &ends));
    if (isnan(ends.least))
        return lemma_undecided(f, "the eigenvalues of %s were not found", path);
    *least = (struct lemma_least){ends.least, lemma_eigenvalue_rounding(N, ends.most)};
out:
    return st;
}
