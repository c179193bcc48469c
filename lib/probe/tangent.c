#include "probe/tangent.h"

#include <string.h>

#include "core/alloc.h"

struct lemma_tangent {
    struct lemma_jacobian *j; /* one output: the tape's */
    struct lemma_gram *gram;
    struct lemma_gram_sweep *sweep; /* more outputs */
};

enum lemma_gram_kind lemma_tangent_kind(const char *word,
                                        const struct lemma_dataset *set)
{
    return lemma_gram_kind_of(word, set->n, set->d);
}

size_t lemma_tangent_order(const char *word, const struct lemma_dataset *set)
{
    return set->n * lemma_gram_rows(lemma_tangent_kind(word, set), set->d);
}

lemma_status lemma_tangent_create(const char *word, const struct lemma_dataset *set,
                                  const struct lemma_event *ev,
                                  struct lemma_tangent **tangent)
{
    const struct lemma_network *net = lemma_event_network(ev);
    enum lemma_gram_kind kind = lemma_tangent_kind(word, set);
    struct lemma_tangent *t = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(t, 1);
    if (set->d > 1) {
        LEMMA_TRY(lemma_gram_sweep_create(net, kind, set->n, 0, &t->sweep));
        LEMMA_TRY(lemma_gram_sweep_share(t->sweep, lemma_event_share(ev)));
    } else {
        LEMMA_TRY(lemma_jacobian_create(net, set->n, &t->j));
        LEMMA_TRY(lemma_gram_create(kind, set->n, 1, &t->gram));
        LEMMA_TRY(lemma_gram_share(t->gram, lemma_event_share(ev)));
    }
    *tangent = t;
    t = NULL;
out:
    lemma_tangent_destroy(t);
    return st;
}

void lemma_tangent_destroy(struct lemma_tangent *t)
{
    if (t) {
        lemma_jacobian_destroy(t->j);
        lemma_gram_destroy(t->gram);
        lemma_gram_sweep_destroy(t->sweep);
    }
    lemma_free(t);
}

double lemma_tangent_bytes(const char *word, const struct lemma_dataset *set,
                           const struct lemma_network *net)
{
    return set->d > 1
               ? sizeof(double) *
                     lemma_gram_sweep_room(net, lemma_tangent_kind(word, set), set->n)
               : 0;
}

double lemma_tangent_flops(const char *word, const struct lemma_dataset *set,
                           const struct lemma_scale *z)
{
    double E = (double) lemma_tangent_order(word, set), blocks = E / z->N;

    if (set->d == 1)
        return z->N * z->N * z->sides;
    return z->N * z->N * ((z->sides - z->units) + 2 * blocks * z->d * z->units) +
           2 * (z->d + 1) * z->N * z->weights;
}

void lemma_tangent_form(struct lemma_tangent *t, const struct lemma_event *ev,
                        struct lemma_layers layers, lemma_mat k)
{
    if (t->sweep) {
        struct lemma_model model = lemma_event_average_model(ev);

        lemma_gram_sweep(t->sweep, &model, lemma_event_inputs(ev), layers, k);
        return;
    }
    const struct lemma_tape *tape =
        lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_BACKWARD);

    lemma_jacobian_take(t->j, NULL, tape);
    lemma_gram_form(t->gram, t->j, (struct lemma_span){0, tape->rows}, layers, k);
}
