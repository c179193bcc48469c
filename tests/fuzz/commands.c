#include "commands.h"

#include <hdf5.h>
#include <string.h>

#include "bases.h"
#include "core/blas.h"
#include "fuzz.h"
#include "tool.h"

enum { WORDS = 8 };

/* FILE stands for the record, OTHER for a whole one. */
static const char *const of_runs[FUZZ_COMMANDS][WORDS] = {
    {"info", "FILE"},
    {"info", "FILE", "loss/server"},
    {"info", "FILE", "distance/max_neuron", "--tail", "2"},
    {"info", "--json", "FILE", "data/inputs"},
    {"info", "FILE", "loss/server_client", "--head", "3"},
    {"info", "--json", "FILE"},
    {"compare", "FILE", "OTHER"},
    {"compare", "OTHER", "FILE", "--all", "--json"},
    {"check", "FILE"},
    {"check", "FILE", "--claim", "path_length", "--explain"},
    {"check", "FILE", "--claim", "loss_definition", "--json", "--curves"},
    {"plot", "FILE", "loss/server"},
    {"watch", "--once", "FILE"},
    {"info", "FILE", "network/initial/W1"},
    {"plot", "FILE", "distance/frobenius"},
    {"check", "FILE", "--claim", "gram_start"},
};

static const char *const of_sweeps[FUZZ_COMMANDS][WORDS] = {
    {"info", "FILE"},
    {"fit", "FILE", "--of", "loss/server", "--against", "network.width"},
    {"fit", "FILE", "--of", "loss/server", "--against", "m", "--json"},
    {"fit", "FILE", "--of", "loss/server_client", "--against", "m", "--pool", "seed"},
    {"check", "FILE"},
    {"check", "FILE", "--json"},
    {"info", "FILE", "loss/server.final"},
    {"info", "FILE", "sweep/network.width"},
    {"compare", "FILE", "OTHER"},
    {"fit", "FILE", "--of", "loss/server", "--against", "network.width", "--range",
     "straight"},
    {"fit", "FILE", "--of", "loss/server", "--against", "network.width", "--where",
     "seed=1"},
    {"info", "--json", "FILE"},
    {"fit", "FILE", "--of", "loss/server", "--against", "m", "--reduce", "rate"},
    {"watch", "--once", "FILE"},
    {"fit", "FILE", "--of", "loss/server", "--against", "m"},
    {"info", "FILE"},
};

static const struct lemma_command *find(const char *name)
{
    size_t i = 0;

    while (lemma_commands[i] && strcmp(lemma_commands[i]->name, name) != 0)
        i++;
    fuzz_require(lemma_commands[i]);
    return lemma_commands[i];
}

void fuzz_commands_init(void)
{
    fuzz_silence();
    lemma_blas_init();
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    for (size_t i = 0; i < 2; i++)
        fuzz_write(i ? "sweep.h5" : "run.h5", fuzz_base(i * FUZZ_SWEEP)->bytes,
                   fuzz_base(i * FUZZ_SWEEP)->size);
}

void fuzz_command(size_t which, const char *name, int sweep)
{
    const char *const *from = (sweep ? of_sweeps : of_runs)[which % FUZZ_COMMANDS];
    const struct lemma_command *command = find(from[0]);
    char words[WORDS + 1][256], *argv[WORDS + 1] = {NULL};
    int argc = 0, status;

    for (; argc < WORDS && from[argc]; argc++) {
        argv[argc] = words[argc];
        if (strcmp(from[argc], "FILE") == 0)
            fuzz_path(words[argc], name);
        else if (strcmp(from[argc], "OTHER") == 0)
            fuzz_path(words[argc], sweep ? "sweep.h5" : "run.h5");
        else
            snprintf(words[argc], sizeof words[argc], "%s", from[argc]);
    }
    status = command->main(argc, argv);
    fuzz_require(status >= 0 && status <= TOOL_TROUBLE);
}
