/* A job array for Slurm: one task a point. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "sweep.h"
#include "tool.h"

enum { USUAL_ARRAY = 1000 };

/* A word of the shell, whatever it holds. */
static void quote(FILE *out, const char *word)
{
    fputc('\'', out);
    for (const char *c = word; *c; c++)
        if (*c == '\'')
            fputs("'\\''", out);
        else
            fputc(*c, out);
    fputc('\'', out);
}

/* The program by its whole path, unless the shell finds it by its name. */
static void command(FILE *out, const struct sweep_plan *p,
                    const struct experiment_arguments *a, const struct sweep_jobs *how)
{
    char *whole = strchr(tool_program, '/') ? realpath(tool_program, NULL) : NULL;

    quote(out, whole ? whole : tool_program);
    free(whole);
    fputs(" sweep ", out);
    quote(out, a->file);
    fputs(" -o ", out);
    quote(out, p->dir);
    fputs(how->paper ? " --paper" : "", out);
    fputs(how->force ? " --force" : "", out);
    for (size_t i = 0; i < a->setting_count; i++) {
        fputs(" --set ", out);
        quote(out, a->settings[i]);
    }
}

void sweep_slurm(FILE *out, const struct sweep_plan *p,
                 const struct experiment_arguments *a, const struct sweep_jobs *how)
{
    size_t each = how->threads / how->jobs;

    fprintf(out,
            "#!/bin/sh\n"
            "# One task a point; finished points are passed over, so that the same\n"
            "# script goes on after a time limit. Submitted from the folder that the\n"
            "# paths below are relative to:\n"
            "#\n"
            "#   job=$(sbatch --parsable sweep.sh)\n"
            "#\n"
            "# and, once all tasks are over, the sweep's own file:\n"
            "#\n"
            "#   sbatch --dependency=afterany:$job --wrap=\"sh sweep.sh collect\"\n"
            "#\n"
            "#SBATCH --job-name=lemma-sweep\n"
            "#SBATCH --array=0-%zu%%%zu\n"
            "#SBATCH --cpus-per-task=%zu\n"
            "set -eu\n"
            "export OMP_NUM_THREADS=\"${SLURM_CPUS_PER_TASK:-1}\"\n",
            p->s->points - 1, how->jobs, each > 0 ? each : 1);
    fputs("if [ \"${1-}\" = collect ]; then\n    exec ", out);
    command(out, p, a, how);
    fputs(" --collect\nfi\nexec ", out);
    command(out, p, a, how);
    fputs(" --index \"$SLURM_ARRAY_TASK_ID\"\n", out);
    if (p->s->points > USUAL_ARRAY)
        tool_say("%zu tasks: clusters often allow %d in an array (MaxArraySize)",
                 p->s->points, USUAL_ARRAY);
}
