/*
 * Claim: flips are counts of units that disagree between patterns, in every table.
 *
 *     max <= sum <= n_c max, sum <= n_c m, whole numbers
 *     | flips_initial(t) - flips_initial(t') |  <=  flips_previous(t)
 *                                               <=  flips_initial(t) +
 * flips_initial(t') flips_initial, flips_average, average_flips_initial: each at most
 * the others' sum first step of a round:  flips_average = 0, average_flips_initial =
 * flips_initial sum_{i in S_c} preactivation/flips = flips_initial, their largest
 * flips_initial_max
 *
 * t' is the row before t.  Kind: sure.  Assumptions: none.  Source: theory 3(b): the
 * number of units where two patterns differ is a distance.  Constants: none.
 */
#include <math.h>

#include "claim/definition.h"

enum { INITIAL, INITIAL_MAX, PREVIOUS, AVERAGE, AVERAGE_MAX, OF_AVERAGE, SAMPLES };
static const struct lemma_claim_table tables[] = {
    {"activation/flips_initial", "K,L"},
    {"activation/flips_initial_max", "?K,L"},
    {"activation/flips_previous", "?K,L"},
    {"activation/flips_average", "?K,L"},
    {"activation/flips_average_max", "?K,L"},
    {"activation/average_flips_initial", "?K,L"},
    {"preactivation/flips", "?N,L"},
    {0}};

struct judging {
    struct lemma_shares w;
    size_t L;
    double m, tau;
    const struct lemma_series *const *s;
    struct lemma_finding *f;
};

/* Counts and, where max is not NULL, the largest of a sample's. */
static void check_counts(const struct judging *j, const double *sum, const double *max,
                         size_t step)
{
    for (size_t k = 0; k < j->w.K * j->L; k++) {
        size_t c = k / j->L;

        j->f->part = "whole numbers up to n_c m";
        lemma_check_at_most(j->f, fabs(sum[k] - round(sum[k])), 0, 0, step, c);
        lemma_check_at_most(j->f, fabs(sum[k]), j->w.counts[c] * j->m, 0, step, c);
        j->f->part = "max <= sum <= n_c max";
        if (max) {
            lemma_check_at_most(j->f, fabs(max[k] - round(max[k])), 0, 0, step, c);
            lemma_check_at_most(j->f, max[k], sum[k], 0, step, c);
            lemma_check_at_most(j->f, sum[k], j->w.counts[c] * max[k], 0, step, c);
        }
    }
}

/* Each of three distances is at most the sum of the others. */
static void check_triangle(const struct judging *j, const double *a, const double *b,
                           const double *ab, size_t step)
{
    for (size_t k = 0; k < j->w.K * j->L; k++) {
        size_t c = k / j->L;

        lemma_check_at_most(j->f, a[k], b[k] + ab[k], 0, step, c);
        lemma_check_at_most(j->f, b[k], a[k] + ab[k], 0, step, c);
        lemma_check_at_most(j->f, ab[k], a[k] + b[k], 0, step, c);
    }
}

/* Counts of samples (N, L) against the clients'. */
static void check_samples(const struct judging *j, const double *flips,
                          const double *sum, const double *max, size_t step)
{
    size_t at = 0;

    j->f->part = "sums over samples";
    for (size_t c = 0; c < j->w.K; c++) {
        size_t n = (size_t) j->w.counts[c];

        for (size_t l = 0; l < j->L; l++) {
            double all = 0, most = 0;

            for (size_t i = at; i < at + n; i++) {
                all += flips[i * j->L + l];
                most = lemma_worse(most, flips[i * j->L + l]);
            }
            lemma_check_same(j->f, sum[c * j->L + l], all, 0, step, c);
            if (max)
                lemma_check_same(j->f, max[c * j->L + l], most, 0, step, c);
        }
        at += n;
    }
}

static void check_first(const struct judging *j, const double *initial,
                        const double *average, const double *of_average, size_t step)
{
    j->f->part = "a round's first step";
    for (size_t k = 0; k < j->w.K * j->L; k++) {
        lemma_check_at_most(j->f, average[k], 0, 0, step, k / j->L);
        lemma_check_same(j->f, of_average[k], initial[k], 0, step, k / j->L);
    }
}

static void check_row(const struct judging *j, size_t i)
{
    const struct lemma_series *s = j->s[INITIAL];
    const double *row[SAMPLES + 1];
    size_t step = (size_t) s->step[i];

    for (size_t k = 0; k <= SAMPLES; k++)
        row[k] = lemma_row_of(j->s[k], s->step[i]);
    check_counts(j, row[INITIAL], row[INITIAL_MAX], step);
    j->f->part = "flips_previous";
    if (row[PREVIOUS] && i == 0)
        for (size_t k = 0; k < s->width; k++)
            lemma_check_at_most(j->f, row[PREVIOUS][k], 0, 0, step, k / j->L);
    else if (row[PREVIOUS])
        check_triangle(j, row[INITIAL], s->cells + (i - 1) * s->width, row[PREVIOUS],
                       step);
    if (row[AVERAGE])
        check_counts(j, row[AVERAGE], row[AVERAGE_MAX], step);
    j->f->part = "a triangle of patterns";
    if (row[AVERAGE] && row[OF_AVERAGE])
        check_triangle(j, row[INITIAL], row[OF_AVERAGE], row[AVERAGE], step);
    if (row[AVERAGE] && row[OF_AVERAGE] && lemma_is_first(s->step[i], j->tau))
        check_first(j, row[INITIAL], row[AVERAGE], row[OF_AVERAGE], step);
    if (row[SAMPLES])
        check_samples(j, row[SAMPLES], row[INITIAL], row[INITIAL_MAX], step);
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct judging j = {.w = lemma_shares_of(e),
                        .m = lemma_evidence_number(e, "network/m"),
                        .tau = lemma_evidence_number(e, "train/tau"),
                        .s = s,
                        .f = f};

    if (j.w.K == 0)
        return lemma_undecided(f, "the clients' samples do not add up to N");
    j.L = s[INITIAL]->width / j.w.K;
    for (size_t i = 0; i < s[INITIAL]->rows; i++)
        check_row(&j, i);
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_activation_definition = {
    .name = "activation_definition",
    .title = "definition: flips count units that disagree, in every table",
    .statement =
        "max <= sum <= n_c max; |flips_initial(t) - flips_initial(t')| <= "
        "flips_previous(t); flips_initial, flips_average, average_flips_initial: each "
        "at most the others' sum; flips_average = 0 at a round's first step; sum_i "
        "preactivation/flips = flips_initial",
    .kind = LEMMA_SURE,
    .tables = tables,
    .place = "client",
    .source = "theory 3(b)",
    .status = "derived",
    .proof = "the number of units where two patterns differ is a distance (Hamming's); "
             "summed over samples it stays one",
    .judge = judge,
};
