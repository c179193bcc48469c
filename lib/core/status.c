#include "core/status.h"

#include <stdarg.h>

const char *lemma_status_text(lemma_status st)
{
    switch (st) {
    case LEMMA_OK:
        return "fine";
    case LEMMA_EINPUT:
        return "bad input";
    case LEMMA_EMEMORY:
        return "not enough memory";
    case LEMMA_EIO:
        return "reading or writing failed";
    case LEMMA_ENUMERIC:
        return "a numerical method did not converge";
    }
    return "unknown status";
}

lemma_status lemma_fail(struct lemma_error *err, lemma_status st, const char *format,
                        ...)
{
    if (err) {
        va_list args;
        va_start(args, format);
        vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
    }
    return st;
}

void lemma_require_failed(const char *cond, const char *file, int line)
{
    fprintf(stderr, "lemma: %s:%d: a caller's bug: %s does not hold\n", file, line,
            cond);
    abort();
}
