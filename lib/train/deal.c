/* Clients are dealt to ranks: contiguous blocks, whole tiles of rows where that
 * balances as well. */
#include "train/state.h"

struct limits {
    size_t tiles, rows; /* of one rank, at most */
};

/* Whether a rank may have clients [from, to). */
static bool may_have(const struct lemma_span *spans, size_t from, size_t to,
                     size_t tile, struct limits most)
{
    size_t first = spans[from].first, end = spans[to - 1].first + spans[to - 1].count;

    return (end - 1) / tile - first / tile + 1 <= most.tiles &&
           end - first <= most.rows;
}

/* Each rank takes what it may; false where clients are left. */
static bool deal_within(const struct lemma_span *spans, size_t K, size_t tile,
                        size_t size, struct limits most, size_t *first)
{
    size_t c = 0;

    for (size_t r = 0; r < size; r++) {
        size_t end = K - (size - 1 - r); /* one for each that follows */

        first[r] = c;
        if (!may_have(spans, c, c + 1, tile, most))
            return false;
        for (c++; c < end && may_have(spans, first[r], c + 1, tile, most);)
            c++;
    }
    first[size] = c;
    return c == K;
}

/* The least limit that holds, other limits given: a rank that may take more leaves
 * fewer to the next, so that halving finds it. */
static void tighten(const struct lemma_span *spans, size_t K, size_t tile, size_t size,
                    struct limits *most, size_t *limit, size_t *first)
{
    size_t low = 0, high = *limit; /* high holds */

    while (high - low > 1) {
        *limit = low + (high - low) / 2;
        if (deal_within(spans, K, tile, size, *most, first))
            high = *limit;
        else
            low = *limit;
    }
    *limit = high;
}

void lemma_deal(const struct lemma_span *spans, size_t K, size_t tile, size_t size,
                size_t *first)
{
    size_t rows = spans[K - 1].first + spans[K - 1].count;
    struct limits most = {rows, rows};

    LEMMA_REQUIRE(size >= 1 && size <= K && tile >= 1);
    tighten(spans, K, tile, size, &most, &most.tiles, first);
    tighten(spans, K, tile, size, &most, &most.rows, first);
    LEMMA_REQUIRE(deal_within(spans, K, tile, size, most, first));
    LEMMA_REQUIRE(first[size] == K);
}
