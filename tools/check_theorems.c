/* The main theorems beside a record: which of their assumptions the run meets, and by
 * what factor it misses the width and the step that they ask for. */
#include <math.h>
#include <string.h>

#include "check.h"
#include "claim/matrices.h"
#include "claim/theorems.h"
#include "numbers.h"
#include "wrap.h"

/* Extreme eigenvalues of H^inf where the network is the two-layer one; NaN elsewhere.
 */
static lemma_status measure_limit(struct lemma_evidence *e, struct lemma_given *given)
{
    const struct lemma_series *k = NULL;
    struct lemma_extremes ends = {NAN, NAN};
    lemma_status st = LEMMA_OK;

    if (strcmp(lemma_evidence_word(e, "network/preset"), "two-layer-relu") == 0)
        LEMMA_TRY(lemma_evidence_series(e, "start/limit", &k));
    if (k && k->rows == k->width)
        LEMMA_TRY(lemma_matrix_extremes(k, &ends));
    given->limit_least = ends.least;
    given->limit_most = ends.most;
out:
    return st;
}

/* 10^x, as a number where it is one to read. */
static const char *power(double log10, char text[NUMBER_ROOM])
{
    if (isnan(log10))
        snprintf(text, NUMBER_ROOM, "?");
    else if (log10 > -3 && log10 < 5)
        snprintf(text, NUMBER_ROOM, "%.3g", pow(10, log10));
    else
        snprintf(text, NUMBER_ROOM, "10^%.1f", log10);
    return text;
}

/* The conditions that are missed, "a, b"; "none of them known to fail" where so. */
static void list_missed(const struct lemma_requirement *r, size_t count, char *text,
                        size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < count; i++)
        if (r[i].sense == LEMMA_CONDITION && r[i].meets == LEMMA_MISSED)
            snprintf(text + strlen(text), size - strlen(text), "%s%s",
                     text[0] ? ", " : "", r[i].words);
    if (!text[0])
        snprintf(text, size, "-");
}

static const struct lemma_requirement *find(const struct lemma_requirement *r,
                                            size_t count, enum lemma_sense sense)
{
    for (size_t i = 0; i < count; i++)
        if (r[i].sense == sense)
            return &r[i];
    return NULL;
}

static void print_row(const struct lemma_theorem *t, const struct lemma_facts *facts)
{
    struct lemma_requirement r[LEMMA_REQUIREMENTS];
    size_t count = lemma_theorem_evaluate(t, facts, r);
    const struct lemma_requirement *width = find(r, count, LEMMA_AT_LEAST);
    const struct lemma_requirement *step = find(r, count, LEMMA_AT_MOST);
    char need[NUMBER_ROOM], miss[NUMBER_ROOM], eta[NUMBER_ROOM], over[NUMBER_ROOM];
    char missed[512];

    list_missed(r, count, missed, sizeof missed);
    printf("    %-22s  %-9s %-9s  %-9s %-9s  %s\n", t->name,
           power(width ? width->need : NAN, need),
           !width || isnan(width->miss) ? "?"
           : width->miss <= 0           ? "met"
                                        : power(width->miss, miss),
           power(step ? step->need : NAN, eta),
           !step || isnan(step->miss) ? "?"
           : step->miss <= 0          ? "met"
                                      : power(step->miss, over),
           missed);
}

static void print_theorems(const struct lemma_facts *facts)
{
    struct lemma_requirement width;
    const struct lemma_theorem *nearest = lemma_theorem_nearest(facts, &width);
    char text[512], a[NUMBER_ROOM], b[NUMBER_ROOM];

    printf("\n  the main theorems: what they ask of this run (m = %.0f, eta = %.4g)\n"
           "    %-22s  %-9s %-9s  %-9s %-9s  %s\n",
           facts->m, facts->eta, "theorem", "width", "short by", "step", "above by",
           "conditions missed");
    for (const struct lemma_theorem *const *t = lemma_theorems; *t; t++)
        print_row(*t, facts);
    if (nearest && width.miss > 0)
        snprintf(
            text, sizeof text,
            "Of those that miss the fewest conditions the nearest in width: %s asks "
            "for m >= %s, %s times this run's%s. (%s.)",
            nearest->name, power(width.need, a), power(width.miss, b),
            width.miss > 5 ? ": astronomically far, no computer trains such a "
                             "network"
                           : "",
            lemma_theorems_note);
    else
        snprintf(text, sizeof text, "%s", lemma_theorems_note);
    wrap_print(stdout, 4, "    ", text);
}

static void json_theorem(struct json *j, const struct lemma_theorem *t,
                         const struct lemma_facts *facts)
{
    struct lemma_requirement r[LEMMA_REQUIREMENTS];
    size_t count = lemma_theorem_evaluate(t, facts, r);

    json_object(j, NULL);
    json_text(j, "theorem", t->name);
    json_text(j, "status", t->status);
    json_array(j, "requirements");
    for (size_t i = 0; i < count; i++) {
        json_object(j, NULL);
        json_text(j, "what", r[i].words);
        json_text(j, "wants", r[i].wants);
        json_text(j, "meets", lemma_meets_name(r[i].meets));
        if (r[i].sense != LEMMA_CONDITION) {
            json_real(j, "log10_have", r[i].have);
            json_real(j, "log10_need", r[i].need);
            json_real(j, "log10_missed_by", r[i].miss);
        }
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
}

lemma_status check_theorems(struct json *j, struct lemma_evidence *e)
{
    struct lemma_given given = {0};
    struct lemma_facts facts;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(measure_limit(e, &given));
    LEMMA_TRY(lemma_facts_read(e, &given, &facts));
    if (isnan(facts.eta)) /* a study: nothing was trained */
        goto out;
    if (!j) {
        print_theorems(&facts);
        goto out;
    }
    json_array(j, "theorems");
    for (const struct lemma_theorem *const *t = lemma_theorems; *t; t++)
        json_theorem(j, *t, &facts);
    json_close(j, ']');
out:
    return st;
}
