/* The tries of a bisection as a few lines of text beside the point's record. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sweep/search.h"

static const char *const outcomes[LEMMA_TRY_OUTCOMES] = {"reached", "missed",
                                                         "diverged"};

static void print_end(FILE *f, const struct lemma_search *q,
                      const struct lemma_trail *t)
{
    size_t value;

    switch (lemma_search_next(q, t, &value)) {
    case LEMMA_SEARCH_ON:
        break;
    case LEMMA_SEARCH_FOUND:
        fprintf(f, "# least %s = %zu, to a factor of %g\n", q->key, value, q->ratio);
        break;
    case LEMMA_SEARCH_AT_FROM:
        fprintf(f, "# least %s <= %zu, where the search begins\n", q->key, value);
        break;
    case LEMMA_SEARCH_NOWHERE:
        fprintf(f, "# least %s > %zu, where the search ends\n", q->key, value);
        break;
    }
}

lemma_status lemma_trail_write(const struct lemma_search *q,
                               const struct lemma_trail *t, const char *path,
                               struct lemma_error *err)
{
    char text[LEMMA_SEARCH_TEXT], part[2 * LEMMA_PATH + 8];
    FILE *f;
    bool fine;

    snprintf(part, sizeof part, "%s.part", path);
    f = fopen(part, "we");
    if (f) {
        fprintf(f, "search %s\n", lemma_search_print(q, text));
        for (size_t i = 0; i < t->count; i++) {
            const struct lemma_try *one = &t->tries[i];

            fprintf(f, "%zu %s", one->value, outcomes[one->outcome]);
            if (one->outcome == LEMMA_TRY_REACHED)
                fprintf(f, " in round %zu", one->round);
            fputc('\n', f);
        }
        print_end(f, q, t);
    }
    fine = f && !ferror(f);
    fine = f && fclose(f) == 0 && fine && rename(part, path) == 0;
    if (fine)
        return LEMMA_OK;
    lemma_fail(err, LEMMA_EIO, "%s: %s", path, strerror(errno));
    unlink(part);
    return LEMMA_EIO;
}

/* "4096 reached in round 17"; false: no such line. */
static bool parse_try(const char *line, struct lemma_try *t)
{
    char word[16] = "";
    int n = sscanf(line, "%zu %15s in round %zu", &t->value, word, &t->round);

    t->outcome = LEMMA_TRY_REACHED;
    while (t->outcome < LEMMA_TRY_OUTCOMES && strcmp(outcomes[t->outcome], word) != 0)
        t->outcome++;
    return t->outcome < LEMMA_TRY_OUTCOMES &&
           n == (t->outcome == LEMMA_TRY_REACHED ? 3 : 2);
}

/* Whether these are the tries that the search would make, no more. */
static bool replays(const struct lemma_search *q, const struct lemma_trail *t)
{
    struct lemma_trail before = *t;
    bool same = true;

    for (before.count = 0; before.count < t->count && same; before.count++) {
        size_t value;
        enum lemma_search_state state = lemma_search_next(q, &before, &value);

        same = state == LEMMA_SEARCH_ON && value == t->tries[before.count].value;
    }
    return same;
}

bool lemma_trail_read(const struct lemma_search *q, const char *path,
                      struct lemma_trail *t)
{
    static const char head[] = "search ";
    char line[LEMMA_SEARCH_TEXT + sizeof head], text[LEMMA_SEARCH_TEXT];
    FILE *f = fopen(path, "re");
    bool fine =
        f && fgets(line, sizeof line, f) && strncmp(line, head, strlen(head)) == 0;

    *t = (struct lemma_trail){0};
    line[fine ? strcspn(line, "\n") : 0] = '\0';
    fine = fine && strcmp(line + strlen(head), lemma_search_print(q, text)) == 0;
    while (fine && fgets(line, sizeof line, f)) {
        if (*line == '#')
            continue;
        fine = t->count < LEMMA_TRIES && parse_try(line, &t->tries[t->count]);
        t->count += fine;
    }
    fine = fine && replays(q, t);
    t->count = fine ? t->count : 0;
    if (f)
        fclose(f);
    return fine;
}
