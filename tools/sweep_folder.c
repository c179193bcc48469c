/* The folder of a sweep: its name, its lock, what is in the way there, and what runs
 * left in their logs. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/alloc.h"
#include "record/record.h"
#include "sweep.h"

char *sweep_folder(const char *output, bool paper, const struct experiment_arguments *a)
{
    static const char suffix[] = "-paper";
    char *name = output ? lemma_strdup(output) : experiment_output(a), *longer = NULL;
    size_t n = name ? strlen(name) : 0;

    while (output && n > 1 && name[n - 1] == '/')
        name[--n] = '\0';
    if (!name || output)
        return name;
    n -= strlen(".h5");
    name[n] = '\0';
    if (!paper)
        return name;
    longer = lemma_alloc(n + sizeof suffix, 1);
    if (longer)
        snprintf(longer, n + sizeof suffix, "%s%s", name, suffix);
    lemma_free(name);
    return longer;
}

static lemma_status make_folder(const char *path, struct lemma_error *err)
{
    struct stat info;

    if (mkdir(path, 0777) == 0 || (stat(path, &info) == 0 && S_ISDIR(info.st_mode)))
        return LEMMA_OK;
    return lemma_fail(err, errno == EEXIST ? LEMMA_EINPUT : LEMMA_EIO,
                      "%s: expected a folder, or room for one, got: %s", path,
                      strerror(errno));
}

lemma_status sweep_make_folder(const char *dir, int *lock, struct lemma_error *err)
{
    char points[2 * LEMMA_PATH], sums[2 * LEMMA_PATH];
    lemma_status st = LEMMA_OK;

    if (snprintf(points, sizeof points, "%s/points", dir) >= LEMMA_PATH)
        return lemma_fail(err, LEMMA_EINPUT, "the folder's name is too long");
    LEMMA_TRY(make_folder(dir, err));
    LEMMA_TRY(make_folder(points, err));
    if (!lock)
        goto out;
    snprintf(sums, sizeof sums, "%s/sweep.h5", dir);
    LEMMA_TRY(lemma_output_check(sums, err)); /* before hours of runs */
    *lock = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*lock >= 0 && flock(*lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        st = lemma_fail(err, LEMMA_EINPUT, "%s: another sweep is at work in it", dir);
out:
    return st;
}

lemma_status sweep_check_others(const struct sweep_plan *p, struct lemma_error *err)
{
    size_t others = 0, first = 0;
    char path[2 * LEMMA_PATH];

    for (size_t i = p->s->points; i-- > 0;)
        if (p->state[i] == LEMMA_POINT_OTHER) {
            others++;
            first = i;
        }
    if (others == 0 || !lemma_point_path(p->dir, first, ".h5", path, sizeof path))
        return LEMMA_OK;
    return lemma_fail(err, LEMMA_EINPUT,
                      "%s: %zu of its records %s of other experiments%s than this "
                      "sweep's, the first %s; name another folder with -o, or replace "
                      "them with --force",
                      p->dir, others, others == 1 ? "is" : "are",
                      lemma_sweep_searches(p->s) ? ", or searches," : "", path);
}

lemma_status sweep_check_way(const struct sweep_plan *p, size_t point,
                             struct lemma_error *err)
{
    char path[2 * LEMMA_PATH];

    if (p->state[point] != LEMMA_POINT_UNREADABLE)
        return LEMMA_OK;
    LEMMA_REQUIRE(lemma_point_path(p->dir, point, ".h5", path, sizeof path));
    return lemma_fail(err, LEMMA_EINPUT,
                      "%s: cannot be read as a record; remove it to run the point",
                      path);
}

void sweep_reason(const char *log, int status, char *out, size_t size)
{
    static const char speaker[] = "lemma run: ";
    FILE *f = fopen(log, "re");
    char line[1024];

    if (WIFSIGNALED(status))
        snprintf(out, size, "killed by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(out, size, "exit status %d", WEXITSTATUS(status));
    while (f && !WIFSIGNALED(status) && fgets(line, sizeof line, f)) {
        size_t skip =
            strncmp(line, speaker, strlen(speaker)) == 0 ? strlen(speaker) : 0;

        line[strcspn(line, "\n")] = '\0';
        if (line[skip])
            snprintf(out, size, "%s", line + skip);
    }
    if (f)
        fclose(f);
}

void sweep_tidy_log(const char *log)
{
    FILE *f = fopen(log, "re");
    bool empty = f && fgetc(f) == EOF;

    if (f)
        fclose(f);
    if (empty)
        unlink(log);
}
