#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "support.h"

/* tests/kat_vectors of Random123 1.14, philox4x64 with 10 rounds. */
static void philox_agrees_with_its_published_vectors(void **state)
{
    (void) state;
    static const struct {
        uint64_t counter[4], key[2], out[4];
    } vectors[] = {
        {{0, 0, 0, 0},
         {0, 0},
         {0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b,
          0x7e68b68aec7ba23b}},
        {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
         {UINT64_MAX, UINT64_MAX},
         {0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6,
          0xa09caebf594f0ba0}},
        {{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0,
          0x082efa98ec4e6c89},
         {0x452821e638d01377, 0xbe5466cf34e90c6c},
         {0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5,
          0x57bd43b5e52b7fe6}},
    };

    for (size_t i = 0; i < 3; i++) {
        uint64_t out[4];

        lemma_philox(vectors[i].counter, vectors[i].key, out);
        assert_memory_equal(out, vectors[i].out, sizeof out);
    }
}

static void a_stream_starts_anywhere(void **state)
{
    (void) state;
    struct lemma_stream whole = lemma_stream_at(9, LEMMA_DRAW_TEST, 2, 3, 0);

    for (uint64_t i = 0; i < 23; i++) {
        struct lemma_stream from = lemma_stream_at(9, LEMMA_DRAW_TEST, 2, 3, i);

        assert_int_equal(lemma_stream_u64(&whole), lemma_stream_u64(&from));
    }
}

static void streams_of_other_names_differ(void **state)
{
    (void) state;
    struct lemma_stream s[5] = {
        lemma_stream_at(1, LEMMA_DRAW_TEST, 0, 0, 0),
        lemma_stream_at(2, LEMMA_DRAW_TEST, 0, 0, 0),
        lemma_stream_at(1, LEMMA_DRAW_PROBE, 0, 0, 0),
        lemma_stream_at(1, LEMMA_DRAW_TEST, 1, 0, 0),
        lemma_stream_at(1, LEMMA_DRAW_TEST, 0, 1, 0),
    };
    uint64_t first[5];

    for (int i = 0; i < 5; i++) {
        first[i] = lemma_stream_u64(&s[i]);
        for (int j = 0; j < i; j++)
            assert_int_not_equal(first[i], first[j]);
    }
}

/* Kolmogorov's distance of 10000 draws: P(> 1.95 / sqrt n) is about 1e-3; seed fixed.
 */
static double distance_from(double (*draw)(struct lemma_stream *),
                            double (*cdf)(double), size_t n)
{
    struct lemma_stream s = lemma_stream_at(3, LEMMA_DRAW_TEST, 0, 0, 0);
    enum { BINS = 512 };
    size_t below[BINS] = {0};
    double worst = 0, total = 0;

    for (size_t i = 0; i < n; i++) {
        double u = cdf(draw(&s));

        assert_true(u > 0 && u < 1);
        below[(size_t) (u * BINS)]++;
    }
    for (size_t b = 0; b < BINS; b++) {
        total += (double) below[b];
        worst = fmax(worst, fabs(total / (double) n - (double) (b + 1) / BINS));
    }
    return worst;
}

static double same(double u)
{
    return u;
}

static void uniforms_and_normals_have_their_laws(void **state)
{
    (void) state;
    assert_true(distance_from(lemma_stream_uniform, same, 10000) < 0.0195);
    assert_true(distance_from(lemma_stream_normal, gsl_cdf_ugaussian_P, 10000) <
                0.0195);
}

static void below_is_in_range_and_even(void **state)
{
    (void) state;
    struct lemma_stream s = lemma_stream_at(4, LEMMA_DRAW_TEST, 0, 0, 0);
    size_t seen[7] = {0};

    for (int i = 0; i < 70000; i++)
        seen[lemma_stream_below(&s, 7)]++;
    for (int i = 0; i < 7; i++)
        assert_in_range(seen[i], 9600, 10400); /* 10000 +- 4.3 standard deviations */
    assert_int_equal(lemma_stream_below(&s, 1), 0);
}

static void gsl_distributions_run_on_a_stream(void **state)
{
    (void) state;
    struct lemma_stream s = lemma_stream_at(5, LEMMA_DRAW_TEST, 0, 0, 0);
    struct lemma_stream again = s;
    gsl_rng r = lemma_stream_gsl(&s), q = lemma_stream_gsl(&again);
    double sum = 0;

    for (int i = 0; i < 20000; i++) {
        double x = gsl_ran_gamma(&r, 3, 1);

        assert_true(x == gsl_ran_gamma(&q, 3, 1));
        sum += x;
    }
    check_close(sum / 20000, 3, 0.06); /* standard error 0.0122 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_agrees_with_its_published_vectors),
        cmocka_unit_test(a_stream_starts_anywhere),
        cmocka_unit_test(streams_of_other_names_differ),
        cmocka_unit_test(uniforms_and_normals_have_their_laws),
        cmocka_unit_test(below_is_in_range_and_even),
        cmocka_unit_test(gsl_distributions_run_on_a_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
