/* The experiments that come with the program. */
#include "config/experiment.h"

#include <dirent.h>

#include "settings.h"

static const char folder[] = SOURCE_ROOT "/data/experiments";

static bool is_experiment(const char *name)
{
    size_t n = strlen(name);

    return n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

/* Each begins by saying what it shows and how it is run. */
static void check_shipped(const char *name)
{
    char path[1024], command[512], *text = NULL;
    struct lemma_experiment *x = defaults();
    struct lemma_error err = {{0}};

    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(command, sizeof command, "lemma run data/experiments/%s", name);
    check_ok(lemma_experiment_load(x, path, &text, &err), &err);
    assert_memory_equal(text, "# ", 2);
    check_contains(text, command);
    assert_true(x->probe_count > 0);
    if (strcmp(x->data.kind, "idx") == 0)
        check_contains(text, "--set data.path=");
    check_round_trip(x);
    lemma_free(text);
    lemma_free(x);
}

static void every_shipped_experiment_is_read_and_printed(void **state)
{
    DIR *dir = opendir(folder);
    size_t count = 0;

    (void) state;
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (is_experiment(entry->d_name)) {
            print_message("# %s\n", entry->d_name);
            check_shipped(entry->d_name);
            count++;
        }
    }
    closedir(dir);
    assert_true(count >= 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_experiment_is_read_and_printed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
