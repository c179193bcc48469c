/* Runs a target over files: the seeds and what was found, in every build. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { INPUT_MAX = 1 << 20 };

static uint8_t input[INPUT_MAX];

static size_t run_file(const char *path, FILE *talk)
{
    FILE *f = fopen(path, "rb");
    uint8_t *copy;
    size_t n;

    if (!f)
        return 0;
    n = fread(input, 1, sizeof input, f);
    fclose(f);
    copy = malloc(n ? n : 1); /* of its own size: sanitizers see its ends */
    if (!copy)
        abort();
    memcpy(copy, input, n);
    fprintf(talk, "%s\n", path);
    fflush(talk);
    LLVMFuzzerTestOneInput(copy, n);
    free(copy);
    return 1;
}

static size_t run_folder(const char *folder, FILE *talk)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    char path[4096];
    size_t count = 0;

    while (dir && (entry = readdir(dir))) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            count += run_file(path, talk);
    }
    if (dir)
        closedir(dir);
    return count;
}

int main(int argc, char **argv)
{
    FILE *talk = fdopen(1, "w");
    size_t count = 0;

    LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++)
        count += run_folder(argv[i], talk);
    fprintf(talk, "%zu inputs\n", count);
    return fclose(talk) == 0 && count > 0 ? 0 : 1;
}
