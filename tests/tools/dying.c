/*
 * Loaded before a program: kills it (SIGKILL, nothing is cleaned up) at the n-th thing
 * it does to a file, n = LEMMA_DIE_AT, so that moments can be chosen and come again. A
 * write is done by half first. Without LEMMA_DIE_AT it counts, and leaves the number in
 * the file LEMMA_DIE_COUNT.
 */
#define _GNU_SOURCE
#undef _FILE_OFFSET_BITS /* pwrite and pwrite64 are two functions here */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned long done;

/* Whether this is the moment. */
static int is_last(void)
{
    const char *at = getenv("LEMMA_DIE_AT");

    return ++done == (at ? strtoul(at, NULL, 10) : 0);
}

static size_t torn(size_t bytes, off64_t at)
{
    size_t end = ((size_t) at + bytes / 2) & ~(size_t) 4095;

    return bytes > 4096 && end > (size_t) at ? end - (size_t) at : 0;
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

#define NEXT(name) (__extension__(__typeof__(&name)) dlsym(RTLD_NEXT, #name))

ssize_t pwrite(int fd, const void *data, size_t bytes, off_t at)
{
    if (is_last() && NEXT(pwrite)(fd, data, torn(bytes, at), at) <= (ssize_t) bytes)
        die();
    return NEXT(pwrite)(fd, data, bytes, at);
}

ssize_t pwrite64(int fd, const void *data, size_t bytes, off64_t at)
{
    if (is_last() && NEXT(pwrite64)(fd, data, torn(bytes, at), at) <= (ssize_t) bytes)
        die();
    return NEXT(pwrite64)(fd, data, bytes, at);
}

size_t fwrite(const void *data, size_t size, size_t count, FILE *f)
{
    struct stat info;

    if (fstat(fileno(f), &info) == 0 && S_ISREG(info.st_mode) && is_last() &&
        NEXT(fwrite)(data, 1, size * count / 2, f) <= size * count) {
        fflush(f);
        die();
    }
    return NEXT(fwrite)(data, size, count, f);
}

int fsync(int fd)
{
    if (is_last())
        die();
    return NEXT(fsync)(fd);
}

int rename(const char *from, const char *to)
{
    if (is_last())
        die();
    return NEXT(rename)(from, to);
}

int renameat2(int d, const char *from, int e, const char *to, unsigned flags)
{
    if (is_last())
        die();
    return NEXT(renameat2)(d, from, e, to, flags);
}

int unlink(const char *path)
{
    if (is_last())
        die();
    return NEXT(unlink)(path);
}

int ftruncate(int fd, off_t size)
{
    if (is_last())
        die();
    return NEXT(ftruncate)(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    if (is_last())
        die();
    return NEXT(ftruncate64)(fd, size);
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("LEMMA_DIE_COUNT");
    FILE *f = path ? fopen(path, "w") : NULL;

    if (f) {
        fprintf(f, "%lu\n", done);
        fclose(f);
    }
}
