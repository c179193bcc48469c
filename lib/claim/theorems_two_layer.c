/* Theorems about the two-layer network, written for the mean loss: its step eta is N
 * times the step of the sum loss (theory 1.5). */
#include "claim/theorem_logs.h"

/* (2/pi) 38^2 = 919.3: R' sqrt(2/pi) <= lambda/(24 N) with R' = 19 sqrt(N) ||r(0)|| /
 * (12 sqrt(m) lambda). */
static double d2_width(const struct lemma_facts *f)
{
    return log(2 / M_PI * 38 * 38) + 3 * ln(f->N) + 2 * ln(f->r0) -
           4 * ln(f->gram_least);
}

static double d2_step(const struct lemma_facts *f)
{
    return ln_n(f) + ln(f->gram_least) - log(4) - ln(f->gram_most) -
           2 * ln(f->spectral_norm) - ln(f->tau);
}

static double d2_rate(const struct lemma_facts *f)
{
    return -2 * log1p(-0.75 * lemma_facts_eta(f) * f->tau * f->gram_least / f->N);
}

const struct lemma_theorem lemma_theorem_two_layer_local_gd = {
    .name = "two_layer_local_gd",
    .title = "Local GD on two-layer ReLU networks",
    .width = "m >= 919 N^3 ||r(0)||^2 / lambda^4, lambda = lambda_min(H(0)): "
             "sufficient, as p(R) is about sqrt(2/pi) R",
    .step = "eta <= n lambda / (4 lambda_max(H(0)) ||X||^2 tau): sufficient, as "
            "||X_c|| <= ||X||",
    .conclusion = "||r(t)|| <= (1 - (3/4) eta tau lambda/N)^t ||r(0)||, every round",
    .also = "stands for version 1 of arXiv:2107.10868, whose constants are not "
            "recalled; free of K and tau in the width",
    .source = "theory 2.5, D2",
    .status = "derived",
    .network = "two-layer-relu",
    .algorithm = LEMMA_LOCAL_GD,
    .separation = LEMMA_GRAM_POSITIVE,
    .ln_width = d2_width,
    .ln_step = d2_step,
    .rate = d2_rate,
};

static double du_width(const struct lemma_facts *f)
{
    return 6 * ln(f->N) - 4 * ln(f->limit_least) - 3 * ln(f->delta);
}

static double du_step(const struct lemma_facts *f)
{
    return ln(f->limit_least) - ln(f->N);
}

static double du_rate(const struct lemma_facts *f)
{
    return -f->tau * log1p(-lemma_facts_eta(f) * f->limit_least / (2 * f->N));
}

const struct lemma_theorem lemma_theorem_du = {
    .name = "du",
    .title = "GD on two-layer ReLU networks",
    .width = "m >= N^6 / (lambda_0^4 delta^3)",
    .step = "eta <= lambda_0/N   (sum loss: eta/N <= lambda_0/N^2)",
    .conclusion = "||r(k)||^2 <= (1 - eta lambda_0/(2 N))^k ||r(0)||^2, k steps",
    .also = "|y| = O(1); with probability 1 - delta",
    .source = "Du, Zhai, Poczos, Singh (ICLR 2019), Theorem 4.1, arXiv:1810.02054; "
              "theory 2.2",
    .status = "recalled",
    .network = "two-layer-relu",
    .algorithm = LEMMA_GD,
    .separation = LEMMA_LIMIT_POSITIVE,
    .ln_width = du_width,
    .ln_step = du_step,
    .rate = du_rate,
};

static double song_yang_width(const struct lemma_facts *f)
{
    return 4 * ln(f->N) - 4 * ln(f->limit_least) + ln_log(f->N / f->delta);
}

const struct lemma_theorem lemma_theorem_song_yang = {
    .name = "song_yang",
    .title = "GD on two-layer ReLU networks, by matrix concentration",
    .width = "m >= N^4 log(N/delta) / lambda_0^4",
    .step = "eta <= lambda_0/N   (sum loss: eta/N <= lambda_0/N^2)",
    .conclusion = "||r(k)||^2 <= (1 - eta lambda_0/(2 N))^k ||r(0)||^2, k steps",
    .also = "|y| = O(1); with probability 1 - delta",
    .source = "Song, Yang (2019), arXiv:1906.03593; theory 2.2",
    .status = "recalled",
    .network = "two-layer-relu",
    .algorithm = LEMMA_GD,
    .separation = LEMMA_LIMIT_POSITIVE,
    .ln_width = song_yang_width,
    .ln_step = du_step,
    .rate = du_rate,
};

static double oymak_width(const struct lemma_facts *f)
{
    return ln(f->N) + 6 * ln(f->spectral_norm) - 4 * ln(f->limit_least);
}

static double oymak_step(const struct lemma_facts *f)
{
    return ln(f->N) - 2 * ln(f->spectral_norm);
}

static double oymak_rate(const struct lemma_facts *f)
{
    return f->tau * lemma_facts_eta(f) * f->limit_least / f->N;
}

const struct lemma_theorem lemma_theorem_oymak = {
    .name = "oymak",
    .title = "moderate over-parameterisation of two-layer networks",
    .width = "m >= N ||X||^6 / lambda_0^4",
    .step = "eta <= N/||X||^2   (sum loss: eta/N <= 1/||X||^2)",
    .conclusion = "accuracy eps after ||X||^2/lambda_0 log(1/eps) steps at the largest "
                  "eta: exp(-eta lambda_0/N) a step",
    .also = "|y| = O(1)",
    .source = "Oymak, Soltanolkotabi (2020), arXiv:1902.04674; theory 2.2",
    .status = "recalled",
    .network = "two-layer-relu",
    .algorithm = LEMMA_GD,
    .separation = LEMMA_LIMIT_POSITIVE,
    .ln_width = oymak_width,
    .ln_step = oymak_step,
    .rate = oymak_rate,
};

/* At kappa = 1, what the preset starts from. */
static double arora_width(const struct lemma_facts *f)
{
    return 7 * ln(f->N) - 4 * ln(f->limit_least) - 4 * ln(f->delta) -
           2 * ln(f->epsilon);
}

static double arora_rate(const struct lemma_facts *f)
{
    return -2 * f->tau * log1p(-lemma_facts_eta(f) * f->limit_least / f->N);
}

const struct lemma_theorem lemma_theorem_arora = {
    .name = "arora",
    .title = "the residual decays along the kernel's eigenvectors",
    .width = "m >= N^7 / (lambda_0^4 kappa^2 delta^4 epsilon^2), here with kappa = 1, "
             "w(0) ~ N(0, kappa^2 I)",
    .step = "eta <= lambda_0/N   (sum loss: eta/N <= lambda_0/N^2)",
    .conclusion = "||y - f(k)|| = sqrt(sum_i (1 - eta lambda_i/N)^(2k) (v_i . y)^2) +- "
                  "epsilon, k steps, lambda_i and v_i of H^inf",
    .also = "|y| = O(1); with probability 1 - delta; the rate is that of lambda_0, "
            "down to epsilon",
    .source = "Arora, Du, Hu, Li, Wang (ICML 2019), Theorem 4.1, arXiv:1901.08584; "
              "theory 2.2, 3(h)",
    .status = "recalled",
    .network = "two-layer-relu",
    .algorithm = LEMMA_GD,
    .separation = LEMMA_LIMIT_POSITIVE,
    .small_start = true,
    .ln_width = arora_width,
    .ln_step = du_step,
    .rate = arora_rate,
};

static double fl_ntk_step(const struct lemma_facts *f)
{
    return ln_n(f) + 2 * ln(f->limit_least) - ln(f->limit_most) - ln(f->tau) -
           2 * ln(f->N);
}

static double fl_ntk_rate(const struct lemma_facts *f)
{
    return -log1p(-f->server_step * f->eta * f->tau * f->limit_least / (2 * f->N));
}

const struct lemma_theorem lemma_theorem_fl_ntk = {
    .name = "fl_ntk",
    .title = "FedAvg on two-layer ReLU networks",
    .width = "m >= N^4 log(N/delta) / lambda_0^4",
    .step = "eta <= n lambda_0 / (kappa tau N^2), kappa = cond(H^inf)   (sum loss of a "
            "client: eta/n)",
    .conclusion = "||r(t)||^2 <= (1 - server_step eta tau lambda_0/(2 N))^t "
                  "||r(0)||^2, every round",
    .also = "|y| = O(1); with probability 1 - delta",
    .source = "Huang, Li, Song, Yang (ICML 2021), arXiv:2105.05001; theory 2.2, 3(i)",
    .status = "recalled",
    .network = "two-layer-relu",
    .algorithm = LEMMA_FEDAVG,
    .separation = LEMMA_LIMIT_POSITIVE,
    .ln_width = song_yang_width,
    .ln_step = fl_ntk_step,
    .rate = fl_ntk_rate,
};
