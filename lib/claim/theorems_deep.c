/* Theorems about deep networks; n are the samples of a client. */
#include "claim/theorem_logs.h"

/*
 * ln of the least width from which on m >= A (log m)^p, a = ln A: the larger root y of
 * y = a + p ln y, by Newton's method from above (y - p ln y is convex and grows for
 * y > p); never below e^p.
 */
static double ln_width_with_logs(double a, double p)
{
    double y = 2 * fmax(a, 0) + 8 * p;

    if (!isfinite(a))
        return a < 0 ? p : a;
    if (a <= p - p * log(p))
        return p;
    for (int i = 0; i < 60; i++)
        y -= (y - p * log(y) - a) / (1 - p / y);
    return y;
}

static double local_gd_width(const struct lemma_facts *f)
{
    return ln_width_with_logs(
        ln(f->K) + 16 * ln_n(f) + 12 * ln(f->L) + ln(f->d) - 8 * ln(f->phi), 3);
}

static double local_gd_step(const struct lemma_facts *f)
{
    return ln(f->d) + ln(f->phi) - ln(f->m) - ln(f->tau) - 2 * ln_n(f) -
           2 * ln_log(f->m);
}

/*
 * A step's rate is eta times the bound m phi/(d N^2) on ||grad L||^2 / L, with all
 * samples in it: no bound c m phi/(d n^2) holds for every K. At n = 1 and r along the
 * least eigenvector of the kernel, ||grad L||^2 / L = 2 lambda_min / N, and as m grows
 * lambda_min <= trace / N -> L m/(2 d): it falls like 1/K.
 */
static double mean_loss_rate(const struct lemma_facts *f)
{
    return lemma_facts_eta(f) * f->tau * f->m * f->phi / (f->d * f->N * f->N);
}

const struct lemma_theorem lemma_theorem_local_gd = {
    .name = "local_gd",
    .title = "Local GD on deep ReLU networks",
    .width =
        "m >= K n^16 L^12 d (log m)^3 / phi^8, the least m from which on this holds",
    .step = "eta <= d phi / (m tau n^2 (log m)^2)",
    .conclusion = "L(W(R)) <= exp(-R/R_0) L(W(0)), 1/R_0 = eta tau m phi/(d N^2): R_0 "
                  "= K^2 n^4 (log m)^2 / phi^2 at the largest eta",
    .also =
        "|y| = O(1); with probability 1 - exp(-Omega((log m)^2)); R_0 is not recalled: "
        "it follows from a lower bound on the gradient, whose n must count all samples",
    .source =
        "Deng, Kamani, Mahdavi (AISTATS 2022), arXiv:2107.10868, version 2; theory 2.1",
    .status = "recalled, low",
    .network = "deep-relu",
    .algorithm = LEMMA_LOCAL_GD,
    .separation = LEMMA_APART,
    .ln_width = local_gd_width,
    .ln_step = local_gd_step,
    .rate = mean_loss_rate,
};

/* The exponent of phi is remembered as 3 to 8: the larger width of both. */
static double local_sgd_width(const struct lemma_facts *f)
{
    double phi = ln(f->phi);

    return ln_width_with_logs(ln(f->K) + 18 * ln_n(f) + 12 * ln(f->L) + ln(f->d) -
                                  (phi < 0 ? 8 : 3) * phi,
                              5);
}

static double local_sgd_step(const struct lemma_facts *f)
{
    return local_gd_step(f) - ln_n(f);
}

const struct lemma_theorem lemma_theorem_local_sgd = {
    .name = "local_sgd",
    .title = "Local SGD on deep ReLU networks",
    .width = "m >= K n^18 L^12 d (log m)^5 / phi^3..8, the least m from which on this "
             "holds; the larger of both powers",
    .step = "eta <= d phi / (m tau n^3 (log m)^2)",
    .conclusion = "L(W(R)) <= exp(-R/R_0) L(W(0)), 1/R_0 = eta tau m phi/(d N^2): R_0 "
                  "= K^2 n^5 (log m)^2 / phi^2 at the largest eta",
    .also =
        "|y| = O(1); with probability 1 - exp(-Omega((log m)^2)); R_0 is not recalled: "
        "it follows from a lower bound on the gradient, whose n must count all samples",
    .source =
        "Deng, Kamani, Mahdavi (AISTATS 2022), arXiv:2107.10868, version 2; theory 2.1",
    .status = "recalled, low",
    .network = "deep-relu",
    .algorithm = LEMMA_LOCAL_SGD,
    .separation = LEMMA_APART,
    .ln_width = local_sgd_width,
    .ln_step = local_sgd_step,
    .rate = mean_loss_rate,
};

static double allen_zhu_width(const struct lemma_facts *f)
{
    return 24 * ln(f->N) + 12 * ln(f->L) + ln(f->d) - 8 * ln(f->phi);
}

static double allen_zhu_step(const struct lemma_facts *f)
{
    return ln(f->d) + ln(f->phi) - 3 * ln(f->N) - 2 * ln(f->L) - ln(f->m);
}

/* m phi/(d N^2) bounds ||grad F||^2 / F, and eta F's step is eta/N. */
static double allen_zhu_rate(const struct lemma_facts *f)
{
    return f->tau * lemma_facts_eta(f) * f->m * f->phi / (f->d * pow(f->N, 3));
}

const struct lemma_theorem lemma_theorem_allen_zhu = {
    .name = "allen_zhu",
    .title = "GD on deep ReLU networks",
    .width = "m >= N^24 L^12 d / phi^8",
    .step = "eta <= d phi / (N^3 L^2 m)   (sum loss: eta/N <= d phi / (N^4 L^2 m))",
    .conclusion = "L <= eps L(W(0)) after N^6 L^2 phi^-2 log(1/eps) steps at the "
                  "largest eta: exp(-eta m phi/(d N^3)) a step",
    .also = "|y| = O(1); with probability 1 - exp(-Omega((log m)^2))",
    .source =
        "Allen-Zhu, Li, Song (ICML 2019), Theorem 1, arXiv:1811.03962; theory 2.2",
    .status = "recalled",
    .network = "deep-relu-fixed-input",
    .algorithm = LEMMA_GD,
    .separation = LEMMA_APART,
    .ln_width = allen_zhu_width,
    .ln_step = allen_zhu_step,
    .rate = allen_zhu_rate,
};

static double zou_gu_width(const struct lemma_facts *f)
{
    return ln_width_with_logs(ln(f->d) + 8 * ln(f->N) + 12 * ln(f->L) - 4 * ln(f->phi),
                              3);
}

static double zou_gu_step(const struct lemma_facts *f)
{
    return ln(f->d) - 2 * ln(f->L) - ln(f->m);
}

const struct lemma_theorem lemma_theorem_zou_gu = {
    .name = "zou_gu",
    .title = "GD on deep ReLU networks, improved",
    .width = "m >= N^8 L^12 d (log m)^3 / phi^4, the least m from which on this holds",
    .step = "eta <= d / (L^2 m)",
    .conclusion = "L <= eps after N^2 L^2 phi^-1 log(1/eps) steps at the largest eta: "
                  "exp(-eta m phi/(d N^2)) a step",
    .also = "|y| = O(1); the power of log m as the lemmas compose",
    .source = "Zou, Gu (NeurIPS 2019), Theorem 3.1, arXiv:1906.04688; theory 2.2, 2.3",
    .status = "recalled",
    .network = "deep-relu",
    .algorithm = LEMMA_GD,
    .separation = LEMMA_APART,
    .ln_width = zou_gu_width,
    .ln_step = zou_gu_step,
    .rate = mean_loss_rate,
};

/* ln B of all clients together. */
static double ln_batch(const struct lemma_facts *f)
{
    double all = f->K * f->batch;

    return f->batch == 0 || all > f->N ? ln(f->N) : ln(all);
}

static double zou_gu_sgd_width(const struct lemma_facts *f)
{
    return 17 * ln(f->N) + 12 * ln(f->L) - 4 * ln_batch(f) - 8 * ln(f->phi);
}

static double zou_gu_sgd_step(const struct lemma_facts *f)
{
    return ln(f->d) + ln_batch(f) + ln(f->phi) - 3 * ln(f->N) - ln(f->m) - ln_log(f->m);
}

const struct lemma_theorem lemma_theorem_zou_gu_sgd = {
    .name = "zou_gu_sgd",
    .title = "SGD on deep ReLU networks",
    .width = "m >= N^17 L^12 / (B^4 phi^8), up to powers of log m, left out",
    .step = "eta <= d B phi / (N^3 m log m)",
    .conclusion =
        "L <= eps after N^5 log m log(1/eps)^2 / (B phi^2) steps at the largest eta",
    .also = "|y| = O(1)",
    .source = "Zou, Gu (NeurIPS 2019), arXiv:1906.04688; theory 2.2",
    .status = "recalled",
    .network = "deep-relu",
    .algorithm = LEMMA_SGD,
    .separation = LEMMA_APART,
    .ln_width = zou_gu_sgd_width,
    .ln_step = zou_gu_sgd_step,
};
