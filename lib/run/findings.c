#include "run/findings.h"

#include <stdio.h>
#include <string.h>

static const char first[] = "step ", more[] = "and more\n";

bool lemma_findings_are_lines(const struct lemma_findings *f)
{
    const char *end;

    if (!memchr(f->text, '\0', sizeof f->text))
        return false;
    for (const char *at = f->text; *at; at = end + 1) {
        end = strchr(at, '\n');
        if (!end || (strncmp(at, first, strlen(first)) != 0 && strcmp(at, more) != 0))
            return false;
    }
    return true;
}

/* Whether a line "step <digits>" ends so. */
static bool is_there(const char *text, const char *tail)
{
    for (size_t head = strlen(first); *text; text = strchr(text, '\n') + 1) {
        const char *rest = text + head + strspn(text + head, "0123456789");

        if (strncmp(text, more, sizeof more - 1) == 0)
            break;
        if (strncmp(rest, tail, strlen(tail)) == 0)
            return true;
    }
    return false;
}

bool lemma_findings_add(struct lemma_findings *f, size_t step, int64_t client,
                        const char *what)
{
    char tail[256], line[320];
    size_t used = strlen(f->text);

    if (client >= 0)
        snprintf(tail, sizeof tail, ", client %lld: %s\n", (long long) client, what);
    else
        snprintf(tail, sizeof tail, ": %s\n", what);
    if (is_there(f->text, tail))
        return false;
    snprintf(line, sizeof line, "step %zu%s", step, tail);
    if (used >= sizeof more - 1 &&
        strcmp(f->text + used - (sizeof more - 1), more) == 0)
        return false;
    if (used + strlen(line) + sizeof more > sizeof f->text)
        snprintf(line, sizeof line, "%s", more);
    memcpy(f->text + used, line, strlen(line) + 1);
    return true;
}
