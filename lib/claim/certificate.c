#include "claim/certificate.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "claim/ball.h"
#include "core/alloc.h"
#include "core/spectral.h"

static bool all_finite(const struct lemma_series *s)
{
    bool finite = true;

    for (size_t i = 0; i < s->rows * s->width; i++)
        finite &= isfinite(s->cells[i]);
    return finite;
}

lemma_status lemma_certificate_read(struct lemma_evidence *e, struct lemma_finding *f,
                                    struct lemma_certificate *c)
{
    const struct lemma_series *kernel, *residual;
    struct lemma_extremes ends;
    lemma_status st = LEMMA_OK;

    *c = (struct lemma_certificate){.N = lemma_evidence_number(e, "data/samples"),
                                    .m = lemma_evidence_number(e, "network/m")};
    kernel = lemma_need_matrix(e, f, "start/kernel", c->N, c->N, &st);
    residual = kernel ? lemma_need_matrix(e, f, "start/residual", c->N, 1, &st) : NULL;
    c->z = residual ? lemma_need_matrix(e, f, "start/z1", c->N, c->m, &st) : NULL;
    if (!c->z)
        return st;
    LEMMA_TRY(lemma_matrix_extremes(kernel, &ends));
    c->lam = ends.least;
    c->most = ends.most;
    for (size_t i = 0; i < residual->rows; i++)
        c->r0 += residual->cells[i] * residual->cells[i];
    c->r0 = sqrt(c->r0);
    lemma_note(f, "lambda_min(H(0))", c->lam);
    lemma_note(f, "||r(0)||", c->r0);
    if (!isfinite(c->lam) || !isfinite(c->r0) || !all_finite(c->z))
        lemma_undecided(f, "the kernel, residuals or pre-activations of W(0) are not "
                           "finite");
    else if (c->lam <= lemma_eigenvalue_rounding(c->N, c->most))
        lemma_not_applicable(f, "H(0) is singular: lambda_min = %g of lambda_max = %g",
                             c->lam, c->most);
out:
    return st;
}

double lemma_certificate_share(const struct lemma_certificate *c, double radius)
{
    size_t N = c->z->rows, m = c->z->width, most = 0;

    for (size_t i = 0; i < N; i++) {
        size_t near = 0;

        for (size_t r = 0; r < m; r++)
            near += fabs(c->z->cells[i * m + r]) <= radius;
        most = near > most ? near : most;
    }
    return isnan(radius) ? NAN : (double) most / c->m;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;

    return (x > y) - (x < y);
}

void lemma_certificate_sort(const struct lemma_certificate *c, double *near)
{
    size_t N = c->z->rows, m = c->z->width;

#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < N; i++) {
        for (size_t r = 0; r < m; r++)
            near[i * m + r] = fabs(c->z->cells[i * m + r]);
        qsort(near + i * m, m, sizeof *near, ascending);
    }
}

double lemma_certificate_sorted_share(const struct lemma_certificate *c,
                                      const double *near, double radius)
{
    size_t N = c->z->rows, m = c->z->width, most = 0;

    for (size_t i = 0; i < N; i++) {
        size_t here = lemma_count_at_most(near + i * m, m, radius);

        most = here > most ? here : most;
    }
    return isnan(radius) ? NAN : (double) most / c->m;
}

/* ||X_c||^2 / n_c, the rows of client c gathered into own. */
static double curvature(const struct lemma_series *x, const struct lemma_series *owner,
                        double client, double *own, double *scratch)
{
    size_t n = 0, d_x = x->width;
    struct lemma_spectral found;

    for (size_t i = 0; i < x->rows; i++)
        if (owner->cells[i] == client)
            memcpy(own + n++ * d_x, x->cells + i * d_x, d_x * sizeof *own);
    if (n == 0)
        return 0;
    found = lemma_spectral_norm(lemma_cmat_of(own, n, d_x), (lemma_cmat){0}, scratch);
    return found.converged ? found.norm * found.norm / (double) n : NAN;
}

/* Every sample has an owner among K <= N clients. */
static bool are_owners(const struct lemma_series *owner, double K)
{
    bool good = K >= 1 && K <= (double) owner->rows;

    for (size_t i = 0; i < owner->rows; i++)
        good &= owner->cells[i] >= 0 && owner->cells[i] < K &&
                floor(owner->cells[i]) == owner->cells[i];
    return good;
}

lemma_status lemma_client_curvature(struct lemma_evidence *e, struct lemma_finding *f,
                                    double *most)
{
    double N = lemma_evidence_number(e, "data/samples"), *own = NULL, *scratch = NULL;
    double K = lemma_evidence_number(e, "train/K");
    const struct lemma_series *x, *owner;
    lemma_status st = LEMMA_OK;

    *most = 0;
    x = lemma_need_matrix(e, f, "data/inputs", N,
                          lemma_evidence_number(e, "network/d_x"), &st);
    owner = x ? lemma_need_matrix(e, f, "data/client", N, 1, &st) : NULL;
    if (!owner)
        return st;
    if (!are_owners(owner, K))
        return lemma_undecided(f,
                               "data/client does not give every sample to one of %g "
                               "clients",
                               K);
    LEMMA_NEW(own, x->rows * x->width);
    LEMMA_NEW(scratch, lemma_spectral_scratch(x->rows, x->width));
    for (size_t c = 0; (double) c < K; c++) {
        double here = curvature(x, owner, (double) c, own, scratch);

        *most = isnan(here) || here > *most ? here : *most;
    }
    if (isnan(*most))
        lemma_undecided(f, "the clients' inputs are not finite");
out:
    lemma_free(own);
    lemma_free(scratch);
    return st;
}

void lemma_check_within(struct lemma_finding *f, const struct lemma_series *s,
                        double radius, bool by_client)
{
    for (size_t i = 0; i < s->rows; i++)
        for (size_t k = 0; k < s->width; k++)
            lemma_check_at_most(f, s->cells[i * s->width + k], radius, 0,
                                (size_t) s->step[i], by_client ? k : LEMMA_NOWHERE);
}

double lemma_residual_norm(const struct lemma_certificate *c, double loss)
{
    return sqrt(2 * c->N * loss);
}

double lemma_residual_rounding(const struct lemma_certificate *c)
{
    return 8 * DBL_EPSILON * sqrt(c->N * c->m);
}

void lemma_check_decay(struct lemma_finding *f, const struct lemma_certificate *c,
                       const struct lemma_series *loss, double factor, double unit)
{
    double rounding = lemma_residual_rounding(c);

    for (size_t i = 0; i < loss->rows; i++) {
        double step = loss->step[i], norm = lemma_residual_norm(c, loss->cells[i]);

        f->part = step == 0 ? "start" : "residual";
        if (step == 0)
            lemma_check_equal(f, norm, c->r0, rounding, 0, LEMMA_NOWHERE);
        else
            lemma_check_at_most(f, norm, pow(factor, step / unit) * c->r0, rounding,
                                (size_t) step, LEMMA_NOWHERE);
    }
}
