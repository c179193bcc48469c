#include "record/child.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record/h5py_python.h"

void child_start(struct child *c, int (*body)(int in, int out, void *context),
                 void *context)
{
    int down[2], up[2];

    signal(SIGPIPE, SIG_IGN);
    assert_true(pipe(down) == 0 && pipe(up) == 0);
    c->pid = fork();
    assert_true(c->pid >= 0);
    if (c->pid == 0) {
        close(down[1]);
        close(up[0]);
        _exit(body(down[0], up[1], context));
    }
    close(down[0]);
    close(up[1]);
    c->to = down[1];
    c->from = up[0];
}

bool say_line(int to, const char *line)
{
    char text[2048];
    int n = snprintf(text, sizeof text, "%s\n", line);

    return write(to, text, (size_t) n) == n;
}

bool hear_line(int from, char *line, size_t size)
{
    size_t n = 0;
    char c;

    while (n + 1 < size) {
        ssize_t got = read(from, &c, 1);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 && n == 0)
            return false;
        if (got <= 0 || c == '\n')
            break;
        line[n++] = c;
    }
    line[n] = 0;
    return true;
}

int child_end(struct child *c)
{
    int status = 0;

    close(c->to);
    close(c->from);
    assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int run_python(int in, int out, void *context)
{
    const char *const *words = context;

    if (dup2(in, 0) < 0 || dup2(out, 1) < 0)
        return 127;
    execl(words[0], words[0], "-B", words[1], words[2], (char *) NULL);
    return 127;
}

bool h5py_start(struct child *c, const char *script, const char *path)
{
    char full[1024];
    const char *words[] = {H5PY_PYTHON, full, path};

    snprintf(full, sizeof full, "%s/%s", SOURCE_ROOT, script);
    if (!*words[0]) {
        print_message("# skipped: python3-h5py is not installed\n");
        return false;
    }
    child_start(c, run_python, words);
    return true;
}

int h5py_run(const char *script, const char *path)
{
    struct child c;
    char line[2048];

    if (!h5py_start(&c, script, path))
        return -1;
    while (hear_line(c.from, line, sizeof line))
        print_message("# %s\n", line);
    return child_end(&c);
}
