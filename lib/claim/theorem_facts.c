#include "claim/theorems.h"

#include <math.h>

/* The number in the table's row at step 0, NaN where there is none. */
static lemma_status at_start(struct lemma_evidence *e, const char *path, double *value)
{
    const struct lemma_series *s;
    const double *row;
    lemma_status st = lemma_evidence_series(e, path, &s);

    if (st == LEMMA_OK) {
        row = s ? lemma_series_at(s, 0) : NULL;
        *value = row ? row[0] : NAN;
    }
    return st;
}

/* The smallest and the largest client. Without their samples: one client has all, and
 * a size that is no whole number says that clients differ. */
static lemma_status read_clients(struct lemma_evidence *e, struct lemma_facts *f)
{
    const double *counts;
    lemma_status st = lemma_evidence_clients(e, &counts);
    double n = f->N / f->K;

    f->n_least = f->n_most = f->K == 1 ? f->N : NAN;
    if (st == LEMMA_OK && counts && f->K >= 1) {
        f->n_least = f->n_most = counts[0];
        for (size_t c = 1; c < (size_t) f->K; c++) {
            f->n_least = fmin(f->n_least, counts[c]);
            f->n_most = fmax(f->n_most, counts[c]);
        }
    } else if (n != floor(n)) {
        f->n_least = floor(n);
        f->n_most = ceil(n);
    }
    return st;
}

lemma_status lemma_facts_read(struct lemma_evidence *e, const struct lemma_given *given,
                              struct lemma_facts *f)
{
    double loss = NAN;
    lemma_status st = LEMMA_OK;

    *f = (struct lemma_facts){
        .network = lemma_evidence_word(e, "network/preset"),
        .loss = lemma_evidence_word(e, "train/loss"),
        .sampling = lemma_evidence_word(e, "train/sampling"),
        .m = lemma_evidence_number(e, "network/m"),
        .L = lemma_evidence_number(e, "network/L"),
        .d = lemma_evidence_number(e, "network/d"),
        .d_x = lemma_evidence_number(e, "network/d_x"),
        .N = lemma_evidence_number(e, "data/samples"),
        .K = lemma_evidence_number(e, "train/K"),
        .tau = lemma_evidence_number(e, "train/tau"),
        .eta = lemma_evidence_number(e, "train/eta"),
        .server_step = lemma_evidence_number(e, "train/server_step"),
        .batch = lemma_evidence_number(e, "train/batch"),
        .phi = lemma_evidence_number(e, "data/phi"),
        .spectral_norm = lemma_evidence_number(e, "data/spectral_norm"),
        .limit_least = given->limit_least,
        .limit_most = given->limit_most,
        .delta = given->delta == 0 ? 0.01 : given->delta,
        .epsilon = given->epsilon == 0 ? 0.1 : given->epsilon,
    };
    LEMMA_TRY(at_start(e, "loss/server", &loss));
    LEMMA_TRY(at_start(e, "gram/lambda_min", &f->gram_least));
    LEMMA_TRY(at_start(e, "gram/lambda_max", &f->gram_most));
    f->r0 = sqrt(2 * f->N * loss);
    LEMMA_TRY(read_clients(e, f));
out:
    return st;
}

double lemma_facts_eta(const struct lemma_facts *f)
{
    if (f->server_step == 1)
        return f->eta;
    if (isnan(f->tau) || isnan(f->server_step))
        return NAN;
    return f->tau == 1 ? f->eta * f->server_step : f->eta;
}
