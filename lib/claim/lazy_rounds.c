/* r(t) = M^t r(0), t by t. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "claim/lazy.h"
#include "core/alloc.h"
#include "core/product.h"

/* Products that rounds may cost. */
static const double PRODUCTS = 1e9;

/* c = Q B Q^T for block-diagonal B; room of the same size. */
static void in_eigenvectors(const struct lemma_lazy *z, lemma_cmat b, lemma_mat room,
                            lemma_mat c)
{
    for (size_t k = 0; k < z->K; k++) {
        size_t first = z->client[k].first, rows = z->client[k].rows;

        lemma_product(LEMMA_N, LEMMA_N, 1, lemma_const(lemma_cols(z->q, first, rows)),
                      lemma_ccols(lemma_crows(b, first, rows), first, rows), 0,
                      lemma_cols(room, first, rows));
    }
    lemma_product(LEMMA_N, LEMMA_T, 1, lemma_const(room), lemma_const(z->q), 0, c);
}

/* Row t of the numbers of a round: p (order, columns) = Q r(t), v = Q u(t), p0 = Q
 * r(0). */
static void measure(struct lemma_lazy *z, size_t t, lemma_cmat p, lemma_cmat v,
                    lemma_cmat p0)
{
    double threshold =
        (double) z->order * DBL_EPSILON * fmax(fabs(z->values[0]), fabs(z->most));
    double square = 0;

    for (size_t i = 0; i < z->order; i++)
        for (size_t a = 0; a < z->columns; a++) {
            double here = lemma_crow(p, i).a[a], off;

            square += here * here;
            if (!(fabs(z->values[i]) > threshold))
                continue;
            off = lemma_crow(v, i).a[a] - lemma_crow(p0, i).a[a] / z->values[i];
            z->distance2[t] += here * here / z->values[i];
            z->left2[t] += z->values[i] * off * off;
        }
    z->norm[t] = sqrt(square);
}

/* Rounding of one product is order eps ||H|| ||B|| ||r||, and the rounds behind it make
 * it at most sqrt(lambda_max / lambda_min) larger: M is self-adjoint for H^-1, with
 * eigenvalues in [-1, 1]. */
static void bound_rounding(struct lemma_lazy *z)
{
    double scale = 8 * (double) z->order * DBL_EPSILON *
                   (z->rank ? sqrt(fabs(z->most / z->least)) : 1);
    double path = 0;

    for (size_t t = 0; t <= z->rounds; t++) {
        z->rounding[t] = scale * (z->first + path);
        path += z->reach * z->norm[t];
    }
}

static size_t affordable(struct lemma_evidence *e, const struct lemma_lazy *z)
{
    double R = lemma_evidence_number(e, "train/R");
    double cost = (double) z->order * (double) z->order * (double) z->columns;
    double rounds = fmin(R, ceil(PRODUCTS / cost));

    return rounds >= 1 ? (size_t) rounds : 0;
}

/* In the eigenvectors of H: p(t + 1) = p - diag(lambda) C p, C = Q B Q^T, which keeps
 * every digit of r^T H^-1 r however small the least eigenvalue. */
lemma_status lemma_lazy_rounds(struct lemma_evidence *e, struct lemma_lazy *z)
{
    size_t T = affordable(e, z), all = z->order * z->columns;
    double *track;
    lemma_mat b = {0}, room = {0}, c = {0}, p = {0}, v = {0}, p0 = {0}, move = {0};
    lemma_status st = LEMMA_OK;

    if (z->followed)
        return LEMMA_OK;
    LEMMA_TRY(lemma_lazy_whole(z));
    LEMMA_TRY(lemma_mat_create(z->order, z->order, &b));
    LEMMA_TRY(lemma_mat_create(z->order, z->order, &room));
    LEMMA_TRY(lemma_mat_create(z->order, z->order, &c));
    LEMMA_TRY(lemma_mat_create(z->order, z->columns, &p));
    LEMMA_TRY(lemma_mat_create(z->order, z->columns, &v));
    LEMMA_TRY(lemma_mat_create(z->order, z->columns, &p0));
    LEMMA_TRY(lemma_mat_create(z->order, z->columns, &move));
    if (!z->last.a)
        LEMMA_TRY(lemma_mat_create(z->order, z->columns, &z->last));
    LEMMA_NEW(track, 4 * (T + 1));
    lemma_free(z->track);
    z->track = z->norm = track;
    z->distance2 = track + T + 1;
    z->left2 = track + 2 * (T + 1);
    z->rounding = track + 3 * (T + 1);
    z->rounds = T;
    LEMMA_TRY(lemma_lazy_response(z, z->tau, false, b));
    in_eigenvectors(z, lemma_const(b), room, c);
    lemma_product(LEMMA_N, LEMMA_N, 1, lemma_const(z->q), lemma_const(z->r), 0, p0);
    memcpy(p.a, p0.a, all * sizeof *p.a);
    for (size_t t = 0;; t++) {
        measure(z, t, lemma_const(p), lemma_const(v), lemma_const(p0));
        if (t == T)
            break;
        lemma_product(LEMMA_N, LEMMA_N, 1, lemma_const(c), lemma_const(p), 0, move);
        for (size_t i = 0; i < all; i++) {
            v.a[i] += move.a[i];
            p.a[i] -= z->values[i / z->columns] * move.a[i];
        }
    }
    lemma_product(LEMMA_T, LEMMA_N, 1, lemma_const(z->q), lemma_const(p), 0, z->last);
    bound_rounding(z);
    z->followed = true;
out:
    lemma_free(b.a);
    lemma_free(room.a);
    lemma_free(c.a);
    lemma_free(p.a);
    lemma_free(v.a);
    lemma_free(p0.a);
    lemma_free(move.a);
    return st;
}

size_t lemma_lazy_round_at(const struct lemma_lazy *z, double step)
{
    double t = step / (double) z->tau;

    return t >= 0 && t <= (double) z->rounds && floor(t) == t ? (size_t) t : SIZE_MAX;
}
