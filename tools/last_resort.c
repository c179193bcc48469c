/*
 * HDF5 1.10 does not survive every damaged file: where all checksums fit, it believes
 * counts and addresses that a forger chose (tests/fuzz/README.md lists what was found).
 * The reader keeps away from what it can. For the rest a crash becomes a sentence and
 * status 3; it says what is known, no more: it may be a bug of ours.
 *
 * Only for commands that read. Sanitizers have handlers of their own, which say more.
 */
#define _GNU_SOURCE /* sigaltstack */
#include "last_resort.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

#if defined __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

/* Made beforehand: a handler can do little more than write. */
static char sentence[1024];

#ifndef SANITIZED
static void on_crash(int number)
{
    ssize_t written = write(STDERR_FILENO, sentence, strlen(sentence));

    (void) number;
    (void) written;
    _exit(TOOL_TROUBLE);
}

/* The stack may be what is full: HDF5 recurses as deep as a file says. */
static void catch_crashes(void)
{
    static char stack[1 << 16];
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    const stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK};

    if (sigaltstack(&other, NULL) != 0)
        return;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaction(numbers[i], &action, NULL);
}
#else
static void catch_crashes(void)
{
}
#endif

void last_resort(int argc, char **argv)
{
    size_t used =
        (size_t) snprintf(sentence, sizeof sentence, "%s: crashed over", argv[0]);

    for (int i = 1; i < argc && used < sizeof sentence / 2; i++)
        if (argv[i][0] != '-')
            used += (size_t) snprintf(sentence + used, sizeof sentence / 2 - used,
                                      " %s", argv[i]);
    used = strlen(sentence);
    snprintf(sentence + used, sizeof sentence - used,
             ": a file that is damaged in a way that HDF5 does not "
             "survive, or a bug of lemma\n");
    catch_crashes();
}
