/*
 * Bounds on the least eigenvalue of the two-layer kernel H^inf from how far apart the
 * inputs are (theory 3(k)).
 */
#ifndef LEMMA_KERNEL_BOUNDS_H
#define LEMMA_KERNEL_BOUNDS_H

#include <stddef.h>

struct lemma_bounds {
    /* k1: 1/2 - cos(theta) (pi - theta) / 2 pi, theta the least angle of two inputs. */
    double upper;
    /* k2, over the number J of terms of the Hadamard expansion, and its closed form phi
     * / (4 pi^3/2 sqrt(log(2n) + 2)): the larger. */
    double lower;
    /* k3: phi / (100 n^2), Oymak and Soltanolkotabi 2020. */
    double simple;
};

/* Of n unit inputs: distance = min ||x_i - x_j||, antipodal = min ||x_i + x_j||, i != j
 * (lemma_geometry's phi and antipodal); phi the lesser of the two. n = 1: all are 1/2,
 * the eigenvalue itself. For the deep presets with L = 1 multiply by m / d. */
struct lemma_bounds lemma_bounds_two_layer(size_t n, double distance, double antipodal);

#endif
