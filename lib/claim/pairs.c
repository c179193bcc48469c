#include "claim/pairs.h"

#include <math.h>

double lemma_least_distance(const struct lemma_series *x, double sign)
{
    double least = INFINITY;

    for (size_t i = 0; i < x->rows; i++)
        for (size_t j = 0; j < i; j++) {
            double sum = 0;

            for (size_t k = 0; k < x->width; k++) {
                double off =
                    x->cells[i * x->width + k] - sign * x->cells[j * x->width + k];

                sum += off * off;
            }
            least = isnan(sum) || sum < least ? sum : least;
        }
    return sqrt(least);
}

double lemma_closest_pair(const struct lemma_series *k)
{
    double least = k->rows == 1 ? k->cells[0] : INFINITY;

    for (size_t i = 0; i < k->rows; i++)
        for (size_t j = 0; j < i; j++) {
            double here =
                (k->cells[i * k->width + i] + k->cells[j * k->width + j]) / 2 -
                k->cells[i * k->width + j];

            least = here < least ? here : least;
        }
    return least;
}
