#include "core/rng.h"

#include <Random123/philox.h>
#include <gsl/gsl_cdf.h>

#include "core/status.h"

void lemma_philox(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4])
{
    philox4x64_ctr_t c = {{counter[0], counter[1], counter[2], counter[3]}};
    philox4x64_key_t k = {{key[0], key[1]}};

    c = philox4x64(c, k);
    for (int i = 0; i < 4; i++)
        out[i] = c.v[i];
}

struct lemma_stream lemma_stream_at(uint64_t seed, enum lemma_purpose purpose,
                                    uint64_t client, uint64_t step, uint64_t index)
{
    struct lemma_stream s = {
        .key = {seed, purpose},
        .counter = {index / 4, step, client, 0},
    };

    for (unsigned skip = index % 4; skip > 0; skip--)
        lemma_stream_u64(&s);
    return s;
}

uint64_t lemma_stream_u64(struct lemma_stream *s)
{
    if (s->left == 0) {
        lemma_philox(s->counter, s->key, s->block);
        s->counter[0]++;
        s->left = 4;
    }
    return s->block[4 - s->left--];
}

double lemma_stream_uniform(struct lemma_stream *s)
{
    return ((double) (lemma_stream_u64(s) >> 11) + 0.5) * 0x1p-53;
}

double lemma_stream_normal(struct lemma_stream *s)
{
    return gsl_cdf_ugaussian_Pinv(lemma_stream_uniform(s));
}

uint64_t lemma_stream_below(struct lemma_stream *s, uint64_t n)
{
    LEMMA_REQUIRE(n >= 1);
    uint64_t reject = (uint64_t) -n % n; /* 2^64 mod n: the short last interval */
    uint64_t draw;

    do
        draw = lemma_stream_u64(s);
    while (draw < reject);
    return draw % n;
}

static void set_nothing(void *state, unsigned long seed)
{
    (void) state;
    (void) seed;
}

static unsigned long get_32(void *state)
{
    return lemma_stream_u64(state) >> 32;
}

static double get_double(void *state)
{
    return (double) (lemma_stream_u64(state) >> 11) * 0x1p-53;
}

gsl_rng lemma_stream_gsl(struct lemma_stream *s)
{
    static const gsl_rng_type philox = {
        "philox4x64-10", 0xffffffffUL, 0, sizeof *s, set_nothing, get_32, get_double,
    };

    return (gsl_rng){&philox, s};
}
