/* Loaded before a program: it finds itself on a file system without locks. */
#define _GNU_SOURCE
#undef _FILE_OFFSET_BITS /* fcntl and fcntl64 are two functions here */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/file.h>

int flock(int fd, int operation)
{
    (void) fd;
    (void) operation;
    errno = ENOLCK;
    return -1;
}

static int control(const char *name, int fd, int command, void *argument)
{
    if (command == F_OFD_SETLK || command == F_OFD_GETLK) {
        errno = ENOLCK;
        return -1;
    }
    return (__extension__(int (*)(int, int, ...)) dlsym(RTLD_NEXT, name))(fd, command,
                                                                          argument);
}

#define CONTROL(name)                                 \
    int name(int fd, int command, ...)                \
    {                                                 \
        va_list rest;                                 \
        void *argument;                               \
                                                      \
        va_start(rest, command);                      \
        argument = va_arg(rest, void *);              \
        va_end(rest);                                 \
        return control(#name, fd, command, argument); \
    }

CONTROL(fcntl)
CONTROL(fcntl64)
