#include "claim/theorems.h"

#include <math.h>

#include "support.h"

/* A run that meets every condition of Local GD's theorems: N = 16 samples at K = 4
 * clients, powers of two where possible. */
static struct lemma_facts deep(void)
{
    return (struct lemma_facts){.network = "deep-relu",
                                .loss = "squared",
                                .sampling = "subset",
                                .m = 1024,
                                .L = 2,
                                .d = 2,
                                .d_x = 8,
                                .N = 16,
                                .K = 4,
                                .n_least = 4,
                                .n_most = 4,
                                .tau = 10,
                                .eta = 1. / 1024,
                                .server_step = 1,
                                .batch = 0,
                                .phi = 0.5,
                                .spectral_norm = 4,
                                .r0 = sqrt(32),
                                .gram_least = 1. / 16,
                                .gram_most = 4,
                                .limit_least = 1. / 8,
                                .limit_most = 2,
                                .delta = 1. / 128,
                                .epsilon = 1. / 4};
}

static struct lemma_facts two_layer(void)
{
    struct lemma_facts f = deep();

    f.network = "two-layer-relu";
    f.L = f.d = 1;
    f.eta = 0.25;
    return f;
}

static struct lemma_facts one_machine(struct lemma_facts f)
{
    f.K = 1;
    f.n_least = f.n_most = f.N;
    return f;
}

/* The requirement of that name; fails where there is none. */
static struct lemma_requirement need(const char *theorem, const struct lemma_facts *f,
                                     const char *words)
{
    const struct lemma_theorem *t = lemma_theorem_find(theorem);
    struct lemma_requirement r[LEMMA_REQUIREMENTS] = {{0}};
    size_t count, i = 0;

    assert_non_null(t);
    count = lemma_theorem_evaluate(t, f, r);
    assert_in_range(count, 1, LEMMA_REQUIREMENTS);
    while (i < count && strcmp(r[i].words, words) != 0)
        i++;
    assert_true(i < count);
    return r[i];
}

static enum lemma_meets meets(const char *theorem, const struct lemma_facts *f,
                              const char *words)
{
    return need(theorem, f, words).meets;
}

/*
 * log10, by exact integers (and, under logarithms of m, by bisection):
 *   local_gd    A = 4 4^16 2^12 2 / 2^-8 = 2^55, m = A (ln m)^3
 *   local_sgd   A = 4 4^18 2^12 2 / 2^-8 = 2^59, m = A (ln m)^5
 *   allen_zhu   16^24 2^12 2 2^8 = 2^117         zou_gu  A = 2^49, m = A (ln m)^3
 *   zou_gu_sgd  16^17 2^12 2^8 / 16^4 = 2^72, B = N
 *   steps       1/(1024 10 4^2 (ln 1024)^2), 1/(1024 10 4^3 (ln 1024)^2),
 *               1/(16^3 4 1024), 2/(4 1024), 16/(16^3 1024 ln 1024)
 */
static void sizes_of_deep_theorems_are_those_by_hand(void **state)
{
    static const struct {
        const char *name;
        double width, step;
    } cases[] = {
        {"local_gd", 21.649649432587278, -6.896070861386013},
        {"local_sgd", 26.704794379441836, -7.498130852713976},
        {"allen_zhu", 35.2205094926858, -7.224719895935548},
        {"zou_gu", 19.72196757494955, -3.311329952303793},
        {"zou_gu_sgd", 21.674159687806647, -6.2593653829968},
    };
    struct lemma_facts f = deep();

    (void) state;
    for (size_t i = 0; i < 5; i++) {
        struct lemma_requirement w = need(cases[i].name, &f, "width");
        struct lemma_requirement s = need(cases[i].name, &f, "step size");

        check_close(w.need, cases[i].width, 1e-12);
        check_close(w.have, 3.010299956639812, 1e-14);
        check_close(w.miss, cases[i].width - 3.010299956639812, 1e-12);
        check_close(s.need, cases[i].step, 1e-12);
        check_close(s.miss, -3.010299956639812 - cases[i].step, 1e-12);
        assert_true(w.meets == LEMMA_MISSED && w.sense == LEMMA_AT_LEAST);
        assert_true(s.sense == LEMMA_AT_MOST);
        assert_int_equal(s.meets, s.miss > 0 ? LEMMA_MISSED : LEMMA_MET);
    }
}

/*
 *   two_layer_local_gd  (2/pi) 1444 16^3 32 16^4;  step 4 (1/16)/(4 4 16 10)
 *   fl_ntk              16^4 8^4 ln 2048;          step 4 (1/8)/(16 10 16^2)
 *   du                  16^6 8^4 128^3 = 2^57;     step (1/8)/16
 *   song_yang           16^4 8^4 ln 2048;          step (1/8)/16
 *   oymak               16 4^6 8^4 = 2^28;         step 16/4^2 = 1
 *   arora               16^7 8^4 128^4 4^2 = 2^72; step (1/8)/16
 */
static void sizes_of_two_layer_theorems_are_those_by_hand(void **state)
{
    static const struct {
        const char *name;
        double width, step;
    } cases[] = {
        {"two_layer_local_gd", 12.897437173114847, -4.010299956639812},
        {"fl_ntk", 9.311058024794837, -4.913389943631755},
        {"du", 17.158709752846928, -2.1072099696478683},
        {"song_yang", 9.311058024794837, -2.1072099696478683},
        {"oymak", 8.428839878591473, 0},
        {"arora", 21.674159687806647, -2.1072099696478683},
    };
    struct lemma_facts f = two_layer();
    struct lemma_requirement scale = need("arora", &f, "initial scale");

    (void) state;
    for (size_t i = 0; i < 6; i++) {
        struct lemma_requirement w = need(cases[i].name, &f, "width");
        struct lemma_requirement s = need(cases[i].name, &f, "step size");

        check_close(w.need, cases[i].width, 1e-12);
        check_close(s.need, cases[i].step, 1e-12);
        assert_int_equal(w.meets, LEMMA_MISSED);
        assert_int_equal(s.meets, strcmp(cases[i].name, "oymak") == 0 ? LEMMA_MET
                                                                      : LEMMA_MISSED);
    }
    check_close(scale.need, -3.311329952303793, 1e-12); /* 2^-2 2^-7 / 4 = 2^-11 */
    assert_true(scale.meets == LEMMA_MISSED && scale.have == 0);
}

/* A = 1 with (ln m)^3: the root of y = 3 ln y above 3 is 4.536403654973525. Below
 * A = (e/3)^3 the inequality always holds, and counts from log m = 3 on. */
static void small_widths_solve_their_logarithms_too(void **state)
{
    struct lemma_facts f = one_machine(deep());

    (void) state;
    f.N = f.L = f.d = f.phi = 1;
    check_close(need("zou_gu", &f, "width").need, 4.536403654973525 / log(10), 1e-12);
    f.phi = 1.2;
    check_close(need("zou_gu", &f, "width").need, 3 / log(10), 1e-12);
    f.phi = INFINITY; /* one sample has no pair */
    check_close(need("zou_gu", &f, "width").need, 3 / log(10), 1e-12);
}

/* -ln of a round's factor; the first by m eta = 1: 10 (1/2)/(2 16^2). */
static void rates_are_those_by_hand(void **state)
{
    static const struct {
        const char *name;
        double rate;
    } cases[] = {
        {"local_gd", 0.009765625},
        {"local_sgd", 0.009765625},
        {"zou_gu", 0.009765625},
        {"allen_zhu", 0.0006103515625},
        {"two_layer_local_gd", 0.014702345062103541}, /* -2 ln(1-.75 2.5 (1/16)/16) */
        {"du", 0.009770396478266127},                 /* -10 ln(1 - (1/32)/32) */
        {"song_yang", 0.009770396478266127},
        {"oymak", 0.01953125},
        {"arora", 0.039100696716067015}, /* -20 ln(1 - (1/32)/16) */
        {"fl_ntk", 0.009813621448324622} /* -ln(1 - 2.5 (1/8)/32) */
    };
    struct lemma_facts f = deep(), g = two_layer();

    (void) state;
    for (size_t i = 0; i < 10; i++)
        check_close(
            lemma_theorem_rate(lemma_theorem_find(cases[i].name), i < 4 ? &f : &g),
            cases[i].rate, 1e-15);
    assert_true(isnan(lemma_theorem_rate(lemma_theorem_find("zou_gu_sgd"), &f)));
    g.eta = 1e6;
    assert_true(isnan(lemma_theorem_rate(lemma_theorem_find("du"), &g)));
    assert_true(isnan(lemma_theorem_rate(lemma_theorem_find("fl_ntk"), &g)));
}

/* Every size at its bound is met, and missed a millionth beyond it. */
static void equality_meets_a_size_and_a_little_less_misses_it(void **state)
{
    (void) state;
    for (const struct lemma_theorem *const *t = lemma_theorems; *t; t++) {
        struct lemma_facts f = strstr((*t)->network, "deep") ? deep() : two_layer();

        f.m = exp((*t)->ln_width(&f));
        f.eta = exp((*t)->ln_step(&f));
        assert_int_equal(meets((*t)->name, &f, "width"), LEMMA_MET);
        assert_int_equal(meets((*t)->name, &f, "step size"), LEMMA_MET);
        f.eta *= 1 + 1e-6;
        assert_int_equal(meets((*t)->name, &f, "step size"), LEMMA_MISSED);
        f.m *= 1 - 1e-6;
        assert_int_equal(meets((*t)->name, &f, "width"), LEMMA_MISSED);
    }
}

static void conditions_of_every_theorem_can_all_be_met(void **state)
{
    (void) state;
    for (const struct lemma_theorem *const *t = lemma_theorems; *t; t++) {
        struct lemma_facts f =
            one_machine(strstr((*t)->network, "deep") ? deep() : two_layer());
        struct lemma_requirement r[LEMMA_REQUIREMENTS];
        size_t count;

        f.network = (*t)->network;
        f.m = 1e60;
        f.eta = 1e-80;
        f.tau = 1;
        count = lemma_theorem_evaluate(*t, &f, r);
        assert_in_range(count, 9, LEMMA_REQUIREMENTS);
        for (size_t i = 0; i < count; i++)
            if (strcmp(r[i].words, "initial scale") != 0)
                assert_int_equal(r[i].meets, LEMMA_MET);
    }
}

static void the_network_is_the_theorems(void **state)
{
    struct lemma_facts f = deep(), g = two_layer();

    (void) state;
    assert_int_equal(meets("local_gd", &f, "network"), LEMMA_MET);
    assert_int_equal(meets("allen_zhu", &f, "network"), LEMMA_MISSED);
    assert_int_equal(meets("du", &f, "network"), LEMMA_MISSED);
    assert_int_equal(meets("du", &g, "network"), LEMMA_MET);
    assert_int_equal(meets("arora", &f, "initial scale"), LEMMA_UNKNOWN);
    g.d = 2;
    assert_int_equal(meets("du", &g, "network"), LEMMA_MISSED);
    f.network = "";
    assert_int_equal(meets("local_gd", &f, "network"), LEMMA_UNKNOWN);
    assert_int_equal(meets("local_gd", &f, "width"), LEMMA_UNKNOWN);
    f.loss = "logistic";
    assert_int_equal(meets("local_gd", &f, "squared loss"), LEMMA_MISSED);
}

/* A fixed input layer keeps the scale; the two-layer network's is another. */
static void sizes_of_another_parameterisation_are_unknown(void **state)
{
    struct lemma_facts f = deep(), g = two_layer();

    (void) state;
    assert_int_equal(meets("allen_zhu", &f, "width"), LEMMA_MISSED);
    assert_int_equal(meets("two_layer_local_gd", &f, "width"), LEMMA_UNKNOWN);
    assert_int_equal(meets("oymak", &f, "step size"), LEMMA_UNKNOWN);
    assert_true(isnan(lemma_theorem_rate(lemma_theorem_find("du"), &f)));
    assert_int_equal(meets("local_gd", &g, "width"), LEMMA_UNKNOWN);
    assert_int_equal(meets("zou_gu", &g, "step size"), LEMMA_UNKNOWN);
    assert_true(isnan(lemma_theorem_rate(lemma_theorem_find("local_gd"), &g)));
}

static void one_machine_is_one_client_or_one_step_a_round(void **state)
{
    struct lemma_facts f = deep();

    (void) state;
    assert_int_equal(meets("zou_gu", &f, "one machine"), LEMMA_MISSED);
    f.tau = 1;
    assert_int_equal(meets("zou_gu", &f, "one machine"), LEMMA_MET);
    assert_int_equal(meets("zou_gu_sgd", &f, "one machine"), LEMMA_MET);
    f.batch = 2; /* of each client: no draw from all samples */
    assert_int_equal(meets("zou_gu_sgd", &f, "one machine"), LEMMA_MISSED);
    f = one_machine(deep());
    assert_int_equal(meets("zou_gu", &f, "one machine"), LEMMA_MET);
    f.batch = 2;
    assert_int_equal(meets("zou_gu_sgd", &f, "one machine"), LEMMA_MET);
    check_close(need("zou_gu_sgd", &f, "width").need, 84 * log10(2), 1e-12);
}

static void full_batches_take_all_samples_of_the_largest_client(void **state)
{
    struct lemma_facts f = deep();

    (void) state;
    assert_int_equal(meets("local_gd", &f, "full batches"), LEMMA_MET);
    f.batch = 3;
    assert_int_equal(meets("local_gd", &f, "full batches"), LEMMA_MISSED);
    f.batch = 4;
    assert_int_equal(meets("local_gd", &f, "full batches"), LEMMA_MET);
    f.sampling = "replacement"; /* four draws, some of them twice */
    assert_int_equal(meets("local_gd", &f, "full batches"), LEMMA_MISSED);
    assert_int_equal(meets("local_sgd", &f, "fresh batches"), LEMMA_MET);
    f.batch = 5;
    assert_int_equal(meets("local_gd", &f, "full batches"), LEMMA_MET);
    f.batch = 2;
    f.sampling = "epoch";
    assert_int_equal(meets("local_sgd", &f, "fresh batches"), LEMMA_MISSED);
    f.sampling = "";
    assert_int_equal(meets("local_sgd", &f, "fresh batches"), LEMMA_UNKNOWN);
    f.n_most = NAN;
    assert_int_equal(meets("local_gd", &f, "full batches"), LEMMA_UNKNOWN);
}

static void unequal_clients_miss_what_local_theorems_assume(void **state)
{
    static const char *const local[] = {"local_gd", "local_sgd", "two_layer_local_gd",
                                        "fl_ntk"};
    struct lemma_facts f = deep();

    (void) state;
    for (size_t i = 0; i < 4; i++) {
        f.n_most = 4;
        assert_int_equal(meets(local[i], &f, "equal clients"), LEMMA_MET);
        f.n_most = 5;
        assert_int_equal(meets(local[i], &f, "equal clients"), LEMMA_MISSED);
        f.n_most = NAN;
        assert_int_equal(meets(local[i], &f, "equal clients"), LEMMA_UNKNOWN);
    }
}

static void a_server_step_scales_the_step_where_a_round_is_one(void **state)
{
    struct lemma_facts f = two_layer();

    (void) state;
    f.server_step = 0.5;
    assert_int_equal(meets("du", &f, "server step"), LEMMA_MISSED);
    assert_int_equal(meets("fl_ntk", &f, "server step"), LEMMA_MET);
    check_close(need("du", &f, "step size").have, log10(0.25), 1e-15);
    f.tau = 1;
    assert_int_equal(meets("du", &f, "server step"), LEMMA_MET);
    check_close(need("du", &f, "step size").have, log10(0.125), 1e-15);
    check_close(need("fl_ntk", &f, "step size").have, log10(0.25), 1e-15);
    f.server_step = 2;
    check_close(need("fl_ntk", &f, "server step").miss, log10(2), 1e-15);
    f.tau = NAN;
    assert_int_equal(meets("du", &f, "step size"), LEMMA_UNKNOWN);
}

static void inputs_are_apart_and_of_unit_norm(void **state)
{
    struct lemma_facts f = two_layer(), g = deep();

    (void) state;
    f.spectral_norm = sqrt(2); /* orthogonal up to repetition: N / d_x */
    assert_int_equal(meets("du", &f, "unit inputs"), LEMMA_MET);
    f.spectral_norm = 1.4;
    assert_int_equal(meets("du", &f, "unit inputs"), LEMMA_MISSED);
    f.spectral_norm = 4.001; /* the trace of X^T X is 16 */
    assert_int_equal(meets("du", &f, "unit inputs"), LEMMA_MISSED);
    f.phi = g.phi = 0; /* whatever rounding made of lambda_0 */
    assert_int_equal(meets("du", &f, "positive kernel"), LEMMA_MISSED);
    assert_int_equal(meets("two_layer_local_gd", &f, "positive kernel"), LEMMA_MISSED);
    assert_int_equal(meets("local_gd", &g, "separation"), LEMMA_MISSED);
    assert_true(need("local_gd", &g, "width").miss == INFINITY);
    f.phi = NAN;
    assert_int_equal(meets("du", &f, "positive kernel"), LEMMA_MET);
    f.limit_least = 0;
    assert_int_equal(meets("du", &f, "positive kernel"), LEMMA_MISSED);
    assert_true(need("du", &f, "width").miss == INFINITY);
    assert_int_equal(meets("du", &f, "width"), LEMMA_MISSED);
    assert_int_equal(meets("du", &f, "step size"), LEMMA_MISSED);
}

/* Each number missing in turn makes unknown what was known with it. */
static void a_number_that_is_not_one_is_unknown_never_met(void **state)
{
    static const struct {
        size_t offset;
        const char *theorem, *words;
    } cases[] = {
#define FACT(field, theorem, words) \
    {offsetof(struct lemma_facts, field), theorem, words}
        FACT(m, "local_gd", "width"),
        FACT(m, "local_gd", "step size"),
        FACT(L, "zou_gu", "width"),
        FACT(d, "allen_zhu", "width"),
        FACT(d, "du", "network"),
        FACT(d_x, "du", "unit inputs"),
        FACT(N, "du", "width"),
        FACT(K, "local_sgd", "width"),
        FACT(K, "zou_gu", "one machine"),
        FACT(tau, "fl_ntk", "step size"),
        FACT(eta, "oymak", "step size"),
        FACT(batch, "local_gd", "full batches"),
        FACT(batch, "zou_gu_sgd", "width"),
        FACT(server_step, "du", "server step"),
        FACT(server_step, "fl_ntk", "server step"),
        FACT(phi, "local_gd", "separation"),
        FACT(phi, "local_sgd", "width"),
        FACT(spectral_norm, "oymak", "width"),
        FACT(spectral_norm, "two_layer_local_gd", "step size"),
        FACT(spectral_norm, "local_gd", "unit inputs"),
        FACT(r0, "two_layer_local_gd", "width"),
        FACT(gram_least, "two_layer_local_gd", "width"),
        FACT(gram_least, "two_layer_local_gd", "positive kernel"),
        FACT(gram_most, "two_layer_local_gd", "step size"),
        FACT(limit_least, "song_yang", "width"),
        FACT(limit_least, "arora", "positive kernel"),
        FACT(limit_most, "fl_ntk", "step size"),
        FACT(delta, "fl_ntk", "width"),
        FACT(epsilon, "arora", "initial scale"),
    };

    (void) state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct lemma_theorem *t = lemma_theorem_find(cases[i].theorem);
        struct lemma_facts f = strstr(t->network, "deep") ? deep() : two_layer();
        double nan = NAN;

        assert_true(meets(t->name, &f, cases[i].words) != LEMMA_UNKNOWN);
        memcpy((char *) &f + cases[i].offset, &nan, sizeof nan);
        assert_int_equal(meets(t->name, &f, cases[i].words), LEMMA_UNKNOWN);
    }
}

/* m = 1e9, N = 1e7, K = 1000, L = 100, d = 1000, phi = 1e-6. */
static void absurd_sizes_do_not_overflow(void **state)
{
    struct lemma_facts f = deep();

    (void) state;
    f.m = 1e9;
    f.N = 1e7;
    f.K = 1000;
    f.L = 100;
    f.d = 1000;
    f.phi = 1e-6;
    check_close(need("allen_zhu", &f, "width").miss, 243 - 9, 1e-11);
    check_close(need("local_gd", &f, "width").need, 149.61154236659175, 1e-10);
    check_close(need("local_sgd", &f, "width").need, 162.87028776197144, 1e-10);
    check_close(need("zou_gu", &f, "width").need, 114.2603335284229, 1e-10);
    f.N = 1e30; /* and past the largest double: 720 + 24 + 3 + 48 */
    check_close(need("allen_zhu", &f, "width").need, 795, 1e-10);
}

static void the_headline_is_the_theorem_of_the_run_nearest_in_width(void **state)
{
    struct lemma_facts f = deep(), g = two_layer();
    struct lemma_requirement r;

    (void) state;
    assert_string_equal(lemma_theorem_nearest(&f, &r)->name, "local_gd");
    check_close(r.miss, 21.649649432587278 - 3.010299956639812, 1e-12);
    assert_string_equal(r.words, "width");
    f = one_machine(f); /* n = N: what one machine needs is less */
    assert_string_equal(lemma_theorem_nearest(&f, &r)->name, "zou_gu");
    f.network = "deep-relu-fixed-input";
    assert_string_equal(lemma_theorem_nearest(&f, &r)->name, "allen_zhu");
    assert_string_equal(lemma_theorem_nearest(&g, &r)->name, "fl_ntk");
    g.limit_least = NAN;
    assert_string_equal(lemma_theorem_nearest(&g, &r)->name, "two_layer_local_gd");
    g.r0 = NAN;
    assert_null(lemma_theorem_nearest(&g, &r));
    g.network = "";
    assert_null(lemma_theorem_nearest(&g, &r));
}

static void theorems_are_found_by_name_and_documented(void **state)
{
    size_t count = 0;

    (void) state;
    for (const struct lemma_theorem *const *t = lemma_theorems; *t; t++, count++) {
        const char *const texts[] = {(*t)->title,      (*t)->width,  (*t)->step,
                                     (*t)->conclusion, (*t)->also,   (*t)->source,
                                     (*t)->status,     (*t)->network};

        assert_ptr_equal(lemma_theorem_find((*t)->name), *t);
        for (size_t i = 0; i < 8; i++)
            assert_true(texts[i] && strlen(texts[i]) > 3);
        check_contains((*t)->source, "theory 2.");
    }
    assert_int_equal(count, 11);
    assert_null(lemma_theorem_find("nonsense"));
    check_contains(lemma_theorems_note, "taken as 1");
    assert_string_equal(lemma_meets_name(LEMMA_MET), "met");
    assert_string_equal(lemma_meets_name(LEMMA_MISSED), "missed");
    assert_string_equal(lemma_meets_name(LEMMA_UNKNOWN), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_of_deep_theorems_are_those_by_hand),
        cmocka_unit_test(sizes_of_two_layer_theorems_are_those_by_hand),
        cmocka_unit_test(small_widths_solve_their_logarithms_too),
        cmocka_unit_test(rates_are_those_by_hand),
        cmocka_unit_test(equality_meets_a_size_and_a_little_less_misses_it),
        cmocka_unit_test(conditions_of_every_theorem_can_all_be_met),
        cmocka_unit_test(the_network_is_the_theorems),
        cmocka_unit_test(sizes_of_another_parameterisation_are_unknown),
        cmocka_unit_test(one_machine_is_one_client_or_one_step_a_round),
        cmocka_unit_test(full_batches_take_all_samples_of_the_largest_client),
        cmocka_unit_test(unequal_clients_miss_what_local_theorems_assume),
        cmocka_unit_test(a_server_step_scales_the_step_where_a_round_is_one),
        cmocka_unit_test(inputs_are_apart_and_of_unit_norm),
        cmocka_unit_test(a_number_that_is_not_one_is_unknown_never_met),
        cmocka_unit_test(absurd_sizes_do_not_overflow),
        cmocka_unit_test(the_headline_is_the_theorem_of_the_run_nearest_in_width),
        cmocka_unit_test(theorems_are_found_by_name_and_documented),
    };
    return cmocka_run_group_tests_name("theorems", tests, NULL, NULL);
}
