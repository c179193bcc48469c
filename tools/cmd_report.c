/* lemma report: a run or a sweep on one page, written by the Python package in
 * analysis/. */
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KEY_PDF = 256, KEY_NO_CHECK, PATH_ROOM = 4096, WORDS = 16 };

struct arguments {
    const char *file, *output, *pdf;
    bool no_check;
};

static const struct argp_option options[] = {
    {"output", 'o', "PAGE", 0, "The page [report.html]", 0},
    {"pdf", KEY_PDF, "PDF", 0,
     "A PDF as well, or alone without -o: printed by Chromium where it is installed, "
     "else "
     "drawn by matplotlib",
     0},
    {"no-check", KEY_NO_CHECK, NULL, 0, "No verdicts: figures and numbers alone", 0},
    {0}};

static const char doc[] =
    "Writes one page of HTML that needs nothing else and no network: what was run, its "
    "headline numbers, the verdicts of lemma check (sorted and filtered at a click, "
    "each "
    "opens its statement, its source and how tight it was over the run), figures with "
    "the "
    "theory's bounds, the configuration, and what made the record. Of a sweep (its "
    "folder, "
    "or its sweep.h5): the laws' verdicts and the fits of its exponents.\v"
    "The page is made by the Python package lemma_analysis, which needs python3 with "
    "h5py "
    "and numpy (on Debian: python3-h5py, python3-numpy; for PDF chromium, or "
    "python3-matplotlib). LEMMA_PYTHON names another python, LEMMA_ANALYSIS the folder "
    "that "
    "lemma_analysis is in.\n\n"
    "Exit status: 0 fine, whatever the verdicts; 2 usage or a bad file; 3 trouble "
    "(disk, "
    "Python or one of its packages is missing).\n\n"
    "Examples:\n"
    "  lemma report quickstart.h5 -o quickstart.html\n"
    "  lemma report two-layer-width --pdf two-layer-width.pdf\n";

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case 'o':
        a->output = text;
        return 0;
    case KEY_PDF:
        a->pdf = text;
        return 0;
    case KEY_NO_CHECK:
        a->no_check = true;
        return 0;
    case ARGP_KEY_ARG:
        if (a->file)
            argp_error(state, "one record or sweep at a time, \"%s\" is a second one",
                       text);
        a->file = text;
        return 0;
    case ARGP_KEY_END:
        if (!a->file)
            argp_error(state, "name a record, or a sweep's folder");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {options, parse, "FILE|SWEEP", doc, NULL, NULL, NULL};

static bool holds_package(const char *folder)
{
    char file[PATH_ROOM];
    int n = snprintf(file, sizeof file, "%s/lemma_analysis/__main__.py", folder);

    return n > 0 && (size_t) n < sizeof file && access(file, R_OK) == 0;
}

/* This program's own path; "" where the system does not tell. */
static void own_path(char path[PATH_ROOM])
{
    ssize_t n = readlink("/proc/self/exe", path, PATH_ROOM - 1);

    path[n > 0 ? n : 0] = '\0';
}

/* Beside the program (PREFIX/bin, PREFIX/share/lemma/analysis), in the source tree that
 * it was built in, where it was to be installed. LEMMA_ANALYSIS comes first. */
static bool find_package(const char *self, char folder[PATH_ROOM])
{
    const char *asked = getenv("LEMMA_ANALYSIS"), *slash = strrchr(self, '/');
    const char *const others[] = {LEMMA_ANALYSIS_SOURCE, LEMMA_ANALYSIS_INSTALLED};

    if (asked) {
        snprintf(folder, PATH_ROOM, "%s", asked);
        return holds_package(folder);
    }
    if (slash && slash - self < PATH_ROOM - 64) {
        snprintf(folder, PATH_ROOM, "%.*s/../share/lemma/analysis",
                 (int) (slash - self), self);
        if (holds_package(folder))
            return true;
    }
    for (size_t i = 0; i < 2; i++) {
        snprintf(folder, PATH_ROOM, "%s", others[i]);
        if (holds_package(folder))
            return true;
    }
    return false;
}

/* The status of `python -c program`, quietly; 127 where there is no such python. */
static int try_python(const char *python, const char *program)
{
    int status = 127 << 8;
    pid_t child = fork();

    if (child == 0) {
        int null = open("/dev/null", O_RDWR);

        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        execlp(python, python, "-c", program, (char *) NULL);
        _exit(127);
    }
    if (child > 0)
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}

/* A python that has what the page is made with; NULL, and said, where there is none. */
static const char *find_python(void)
{
    const char *asked = getenv("LEMMA_PYTHON");
    const char *const usual[] = {"python3", "/usr/bin/python3", NULL};
    const char *const only[] = {asked, NULL};
    bool found = false;

    for (const char *const *p = asked ? only : usual; *p; p++) {
        int status = try_python(*p, "import h5py, numpy");

        if (status == 0)
            return *p;
        found |= status != 127;
    }
    if (found)
        tool_say("%s lacks h5py or numpy, which the report is made with: apt install "
                 "python3-h5py python3-numpy (LEMMA_PYTHON names another python)",
                 asked ? asked : "python3");
    else
        tool_say("there is no %s, which the report is made with: apt install python3 "
                 "python3-h5py python3-numpy",
                 asked ? asked : "python3");
    return NULL;
}

static bool add_to_path(const char *folder)
{
    const char *old = getenv("PYTHONPATH");
    char path[2 * PATH_ROOM];
    int n =
        snprintf(path, sizeof path, "%s%s%s", folder, old ? ":" : "", old ? old : "");

    return n > 0 && (size_t) n < sizeof path && setenv("PYTHONPATH", path, 1) == 0;
}

static int report_main(int argc, char **argv)
{
    struct arguments a = {0};
    char self[PATH_ROOM], folder[PATH_ROOM];
    const char *python, *words[WORDS];
    size_t n = 0;

    tool_parse(&argp, argc, argv, &a);
    own_path(self);
    if (!find_package(self, folder)) {
        tool_say(
            "the Python package lemma_analysis was not found%s%s; LEMMA_ANALYSIS names "
            "the folder it is in (analysis/ of lemma's source)",
            getenv("LEMMA_ANALYSIS") ? " in " : "",
            getenv("LEMMA_ANALYSIS") ? getenv("LEMMA_ANALYSIS") : "");
        return TOOL_TROUBLE;
    }
    python = find_python();
    if (!python)
        return TOOL_TROUBLE;
    words[n++] = python;
    words[n++] = "-m";
    words[n++] = "lemma_analysis";
    words[n++] = "report";
    words[n++] = "--lemma";
    words[n++] = self[0] ? self : tool_program;
    if (a.output) {
        words[n++] = "-o";
        words[n++] = a.output;
    }
    if (a.pdf) {
        words[n++] = "--pdf";
        words[n++] = a.pdf;
    }
    if (a.no_check)
        words[n++] = "--no-check";
    words[n++] = "--";
    words[n++] = a.file;
    words[n] = NULL;
    if (add_to_path(folder) && setenv("LEMMA_SPEAKS", "1", 1) == 0)
        execvp(python, (char *const *) (void *) words);
    tool_say("%s could not be started: %s", python, strerror(errno));
    return TOOL_TROUBLE;
}

const struct lemma_command lemma_cmd_report = {
    .name = "report",
    .title = "a run or a sweep on one page of HTML, or as PDF",
    .main = report_main,
};
