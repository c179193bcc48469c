/* What memory and disk this process may take. */
#ifndef LEMMA_RUN_ROOM_H
#define LEMMA_RUN_ROOM_H

/* What a process may map (ulimit -v); infinite where that is not limited. */
double lemma_room_allowed(void);

/* What OpenBLAS and the libraries map before anything is asked for. */
double lemma_room_blas(void);

/* Bytes that a process may take: of the machine, its control group, its limit. */
double lemma_room_memory(void);

/* What is free where a file would lie; NaN where the system does not tell. */
double lemma_room_disk(const char *path);

#endif
