#include "kernel/bounds.h"

#include <float.h>
#include <math.h>

enum { TERMS = 1000000 }; /* more are of use for phi below some 0.003 only */

/* With theta = 2 asin(distance / 2): sin^2(theta / 2) + theta cos(theta) / 2 pi. */
static double closest_pair(double distance)
{
    double s = fmin(distance / 2, 1), theta = 2 * asin(s);

    return s * s + theta * cos(theta) / (2 * M_PI);
}

/*
 * H^inf = G/4 + 1/(2 pi) sum_j a_j G^(2j+2), entrywise powers, a_j = (2j)! / (4^j
 * (j!)^2 (2j+1)), sum_j a_j q^(2j+2) = q asin(q). Terms from J on: diagonal entries sum
 * to their tail at 1, the n - 1 others of a row to at most that at q each (Gershgorin).
 */
static double expansion(double n, double phi)
{
    double theta = 2 * asin(fmin(phi / 2, 1)), q = cos(theta);
    double one = M_PI / 2, rest = q * (M_PI / 2 - theta);
    double coefficient = 1, power = q * q, best = 0;

    for (size_t j = 0; j < TERMS; j++) {
        double k = (double) j, a = coefficient / (2 * k + 1);
        double tail = one - (n - 1) * fmax(rest, 0) - (k + 4) * n * 2 * DBL_EPSILON;

        best = fmax(best, tail / (2 * M_PI));
        if ((n - 1) * rest < 1e-16)
            break;
        one -= a;
        rest -= a * power;
        coefficient *= (2 * k + 1) / (2 * k + 2);
        power *= q * q;
    }
    return best;
}

struct lemma_bounds lemma_bounds_two_layer(size_t n, double distance, double antipodal)
{
    double count = (double) n, phi = fmin(distance, antipodal);
    double closed = phi / (4 * pow(M_PI, 1.5) * sqrt(log(2 * count) + 2));

    if (n == 1)
        return (struct lemma_bounds){0.5, 0.5, 0.5};
    return (struct lemma_bounds){closest_pair(distance),
                                 fmax(expansion(count, phi), closed),
                                 phi / (100 * count * count)};
}
