/* Claims on the lazy limit: two clients of one sample each, eta = 1/2 and tau = 2
 * unless said otherwise, so that B = 3/8 I where H has ones on its diagonal. */
#include "laws.h"

#define ROOT2 1.4142135623730951 /* ||(1, 1)|| */
#define ONE_EACH .counts = CELLS(1, 1), .clients = 2
#define ROUNDS CELLS(0, 2)

/* Both samples alike: H is singular, its eigenvalues are 0 and 2, those of M 1 and 1/4;
 * three times an entry makes them -1 and 3. */
#define ALIKE                                \
    {                                        \
        "start/kernel", 2, CELLS(1, 1, 1, 1) \
    }
#define TOGETHER                         \
    {                                    \
        "start/residual", 1, CELLS(1, 1) \
    }
/* Samples that do not see each other: M = 5/8 I. */
#define APART                                \
    {                                        \
        "start/kernel", 2, CELLS(1, 0, 0, 1) \
    }
#define FIRST                            \
    {                                    \
        "start/residual", 1, CELLS(1, 0) \
    }
/* 1/2 and 3/2; seven times an entry: -1 and 3. */
#define BESIDE                                   \
    {                                            \
        "start/kernel", 2, CELLS(1, 0.5, 0.5, 1) \
    }

const struct law laws_lazy[] = {
    {.claim = "lazy_stability", /* 1 - (1 - 1/2)^2 = 3/4 = (3/8) 2 */
     .tables = {ALIKE,
                TOGETHER,
                {"lazy/predicted_norm", 1, CELLS(ROOT2, 0.25), 2, ROUNDS}},
     .tampered = "start/kernel",
     .entry = 2,
     .by = 3,
     .assumption = "train/batch",
     .otherwise = 1,
     .numbers = {{"data/samples", 2}},
     ONE_EACH},
    {.claim = "lazy_stability", /* sqrt(2) ||r(0)||_{H^-1} = sqrt(2) */
     .tables = {ALIKE,
                TOGETHER,
                {"lazy/predicted_norm", 1, CELLS(0.25, ROOT2), 2, ROUNDS}},
     .tampered = "lazy/predicted_norm",
     .by = 1.5,
     .assumption = "train/eta", /* the limit */
     .otherwise = 2,
     .numbers = {{"data/samples", 2}},
     ONE_EACH},
    {.claim = "lazy_contraction",
     .tables = {ALIKE,
                TOGETHER,
                {"lazy/predicted_norm", 1, CELLS(ROOT2, ROOT2 / 4), 2, ROUNDS}},
     .tampered = "lazy/predicted_norm",
     .by = 1.5,
     .assumption = "train/eta",
     .otherwise = 1.5,
     .numbers = {{"data/samples", 2}},
     ONE_EACH},
    {.claim = "lazy_contraction",
     .tables = {ALIKE,
                TOGETHER,
                {"lazy/predicted_norm", 1, CELLS(ROOT2, ROOT2 / 4), 2, ROUNDS}},
     .tampered = "start/kernel",
     .entry = 2,
     .by = 3,
     .assumption = "train/server_step",
     .otherwise = 0.5,
     .numbers = {{"data/samples", 2}},
     ONE_EACH},
    {.claim = "lazy_rate", /* (1/2) 2 (1/2) / 2 (1 - 1/4) = 3/16 = (3/8) (1/2) */
     .tables = {BESIDE, TOGETHER},
     .tampered = "start/kernel",
     .entry = 2,
     .by = 7,
     .assumption = "train/batch",
     .otherwise = 1,
     .numbers = {{"data/samples", 2}},
     ONE_EACH},
    {.claim = "lazy_saturation", /* H / 2 has the eigenvalue 1 */
     .tables = {ALIKE, TOGETHER},
     .tampered = "start/kernel",
     .entry = 2,
     .by = 3,
     .assumption = "train/batch",
     .otherwise = 1,
     .numbers = {{"data/samples", 2}},
     ONE_EACH},
    {.claim = "lazy_fejer", /* lambda_max = lambda_min: the norm may not grow */
     .tables = {APART, FIRST, {"lazy/predicted_norm", 1, CELLS(1, 1), 2, ROUNDS}},
     .tampered = "lazy/predicted_norm",
     .by = 1.5,
     .assumption = "train/batch",
     .otherwise = 1,
     .numbers = {{"data/samples", 2}},
     ONE_EACH},
    {.claim = "lazy_fejer", /* M: 1 - 1.9, and 1 - 2.85 */
     .tables = {ALIKE, TOGETHER, {"lazy/predicted_norm", 1, CELLS(1, 1)}},
     .tampered = "start/kernel",
     .entry = 2,
     .by = 3,
     .assumption = "train/eta",
     .otherwise = 2,
     .numbers = {{"data/samples", 2}, {"train/eta", 1.9}, {"train/tau", 1}},
     ONE_EACH},
    {.claim = "lazy_bias",
     .tables = {APART, FIRST, {"lazy/predicted_norm", 1, CELLS(1, 0.625), 2, ROUNDS}},
     .tampered = "lazy/predicted_norm",
     .by = 1.5,
     .assumption = "train/batch",
     .otherwise = 1,
     .numbers = {{"data/samples", 2}},
     ONE_EACH},
    {.claim = "lazy_bias",
     .tables = {APART, FIRST, {"lazy/predicted_norm", 1, CELLS(1, 0.625), 2, ROUNDS}},
     .tampered = "lazy/predicted_norm",
     .by = 0.5,
     .assumption = "train/eta",
     .otherwise = 2,
     .numbers = {{"data/samples", 2}},
     ONE_EACH},
    {.claim = "lazy_central", /* three steps: nothing is left out of the expansions */
     .tables = {APART, FIRST},
     .tampered = "start/kernel",
     .entry = 1,
     .by = -4,
     .assumption = "train/server_step",
     .otherwise = 0.5,
     .numbers = {{"data/samples", 2}, {"train/tau", 3}},
     ONE_EACH},
    {.claim = "lazy_prediction", /* 7/8 - 5/8 = 1/4, (7/8)^2 = 2 N L */
     .tables = {APART,
                FIRST,
                {"lazy/predicted_norm", 1, CELLS(1, 0.625), 2, ROUNDS},
                {"lazy/error", 1, CELLS(0, 0.25), 2, ROUNDS},
                {"loss/server", 1, CELLS(0.25, 0.19140625), 2, ROUNDS}},
     .tampered = "lazy/error",
     .by = 0.5,
     .numbers = {{"data/samples", 2}},
     ONE_EACH},
    {.claim = "lazy_prediction",
     .tables = {APART,
                FIRST,
                {"lazy/predicted_norm", 1, CELLS(1, 0.625), 2, ROUNDS},
                {"lazy/error", 1, CELLS(0, 0.25), 2, ROUNDS},
                {"loss/server", 1, CELLS(0.25, 0.19140625), 2, ROUNDS}},
     .tampered = "lazy/predicted_norm",
     .by = 1 + 1e-9,
     .numbers = {{"data/samples", 2}},
     ONE_EACH},
    {.claim = "lazy_prediction",
     .tables = {APART,
                FIRST,
                {"lazy/predicted_norm", 1, CELLS(1, 0.625), 2, ROUNDS},
                {"lazy/error", 1, CELLS(0, 0.25), 2, ROUNDS},
                {"loss/server", 1, CELLS(0.25, 0.19140625), 2, ROUNDS}},
     .tampered = "start/kernel",
     .entry = 1,
     .by = 1 + 1e-9,
     .numbers = {{"data/samples", 2}},
     ONE_EACH},
    {.claim = "residual_decomposition", /* r^T H r = lambda_max ||r||^2 */
     .tables = {APART,
                FIRST,
                {"residual/norm", 1, CELLS(1, 0.625), 2, ROUNDS},
                {"residual/projection", 2, CELLS(1, 0, 0.625, 0), 2, ROUNDS}},
     .tampered = "residual/projection",
     .entry = 3,
     .by = 1 + 1e-9,
     .numbers = {{"data/samples", 2}},
     ONE_EACH},
    {.claim = "residual_decomposition",
     .tables = {APART,
                FIRST,
                {"residual/norm", 1, CELLS(1, 0.625), 2, ROUNDS},
                {"residual/projection", 2, CELLS(1, 0, 0.625, 0), 2, ROUNDS}},
     .tampered = "start/kernel",
     .entry = 1,
     .by = 2,
     .numbers = {{"data/samples", 2}},
     ONE_EACH},
    {.claim = "lazy_noise_stability", /* q = 1: Q_c = I */
     .tables = {APART, FIRST, {"loss/server_client", 1, CELLS(0.25, 0.25)}},
     .tampered = "loss/server_client",
     .entry = 1,
     .by = 0.1,
     .assumption = "train/batch",
     .otherwise = 2,
     .numbers = {{"data/samples", 2}, {"train/batch", 1}},
     .counts = CELLS(2),
     .clients = 1,
     .sampling = "subset"},
    {.claim = "lazy_noise_stability", /* q = 1/2: Q_c = (1/2 + 1/4) I */
     .tables = {APART, FIRST, {"loss/server_client", 1, CELLS(0.25, 0.25)}},
     .tampered = "loss/server_client",
     .entry = 1,
     .by = 0.1,
     .assumption = "train/eta", /* 2 / (3/4) */
     .otherwise = 2.7,
     .numbers = {{"data/samples", 2}, {"train/batch", 2}},
     .counts = CELLS(2),
     .clients = 1,
     .sampling = "replacement"},
    {0}};
