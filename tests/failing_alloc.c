#include "failing_alloc.h"

#include <stdatomic.h>

/* Names are the linker's: --wrap=malloc sends calls of malloc to __wrap_malloc and
 * those of
 * __real_malloc to malloc. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

static _Atomic long left = -1; /* allocations until the failing one; -1: none fails */
static _Atomic bool failed;

void fail_allocation_after(long count)
{
    failed = false;
    left = count;
}

bool allocation_has_failed(void)
{
    return failed;
}

static bool fails_now(void)
{
    if (left < 0 || left-- > 0)
        return false;
    failed = true;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return fails_now() ? NULL : __real_realloc(block, size);
}

size_t fail_each_allocation(lemma_status (*call)(void *context), void *context)
{
    size_t count = 0;

    for (;; count++) {
        lemma_status st;

        fail_allocation_after((long) count);
        st = call(context);
        if (!allocation_has_failed()) {
            fail_allocation_after(-1);
            assert_int_equal(st, LEMMA_OK);
            break;
        }
        assert_int_equal(st, LEMMA_EMEMORY);
    }
    assert_true(count > 0);
    return count;
}
