/* Files of a target's process, in memory where the machine has such a place. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

static char folder[200];

static void remove_folder(void)
{
    char command[256];

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (folder[0] && system(command) != 0)
        fputs("a folder in memory stays behind\n", stderr);
}

const char *fuzz_path(char *out, const char *name)
{
    if (!folder[0]) {
        snprintf(folder, sizeof folder, "%s/lemma-fuzz-%ld",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (long) getpid());
        mkdir(folder, 0700);
        atexit(remove_folder);
    }
    snprintf(out, 256, "%s/%s", folder, name);
    return out;
}

/* A new inode each time: HDF5 would take the same one for a file that it still has. */
void fuzz_write(const char *name, const void *bytes, size_t count)
{
    char path[256];
    int fd;

    unlink(fuzz_path(path, name));
    fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || (count > 0 && write(fd, bytes, count) != (ssize_t) count))
        abort();
    close(fd);
}

void fuzz_silence(void)
{
    stdout = fopen("/dev/null", "w");
    stderr = fopen("/dev/null", "w");
    if (!stdout || !stderr)
        abort();
}
