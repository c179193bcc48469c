/* Who gets which clients: against all the ways there are. */
#include "support.h"
#include "train/state.h"

enum { K = 7, RANKS = 4 };

static size_t rows_of(const struct lemma_span *spans, size_t from, size_t to)
{
    return spans[to - 1].first + spans[to - 1].count - spans[from].first;
}

static size_t tiles_of(const struct lemma_span *spans, size_t from, size_t to,
                       size_t tile)
{
    return (spans[to - 1].first + spans[to - 1].count - 1) / tile -
           spans[from].first / tile + 1;
}

struct cost {
    size_t tiles, rows;
};

static struct cost cost_of(const struct lemma_span *spans, const size_t *first,
                           size_t size, size_t tile)
{
    struct cost cost = {0, 0};

    for (size_t r = 0; r < size; r++) {
        size_t tiles = tiles_of(spans, first[r], first[r + 1], tile);
        size_t rows = rows_of(spans, first[r], first[r + 1]);

        cost.tiles = tiles > cost.tiles ? tiles : cost.tiles;
        cost.rows = rows > cost.rows ? rows : cost.rows;
    }
    return cost;
}

/* The best of all cuts of clients [from, K) into the ranks from r on. */
static void best_of(const struct lemma_span *spans, size_t tile, size_t size, size_t r,
                    size_t *first, struct cost *best)
{
    if (r == size) {
        struct cost cost = cost_of(spans, first, size, tile);

        if (cost.tiles < best->tiles ||
            (cost.tiles == best->tiles && cost.rows < best->rows))
            *best = cost;
        return;
    }
    first[size] = K;
    for (size_t end = first[r] + 1; end + (size - 1 - r) <= K; end++) {
        if (r + 1 == size && end < K)
            continue;
        first[r + 1] = end;
        best_of(spans, tile, size, r + 1, first, best);
    }
}

static void clients_are_dealt_as_evenly_as_can_be(void **state)
{
    (void) state;
    struct lemma_stream s = lemma_stream_at(1, LEMMA_DRAW_TEST, 0, 0, 0);

    for (int turn = 0; turn < 200; turn++) {
        struct lemma_span spans[K];
        size_t rows = 0, first[RANKS + 1], all[RANKS + 1] = {0};

        for (size_t c = 0; c < K; c++) {
            spans[c] = (struct lemma_span){rows, 1 + lemma_stream_below(&s, 40)};
            rows += spans[c].count;
        }
        for (size_t size = 1; size <= RANKS; size++)
            for (size_t tile = 1; tile <= 64; tile *= 8) {
                struct cost cost, best = {SIZE_MAX, SIZE_MAX};

                lemma_deal(spans, K, tile, size, first);
                assert_int_equal(first[0], 0);
                assert_int_equal(first[size], K);
                for (size_t r = 0; r < size; r++)
                    assert_true(first[r] < first[r + 1]);
                cost = cost_of(spans, first, size, tile);
                best_of(spans, tile, size, 0, all, &best);
                assert_int_equal(cost.tiles, best.tiles);
                assert_int_equal(cost.rows, best.rows);
            }
    }
}

static void as_many_ranks_as_clients_have_one_each(void **state)
{
    (void) state;
    struct lemma_span spans[3] = {{0, 100}, {100, 1}, {101, 1}};
    size_t first[4];

    lemma_deal(spans, 3, 128, 3, first);
    for (size_t r = 0; r <= 3; r++)
        assert_int_equal(first[r], r);
}

/* 4 x 128 rows, tiles of 256: two ranks have a tile each, three can't do better. */
static void whole_tiles_go_to_one_rank(void **state)
{
    (void) state;
    struct lemma_span spans[4] = {{0, 128}, {128, 128}, {256, 128}, {384, 128}};
    size_t first[4];

    lemma_deal(spans, 4, 256, 2, first);
    assert_int_equal(first[1], 2);
    lemma_deal(spans, 4, 256, 3, first);
    assert_int_equal(tiles_of(spans, first[0], first[1], 256), 1);
    assert_int_equal(tiles_of(spans, first[2], first[3], 256), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_are_dealt_as_evenly_as_can_be),
        cmocka_unit_test(as_many_ranks_as_clients_have_one_each),
        cmocka_unit_test(whole_tiles_go_to_one_rank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
