/* Numerical trouble of a run, in words: the record's text /run/findings. */
#ifndef LEMMA_RUN_FINDINGS_H
#define LEMMA_RUN_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LEMMA_FINDINGS_ROOM = 4096 };

/* One line a finding, "step 12, client 3: the loss is not finite\n"; zeroed at first.
 */
struct lemma_findings {
    char text[LEMMA_FINDINGS_ROOM];
};

/* Adds a line, unless there is one of that kind (client: -1 where it is nobody's), or
 * no room: then the last line says that there are more. False where nothing changed. */
bool lemma_findings_add(struct lemma_findings *f, size_t step, int64_t client,
                        const char *what);

/* Whether it is what adding lines makes: of a checkpoint any bytes may come. */
bool lemma_findings_are_lines(const struct lemma_findings *f);

#endif
