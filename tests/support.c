#include "support.h"

#include <math.h>
#include <unistd.h>

void check_close_at(double a, double b, double tolerance, const char *what,
                    const char *file, int line)
{
    if (!(fabs(a - b) <= tolerance)) {
        print_error("%s: %.17g against %.17g, off by %.3g > %.3g\n", what, a, b,
                    fabs(a - b), tolerance);
        _fail(file, line);
    }
}

void check_ok_at(lemma_status st, const struct lemma_error *err, const char *what,
                 const char *file, int line)
{
    if (st != LEMMA_OK) {
        print_error("%s: %s (%s)\n", what, lemma_status_text(st), err ? err->text : "");
        _fail(file, line);
    }
}

void check_contains_at(const char *text, const char *part, const char *file, int line)
{
    if (!text || !strstr(text, part)) {
        print_error("\"%s\" does not contain \"%s\"\n", text ? text : "(null)", part);
        _fail(file, line);
    }
}

const char *scratch_path(char *buffer, const char *name)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(buffer, 256, "%s/lemma-%ld-%s", tmp ? tmp : "/tmp", (long) getpid(), name);
    unlink(buffer);
    return buffer;
}

void write_file(const char *path, const void *bytes, size_t count)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, count, f), count);
    assert_int_equal(fclose(f), 0);
}

void draw_normals(uint64_t id, double *out, size_t n)
{
    struct lemma_stream s = lemma_stream_at(1, LEMMA_DRAW_TEST, id, 0, 0);

    for (size_t i = 0; i < n; i++)
        out[i] = lemma_stream_normal(&s);
}
