/* The sweeps that come with the program. */
#include <dirent.h>

#include "core/blas.h"
#include "grid.h"

static const char folder[] = SOURCE_ROOT "/data/experiments/sweeps";

/* Each begins by saying what it shows and how it is run; its first and last points can
 * be. */
static void check_shipped(const char *name)
{
    struct lemma_sweep *s = NULL;
    struct lemma_error err = {""};
    char path[1024], command[512];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(command, sizeof command, "lemma sweep data/experiments/sweeps/%s", name);
    check_ok(lemma_sweep_load(path, &s, &err), &err);
    assert_memory_equal(s->source, "# ", 2);
    check_contains(s->source, command);
    check_ok(lemma_sweep_check(s, 0, &err), &err);
    check_ok(lemma_sweep_check(s, s->points - 1, &err), &err);
    lemma_sweep_destroy(s);
}

static void every_shipped_sweep_can_be_run(void **state)
{
    DIR *dir = opendir(folder);
    size_t count = 0;

    (void) state;
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        if (entry->d_name[0] != '.' && strstr(entry->d_name, ".yaml")) {
            print_message("# %s\n", entry->d_name);
            check_shipped(entry->d_name);
            count++;
        }
    closedir(dir);
    assert_true(count >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_sweep_can_be_run),
    };

    lemma_blas_init();
    return cmocka_run_group_tests_name("shipped", tests, NULL, NULL);
}
