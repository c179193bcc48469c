#include "support.h"

#include <locale.h>
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

static bool has_comma(const char *name)
{
    return setlocale(LC_ALL, name) && strcmp(localeconv()->decimal_point, ",") == 0;
}

bool use_decimal_comma(void)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8",  "fr_FR.UTF-8",
                                        "nl_NL.UTF-8", "sv_SE.UTF-8", "pl_PL.UTF-8"};
    char folder[256], command[1024];
    bool found = false;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (has_comma(names[i]))
            return true;
    }
    scratch_path(folder, "locale");
    snprintf(
        command, sizeof command,
        "mkdir -p '%s' && localedef --no-archive -i de_DE -f UTF-8 '%s/de_DE.UTF-8' "
        ">'%s/log' 2>&1",
        folder, folder, folder);
    if (system(command) == 0 && setenv("LOCPATH", folder, 1) == 0)
        found = has_comma("de_DE.UTF-8");
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    if (system(command) != 0 || !found) {
        print_message("# no locale with a decimal comma here\n");
        setlocale(LC_ALL, "C");
    }
    return found;
}
