#include "train/fixture.h"

#include <math.h>

enum { D_X = 6 };

struct fixture fixture_default(void)
{
    return (struct fixture){
        .preset = "deep-relu",
        .width = 24,
        .depth = 2,
        .outputs = 1,
        .clients = FIXTURE_CLIENTS,
        .counts = {5, 3, 4, 4},
        .config = {.local_steps = 3,
                   .rounds = 4,
                   .sampling = "subset",
                   .server_step = 1,
                   .local_models = "factored"},
        .eta = 0.02,
        .seed = 5,
    };
}

static double *normals(uint64_t id, size_t n)
{
    double *a = lemma_alloc(n, sizeof *a);

    assert_non_null(a);
    draw_normals(id, a, n);
    return a;
}

void fixture_make(struct fixture *f)
{
    struct lemma_error err = {""};
    size_t n = 0;

    for (size_t c = 0; c < f->clients; c++) {
        f->spans[c] = (struct lemma_span){n, f->counts[c]};
        n += f->counts[c];
    }
    f->set = (struct lemma_dataset){
        .n = n,
        .d_x = D_X,
        .d = f->outputs,
        .inputs = lemma_mat_of(normals(1, n * D_X), n, D_X),
        .targets = lemma_mat_of(normals(2, n * f->outputs), n, f->outputs),
    };
    for (size_t i = 0; i < n; i++) {
        double *x = lemma_row(f->set.inputs, i).a, norm = 0;

        for (size_t j = 0; j < D_X; j++)
            norm += x[j] * x[j];
        for (size_t j = 0; j < D_X; j++)
            x[j] /= sqrt(norm);
    }
    f->partition = (struct lemma_partition){f->clients, f->spans};
    check_ok(lemma_network_create(f->preset, D_X, f->outputs, f->width, f->depth,
                                  &f->net, &err),
             &err);
    f->training = (struct lemma_training){.net = f->net,
                                          .loss = lemma_loss_types[0],
                                          .set = &f->set,
                                          .partition = &f->partition,
                                          .config = &f->config,
                                          .eta = f->eta,
                                          .seed = f->seed,
                                          .stop = f->training.stop,
                                          .comm = f->training.comm,
                                          .find = f->training.find,
                                          .finder = f->training.finder};
    check_ok(lemma_trainer_create(&f->training, &f->trainer, &err), &err);
}

void fixture_unmake(struct fixture *f)
{
    lemma_trainer_destroy(f->trainer);
    lemma_network_destroy(f->net);
    lemma_free(f->set.inputs.a);
    lemma_free(f->set.targets.a);
}
