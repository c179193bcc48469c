#include "claim/assumptions.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "claim/clients.h"

static lemma_status check_two_layer(struct lemma_evidence *e, struct lemma_finding *f)
{
    const char *preset = lemma_evidence_word(e, "network/preset");

    if (strcmp(preset, "two-layer-relu") != 0)
        return lemma_not_applicable(f, "the network is %s, not two-layer-relu", preset);
    if (lemma_evidence_number(e, "network/d") != 1)
        return lemma_not_applicable(f, "the network has more than one output");
    if (lemma_evidence_number(e, "network/L") != 1)
        return lemma_not_applicable(f, "the network has not one trained layer");
    return LEMMA_OK;
}

const struct lemma_assumption lemma_assume_two_layer = {
    "two-layer-relu, one output, unit inputs", check_two_layer};

static lemma_status check_one_layer(struct lemma_evidence *e, struct lemma_finding *f)
{
    if (lemma_evidence_number(e, "network/L") != 1)
        return lemma_not_applicable(f, "the network has more than one trained layer");
    return LEMMA_OK;
}

const struct lemma_assumption lemma_assume_one_layer = {"one trained layer",
                                                        check_one_layer};

static lemma_status check_local_gd(struct lemma_evidence *e, struct lemma_finding *f)
{
    double batch = lemma_evidence_number(e, "train/batch");

    if (isnan(batch))
        return lemma_undecided(f, "train/batch is missing: a study without training?");
    if (batch != 0)
        return lemma_not_applicable(f, "steps take mini-batches, not all samples");
    return LEMMA_OK;
}

const struct lemma_assumption lemma_assume_local_gd = {"Local GD (full batches)",
                                                       check_local_gd};

static lemma_status check_clients(struct lemma_evidence *e, struct lemma_finding *f)
{
    const double *counts;
    lemma_status st = lemma_evidence_clients(e, &counts);

    if (st == LEMMA_OK && !counts)
        lemma_clients_missing(e, f);
    return st;
}

const struct lemma_assumption lemma_assume_clients = {
    "the record says whose the samples are", check_clients};

const double *lemma_client_counts(struct lemma_evidence *e)
{
    const double *counts = NULL;

    return lemma_evidence_clients(e, &counts) == LEMMA_OK ? counts : NULL;
}

static lemma_status check_equal(struct lemma_evidence *e, struct lemma_finding *f)
{
    double K = lemma_evidence_number(e, "train/K");
    const double *counts;
    lemma_status st = check_clients(e, f);

    counts = lemma_client_counts(e);
    for (size_t c = 1; st == LEMMA_OK && counts && (double) c < K; c++)
        if (counts[c] != counts[0])
            return lemma_not_applicable(f, "client %zu has %g samples, client 0 has %g",
                                        c, counts[c], counts[0]);
    return st;
}

const struct lemma_assumption lemma_assume_equal_clients = {
    "all clients have equally many samples", check_equal};

static lemma_status check_plain(struct lemma_evidence *e, struct lemma_finding *f)
{
    double step = lemma_evidence_number(e, "train/server_step");

    if (step != 1)
        return lemma_not_applicable(f, "server_step is %g, not 1", step);
    return LEMMA_OK;
}

const struct lemma_assumption lemma_assume_plain_average = {"server_step = 1",
                                                            check_plain};

static lemma_status check_gd(struct lemma_evidence *e, struct lemma_finding *f)
{
    double K = lemma_evidence_number(e, "train/K");
    double tau = lemma_evidence_number(e, "train/tau");
    lemma_status st = check_local_gd(e, f);

    if (st == LEMMA_OK && f->verdict == LEMMA_HOLDS)
        st = check_plain(e, f);
    if (st == LEMMA_OK && f->verdict == LEMMA_HOLDS && K != 1 && tau != 1)
        lemma_not_applicable(f, "K = %g clients take tau = %g local steps", K, tau);
    return st;
}

const struct lemma_assumption lemma_assume_gd = {
    "gradient descent of one machine: full batches, server_step = 1, K = 1 or tau = 1",
    check_gd};

static lemma_status check_full_gram(struct lemma_evidence *e, struct lemma_finding *f)
{
    double d = lemma_evidence_number(e, "network/d");

    if (d > 1 && strcmp(lemma_evidence_word(e, "gram/kernel"), "full") != 0)
        return lemma_not_applicable(
            f,
            "the recorded Gram matrix is the mean over %.0f outputs, not the full one",
            d);
    return LEMMA_OK;
}

const struct lemma_assumption lemma_assume_full_gram = {
    "the full Gram matrix is recorded (kernel: full, or one output)", check_full_gram};

double lemma_step_rounding(struct lemma_evidence *e)
{
    double m = lemma_evidence_number(e, "network/m");
    double L = lemma_evidence_number(e, "network/L");
    double first = m * fmax(m * (L > 1), lemma_evidence_number(e, "network/d_x"));

    return 4 * DBL_EPSILON * sqrt(first + (L - 1) * m * m);
}
