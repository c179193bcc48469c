#include "stat/trend.h"

#include <math.h>

#include "stat/powerlaw.h"

lemma_status lemma_stat_trend(const struct lemma_points *points,
                              enum lemma_pairing pairing, double level,
                              struct lemma_trend *trend, struct lemma_error *err)
{
    struct lemma_powerlaw_options o = {.pairing = pairing, .resamples = 1};
    struct lemma_powerlaw fit;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(level >= 0 && level < 1);
    level = level > 0 ? level : 0.95;
    LEMMA_TRY(lemma_powerlaw_fit(points, &o, &fit, err));
    *trend = (struct lemma_trend){
        .slope = fit.a,
        .lower = lemma_t_lower(fit.a, level),
        .upper = lemma_t_upper(fit.a, level),
        .p_grows = lemma_t_exceeds(fit.a, 0),
        .factor = pow(fit.x_max / fit.x_min, fit.a.value),
        .decades = fit.decades,
        .dropped = fit.dropped,
    };
    trend->grows = trend->lower > 0;
    trend->falls = trend->upper < 0;
out:
    return st;
}
