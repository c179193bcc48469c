/*
 * The package lies in the build's source tree or where it was installed; python3, and
 * what the package stands on, may be missing. Both are looked at before this process
 * becomes another: what is missing is then told by us, in a sentence.
 */
#include "python.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/alloc.h"
#include "tool.h"

enum { PATH = 4096, CANNOT_RUN = 127 };

/* Modules that are needed: missing ones are named with the status 1. */
static const char probe[] =
    "import importlib.util as u, sys\n"
    "missing = [n for n in sys.argv[1].split() if not u.find_spec(n)]\n"
    "print(*missing, end='')\n"
    "sys.exit(bool(missing))\n";

static bool has_package(const char *folder)
{
    char path[PATH];
    struct stat info;
    int n = snprintf(path, sizeof path, "%s/lemma_analysis/__main__.py", folder);

    return n > 0 && (size_t) n < sizeof path && stat(path, &info) == 0;
}

/* LEMMA_ANALYSIS says it; else beside the program (PREFIX/share/lemma/analysis), in the
 * source tree that it was built from, where it was to be installed. */
static bool find_package(const char *self, char folder[PATH])
{
    const char *asked = getenv("LEMMA_ANALYSIS"), *slash = strrchr(self, '/');
    const char *const others[] = {LEMMA_ANALYSIS_SOURCE, LEMMA_ANALYSIS_DIR};
    bool found = false;

    if (asked) {
        snprintf(folder, PATH, "%s", asked);
        return has_package(folder);
    }
    if (slash && slash - self < PATH - 64) {
        snprintf(folder, PATH, "%.*s/../share/lemma/analysis", (int) (slash - self),
                 self);
        found = has_package(folder);
    }
    for (size_t i = 0; i < 2 && !found; i++) {
        snprintf(folder, PATH, "%s", others[i]);
        found = has_package(folder);
    }
    return found;
}

static bool set_path(const char *folder)
{
    const char *old = getenv("PYTHONPATH");
    char *both = NULL;
    size_t room = strlen(folder) + (old ? strlen(old) : 0) + 2;
    bool done = false;

    both = lemma_alloc(room, 1);
    if (both) {
        snprintf(both, room, old && *old ? "%s:%s" : "%s", folder, old);
        done = setenv("PYTHONPATH", both, 1) == 0;
    }
    lemma_free(both);
    return done;
}

/* What is missing goes into `missing`; the exit status of python, or CANNOT_RUN. */
static int look(const char *python, const char *needs, char *missing, size_t size)
{
    int ends[2], status = 0;
    size_t used = 0;
    ssize_t n = 0;
    pid_t child = -1;

    missing[0] = '\0';
    if (pipe(ends) != 0)
        return CANNOT_RUN;
    child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        execlp(python, python, "-c", probe, needs, (char *) NULL);
        _exit(CANNOT_RUN);
    }
    close(ends[1]);
    while (child > 0 && used + 1 < size &&
           (n = read(ends[0], missing + used, size - used - 1)) > 0)
        used += (size_t) n;
    missing[used] = '\0';
    close(ends[0]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : CANNOT_RUN;
}

/* A python that has what is needed; NULL, and said, where there is none. */
static const char *find_python(const char *needs)
{
    const char *asked = getenv("LEMMA_PYTHON");
    const char *const usual[] = {"python3", "/usr/bin/python3", NULL};
    const char *const only[] = {asked, NULL};
    char missing[256] = "", now[256];
    bool works = false;

    for (const char *const *p = asked && *asked ? only : usual; *p; p++) {
        int status = look(*p, needs, now, sizeof now);

        if (status == 0)
            return *p;
        if (status == 1 && !missing[0])
            memcpy(missing, now, sizeof missing);
        works |= status != CANNOT_RUN;
    }
    if (missing[0])
        tool_say("this needs Python packages that %s does not find: %s (Debian: apt "
                 "install python3-h5py python3-matplotlib; elsewhere: pip install h5py "
                 "matplotlib; LEMMA_PYTHON names another python)",
                 asked ? asked : "python3", missing);
    else
        tool_say("this needs Python 3, and %s %s: apt install python3, or name another "
                 "in LEMMA_PYTHON",
                 asked ? asked : "python3", works ? "does not work" : "cannot be run");
    return NULL;
}

/* python -m lemma_analysis words...; returns where it could not be started. */
static void become(const char *python, const char *const words[])
{
    const char **argv = NULL;
    char **list = NULL;
    size_t count = 0;

    while (words[count])
        count++;
    argv = lemma_alloc(count + 4, sizeof *argv);
    if (!argv)
        return;
    argv[0] = python;
    argv[1] = "-m";
    argv[2] = "lemma_analysis";
    memcpy(argv + 3, words, count * sizeof *argv);
    memcpy(&list, &argv, sizeof list); /* execvp changes no word of it */
    fflush(stdout);
    execvp(python, list);
    lemma_free(argv);
}

int tool_python(const char *needs, const char *const words[])
{
    const char *python = NULL;
    char self[PATH], folder[PATH];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

    self[n > 0 ? n : 0] = '\0';
    python = find_python(needs);
    if (!python)
        return TOOL_TROUBLE;
    if (!find_package(self, folder)) {
        tool_say("the Python package lemma_analysis was not found in %s: it comes with "
                 "lemma's sources in analysis/, and LEMMA_ANALYSIS names the folder",
                 getenv("LEMMA_ANALYSIS") ? getenv("LEMMA_ANALYSIS")
                                          : LEMMA_ANALYSIS_DIR);
        return TOOL_TROUBLE;
    }
    if (!set_path(folder) || setenv("LEMMA", self, 1) != 0 ||
        setenv("LEMMA_SPEAKS", "1", 1) != 0)
        return tool_failed(LEMMA_EMEMORY, NULL);
    become(python, words);
    tool_say("%s cannot be run: %s", python, strerror(errno));
    return TOOL_TROUBLE;
}
