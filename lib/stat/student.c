#include "stat/student.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "core/status.h"

/* From here on Student's t is the normal distribution to 1e-8. */
static const double MANY = 1e8;

double lemma_t_quantile(double p, double dof)
{
    LEMMA_REQUIRE(p > 0 && p < 1);
    if (!(dof > 0))
        return NAN;
    return dof < MANY ? gsl_cdf_tdist_Pinv(p, dof) : gsl_cdf_ugaussian_Pinv(p);
}

struct lemma_interval lemma_t_interval(struct lemma_estimate e, double level)
{
    double half = e.error * lemma_t_quantile(0.5 + level / 2, e.dof);

    return (struct lemma_interval){e.value - half, e.value + half};
}

double lemma_t_lower(struct lemma_estimate e, double level)
{
    return e.value - e.error * lemma_t_quantile(level, e.dof);
}

double lemma_t_upper(struct lemma_estimate e, double level)
{
    return e.value + e.error * lemma_t_quantile(level, e.dof);
}

/* P(T >= t). */
static double above(double t, double dof)
{
    if (!(dof > 0) || isnan(t))
        return NAN;
    if (isinf(t))
        return t > 0 ? 0 : 1;
    return dof < MANY ? gsl_cdf_tdist_Q(t, dof) : gsl_cdf_ugaussian_Q(t);
}

double lemma_t_differs(struct lemma_estimate e, double value)
{
    double off = fabs(e.value - value);

    return off == 0 && e.error >= 0 ? 1 : 2 * above(off / e.error, e.dof);
}

double lemma_t_exceeds(struct lemma_estimate e, double value)
{
    double off = e.value - value;

    return off == 0 && e.error == 0 ? 1 : above(off / e.error, e.dof);
}
