/*
 * lemma: one program, one file per command.
 *
 * Here: the table of commands, --help and --version of the whole, and what has to be
 * set up before anything is computed.
 */
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_version.h>
#include <hdf5.h>

#include "core/blas.h"
#include "config/experiment.h"
#include "last_resort.h"
#include "ranks.h"

/* Names the kernel that was too low; set only between the two lives of one start. */
#define RAISED_FROM "LEMMA_BLAS_RAISED_FROM"

static void print_version(FILE *out, struct argp_state *state)
{
    const struct lemma_comm_type *mpi = lemma_comm_find("mpi");
    unsigned major = 0, minor = 0, release = 0;

    (void) state;
    H5get_libversion(&major, &minor, &release);
    fprintf(out, "lemma %s\n", LEMMA_VERSION);
    fprintf(out, "HDF5 %u.%u.%u, GSL %s, %s, %s with the %s kernel\n", major, minor,
            release, gsl_version, mpi ? mpi->title : "no MPI", lemma_blas_version(),
            lemma_blas_kernel());
    fputs("Licence GPL-3.0-or-later; there is no warranty.\n", out);
}

static void print_commands(FILE *out)
{
    fputs(
        "lemma trains networks with local (stochastic) gradient descent, watches the\n"
        "quantities that convergence proofs speak about, and records them in HDF5.\n\n"
        "Usage: lemma COMMAND [OPTION...] [ARGUMENT...]\n\nCommands:\n",
        out);
    for (size_t i = 0; lemma_commands[i]; i++)
        fprintf(out, "  %-10s%s\n", lemma_commands[i]->name, lemma_commands[i]->title);
    fputs("\n  lemma COMMAND --help   what a command does, its options, examples\n"
          "  lemma --version        versions of lemma and of what it stands on\n\n"
          "First steps:\n"
          "  lemma run              train the built-in quick start, record "
          "quickstart.h5\n"
          "  lemma info quickstart.h5\n"
          "  lemma explain gradient_gap\n\n"
          "Exit status: 0 fine, 1 violated or different, 2 usage or a bad input file,\n"
          "3 trouble (memory, disk, an interrupted run).\n",
          out);
}

static int unknown_command(const char *name)
{
    const char *names[64];
    char hint[80];
    size_t count = 0;

    while (count < sizeof names / sizeof names[0] && lemma_commands[count]) {
        names[count] = lemma_commands[count]->name;
        count++;
    }
    tool_say("there is no command \"%s\"%s (lemma --help lists them)", name,
             tool_suggestion(name, names, count, hint, sizeof hint));
    return TOOL_USAGE;
}

/* Only returns where that failed. */
static void start_anew(char **argv)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

    if (n > 0) {
        self[n] = '\0';
        execv(self, argv);
    }
}

/*
 * Libraries read their environment when they are loaded, so the program sets it and
 * starts itself anew, once. A packaged OpenBLAS may not know this CPU and run at a
 * third of its speed. OpenMP threads that wait spin by default: beside other programs
 * on the same cores that made runs four times slower (measured, 2 cores at load 12),
 * asleep they cost nothing.
 */
static void prepare_to_compute(char **argv)
{
    const char *from = getenv(RAISED_FROM), *keep = getenv("LEMMA_KEEP_BLAS_CORE");
    const char *better = NULL;
    bool patient = getenv("OMP_WAIT_POLICY") || getenv("GOMP_SPINCOUNT");

    if (from && ranks_rank() == 0)
        tool_say("OpenBLAS took its %s kernel for this CPU; raised to %s "
                 "(LEMMA_KEEP_BLAS_CORE=1 turns this off)",
                 from, lemma_blas_kernel());
    unsetenv(RAISED_FROM);
    if (keep && strcmp(keep, "1") == 0)
        return;
    if (!getenv("OPENBLAS_CORETYPE"))
        better = lemma_blas_better_kernel(lemma_blas_kernel());
    if (!better && patient)
        return;
    if (!patient)
        setenv("OMP_WAIT_POLICY", "passive", 1);
    if (better) {
        setenv(RAISED_FROM, lemma_blas_kernel(), 1);
        setenv("OPENBLAS_CORETYPE", better, 1);
    }
    /* Its own threads, never used here, would map 128 MiB each at the start. */
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    start_anew(argv);
    if (better)
        tool_say("OpenBLAS runs its slow %s kernel; starting anew with %s failed: %s",
                 lemma_blas_kernel(), better, strerror(errno));
    unsetenv(RAISED_FROM);
}

/* Several processes would do the same and write the same files. */
static int refuse_ranks(const struct lemma_command *command)
{
    if (ranks_rank() == 0)
        tool_say(
            "lemma %s is done by one process, and %zu were started: start it without "
            "mpirun (lemma run is what several processes share)",
            command->name, ranks_size());
    return TOOL_USAGE;
}

static int run_command(const struct lemma_command *command, int argc, char **argv)
{
    static char help[] = "--help";
    char name[80];

    /* argp and getopt take the name in their messages from argv[0]. */
    snprintf(name, sizeof name, "lemma %s", command->name);
    argv[1] = name;
    if (argc == 3 && strcmp(argv[2], "-h") == 0)
        argv[2] = help; /* argp knows -? alone */
    tool_speaks_for(command->name);
    if (command->reads)
        last_resort(argc - 1, argv + 1);
    return command->main(argc - 1, argv + 1);
}

/* A full disk under stdout must not pass for success. */
static int close_stdout(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    tool_say("standard output could not be written: %s", strerror(errno));
    return TOOL_TROUBLE;
}

static const struct lemma_command *find_command(const char *name)
{
    size_t i = 0;

    while (lemma_commands[i] && strcmp(name, lemma_commands[i]->name) != 0)
        i++;
    return lemma_commands[i];
}

static bool is_one_of(const char *word, const char *const words[4])
{
    bool found = false;

    for (size_t i = 0; i < 4 && words[i]; i++)
        found = found || strcmp(word, words[i]) == 0;
    return found;
}

/* Else the record would get the number of a closed standard stream, and be written over
 * by whatever is said there. */
static void open_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
            _exit(TOOL_TROUBLE); /* nothing to say it to */
}

int main(int argc, char **argv)
{
    static const char *const asks_help[4] = {"--help", "-h", "-?", "help"};
    static const char *const asks_version[4] = {"--version", "-V", "version", NULL};
    int status = TOOL_FINE;
    const char *word = argc > 1 ? argv[1] : "--help";
    const struct lemma_command *command = find_command(word);
    bool version = is_one_of(word, asks_version);

    open_standard_streams();
    tool_program = argc > 0 ? argv[0] : "lemma";
    argp_program_version_hook = print_version;
    signal(SIGXFSZ, SIG_IGN); /* a file too large is an error to report, not a death */
    if (version || (command && command->computes))
        prepare_to_compute(argv);
    lemma_blas_init();
    H5dont_atexit(); /* files are closed by us; no clean-up at exit is wanted */
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* failures are told once, by us */

    if (command && !command->shares && ranks_size() > 1)
        status = refuse_ranks(command);
    else if (command)
        status = run_command(command, argc, argv);
    else if (version)
        print_version(stdout, NULL);
    else if (is_one_of(word, asks_help))
        print_commands(stdout);
    else
        status = unknown_command(word);
    return close_stdout(status);
}
