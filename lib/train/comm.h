/*
 * Communication among the processes of one run, one member per kind.
 *
 * Every process has the same experiment and makes the same calls in the same order.
 * What moves are rows as they are and whole numbers: nothing is ever added up on the
 * way, so that bits do not depend on how many processes there are.
 */
#ifndef LEMMA_TRAIN_COMM_H
#define LEMMA_TRAIN_COMM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/share.h"
#include "core/status.h"

struct lemma_comm_type;

/* Calls that take a comm take NULL for a process that is alone. */
struct lemma_comm {
    struct lemma_share share; /* first: gather finds its comm by it */
    const struct lemma_comm_type *type;
    size_t here;    /* ranks on this machine */
    size_t speaker; /* the rank that has the sentence of an agreed failure */
    bool broken;    /* this rank leaves while others go on: end has to stop them */
    void *state;    /* type->state_size zeroed bytes */
    /* NULL, or: called when rank `rank` is found dead, before this process is ended. */
    void (*lost)(void *context, size_t rank);
    void *context;
};

struct lemma_comm_type {
    const char *name, *title; /* title: what it is, or the library it is built on */
    size_t state_size;
    /* Fills share and here. */
    lemma_status (*begin)(struct lemma_comm *comm, struct lemma_error *err);
    /* The least value over all ranks. */
    uint64_t (*least)(const struct lemma_comm *comm, uint64_t value);
    /* A broken one does not come back from this. */
    void (*end)(struct lemma_comm *comm);
};

/* NULL-terminated, from the list in meson.build; "mpi" where it was built in. */
extern const struct lemma_comm_type *const lemma_comm_types[];

/* NULL where there is no such member. */
const struct lemma_comm_type *lemma_comm_find(const char *name);

lemma_status lemma_comm_create(const struct lemma_comm_type *type,
                               struct lemma_comm **comm, struct lemma_error *err);
void lemma_comm_destroy(struct lemma_comm *comm);

size_t lemma_comm_rank(const struct lemma_comm *comm);
size_t lemma_comm_size(const struct lemma_comm *comm);

/* Whether the flag is set on any rank. */
bool lemma_comm_any(const struct lemma_comm *comm, bool flag);

/* Whether all ranks gave the same number. */
bool lemma_comm_same(const struct lemma_comm *comm, uint64_t number);

/* One status for all: OK, or that of the first rank that failed, which becomes the
 * speaker. */
lemma_status lemma_comm_agree(struct lemma_comm *comm, lemma_status st);

#endif
