#include "scaling/scaling.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct lemma_scaling_type *lemma_scaling_find(const char *name)
{
    for (size_t i = 0; lemma_scaling_types[i]; i++)
        if (strcmp(lemma_scaling_types[i]->name, name) == 0)
            return lemma_scaling_types[i];
    return NULL;
}

/* "1/2", "-2/3", "0.05": the denominators that theory has. */
static void print_exponent(double a, char *text, size_t size)
{
    for (int d = 1; d <= 6; d++)
        if (fabs(a * d - round(a * d)) < 1e-9) {
            snprintf(text, size, d == 1 ? "%.0f" : "%.0f/%d", a * d, d);
            return;
        }
    snprintf(text, size, "%g", a);
}

/* "m^(1/2)", "(K-1)^(1)". */
static void print_power(const char *name, double power, char *text, size_t size)
{
    bool plain = !strpbrk(name, "-/");
    char a[32];

    print_exponent(power, a, sizeof a);
    snprintf(text, size, plain ? "%s^(%s)" : "(%s)^(%s)", name, a);
}

void lemma_scaling_short(const struct lemma_scaling_law *law,
                         char words[LEMMA_SCALING_WORDS])
{
    char power[64], per[64] = "";

    print_power(law->against, law->exponent, power, sizeof power);
    if (law->per)
        print_power(law->per, law->per_power, per, sizeof per);
    snprintf(words, LEMMA_SCALING_WORDS, "%s %s%s%s",
             law->side == LEMMA_GROWS_AT_MOST ? "<=" : ">=", power, law->per ? " " : "",
             per);
}

void lemma_scaling_statement(const struct lemma_scaling_law *law,
                             char words[LEMMA_SCALING_WORDS])
{
    static const char *const networks[] = {"", ", two layers", ", deep"};
    char law_itself[LEMMA_SCALING_WORDS], with[96] = "", margin[64] = "";

    lemma_scaling_short(law, law_itself);
    if (law->with && isnan(law->with_power))
        snprintf(with, sizeof with, ", any %s", law->with);
    else if (law->with) {
        char power[64];

        print_power(law->against, law->with_power, power, sizeof power);
        snprintf(with, sizeof with, ", %s ~ %s", law->with, power);
    }
    if (law->margin > 0)
        snprintf(margin, sizeof margin, ", margin %g", law->margin);
    snprintf(words, LEMMA_SCALING_WORDS, "%.200s%s%s%s%s", law_itself, margin,
             networks[law->network], with,
             law->whole_run ? ", near interpolation" : "");
}

void lemma_scaling_reads(const struct lemma_scaling_type *type,
                         char words[LEMMA_SCALING_WORDS])
{
    size_t used = 0;

    words[0] = '\0';
    for (const struct lemma_scaling_factor *f = type->factors;
         f && f->of && used < LEMMA_SCALING_WORDS; f++)
        used +=
            (size_t) snprintf(words + used, LEMMA_SCALING_WORDS - used, "%s%s%s%s%s",
                              used ? ", " : "", f->of, f->reduce ? " (" : "",
                              f->reduce ? f->reduce : "", f->reduce ? ")" : "");
    if (type->reads && used < LEMMA_SCALING_WORDS)
        snprintf(words + used, LEMMA_SCALING_WORDS - used, "%s%s", used ? ", " : "",
                 type->reads);
}
