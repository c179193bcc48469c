/* Claims on activation patterns: flips against the ball, energy, the layer's move. */
#include "laws.h"

#define FIXED "deep-relu-fixed-input"

/* z at W(0), 4 samples and 8 units: A_i(R) is the whole part of R. */
#define RAMP 1, -2, 3, -4, 5, -6, 7, -8
#define RAMPS                                           \
    {                                                   \
        "start/z1", 8, CELLS(RAMP, RAMP, RAMP, RAMP), 4 \
    }

/* The largest distance from normal ones is erf(1.53.. / sqrt 2) = 7/8, at the first. */
#define SPREAD 1.5341205443525463, 3, 3, 3, 3, 3, -3, -3

#define HALF 0.76706027217627315, 2, 2, 2, 2, 2, -2, -2

#define ROOT5 2.23606797749979
#define EXP_16 1.1253517471925912e-07 /* exp(-16) */

const struct law laws_patterns[] = {
    {.claim = "pattern_ball",
     .tables = {RAMPS,
                {"activation/flips_initial", 2, CELLS(0, 0, 4, 6)},
                {"activation/flips_initial_max", 2, CELLS(0, 0, 1, 1)},
                {"deviation/max_neuron", 2, CELLS(0, 0, 2, 3)}},
     .tampered = "activation/flips_initial",
     .by = 1.5,
     .elsewhere = FIXED},
    {.claim = "pattern_ball",
     .tables = {RAMPS,
                {"activation/flips_initial", 2, CELLS(0, 0, 1, 1)},
                {"activation/flips_initial_max", 2, CELLS(0, 0, 2, 3)},
                {"deviation/max_neuron", 2, CELLS(0, 0, 2, 3)}},
     .tampered = "activation/flips_initial_max",
     .by = 1.5,
     .elsewhere = FIXED},
    {.claim = "pattern_ball", /* the average: 3/4 * 2 + 1/4 * 6 = 3, three samples */
     .tables = {RAMPS,
                {"activation/flips_initial", 2, CELLS(0, 0, 6, 6)},
                {"activation/flips_initial_max", 2, CELLS(0, 0, 2, 6)},
                {"deviation/max_neuron", 2, CELLS(0, 0, 2, 6)},
                {"activation/average_flips_initial", 2, CELLS(0, 0, 3, 3),
                 .optional = true}},
     .counts = (const double[]){3, 1},
     .clients = 2,
     .tampered = "activation/average_flips_initial",
     .by = 1.5,
     .elsewhere = FIXED},
    {.claim =
         "pattern_ball", /* the average by the server's move, where none other is */
     .tables = {RAMPS,
                {"activation/flips_initial", 2, CELLS(2, 2), 1},
                {"activation/flips_initial_max", 2, CELLS(1, 1), 1},
                {"deviation/max_neuron", 2, CELLS(1, 1), 1},
                {"activation/average_flips_initial", 2, CELLS(0, 0, 4, 4),
                 .optional = true},
                {"distance/max_neuron", 1, CELLS(0, 2), .optional = true}},
     .tampered = "activation/average_flips_initial",
     .by = 1.5,
     .elsewhere = FIXED},
    {.claim = "pattern_dkw", /* sqrt(log(8 / delta) / 16) = 7/8 */
     .tables = {{"start/z1", 8, CELLS(SPREAD, SPREAD, SPREAD, SPREAD), 4}},
     .tampered = "start/z1",
     .entry = 25,
     .by = 1.5,
     .delta = 3.828093913703207e-05,
     .elsewhere = FIXED},
    {.claim = "pattern_dkw", /* in units of sqrt(2 / 8) */
     .tables = {{"start/z1", 8, CELLS(HALF, HALF, HALF, HALF), 4}},
     .preset = "deep-relu",
     .tampered = "start/z1",
     .entry = 25,
     .by = 1.5,
     .delta = 3.828093913703207e-05,
     .elsewhere = FIXED},
    {.claim = "pattern_energy", /* 1 + 4 = 5 */
     .tables = {RAMPS,
                {"preactivation/change", 4, CELLS(0, 0, 0, 0, ROOT5, ROOT5, 2, ROOT5)},
                {"preactivation/flips", 4, CELLS(0, 0, 0, 0, 2, 2, 1, 2)}},
     .tampered = "preactivation/flips",
     .by = 1.5},
    {.claim = "pattern_energy",
     .tables = {RAMPS,
                {"preactivation/change", 4, CELLS(0, 0, 0, 0, ROOT5, ROOT5, 2, ROOT5)},
                {"preactivation/flips", 4, CELLS(0, 0, 0, 0, 2, 2, 1, 2)},
                {"activation/flips_initial", 2, CELLS(0, 0, 4, 3), .optional = true}},
     .tampered = "activation/flips_initial",
     .by = 1.5},
    {.claim = "pattern_energy", /* the second layer: z of 1/2, move of 1/sqrt 2 */
     .tables = {RAMPS,
                {"start/z2", 8,
                 CELLS(0.5, 0.5, 1, 1, 1, 1, 1, 1, 0.5, 0.5, 1, 1, 1, 1, 1, 1, 0.5, 0.5,
                       1, 1, 1, 1, 1, 1, 0.5, 0.5, 1, 1, 1, 1, 1, 1),
                 4},
                {"preactivation/change", 8, CELLS(2, 0.75, 2, 0.75, 2, 0.75, 2, 0.75),
                 1},
                {"preactivation/flips", 8, CELLS(0, 2, 0, 2, 0, 2, 0, 2), 1}},
     .numbers = {{"network/L", 2}},
     .preset = "deep-relu-fixed-input",
     .tampered = "preactivation/flips",
     .by = 1.5},
    {.claim = "pattern_layer1", /* at s = 2: 1 + 2^2 / 2^2 = 2 */
     .tables = {RAMPS,
                {"activation/average_flips_initial", 2, CELLS(0, 0, 4, 4)},
                {"distance/spectral", 1, CELLS(0, 2)}},
     .tampered = "activation/average_flips_initial",
     .by = 1.5,
     .elsewhere = FIXED},
    {.claim = "pattern_layer1_uniform", /* 1.29 50 (omega / 5)^(2/3) + 5 sqrt 16 = 30 */
     .tables = {{"activation/flips_initial_max", 2, CELLS(0, 0, 30, 30)},
                {"distance/spectral", 1, CELLS(0, 0.3050970776212563)}},
     .numbers = {{"network/m", 50}},
     .delta = 4 * EXP_16,
     .tampered = "activation/flips_initial_max",
     .by = 1.5,
     .elsewhere = FIXED},
    {.claim = "pattern_layer1_uniform", /* the deep scale */
     .tables = {{"activation/flips_initial_max", 2, CELLS(0, 0, 30, 30)},
                {"distance/spectral", 1, CELLS(0, 0.06101941552425126)}},
     .numbers = {{"network/m", 50}},
     .delta = 4 * EXP_16,
     .preset = "deep-relu",
     .tampered = "activation/flips_initial_max",
     .by = 1.5,
     .elsewhere = FIXED},
    {0}};
