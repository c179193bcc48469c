/* Weighted least squares on group means, and the errors of its coefficients. Inside the
 * room. */
#ifndef LEMMA_STAT_LINE_H
#define LEMMA_STAT_LINE_H

#include "stat/spread.h"
#include "stat/student.h"

/* Coefficients are linear in the means: coef = share mean. */
struct lemma_line {
    const struct lemma_groups *g; /* borrowed, as the spread */
    const struct lemma_spread *s;
    size_t p;
    lemma_mat share; /* (p, count) */
    double *coef;    /* (p) */
    double *seed;  /* (p, g->seeds): what each seed moves each coefficient, if joint */
    double *extra; /* (p, p): what uncertain weights add to the covariance */
    double misfit; /* sum over groups of weight (mean - line)^2 */
    double total;  /* the same about the weighted mean */
    double scale;  /* of the variances: 1, or by the scatter about the line */
    double scale_dof;
};

/* Columns of design (count, p): the first is constant. *dependent becomes p, or the
 * number of a column that is a combination of earlier ones (of them in coef; nothing
 * else is then filled in). The line is the caller's to fini in both cases. */
lemma_status lemma_line_create(const struct lemma_groups *g,
                               const struct lemma_spread *s, lemma_cmat design,
                               struct lemma_line *line, size_t *dependent);
void lemma_line_fini(struct lemma_line *line);

/* Covariance of coefficients i and j: from the replicates of each group, from the seeds
 * where they deviate jointly, or from the scatter about the line. */
double lemma_line_covariance(const struct lemma_line *line, size_t i, size_t j);

/* Coefficient i. dof: Satterthwaite's, at most D; seeds less one where they deviate
 * jointly; values less p by the scatter about the line. */
struct lemma_estimate lemma_line_estimate(const struct lemma_line *line, size_t i);

/* Pure-error test that group means lie on the line: F = misfit / (count - p). NaN
 * without replicates or with as many groups as p. */
struct lemma_f_test lemma_line_lack_of_fit(const struct lemma_line *line);

/* Share of the weighted scatter of the means that the line explains; NaN if none. */
double lemma_line_r2(const struct lemma_line *line);

#endif
