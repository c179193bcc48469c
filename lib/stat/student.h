/* An estimate with its standard error, and what Student's t makes of the two. */
#ifndef LEMMA_STAT_STUDENT_H
#define LEMMA_STAT_STUDENT_H

/* NaN where the data do not tell: comparisons with it fail. */
struct lemma_estimate {
    double value, error; /* error: standard error, >= 0 */
    double dof; /* degrees of freedom behind the error; INFINITY: it is known */
};

struct lemma_interval {
    double low, high;
};

/* F, and the p-value P(F(dof1, dof2) >= f). */
struct lemma_f_test {
    double f, dof1, dof2, p;
};

/* The p-quantile of Student's t, 0 < p < 1; NaN unless dof > 0. */
double lemma_t_quantile(double p, double dof);

/* Two-sided interval of confidence `level`, 0.95 say. */
struct lemma_interval lemma_t_interval(struct lemma_estimate e, double level);

/* One-sided bounds: the truth is above (below) with confidence `level`. */
double lemma_t_lower(struct lemma_estimate e, double level);
double lemma_t_upper(struct lemma_estimate e, double level);

/* p-values: of "the truth is `value`" (two-sided), and of "it is `value` or less",
 * small where the estimate lies above. Error 0: 0 or 1. */
double lemma_t_differs(struct lemma_estimate e, double value);
double lemma_t_exceeds(struct lemma_estimate e, double value);

#endif
