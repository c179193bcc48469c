/* Experiments when memory runs out. libyaml's own allocations do not fail here. */
#include "config/experiment.h"

#include <unistd.h>

#include "failing_alloc.h"
#include "settings.h"

struct attempt {
    struct lemma_experiment x, before;
    const char *path;
};

static lemma_status parse(void *context)
{
    struct attempt *a = context;
    lemma_status st =
        lemma_experiment_parse(&a->x, sample_text, strlen(sample_text), "x.yaml", NULL);

    if (st != LEMMA_OK)
        assert_memory_equal(&a->x, &a->before, sizeof a->x);
    return st;
}

static lemma_status set(void *context)
{
    struct attempt *a = context;
    lemma_status st = lemma_experiment_set(&a->x, "network.width=5", NULL);

    if (st != LEMMA_OK)
        assert_memory_equal(&a->x, &a->before, sizeof a->x);
    return st;
}

static lemma_status print(void *context)
{
    struct attempt *a = context;
    char *text = NULL;
    lemma_status st = lemma_experiment_print(&a->x, &text);

    lemma_free(text);
    return st;
}

static lemma_status load(void *context)
{
    struct attempt *a = context;
    char *text = NULL;
    lemma_status st = lemma_experiment_load(&a->x, a->path, &text, NULL);

    if (st != LEMMA_OK) {
        assert_null(text);
        assert_memory_equal(&a->x, &a->before, sizeof a->x);
    }
    lemma_free(text);
    return st;
}

static void check_attempts(lemma_status (*call)(void *context), const char *path,
                           size_t least)
{
    struct attempt *a = lemma_alloc(1, sizeof *a);

    assert_non_null(a);
    lemma_experiment_init(&a->x);
    memcpy(&a->before, &a->x, sizeof a->x);
    a->path = path;
    assert_true(fail_each_allocation(call, a) >= least);
    lemma_free(a);
}

static void parsing_survives_every_failed_allocation(void **state)
{
    (void) state;
    check_attempts(parse, NULL, 1);
}

static void setting_survives_every_failed_allocation(void **state)
{
    (void) state;
    check_attempts(set, NULL, 1);
}

static void printing_survives_every_failed_allocation(void **state)
{
    (void) state;
    check_attempts(print, NULL, 1);
}

static void loading_survives_every_failed_allocation(void **state)
{
    char path[256];

    (void) state;
    scratch_path(path, "memory.yaml");
    write_file(path, sample_text, strlen(sample_text));
    check_attempts(load, path, 3);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parsing_survives_every_failed_allocation),
        cmocka_unit_test(setting_survives_every_failed_allocation),
        cmocka_unit_test(printing_survives_every_failed_allocation),
        cmocka_unit_test(loading_survives_every_failed_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
