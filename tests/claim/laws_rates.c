/* Claims on rates of convergence, certified and recalled. */
#include <math.h>

#include "laws.h"

/* Four samples, residuals of norm 1 at W(0), so that L = 1/8; H(0) = H^inf = I/2; no
 * pre-activation of W(0) is near 0. */
#define LOSS 0.125
#define HALF CELLS(0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5)
#define TWICE CELLS(2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2)
#define NINES 9, 9, 9, 9, 9, 9, 9
#define FAR CELLS(9, NINES, 9, NINES, 9, NINES, 9, NINES)
#define NEAR CELLS(0.5, NINES, 9, NINES, -9, NINES, 9, NINES) /* p(1) = 1/8 */
/* clang-format off */
#define KERNEL {"start/kernel", 4, HALF, 4}
#define RESIDUAL {"start/residual", 1, CELLS(1, 0, 0, 0), 4}
#define LIMIT {"start/limit", 4, HALF, 4}
#define Z1(cells) {"start/z1", 8, cells, 4}
#define AT(step) .steps = CELLS(0, step)
#define AXES CELLS(1, 0, 0, 1, 1, 0, 0, 1)
/* ||X_c||^2 / n_c = 1/2; with clients of 1 and 3 it is 1. */
#define CLIENTS {"data/inputs", 2, AXES, 4}, {"data/client", 1, CELLS(0, 0, 1, 1), 4}
#define UNEVEN {"data/inputs", 2, AXES, 4}, {"data/client", 1, CELLS(0, 1, 1, 1), 4}
/* clang-format on */
#define ONE .counts = CELLS(4), .clients = 1

#define D1 (1 - 0.625 * 0.0625) /* eta lam / N = 1/16 */
#define D2 (1 - 0.75 * 0.03125) /* eta tau lam / N = 1/32 */
#define ROUND (1 - 0.03125 + 0.001953125)
#define WIDE (1 - 0.125 + 0.09375 + 0.0078125)     /* lam = 2, p = 1/8 */
#define SHORT (1 - 0.0625 + 0.046875 + 0.00390625) /* server_step = 1/2 */

const struct law laws_rates[] = {
    {.claim = "certified_gd",
     .tables = {{"loss/server", 1, CELLS(LOSS, LOSS *D1 *D1 *D1 *D1), AT(2)},
                {"distance/max_neuron", 1, CELLS(0, 1), AT(2)},
                KERNEL,
                Z1(FAR),
                RESIDUAL},
     ONE,
     .tampered = "loss/server",
     .by = 1.5,
     .assumption = "train/batch",
     .otherwise = 8},
    {.claim = "certified_gd", /* R' = 16 / (5/2 sqrt 8) */
     .tables = {{"loss/server", 1, CELLS(LOSS, 0.1), AT(2)},
                {"distance/max_neuron", 1, CELLS(0, 3.2 * M_SQRT1_2), AT(2)},
                {"gram/lambda_min", 1, CELLS(0.5, 0.5), AT(2), .optional = true},
                KERNEL,
                Z1(FAR),
                RESIDUAL},
     ONE,
     .tampered = "distance/max_neuron",
     .by = 1.5,
     .assumption = "data/spectral_norm",
     .otherwise = 8},
    {.claim = "certified_gd",
     .tables = {{"gram/lambda_min", 1, CELLS(0.375, 0.375), AT(2), .optional = true},
                {"loss/server", 1, CELLS(LOSS, 0.1), AT(2)},
                {"distance/max_neuron", 1, CELLS(0, 1), AT(2)},
                KERNEL,
                Z1(FAR),
                RESIDUAL},
     ONE,
     .tampered = "gram/lambda_min",
     .by = 0.5},
    {.claim = "certified_local_gd",
     .tables = {{"loss/server", 1, CELLS(LOSS, LOSS *D2 *D2), AT(2)},
                {"distance/max_neuron", 1, CELLS(0, 1), AT(2)},
                {"deviation/max_neuron", 2, CELLS(0, 0, 1, 1)},
                KERNEL,
                Z1(FAR),
                RESIDUAL,
                CLIENTS},
     .numbers = {{"train/eta", 0.125}},
     .tampered = "loss/server",
     .by = 1.5,
     .assumption = "train/server_step",
     .otherwise = 0.5},
    {.claim = "certified_local_gd", /* R' = 38 / (6 sqrt 8) */
     .tables = {{"deviation/max_neuron", 2, CELLS(0, 0, 1, 38. / 12 * M_SQRT1_2)},
                {"distance/max_neuron", 1, CELLS(0, 1), AT(2)},
                {"loss/server", 1, CELLS(LOSS, 0.1), AT(2)},
                KERNEL,
                Z1(FAR),
                RESIDUAL,
                UNEVEN},
     .numbers = {{"train/eta", 0.0625}},
     .counts = CELLS(1, 3),
     .clients = 2,
     .tampered = "deviation/max_neuron",
     .by = 1.5,
     .assumption = "train/eta",
     .otherwise = 0.25},
    {.claim = "certified_local_gd",
     .tables = {{"distance/max_neuron", 1, CELLS(0, 38. / 12 * M_SQRT1_2), AT(2)},
                {"deviation/max_neuron", 2, CELLS(0, 0, 1, 1)},
                {"loss/server", 1, CELLS(LOSS, 0.1), AT(2)},
                KERNEL,
                Z1(FAR),
                RESIDUAL,
                CLIENTS},
     .numbers = {{"train/eta", 0.125}},
     .tampered = "distance/max_neuron",
     .by = 1.5},
    {.claim = "local_gd_round",
     .tables = {{"loss/server", 1, CELLS(LOSS, LOSS *ROUND *ROUND), AT(2)},
                {"distance/max_neuron", 1, CELLS(0, 1), AT(2)},
                {"deviation/max_neuron", 2, CELLS(0, 0, 1, 1)},
                KERNEL,
                Z1(FAR),
                RESIDUAL,
                CLIENTS},
     .numbers = {{"train/eta", 0.125}},
     .tampered = "loss/server",
     .by = 1.5,
     .assumption = "train/eta",
     .otherwise = 8},
    {.claim = "local_gd_round", /* R_t = 1/2 is a local neuron's */
     .tables = {{"loss/server", 1, CELLS(LOSS, LOSS *WIDE *WIDE), AT(2)},
                {"distance/max_neuron", 1, CELLS(0, 0.25), AT(2)},
                {"deviation/max_neuron", 2, CELLS(0, 0, 0.25, 0.5)},
                {"start/kernel", 4, TWICE, 4},
                Z1(NEAR),
                RESIDUAL,
                CLIENTS},
     .numbers = {{"train/eta", 0.125}},
     .tampered = "loss/server",
     .by = 1.5,
     .assumption = "train/eta",
     .otherwise = 1.5},
    {.claim = "local_gd_round", /* and here the server model's */
     .tables = {{"loss/server", 1, CELLS(LOSS, LOSS *SHORT *SHORT), AT(2)},
                {"distance/max_neuron", 1, CELLS(0, 0.5), AT(2)},
                {"deviation/max_neuron", 2, CELLS(0, 0, 0.25, 0.25)},
                {"start/kernel", 4, TWICE, 4},
                Z1(NEAR),
                RESIDUAL,
                CLIENTS},
     .numbers = {{"train/eta", 0.125}, {"train/server_step", 0.5}},
     .tampered = "loss/server",
     .by = 1.5},
    {.claim = "du_rate", /* eta lambda_0 / (2 N) = 1/32 */
     .tables = {{"loss/server", 1, CELLS(LOSS, LOSS * 0.96875 * 0.96875), AT(2)},
                LIMIT,
                KERNEL,
                RESIDUAL},
     ONE,
     .tampered = "loss/server",
     .by = 1.5,
     .assumption = "train/batch",
     .otherwise = 8},
    {.claim = "du_rate", /* the first row is W(0)'s */
     .tables = {{"loss/server", 1, CELLS(LOSS, LOSS * 0.96875 * 0.96875), AT(2)},
                LIMIT,
                KERNEL,
                RESIDUAL},
     ONE,
     .tampered = "loss/server",
     .by = 1.5,
     .entry = 1,
     .assumption = "train/eta",
     .otherwise = 100},
    {.claim = "du_distance",
     .tables = {{"distance/max_neuron", 1, CELLS(0, 8 * M_SQRT1_2), AT(2)},
                LIMIT,
                KERNEL,
                RESIDUAL},
     ONE,
     .tampered = "distance/max_neuron",
     .by = 1.5,
     .assumption = "train/server_step",
     .otherwise = 0.5},
    {.claim = "fl_ntk_rate", /* eta tau lambda_0 / (2 N) = 1/16 */
     .tables = {{"loss/server", 1, CELLS(LOSS, LOSS * 0.9375), AT(2)},
                {"data/client", 1, CELLS(0, 1, 0, 1), 4},
                LIMIT,
                KERNEL,
                RESIDUAL},
     .tampered = "loss/server",
     .by = 1.5,
     .assumption = "train/batch",
     .otherwise = 8},
    {.claim = "fl_ntk_rate", /* server_step 2; a step beyond the lazy limit's */
     .tables = {{"loss/server", 1, CELLS(LOSS, LOSS * 0.875), AT(2)},
                {"data/client", 1, CELLS(1, 0, 0, 1), 4},
                LIMIT,
                KERNEL,
                RESIDUAL},
     .numbers = {{"train/server_step", 2}},
     .tampered = "loss/server",
     .by = 1.5,
     .assumption = "train/eta",
     .otherwise = 100},
    {0}};
