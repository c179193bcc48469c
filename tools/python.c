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

/* Modules the package imports: missing ones are named with the status 1. */
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

/* The installed binary has its package installed beside it; one in a build tree has the
 * sources. NULL: neither is there, the package may still be Python's own. */
static const char *package_folder(const char *self)
{
    const char *build = LEMMA_BUILD_DIR;
    bool built = strncmp(self, build, strlen(build)) == 0;

    if (built && has_package(LEMMA_ANALYSIS_SOURCE))
        return LEMMA_ANALYSIS_SOURCE;
    if (has_package(LEMMA_ANALYSIS_DIR))
        return LEMMA_ANALYSIS_DIR;
    return has_package(LEMMA_ANALYSIS_SOURCE) ? LEMMA_ANALYSIS_SOURCE : NULL;
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
static int look(const char *python, const char *modules, char *missing, size_t size)
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
        execlp(python, python, "-c", probe, modules, (char *) NULL);
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

static bool is_ready(const char *python, const char *modules)
{
    char missing[256];

    switch (look(python, modules, missing, sizeof missing)) {
    case 0:
        return true;
    case 1:
        tool_say("this needs Python packages that %s does not find: %s (Debian: apt "
                 "install python3-h5py python3-matplotlib; elsewhere: %s -m pip "
                 "install h5py matplotlib)",
                 python, missing, python);
        return false;
    case CANNOT_RUN:
        tool_say("this needs Python 3, and %s cannot be run: install python3, or name "
                 "another in LEMMA_PYTHON",
                 python);
        return false;
    default:
        tool_say("this needs Python 3, and %s does not work: name another in "
                 "LEMMA_PYTHON",
                 python);
        return false;
    }
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

/* The one asked for, else python3; where that lacks something and the system's own does
 * not (an environment is active, say), the system's. */
static const char *choose(const char *modules)
{
    static const char system[] = "/usr/bin/python3";
    const char *chosen = getenv("LEMMA_PYTHON");
    char missing[256];

    if (chosen && *chosen)
        return chosen;
    if (look("python3", modules, missing, sizeof missing) == 1 &&
        look(system, modules, missing, sizeof missing) == 0)
        return system;
    return "python3";
}

int tool_python(const char *const words[], const char *modules)
{
    const char *python = choose(modules), *folder = NULL;
    char self[PATH];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

    self[n > 0 ? n : 0] = '\0';
    folder = package_folder(self);
    if (!is_ready(python, modules))
        return TOOL_TROUBLE;
    if (!folder) {
        tool_say("the Python package lemma_analysis is not installed: it belongs in "
                 "%s, and comes with lemma's sources in analysis/",
                 LEMMA_ANALYSIS_DIR);
        return TOOL_TROUBLE;
    }
    if (!set_path(folder) || setenv("LEMMA", self, 1) != 0 ||
        setenv("LEMMA_SPEAKS", words[0], 1) != 0)
        return tool_failed(LEMMA_EMEMORY, NULL);
    become(python, words);
    tool_say("%s cannot be run: %s", python, strerror(errno));
    return TOOL_TROUBLE;
}
