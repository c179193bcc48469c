/* The tables, each from its definition. */
#include "naive_sim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double naive_squares(const double *a, const double *b, size_t n)
{
    double s = 0;

    for (size_t j = 0; j < n; j++)
        s += (a[j] - (b ? b[j] : 0)) * (a[j] - (b ? b[j] : 0));
    return s;
}

static size_t entries(const struct naive_problem *p, size_t l)
{
    return p->m * naive_inputs(p, l);
}

static double distance_layer(const struct naive_problem *p, const double *a,
                             const double *b, size_t l)
{
    size_t o = naive_offset(p, l);

    return sqrt(naive_squares(a + o, b ? b + o : NULL, entries(p, l)));
}

/* Largest ||row i of a - row i of b|| of layer l. */
static double largest_row(const struct naive_problem *p, const double *a,
                          const double *b, size_t l)
{
    size_t o = naive_offset(p, l), in = naive_inputs(p, l);
    double worst = 0;

    for (size_t i = 0; i < p->m; i++)
        worst = fmax(worst, sqrt(naive_squares(a + o + i * in, b + o + i * in, in)));
    return worst;
}

static void forward(struct naive_sim *s, const double *w, size_t i)
{
    naive_forward(s->p, w, s->p->x + i * s->p->d_x, s->p->y + i * s->p->d, &s->pass);
}

/* L_c(w) = (1 / 2 n_c) sum ||f(w; x_i) - y_i||^2; theory, 1.4. */
static double client_loss(struct naive_sim *s, const double *w, size_t c)
{
    double sum = 0;

    for (size_t b = 0; b < s->p->spans[c].count; b++) {
        forward(s, w, s->p->spans[c].first + b);
        sum += naive_squares(s->pass.r, NULL, s->p->d) / 2;
    }
    return sum / (double) s->p->spans[c].count;
}

/* ---- tables of a step ---- */

static void put(struct naive_sim *s, const char *name, size_t step, size_t count,
                const double *row)
{
    naive_append(s->out, name, false, step, count, row);
}

static void local_loss(struct naive_sim *s, size_t t)
{
    for (size_t c = 0; c < s->p->K; c++) {
        s->a[c] = client_loss(s, s->local + c * s->P, c);
        s->b[c] = client_loss(s, s->average, c);
    }
    put(s, "local_loss/local", t, s->p->K, s->a);
    put(s, "local_loss/average", t, s->p->K, s->b);
}

void naive_patterns(struct naive_sim *s, const double *w, size_t c,
                    unsigned char *pattern)
{
    size_t units = s->p->L * s->p->m;

    for (size_t b = 0; b < s->p->spans[c].count; b++) {
        size_t i = s->p->spans[c].first + b;
        forward(s, w, i);
        for (size_t u = 0; u < units; u++)
            pattern[i * units + u] = s->pass.z[u] >= 0;
    }
}

/* Units of layer l that differ: summed over client c's samples, and the largest count.
 */
static void flips(const struct naive_sim *s, const unsigned char *a,
                  const unsigned char *b, double *total, double *largest)
{
    const struct naive_problem *p = s->p;

    for (size_t c = 0; c < p->K; c++)
        for (size_t l = 0; l < p->L; l++) {
            total[c * p->L + l] = largest[c * p->L + l] = 0;
            for (size_t k = 0; k < p->spans[c].count; k++) {
                size_t i = p->spans[c].first + k, o = (i * p->L + l) * p->m;
                double count = 0;
                for (size_t u = 0; u < p->m; u++)
                    count += a[o + u] != b[o + u];
                total[c * p->L + l] += count;
                largest[c * p->L + l] = fmax(largest[c * p->L + l], count);
            }
        }
}

static void put_flips(struct naive_sim *s, const char *total, const char *largest,
                      size_t t, const unsigned char *a, const unsigned char *b)
{
    size_t n = s->p->K * s->p->L;

    flips(s, a, b, s->a, s->b);
    naive_append(s->out, total, true, t, n, s->a);
    if (largest)
        naive_append(s->out, largest, true, t, n, s->b);
}

/* Theory, 3(b), with ties active. */
static void activation(struct naive_sim *s, size_t t)
{
    size_t every = s->p->activation_every ? s->p->activation_every : 1;

    if (t % every)
        return;
    for (size_t c = 0; c < s->p->K; c++) {
        naive_patterns(s, s->local + c * s->P, c, s->now);
        naive_patterns(s, s->average, c, s->mean);
    }
    put_flips(s, "activation/flips_initial", "activation/flips_initial_max", t, s->now,
              s->initial);
    put_flips(s, "activation/flips_previous", NULL, t, s->now,
              s->seen ? s->before : s->now);
    put_flips(s, "activation/flips_average", "activation/flips_average_max", t, s->now,
              s->mean);
    put_flips(s, "activation/average_flips_initial", NULL, t, s->mean, s->initial);
    memcpy(s->before, s->now, s->p->N * s->p->L * s->p->m);
    s->seen = true;
}

/* The four gradients of client c: at W_c, at W̄, J(W_c)^T r(W̄) / n_c, and Lip_c =
 * J(W_c)^T (r(W_c) - r(W̄)) / n_c; theory, 3(a). */
static void four_gradients(struct naive_sim *s, size_t c, double *difference)
{
    const struct naive_problem *p = s->p;
    const double *w = s->local + c * s->P;
    double n = (double) p->spans[c].count,
           *average_r = naive_zeros(p->d, sizeof *average_r);

    naive_gradient(p, w, NULL, p->spans[c].first, p->spans[c].count, &s->pass,
                   s->g_local);
    naive_gradient(p, s->average, NULL, p->spans[c].first, p->spans[c].count, &s->pass,
                   s->g_average);
    memset(s->g_cross, 0, s->P * sizeof *s->g_cross);
    memset(s->lip, 0, s->P * sizeof *s->lip);
    for (size_t b = 0; b < p->spans[c].count; b++) {
        size_t i = p->spans[c].first + b;
        forward(s, s->average, i);
        memcpy(average_r, s->pass.r, p->d * sizeof *average_r);
        forward(s, w, i);
        for (size_t k = 0; k < p->d; k++)
            difference[k] = s->pass.r[k] - average_r[k];
        naive_pull(p, w, average_r, 1 / n, &s->pass, s->g_cross);
        naive_pull(p, w, difference, 1 / n, &s->pass, s->lip);
    }
    free(average_r);
}

static void gradient_gap(struct naive_sim *s, size_t t)
{
    const struct naive_problem *p = s->p;
    enum { GAP, LIP, PAT, LOCAL, AVERAGE, COSINE, COLUMNS };
    const char *const names[] = {"gradient_gap/gap",     "gradient_gap/lipschitz",
                                 "gradient_gap/pattern", "gradient_gap/local",
                                 "gradient_gap/average", "gradient_gap/cosine"};
    double *table = naive_zeros(COLUMNS * p->K, sizeof *table);
    double *difference = naive_zeros(p->d, sizeof *difference);

    for (size_t c = 0; c < p->K; c++) {
        four_gradients(s, c, difference);
        double inner = 0;
        for (size_t j = 0; j < s->P; j++) {
            double pattern = s->g_cross[j] - s->g_average[j];
            double gap = s->g_local[j] - s->g_average[j];
            s->split = fmax(s->split, fabs(s->lip[j] + pattern - gap));
            inner += s->g_local[j] * s->g_average[j];
        }
        table[GAP * p->K + c] = sqrt(naive_squares(s->g_local, s->g_average, s->P));
        table[LIP * p->K + c] = sqrt(naive_squares(s->lip, NULL, s->P));
        /* Pat_c = (J(W_c) - J(W̄))^T r(W̄) / n_c */
        table[PAT * p->K + c] = sqrt(naive_squares(s->g_cross, s->g_average, s->P));
        table[LOCAL * p->K + c] = sqrt(naive_squares(s->g_local, NULL, s->P));
        table[AVERAGE * p->K + c] = sqrt(naive_squares(s->g_average, NULL, s->P));
        table[COSINE * p->K + c] =
            inner / (table[LOCAL * p->K + c] * table[AVERAGE * p->K + c]);
        for (size_t l = 0; l < p->L; l++)
            s->row[c * p->L + l] = distance_layer(p, s->g_local, s->g_average, l);
    }
    for (size_t k = 0; k < COLUMNS; k++)
        put(s, names[k], t, p->K, table + k * p->K);
    put(s, "gradient_gap/gap_layer", t, p->K * p->L, s->row);
    free(table);
    free(difference);
}

/* Theory, 3(e, f). */
static void deviation(struct naive_sim *s, size_t t, bool averaging)
{
    const struct naive_problem *p = s->p;

    for (size_t c = 0; c < p->K; c++)
        for (size_t l = 0; l < p->L; l++) {
            s->a[c * p->L + l] = distance_layer(p, s->local + c * s->P, s->average, l);
            s->b[c * p->L + l] = largest_row(p, s->local + c * s->P, p->w0, l);
        }
    if (averaging) {
        put(s, "deviation/at_averaging", t, p->K * p->L, s->a);
    } else {
        put(s, "deviation/frobenius", t, p->K * p->L, s->a);
        put(s, "deviation/max_neuron", t, p->K * p->L, s->b);
    }
}

/* ---- tables of a round ---- */

/* Share of samples whose class is told right: the largest output, or the sign of one.
 */
static double accuracy(struct naive_sim *s, size_t n, const double *x, const double *y)
{
    const struct naive_problem *p = s->p;
    double right = 0;

    for (size_t i = 0; i < n; i++) {
        const double *yi = y + i * p->d;
        size_t f_best = 0, y_best = 0;
        naive_forward(p, s->server, x + i * p->d_x, yi, &s->pass);
        for (size_t k = 1; k < p->d; k++) {
            f_best = s->pass.f[k] > s->pass.f[f_best] ? k : f_best;
            y_best = yi[k] > yi[y_best] ? k : y_best;
        }
        right += p->d > 1 ? f_best == y_best : (s->pass.f[0] >= 0) == (yi[0] >= 0);
    }
    return right / (double) n;
}

static void loss(struct naive_sim *s, size_t t)
{
    const struct naive_problem *p = s->p;
    double whole = 0, value = 0;

    for (size_t c = 0; c < p->K; c++) {
        s->row[c] = client_loss(s, s->server, c);
        whole += p->weight[c] * s->row[c];
    }
    put(s, "loss/server", t, 1, &whole);
    put(s, "loss/server_client", t, p->K, s->row);
    if (p->label) {
        value = accuracy(s, p->N, p->x, p->y);
        put(s, "loss/accuracy", t, 1, &value);
    }
    if (p->test_n) {
        value = 0;
        for (size_t i = 0; i < p->test_n; i++) {
            naive_forward(p, s->server, p->test_x + i * p->d_x, p->test_y + i * p->d,
                          &s->pass);
            value += naive_squares(s->pass.r, NULL, p->d) / 2;
        }
        value /= (double) p->test_n;
        put(s, "loss/test_loss", t, 1, &value);
        if (p->test_label) {
            value = accuracy(s, p->test_n, p->test_x, p->test_y);
            put(s, "loss/test_accuracy", t, 1, &value);
        }
    }
}

static void distance(struct naive_sim *s, size_t t)
{
    const struct naive_problem *p = s->p;

    for (size_t j = 0; j < s->P; j++)
        s->sum[j] = s->server[j] - p->w0[j];
    for (size_t l = 0; l < p->L; l++) {
        s->a[l] = distance_layer(p, s->sum, NULL, l);
        s->b[l] = largest_row(p, s->server, p->w0, l);
        s->row[l] =
            naive_spectral(s->sum + naive_offset(p, l), p->m, naive_inputs(p, l));
    }
    put(s, "distance/frobenius", t, p->L, s->a);
    put(s, "distance/max_neuron", t, p->L, s->b);
    put(s, "distance/spectral", t, p->L, s->row);
}

static void gradient(struct naive_sim *s, size_t t)
{
    const struct naive_problem *p = s->p;

    memset(s->sum, 0, s->P * sizeof *s->sum);
    for (size_t c = 0; c < p->K; c++) {
        naive_gradient(p, s->server, NULL, p->spans[c].first, p->spans[c].count,
                       &s->pass, s->g_local);
        for (size_t l = 0; l < p->L; l++)
            s->row[c * p->L + l] = distance_layer(p, s->g_local, NULL, l);
        for (size_t j = 0; j < s->P; j++)
            s->sum[j] += p->weight[c] * s->g_local[j];
    }
    for (size_t l = 0; l < p->L; l++)
        s->a[l] = distance_layer(p, s->sum, NULL, l);
    put(s, "gradient/norm", t, p->L, s->a);
    put(s, "gradient/norm_client", t, p->K * p->L, s->row);
}

void naive_round_tables(struct naive_sim *s, size_t t)
{
    loss(s, t);
    distance(s, t);
    gradient(s, t);
    naive_kernel_tables(s, t);
}

void naive_step_tables(struct naive_sim *s, size_t t)
{
    local_loss(s, t);
    activation(s, t);
    gradient_gap(s, t);
    deviation(s, t, false);
    naive_sample_tables(s, t);
}

void naive_averaging_tables(struct naive_sim *s, size_t t)
{
    deviation(s, t, true);
}
