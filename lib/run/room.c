#include "run/room.h"

#include <libgen.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "config/experiment.h"

/* OpenBLAS takes a buffer of 128 MiB for each thread (its BUFFER_SIZE on x86-64) and
 * tries for ever where it gets none; the program and its libraries map some 250 MB. */
double lemma_room_blas(void)
{
    return 0x1p28 + 0x1p27 * (1 + (double) omp_get_max_threads());
}

double lemma_room_allowed(void)
{
    struct rlimit most;

    if (getrlimit(RLIMIT_AS, &most) != 0 || most.rlim_cur == RLIM_INFINITY)
        return INFINITY;
    return (double) most.rlim_cur;
}

/* The number in a file; infinite where there is none ("max", no such file). */
static double number_in(const char *path)
{
    FILE *file = fopen(path, "r");
    double number = INFINITY;

    if (file && fscanf(file, "%lf", &number) != 1)
        number = INFINITY;
    if (file)
        fclose(file);
    return number;
}

/* The limit of this process's control group (version 2, then 1). Groups above it are
 * seen where it is a container's. */
static double group_bytes(void)
{
    char line[512], path[600];
    FILE *file = fopen("/proc/self/cgroup", "r");
    double least = fmin(number_in("/sys/fs/cgroup/memory.max"),
                        number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes"));

    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "0::", 3) == 0) {
            snprintf(path, sizeof path, "/sys/fs/cgroup%s/memory.max", line + 3);
            least = fmin(least, number_in(path));
        }
    }
    if (file)
        fclose(file);
    return least;
}

double lemma_room_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    double all = pages > 0 && page > 0 ? (double) pages * (double) page : INFINITY;

    return fmin(fmin(all, group_bytes()), lemma_room_allowed() - lemma_room_blas());
}

double lemma_room_disk(const char *path)
{
    char copy[LEMMA_PATH];
    struct statvfs disk;

    if ((size_t) snprintf(copy, sizeof copy, "%s", path) >= sizeof copy ||
        statvfs(dirname(copy), &disk) != 0)
        return NAN;
    return (double) disk.f_bavail * (double) disk.f_frsize;
}
