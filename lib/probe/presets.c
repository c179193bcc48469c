/* Choices of probes for the command line, from cheap to everything. */
#include <string.h>

#include "probe/probe.h"

struct choice {
    const char *probe, *every; /* NULL: at every occasion */
    bool no_average;           /* leave out what needs a pass at the virtual average */
};

struct preset {
    const char *name;
    struct choice choices[24];
};

/* economy: no pass that training does not make anyway. standard: passes at the average
 * every fifth step, deviation in every tenth round. full: everything, every step, but
 * for asymmetric_gram, ensemble and (with several outputs) noise, which cost more than
 * a gradient a step, and preactivation, whose rows are long. Under mini-batches
 * training passes over all of the data nowhere: the two cheaper choices then look at
 * the start of each round. */
static const struct preset presets[] = {
    {"economy",
     {{"loss", NULL, false},
      {"local_loss", NULL, true},
      {"activation", NULL, true},
      {"distance", "10 rounds", false},
      {NULL, NULL, false}}},
    {"standard",
     {{"loss", NULL, false},
      {"local_loss", NULL, true},
      {"activation", NULL, true},
      {"gradient_gap", "5 steps", false},
      {"deviation", "10 rounds", false},
      {"distance", NULL, false},
      {"gradient", NULL, false},
      {NULL, NULL, false}}},
    {"full",
     {{"loss", NULL, false},
      {"local_loss", NULL, false},
      {"activation", NULL, false},
      {"gradient_gap", NULL, false},
      {"deviation", NULL, false},
      {"distance", NULL, false},
      {"gradient", NULL, false},
      {"gram", NULL, false},
      {"residual", NULL, false},
      {"lazy", NULL, false},
      {"asymmetric_gram", "10 rounds", false},
      {"remainder", NULL, false},
      {"preactivation", "10 rounds", false},
      {"noise", "10 rounds", false},
      {"ensemble", "10 rounds", false},
      {NULL, NULL, false}}},
};
enum { PRESETS = sizeof presets / sizeof *presets };

static void set_option(struct lemma_probe_config *p, const char *key, const char *value)
{
    size_t i = p->option_count++;

    snprintf(p->options[i].key, LEMMA_WORD, "%s", key);
    snprintf(p->options[i].value, LEMMA_VALUE, "%s", value);
    p->options[i].line = -1;
}

lemma_status lemma_probes_preset(struct lemma_experiment *x, const char *name,
                                 struct lemma_error *err)
{
    const struct preset *preset = NULL;
    char once_a_round[LEMMA_VALUE];

    for (size_t i = 0; i < PRESETS; i++)
        if (strcmp(presets[i].name, name) == 0)
            preset = &presets[i];
    if (!preset)
        return lemma_fail(err, LEMMA_EINPUT,
                          "expected economy, standard or full, got \"%s\"", name);
    snprintf(once_a_round, sizeof once_a_round, "%zu steps", x->train.local_steps);
    x->probe_count = 0;
    for (const struct choice *c = preset->choices; c->probe; c++) {
        struct lemma_probe_config *p = &x->probes[x->probe_count++];

        memset(p, 0, sizeof *p);
        snprintf(p->name, LEMMA_WORD, "%s", c->probe);
        p->line = -1;
        if (c->every)
            set_option(p, "every", c->every);
        else if (c->no_average && x->train.batch > 0)
            set_option(p, "every", once_a_round);
        if (c->no_average)
            set_option(p, "average", "false");
    }
    return LEMMA_OK;
}
