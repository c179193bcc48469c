/* Claims that tie tables together by what they mean, noise, and ensembles. */
#include "laws.h"

#define STEPS(...) .steps = CELLS(__VA_ARGS__)

#define GRADIENT .claim = "gradient_definition", .by = 1.5

/* Steps 0 and 1 of a round, g_c = 2: D_c moves by (1/2) (1/2 2 + 1/2 2) = 1. */
#define DEVIATION                                              \
    .claim = "deviation_definition",                           \
    .tables = {{"deviation/frobenius", 2, CELLS(0, 0, 1, 1)},  \
               {"deviation/max_neuron", 2, CELLS(1, 1, 2, 2)}, \
               {"gradient_gap/local", 2, CELLS(2, 2, 9, 9)},   \
               {"distance/max_neuron", 1, CELLS(1), 1}}

/* W(R) - W(0) = identity of order 2, all in one round. */
#define DISTANCE                                                                     \
    .claim = "distance_definition",                                                  \
    .tables = {{"distance/frobenius", 1, CELLS(0, 1.4142135623730951), STEPS(0, 2)}, \
               {"distance/spectral", 1, CELLS(0, 1), STEPS(0, 2)},                   \
               {"distance/max_neuron", 1, CELLS(0, 1), STEPS(0, 2)},                 \
               {"remainder/move", 1, CELLS(1.4142135623730951), 1},                  \
               {"network/initial/W1", 2, CELLS(1, 2, 3, 4), .optional = true},       \
               {"network/final/W1", 2, CELLS(2, 2, 3, 5), .optional = true}}

/* m = 4, orthogonal inputs, r = 2, all units on: grad_r L_c = +-(2, 2) / 4 of norm
 * 1/sqrt 2, of four units sqrt 2; eta = 1/2, and a sample sees half of eta sqrt 2. */
#define OF_FIRST(table, factor, number)                                          \
    {                                                                            \
        .claim = "first_step",                                                   \
        .tables = {{"gradient_gap/local", 2, CELLS(ROOT, ROOT), 1},              \
                   {"deviation/max_neuron", 2, CELLS(ROOT / 4, ROOT / 4), 1,     \
                    STEPS(1)},                                                   \
                   {"preactivation/change", 4, CELLS(0.5, 0.5, 0.5, 0.5), 1,     \
                    STEPS(1)},                                                   \
                   {"start/residual", 1, CELLS(2, 2, 2, 2), 4},                  \
                   {"start/z1", 4,                                               \
                    CELLS(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1), 4},   \
                   {"data/inputs", 2, CELLS(1, 0, 0, 1, 1, 0, 0, 1), 4}},        \
        .tampered = table, .by = factor, .entry = number,                        \
        .numbers = {{"network/m", 4}}, .assumption = "network/d", .otherwise = 2 \
    }
#define ROOT 1.4142135623730951

/* L goes from 4 to 1: -3 = -5 + 1 + 1. */
#define REMAINDER                                                                      \
    {"remainder/change", 1, CELLS(-3), 1}, {"remainder/first_order", 1, CELLS(-5), 1}, \
        {"remainder/remainder", 1, CELLS(1), 1},                                       \
        {"remainder/second_order", 1, CELLS(1), 1},                                    \
        {"remainder/move", 1, CELLS(1), 1}, {"remainder/flips_max", 1, CELLS(3), 1},   \
        {"loss/server", 1, CELLS(4, 1), STEPS(0, 2)},                                  \
        {"gradient/norm", 1, CELLS(5, 1), STEPS(0, 2)},                                \
        {"gradient_gap/local", 2, CELLS(1, 1, 1, 1), .optional = true},                \
    {                                                                                  \
        "activation/flips_initial_max", 2, CELLS(0, 0, 3, 2), STEPS(0, 2),             \
            .optional = true                                                           \
    }
#define OF_REMAINDER(table, factor)                                                \
    {                                                                              \
        .claim = "remainder_definition", .tables = {REMAINDER}, .tampered = table, \
        .by = factor, .entry = 1                                                   \
    }

/* H(0) = 1, H(R) = diag(1, 1, 1, 3), H^inf = diag(1, 1, 1, 0). */
#define OF_GRAM(table, factor)                                                     \
    {                                                                              \
        .claim = "gram_end",                                                       \
        .tables = {{"gram/trace", 1, CELLS(4, 6), STEPS(0, 2)},                    \
                   {"gram/change_frobenius", 1, CELLS(0, 2), STEPS(0, 2)},         \
                   {"gram/change_spectral", 1, CELLS(0, 2), STEPS(0, 2)},          \
                   {"gram/limit_distance_frobenius", 1, CELLS(1, 3), STEPS(0, 2)}, \
                   {"start/kernel", 4,                                             \
                    CELLS(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1), 4},     \
                   {"end/kernel", 4,                                               \
                    CELLS(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 3), 4},     \
                   {"start/limit", 4,                                              \
                    CELLS(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0), 4},     \
                   {"gram/trace_layer", 1, CELLS(4, 6), STEPS(0, 2)},              \
                   {"gram/limit_distance_spectral", 1, CELLS(1, 3), STEPS(0, 2),   \
                    .optional = true}},                                            \
        .tampered = table, .by = factor, .assumption = "network/d", .otherwise = 3 \
    }

/* H(0) = 1, H^inf = diag(1, 1, 1, 3). */
#define STUDY                                                                       \
    {"initial_gram/lambda_min", 1, CELLS(1, 1)},                                    \
        {"initial_gram/lambda_max", 1, CELLS(1, 1)},                                \
        {"initial_gram/trace", 1, CELLS(4, 4)},                                     \
        {"initial_gram/limit_lambda_min", 1, CELLS(1, 1)},                          \
        {"initial_gram/limit_lambda_max", 1, CELLS(3, 3)},                          \
        {"initial_gram/limit_trace", 1, CELLS(6, 6)},                               \
        {"initial_gram/distance_frobenius", 1, CELLS(2, 2)},                        \
        {"initial_gram/distance_spectral", 1, CELLS(2, 2)},                         \
        {"initial_gram/width", 1, CELLS(8, 8), .optional = true},                   \
        {"initial_gram/condition", 1, CELLS(1, 1), .optional = true},               \
    {                                                                               \
        "start/limit", 4, CELLS(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 3), 4, \
            .optional = true                                                        \
    }
#define OF_STUDY(table, factor)                                                   \
    {                                                                             \
        .claim = "initial_gram_definition", .tables = {STUDY}, .tampered = table, \
        .by = factor                                                              \
    }

/* Batches of 1 of 2: q = 1, a batch is off by twice the variance at most. */
#define OF_NOISE(table, factor)                                           \
    {                                                                     \
        .claim = "noise_bound",                                           \
        .tables = {{"noise/variance", 2, CELLS(1, 1, 1, 1)},              \
                   {"noise/second_moment", 2, CELLS(2, 2, 2, 2)},         \
                   {"noise/largest_block", 2, CELLS(1, 1, 1, 1)},         \
                   {"local_loss/local", 2, CELLS(1, 1, 1, 1)},            \
                   {"noise/sampled", 2, CELLS(2, 2, 2, 2)},               \
                   {"gradient_gap/local", 2, CELLS(1, 1, 1, 1)}},         \
        .tampered = table, .by = factor, .numbers = {{"train/batch", 1}}, \
        .assumption = "train/batch", .otherwise = 0                       \
    }

const struct law laws_definitions[] = {
    {.claim = "loss_definition",
     .tables = {{"data/client", 1, CELLS(0, 0, 1, 1), 4}},
     .tampered = "data/client",
     .by = 0},
    {.claim = "loss_definition",
     .tables = {{"loss/server", 1, CELLS(1, 2)},
                {"loss/server_client", 2, CELLS(1, 1, 1, 3)}},
     .tampered = "loss/server_client",
     .by = 1.5},
    {.claim = "loss_definition",
     .tables = {{"loss/server", 1, CELLS(0.5, 2)}, {"residual/norm", 1, CELLS(2, 4)}},
     .tampered = "residual/norm",
     .by = 1.5},
    {.claim = "loss_definition",
     .tables = {{"loss/server_client", 2, CELLS(1, 3, 5, 5), STEPS(0, 2)},
                {"local_loss/local", 2, CELLS(1, 3, 7, 7)}},
     .tampered = "local_loss/local",
     .by = 1.5,
     .entry = 2},
    {.claim = "loss_definition",
     .tables = {{"loss/server_client", 2, CELLS(1, 3, 5, 5), STEPS(0, 2)},
                {"local_loss/average", 2, CELLS(1, 3, 7, 7)}},
     .tampered = "local_loss/average",
     .by = 1.5,
     .entry = 2},
    {.claim = "loss_definition",
     .tables = {{"start/residual", 1, CELLS(1, 1, 2, 0), 4},
                {"loss/server", 1, CELLS(0.75, 9), STEPS(0, 2)}},
     .tampered = "start/residual",
     .by = 1.5,
     .entry = 3},
    {.claim = "loss_definition",
     .tables = {{"end/residual", 1, CELLS(1, 1, 2, 0), 4},
                {"loss/server_client", 2, CELLS(9, 9, 0.5, 1), STEPS(0, 2)}},
     .tampered = "end/residual",
     .by = 1.5,
     .entry = 3},
    {.claim = "loss_definition",
     .tables = {{"residual/vector", 4, CELLS(1, 1, 1, 1, 2, 2, 2, 2)},
                {"residual/norm", 1, CELLS(2, 4)}},
     .tampered = "residual/vector",
     .by = 1.5},

    {GRADIENT, /* (2 + 4) / 2 */
     .tables = {{"gradient/norm", 1, CELLS(3, 4)},
                {"gradient/norm_client", 2, CELLS(2, 4, 4, 4)}},
     .tampered = "gradient/norm"},
    {.claim = "gradient_definition", /* 6 / 2 - 2 / 2 */
     .tables = {{"gradient/norm", 1, CELLS(2, 2)},
                {"gradient/norm_client", 2, CELLS(2, 6, 2, 6)}},
     .tampered = "gradient/norm",
     .by = 0.5},
    {GRADIENT,
     .tables = {{"gradient/norm_client", 2, CELLS(1, 3, 5, 5), STEPS(0, 2)},
                {"gradient_gap/local", 2, CELLS(1, 3, 7, 7)}},
     .tampered = "gradient_gap/local", .entry = 2},
    {GRADIENT,
     .tables = {{"gradient/norm_client", 2, CELLS(1, 3, 5, 5), STEPS(0, 2)},
                {"gradient_gap/average", 2, CELLS(1, 3, 7, 7)}},
     .tampered = "gradient_gap/average", .entry = 2},
    {GRADIENT,
     .tables = {{"gradient_gap/gap", 2, CELLS(1, 2, 3, 4)},
                {"gradient_gap/gap_layer", 2, CELLS(1, 2, 3, 4)}},
     .tampered = "gradient_gap/gap_layer"},
    {GRADIENT, /* 3, 4, 5 */
     .tables = {{"gradient_gap/gap", 2, CELLS(5, 5, 5, 1)},
                {"gradient_gap/local", 2, CELLS(3, 3, 3, 3)},
                {"gradient_gap/average", 2, CELLS(4, 4, 4, 4)},
                {"gradient_gap/cosine", 2, CELLS(0, 0, 0, 1)}},
     .tampered = "gradient_gap/cosine"},

    {DEVIATION, .tampered = "deviation/frobenius", .by = 1.5},
    {DEVIATION, .tampered = "deviation/max_neuron", .by = 1.5},
    {DEVIATION, .tampered = "gradient_gap/local", .by = 0.5, .entry = 1},
    {DEVIATION, .tampered = "distance/max_neuron", .by = 1.5},
    {.claim = "deviation_definition",
     .tables = {{"deviation/frobenius", 2, CELLS(1, 1), 1, STEPS(1)},
                {"deviation/max_neuron", 2, CELLS(1, 1), 1, STEPS(1)},
                {"deviation/at_averaging", 2, CELLS(2, 2), 1, STEPS(1)},
                {"gradient_gap/local", 2, CELLS(2, 2), 1, STEPS(1)}},
     .tampered = "gradient_gap/local",
     .by = 0.5},
    {.claim = "deviation_definition",
     .tables = {{"deviation/frobenius", 2, CELLS(1, 1), 1, STEPS(1)},
                {"deviation/max_neuron", 2, CELLS(1, 1), 1, STEPS(1)},
                {"deviation/at_averaging", 2, CELLS(2, 2), 1, STEPS(1)}},
     .tampered = "deviation/at_averaging",
     .by = 1.5},

    {DISTANCE, .tampered = "distance/frobenius", .by = 1.5},
    {DISTANCE, .tampered = "distance/spectral", .by = 1.5},
    {DISTANCE, .tampered = "distance/max_neuron", .by = 1.5},
    {DISTANCE, .tampered = "remainder/move", .by = 0.5},
    {DISTANCE, .tampered = "network/final/W1", .by = 2},

    {.claim = "activation_definition", /* n_c m */
     .tables = {{"activation/flips_initial", 2, CELLS(16, 16, 16, 16)}},
     .tampered = "activation/flips_initial",
     .by = 1.5},
    {.claim = "activation_definition", /* not whole; a sample's is at most all */
     .tables = {{"activation/flips_initial", 2, CELLS(1, 1, 1, 1)},
                {"activation/flips_initial_max", 2, CELLS(1, 1, 1, 1)}},
     .tampered = "activation/flips_initial_max",
     .by = 1.5},
    {.claim = "activation_definition",
     .tables = {{"activation/flips_initial", 2, CELLS(2, 2, 4, 4)},
                {"activation/flips_initial_max", 2, CELLS(1, 1, 2, 2)}},
     .tampered = "activation/flips_initial",
     .by = 1.25},
    {.claim = "activation_definition",
     .tables = {{"activation/flips_initial", 2, CELLS(0, 0, 3, 3)},
                {"activation/flips_previous", 2, CELLS(0, 0, 3, 3)}},
     .tampered = "activation/flips_previous",
     .by = 2},
    {.claim = "activation_definition",
     .tables = {{"activation/flips_initial", 2, CELLS(0, 0, 3, 3)},
                {"activation/flips_average", 2, CELLS(0, 0, 1, 1)},
                {"activation/flips_average_max", 2, CELLS(0, 0, 1, 1)},
                {"activation/average_flips_initial", 2, CELLS(0, 0, 2, 2)}},
     .tampered = "activation/average_flips_initial",
     .by = 3},
    {.claim = "activation_definition", /* a round's first step */
     .tables = {{"activation/flips_initial", 2, CELLS(2, 2), 1},
                {"activation/flips_average", 2, CELLS(0, 0), 1},
                {"activation/average_flips_initial", 2, CELLS(2, 2), 1}},
     .tampered = "activation/average_flips_initial",
     .by = 0.5},
    {.claim = "activation_definition",
     .tables = {{"activation/flips_initial", 2, CELLS(2, 2, 2, 2)},
                {"activation/flips_initial_max", 2, CELLS(1, 1, 1, 1)},
                {"preactivation/flips", 4, CELLS(1, 1, 1, 1, 1, 1, 1, 1)}},
     .tampered = "preactivation/flips",
     .by = 2},

    OF_FIRST("gradient_gap/local", 1.5, 1),
    OF_FIRST("deviation/max_neuron", 1.5, 1),
    OF_FIRST("preactivation/change", 1.5, 1),
    OF_FIRST("start/residual", 1.5, 1),
    OF_FIRST("data/inputs", 1.5, 1),

    OF_REMAINDER("remainder/change", 1.5),
    OF_REMAINDER("remainder/first_order", 1.5),
    OF_REMAINDER("remainder/remainder", 1.5),
    OF_REMAINDER("remainder/second_order", 0.5),
    OF_REMAINDER("remainder/move", 1.5),
    OF_REMAINDER("remainder/flips_max", 1.5),
    OF_REMAINDER("loss/server", 1.5),
    OF_REMAINDER("gradient/norm", 0.5),
    OF_REMAINDER("gradient_gap/local", 0.5),
    {.claim = "remainder_definition",
     .tables = {REMAINDER},
     .tampered = "activation/flips_initial_max",
     .by = 2,
     .entry = 3},

    OF_GRAM("gram/trace", 1.5),
    OF_GRAM("gram/trace_layer", 1.5),
    OF_GRAM("gram/limit_distance_spectral", 1.5),
    OF_GRAM("gram/change_spectral", 1.5),
    OF_GRAM("gram/change_frobenius", 1.5),
    OF_GRAM("gram/limit_distance_frobenius", 1.5),
    OF_GRAM("start/kernel", 1.5),
    OF_GRAM("end/kernel", 1.5),

    OF_STUDY("initial_gram/lambda_min", 1.5),
    OF_STUDY("initial_gram/lambda_max", 0.5),
    OF_STUDY("initial_gram/trace", 1.5),
    OF_STUDY("initial_gram/limit_lambda_min", 1.7),
    OF_STUDY("initial_gram/limit_lambda_max", 1.5),
    OF_STUDY("initial_gram/limit_trace", 1.5),
    OF_STUDY("initial_gram/distance_frobenius", 0.5),
    OF_STUDY("initial_gram/distance_spectral", 0.5),
    OF_STUDY("initial_gram/condition", 1.5),
    OF_STUDY("start/limit", 1.5),

    OF_NOISE("noise/variance", 1.5),
    OF_NOISE("noise/second_moment", 1.5),
    OF_NOISE("noise/largest_block", 1.5),
    OF_NOISE("local_loss/local", 0.5),
    OF_NOISE("noise/sampled", 1.5),
    OF_NOISE("gradient_gap/local", 1.5),
    {.claim = "noise_mean",
     .tables = {{"noise/variance", 2, CELLS(1, 1, 1, 1)},
                {"noise/sampled", 2, CELLS(1.25, 1.25, 1.25, 0.25)}},
     .tampered = "noise/sampled",
     .by = 5,
     .numbers = {{"train/batch", 1}},
     .assumption = "train/batch",
     .otherwise = 0},
    {.claim = "ensemble_gap",
     .tables = {{"ensemble/gap", 4, CELLS(1, 0, -1, 1, 1, 0, 1, -1)},
                {"ensemble/disagreement", 4, CELLS(4, 4, 4, 4, 4, 4, 4, 4)}},
     .tampered = "ensemble/gap",
     .by = 1.5,
     .numbers = {{"network/m", 4}},
     .assumption = "network/d",
     .otherwise = 2},
    {0}};
