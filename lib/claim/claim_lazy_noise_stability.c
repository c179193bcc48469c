/*
 * Claim: in the lazy limit fresh mini-batches increase the mean square distance to no
 * interpolant.
 *
 *     eta < 2 / (q h + (1-q) lambda_max(H_cc)/n_c) for every client c:
 *     lambda_max(Q_c) <= q h + (1-q) lambda_max(H_cc)/n_c
 *     (eta/2) lambda_max(Q_c) <= 1
 *     (eta/2) E ||g_c||^2 <= 2 L_c(W(0)),  E ||g_c||^2 = r_c^T Q_c r_c / n_c
 *     Q_c = q blockdiag(H_ii) + (1-q) H_cc/n_c,  h = max_i lambda_max(H_ii)
 *
 * q = 1/B with replacement, (n_c - B) / (B (n_c - 1)) without; H_ii the (d, d) block of
 * a sample. The last line is the first step of the run itself, whose kernel is H(0).
 * Kind: sure.  Assumptions: batches drawn anew at every step (an epoch's are not),
 * server_step at most 1, eta below the limit.  Any n_c.  Source: theory 3(m).
 * Constants: explicit; eigenvalues are right to 8 n_c d eps.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "claim/assumptions.h"
#include "claim/lazy.h"
#include "claim/noise.h"
#include "core/alloc.h"
#include "core/eigen.h"

struct client_noise {
    double q, h, most; /* most: lambda_max(Q_c) */
    double square;     /* E ||g_c||^2 at W(0) */
};

static lemma_status check_fresh(struct lemma_evidence *e, struct lemma_finding *f)
{
    const char *sampling = lemma_evidence_word(e, "train/sampling");

    if (lemma_evidence_number(e, "train/batch") == 0)
        return lemma_not_applicable(f, "steps take all samples, not mini-batches");
    if (strcmp(sampling, "epoch") == 0)
        return lemma_not_applicable(f, "an epoch's batches depend on each other");
    if (strcmp(sampling, "subset") != 0 && strcmp(sampling, "replacement") != 0)
        return lemma_undecided(f, "how batches are drawn is not recorded");
    return LEMMA_OK;
}

static lemma_status check_step(struct lemma_evidence *e, struct lemma_finding *f)
{
    double step = lemma_evidence_number(e, "train/server_step");

    if (step > 1)
        return lemma_not_applicable(f, "server_step is %g, above 1", step);
    return LEMMA_OK;
}

static const struct lemma_assumption fresh = {"mini-batches drawn anew at every step",
                                              check_fresh},
                                     inside = {"server_step at most 1", check_step};
static const struct lemma_assumption *const assumptions[] = {&fresh, &inside, NULL};
static const struct lemma_claim_table tables[] = {{"loss/server_client", "K"}, {0}};

/* The largest eigenvalue of the (d, d) blocks; room (d, d) and d. */
static lemma_status largest_single(const struct lemma_lazy *z,
                                   const struct lemma_lazy_client *k,
                                   struct lemma_eigen *e, double *room, double *most)
{
    size_t d = z->per;
    lemma_mat block = lemma_mat_of(room, d, d);
    lemma_status st = LEMMA_OK;

    *most = -INFINITY;
    for (size_t i = k->first; i < k->first + k->rows; i += d) {
        for (size_t a = 0; a < d; a++)
            memcpy(lemma_row(block, a).a, lemma_row(z->h, i + a).a + i,
                   d * sizeof *room);
        LEMMA_TRY(lemma_eigen_solve(e, block, room + d * d, (lemma_mat){0}));
        *most = fmax(*most, room[d * d + d - 1]);
    }
out:
    return st;
}

static lemma_status measure(const struct lemma_lazy *z,
                            const struct lemma_lazy_client *k, struct client_noise *c)
{
    size_t n = k->rows, d = z->per;
    struct lemma_eigen *e = NULL;
    double *room = NULL, *values = NULL;
    lemma_mat mix;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(room, n * n + n);
    LEMMA_NEW(values, n);
    LEMMA_TRY(lemma_eigen_create(n, &e));
    LEMMA_TRY(largest_single(z, k, e, room, &c->h));
    mix = lemma_mat_of(room, n, n);
    c->square = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double h = lemma_row(z->h, k->first + i).a[k->first + j];

            lemma_row(mix, i).a[j] =
                (1 - c->q) * h / k->n + (i / d == j / d ? c->q * h : 0);
            c->square += lemma_row(mix, i).a[j] * z->r.a[k->first + i] *
                         z->r.a[k->first + j] / k->n;
        }
    LEMMA_TRY(lemma_eigen_solve(e, mix, values, (lemma_mat){0}));
    c->most = values[n - 1];
out:
    lemma_eigen_destroy(e);
    lemma_free(room);
    lemma_free(values);
    return st;
}

/* q h + (1 - q) lambda_max(H_cc) / n_c. */
static double weyl(const struct lemma_lazy_client *k, const struct client_noise *c)
{
    return c->q * c->h + (1 - c->q) * k->values[k->rows - 1] / k->n;
}

static void check_client(const struct lemma_lazy *z, size_t i,
                         const struct client_noise *c, const double *loss,
                         struct lemma_finding *f)
{
    const struct lemma_lazy_client *k = &z->client[i];
    double bound = weyl(k, c);
    double rounding = 8 * (double) k->rows * DBL_EPSILON;

    f->part = "lambda_max(Q_c)";
    lemma_check_at_most(f, c->most, bound, rounding * fabs(bound), 0, i);
    f->part = "a step in mean square";
    lemma_check_at_most(f, z->eta / 2 * c->most, 1, rounding, 0, i);
    f->part = "the run's first step in mean square";
    if (loss)
        lemma_check_at_most(f, z->eta / 2 * c->square, 2 * loss[i],
                            rounding * 2 * loss[i], 0, i);
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double B = lemma_evidence_number(e, "train/batch"), limit = INFINITY, most = 0;
    struct client_noise *noise = NULL;
    struct lemma_lazy *z;
    lemma_status st = LEMMA_OK;

    if (!(B >= 1))
        return lemma_undecided(f, "the size of a batch is not recorded");
    LEMMA_TRY(lemma_lazy_need(e, f, NULL, &z));
    if (!z)
        goto out;
    LEMMA_NEW(noise, z->K);
    for (size_t c = 0; c < z->K; c++) {
        noise[c].q = lemma_batches_of(e, z->client[c].n).q;
        most = fmax(most, noise[c].q);
        LEMMA_TRY(measure(z, &z->client[c], &noise[c]));
        if (weyl(&z->client[c], &noise[c]) > 0)
            limit = fmin(limit, 2 / weyl(&z->client[c], &noise[c]));
    }
    if (most == 0) {
        lemma_not_applicable(f, "a batch of %g is all that any client has", B);
        goto out;
    }
    if (!(z->eta < limit)) {
        lemma_not_applicable(
            f, "eta = %g is not below 2 / (q h + (1 - q) lambda_max(H_cc) / n_c) = %g",
            z->eta, limit);
        goto out;
    }
    for (size_t c = 0; c < z->K; c++)
        check_client(z, c, &noise[c], lemma_series_at(s[0], 0), f);
    lemma_note(f, "limit of eta", limit);
    lemma_note(f, "limit of eta, full batches", z->limit);
out:
    lemma_free(noise);
    return st;
}

const struct lemma_claim_type lemma_claim_lazy_noise_stability = {
    .name = "lazy_noise_stability",
    .title = "fresh mini-batches are stable in mean square below their limit",
    .statement =
        "eta < 2 / (q h + (1-q) lambda_max(H_cc)/n_c) for every c, Q_c = q "
        "blockdiag(H_ii) + (1-q) H_cc/n_c, h = max_i lambda_max(H_ii): lambda_max(Q_c) "
        "<= q h + (1-q) lambda_max(H_cc)/n_c; (eta/2) lambda_max(Q_c) <= 1; at W(0) "
        "(eta/2) r_c^T Q_c r_c / n_c <= 2 L_c",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "eta below the limit",
    .tables = tables,
    .place = "client",
    .source = "theory 3(m)",
    .status = "derived",
    .proof = "E ||g||^2 = r^T Q_c r / n_c for fresh batches, so that a step changes E "
             "||W_c - W*||^2 by -(2 eta / n_c) (||r_c||^2 - (eta/2) r_c^T Q_c r_c); "
             "Weyl's inequality; averages are convex",
    .judge = judge,
};
