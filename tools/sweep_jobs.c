/* The points of a sweep as processes: started, waited for, told about. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/alloc.h"
#include "numbers.h"
#include "sweep.h"
#include "tool.h"

struct job {
    pid_t pid;
    size_t point;
    double begun, cost;       /* of the run */
    double seconds, left;     /* of the point: spent on earlier runs; cost to come */
    size_t value;             /* of a search: what is tried */
    struct lemma_trail trail; /* and what was */
};

struct crew {
    struct sweep_plan *plan;
    bool force;
    struct job *running;
    size_t count;
    double *cost; /* of each point to run */
    sigset_t waited, before;
    bool stopping;
    struct sweep_progress progress;
};

static double seconds_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

static bool path_of(const struct crew *c, size_t point, const char *ending, char *out)
{
    return lemma_point_path(c->plan->dir, point, ending, out, (size_t) 2 * LEMMA_PATH);
}

/* value: of a search. */
static lemma_status experiment_of(const struct crew *c, size_t point, size_t value,
                                  struct lemma_experiment *x, struct lemma_error *err)
{
    const struct lemma_sweep *s = c->plan->s;

    return lemma_sweep_searches(s) ? lemma_sweep_experiment_at(s, point, value, x, err)
                                   : lemma_sweep_experiment(s, point, x, err);
}

/* The point's experiment, resolved, as a file that anybody can run again. */
static lemma_status write_experiment(const struct crew *c, size_t point, size_t value,
                                     struct lemma_error *err)
{
    char path[2 * LEMMA_PATH];
    struct lemma_experiment *x = NULL;
    char *text = NULL;
    FILE *f = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(path_of(c, point, ".yaml", path));
    LEMMA_NEW(x, 1);
    LEMMA_TRY(experiment_of(c, point, value, x, err));
    LEMMA_TRY(lemma_experiment_print(x, &text));
    f = fopen(path, "we");
    if (!f || fputs(text, f) < 0 || fflush(f) != 0)
        st = lemma_fail(err, LEMMA_EIO, "%s: %s", path, strerror(errno));
out:
    if (f)
        fclose(f);
    lemma_free(text);
    lemma_free(x);
    return st;
}

/* In the child, where only what a signal handler may call is called. A process group of
 * its own: Ctrl-C reaches it through us alone, once. Where we die it is asked to end.
 */
_Noreturn static void become_run(const struct crew *c, char *const argv[],
                                 const char *log, pid_t parent)
{
    int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    int null = open("/dev/null", O_RDWR);

    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == parent && fd >= 0 && null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
        dup2(null, STDOUT_FILENO) >= 0 && dup2(fd, STDERR_FILENO) >= 0) {
        sigprocmask(SIG_SETMASK, &c->before, NULL);
        execv("/proc/self/exe", argv);
    }
    _exit(TOOL_TROUBLE);
}

/* `lemma run` as a point's process: what it is told, and its files. */
struct call {
    char experiment[2 * LEMMA_PATH], record[2 * LEMMA_PATH], log[2 * LEMMA_PATH];
    char *argv[8];
};

/* A point that is unfinished goes on, from its checkpoint or its beginning, and keeps
 * its record until there is as much again. A search's tries are short, and begin anew.
 */
static void make_call(const struct crew *c, size_t point, struct call *call)
{
    static char lemma[] = "lemma", run[] = "run", quiet[] = "-q", output[] = "-o",
                force[] = "--force", resume[] = "--resume";
    bool search = lemma_sweep_searches(c->plan->s);
    enum lemma_point_state state = c->plan->state[point];
    bool replaces = c->force && !search && state == LEMMA_POINT_OTHER;
    bool goes_on = !search && state == LEMMA_POINT_UNFINISHED;
    char *begin[8] = {lemma,        run,   call->experiment,       output,
                      call->record, quiet, replaces ? force : NULL};
    char *go_on[8] = {lemma, run, resume, call->record, quiet};

    LEMMA_REQUIRE(path_of(c, point, ".yaml", call->experiment) &&
                  path_of(c, point, search ? ".try.h5" : ".h5", call->record) &&
                  path_of(c, point, search ? ".try.log" : ".log", call->log));
    memcpy(call->argv, goes_on ? go_on : begin, sizeof call->argv);
}

/* The run of a job, which joins those that run. */
static lemma_status start_run(struct crew *c, const struct job *job,
                              struct lemma_error *err)
{
    struct call call;
    pid_t parent = getpid(), pid;
    lemma_status st = LEMMA_OK;

    make_call(c, job->point, &call);
    if (lemma_sweep_searches(c->plan->s))
        unlink(call.record); /* a killed try's is not taken for this one's */
    LEMMA_TRY(write_experiment(c, job->point, job->value, err));
    fflush(NULL);
    pid = fork();
    if (pid == 0)
        become_run(c, call.argv, call.log, parent);
    if (pid < 0) {
        st = lemma_fail(err, LEMMA_EMEMORY, "no process could be started: %s",
                        strerror(errno));
        goto out;
    }
    setpgid(pid, pid); /* whoever of the two is first */
    c->running[c->count] = *job;
    c->running[c->count].pid = pid;
    c->running[c->count++].begun = seconds_now();
out:
    return st;
}

/* The next try of a search, where one is left: the job's value and cost. */
static lemma_status choose_value(const struct crew *c, struct job *job, bool *on)
{
    const struct lemma_sweep *s = c->plan->s;
    struct lemma_experiment *x = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(x, 1);
    *on = lemma_search_next(&s->search, &job->trail, &job->value) == LEMMA_SEARCH_ON;
    LEMMA_TRY(lemma_sweep_experiment_at(s, job->point, job->value, x, NULL));
    job->cost = SWEEP_START_COST + lemma_sweep_cost(x);
out:
    lemma_free(x);
    return st;
}

/* The point has come to its end; why: it failed, where it is not finished. */
static lemma_status end_point(struct crew *c, const struct job *job, const char *why)
{
    struct sweep_plan *p = c->plan;
    size_t i = job->point;
    char values[256], news[600], took[NUMBER_ROOM], found[256];
    lemma_status st = sweep_look(p, i, i + 1);

    lemma_sweep_describe(p->s, i, values, sizeof values);
    p->failed[i] = !lemma_point_is_finished(p->state[i]) && !c->stopping;
    c->progress.done += lemma_point_is_finished(p->state[i]);
    c->progress.failed += p->failed[i];
    sweep_progress_clear(&c->progress);
    if (p->failed[i])
        tool_say("point %zu failed (%s): %s", i, values, why);
    else if (p->state[i] == LEMMA_POINT_DIVERGED)
        tool_say("point %zu DIVERGED (%s): a finding, and recorded", i, values);
    sweep_search_say(p, i, values);
    snprintf(news, sizeof news, "%04zu %s, %s: %s%s", i,
             p->failed[i] ? "failed" : lemma_point_state_name(p->state[i]),
             number_duration(job->seconds, took), values,
             sweep_search_found(p, i, found, sizeof found));
    sweep_progress_show(&c->progress, news);
    return st;
}

static lemma_status start_point(struct crew *c, size_t point, double cost,
                                struct lemma_error *err)
{
    struct job job = {.point = point, .cost = cost, .left = cost};
    struct lemma_error why = {""};
    bool on;
    lemma_status st = LEMMA_OK;

    if (sweep_check_way(c->plan, point, &why) != LEMMA_OK) {
        c->progress.cost -= cost;
        return end_point(c, &job, why.text);
    }
    if (lemma_sweep_searches(c->plan->s)) {
        LEMMA_TRY(sweep_search_begin(c->plan, point, &job.trail, err));
        LEMMA_TRY(choose_value(c, &job, &on));
    }
    LEMMA_TRY(start_run(c, &job, err));
out:
    return st;
}

/* The next try of the point's search, where the last one came to its end and there is
 * one: *on. Else the experiment beside the record is again the record's. */
static lemma_status go_on(struct crew *c, struct job *job, bool *on,
                          struct lemma_error *err)
{
    bool ended;
    double left;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(sweep_search_end_try(c->plan, job->point, job->value, &job->trail, &ended,
                                   err));
    if (!ended)
        goto out;
    LEMMA_TRY(sweep_search_cost(c->plan, job->point, &job->trail, &left));
    c->progress.cost += left - job->left;
    job->left = left;
    LEMMA_TRY(choose_value(c, job, on));
    *on = *on && !c->stopping;
    if (*on)
        LEMMA_TRY(start_run(c, job, err));
    else
        LEMMA_TRY(write_experiment(c, job->point, lemma_search_kept(&job->trail), err));
out:
    return st;
}

static lemma_status end_run(struct crew *c, struct job *job, int status,
                            struct lemma_error *err)
{
    double seconds = seconds_now() - job->begun;
    bool search = lemma_sweep_searches(c->plan->s), on = false;
    char log[2 * LEMMA_PATH], why[1024];
    lemma_status st = LEMMA_OK;

    job->seconds += seconds;
    job->left -= job->cost;
    c->progress.cost_done += job->cost;
    c->progress.spent += seconds;
    if (search)
        LEMMA_TRY(go_on(c, job, &on, err));
    if (on)
        goto out;
    c->progress.cost -= job->left; /* what a failed search leaves undone */
    LEMMA_REQUIRE(path_of(c, job->point, search ? ".try.log" : ".log", log));
    sweep_reason(log, status, why, sizeof why);
    LEMMA_TRY(end_point(c, job, why));
    sweep_tidy_log(log);
out:
    return st;
}

/* Whatever has ended. */
static lemma_status reap(struct crew *c, struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < c->count;) {
        struct job job = c->running[i];
        int status = 0;

        if (waitpid(job.pid, &status, WNOHANG) != job.pid) {
            i++;
            continue;
        }
        c->running[i] = c->running[--c->count];
        c->progress.running = c->count;
        LEMMA_TRY(end_run(c, &job, status, err));
    }
out:
    return st;
}

static void stop_all(struct crew *c)
{
    for (size_t i = 0; i < c->count; i++)
        kill(c->running[i].pid, SIGTERM);
}

/* Until a child ends, a signal comes, or the terminal's line wants the time. */
static void wait_for_news(struct crew *c)
{
    struct timespec moment = {0, 500000000};
    int number = sigtimedwait(&c->waited, NULL, &moment);

    if (number == SIGINT || number == SIGTERM) {
        if (!c->stopping) {
            sweep_progress_clear(&c->progress);
            tool_say("stopping: %zu running points end after their local step",
                     c->count);
        }
        c->stopping = true;
        stop_all(c);
    }
    c->progress.running = c->count;
    c->progress.cost_running = c->progress.spent_now = 0;
    for (size_t i = 0; i < c->count; i++) {
        c->progress.cost_running += c->running[i].cost;
        c->progress.spent_now += seconds_now() - c->running[i].begun;
    }
    sweep_progress_show(&c->progress, NULL);
}

/* Signals wait for us to ask, but reach children as they would have. Those share the
 * threads; libgomp reads the variable when it is loaded, so that ours stay. */
static void prepare(struct crew *c, const struct sweep_jobs *how)
{
    size_t each = how->threads / how->jobs;
    char threads[32];

    snprintf(threads, sizeof threads, "%zu", each > 0 ? each : 1);
    setenv("OMP_NUM_THREADS", threads, 1);
    sigemptyset(&c->waited);
    sigaddset(&c->waited, SIGCHLD);
    sigaddset(&c->waited, SIGINT);
    sigaddset(&c->waited, SIGTERM);
    sigprocmask(SIG_BLOCK, &c->waited, &c->before);
    signal(SIGPIPE, SIG_IGN);
}

static lemma_status weigh(struct crew *c, const size_t *points, size_t count)
{
    struct lemma_experiment *x = NULL;
    struct lemma_trail trail;
    enum lemma_point_state state;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(x, 1);
    for (size_t i = 0; i < count; i++) {
        if (lemma_sweep_searches(c->plan->s)) {
            LEMMA_TRY(
                lemma_point_trail(c->plan->s, c->plan->dir, points[i], &state, &trail));
            LEMMA_TRY(sweep_search_cost(c->plan, points[i], &trail, &c->cost[i]));
        } else {
            LEMMA_TRY(lemma_sweep_experiment(c->plan->s, points[i], x, NULL));
            c->cost[i] = SWEEP_START_COST + lemma_sweep_cost(x);
        }
        c->progress.cost += c->cost[i];
    }
out:
    lemma_free(x);
    return st;
}

lemma_status sweep_run(struct sweep_plan *p, const size_t *points, size_t count,
                       const struct sweep_jobs *how, bool *interrupted,
                       struct lemma_error *err)
{
    struct crew c = {.plan = p, .force = how->force};
    size_t next = 0;
    lemma_status st = LEMMA_OK;

    sweep_progress_init(&c.progress, how->quiet, count);
    c.progress.jobs = how->jobs;
    LEMMA_NEW(c.running, how->jobs);
    LEMMA_NEW(c.cost, count);
    LEMMA_TRY(weigh(&c, points, count));
    prepare(&c, how);
    while (c.count > 0 || (next < count && !c.stopping)) {
        while (c.count < how->jobs && next < count && !c.stopping) {
            LEMMA_TRY(start_point(&c, points[next], c.cost[next], err));
            next++;
        }
        wait_for_news(&c);
        LEMMA_TRY(reap(&c, err));
    }
out:
    sweep_progress_clear(&c.progress);
    if (c.count > 0)
        stop_all(&c);
    for (size_t i = 0; i < c.count; i++)
        waitpid(c.running[i].pid, NULL, 0);
    *interrupted = c.stopping;
    lemma_free(c.running);
    lemma_free(c.cost);
    return st;
}
