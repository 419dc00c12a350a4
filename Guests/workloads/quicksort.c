// Quicksort of 2048 random numbers, median of three, insertion sort for the short rest: unpredictable branches.
#include "../runtime/runtime.h"

#define COUNT 2048
#define SHORT 12

static struct {
    _Alignas(CACHE_LINE) uint32_t numbers[COUNT];
} arrays[MAX_CPUS];

static void insertion_sort(uint32_t *first, uint32_t *last) {
    for (uint32_t *next = first + 1; next <= last; next++) {
        const uint32_t value = *next;
        uint32_t *hole = next;
        for (; hole > first && hole[-1] > value; hole--)
            *hole = hole[-1];
        *hole = value;
    }
}

INLINE void swap(uint32_t *a, uint32_t *b) {
    const uint32_t value = *a;
    *a = *b;
    *b = value;
}

/// Sorts [first, last].
NOINLINE static void quicksort(uint32_t *first, uint32_t *last) {
    while (last - first >= SHORT) {
        uint32_t *const middle = first + (last - first) / 2;
        if (*middle < *first)
            swap(middle, first);
        if (*last < *first)
            swap(last, first);
        if (*last < *middle)
            swap(last, middle);
        // Both ends now stop the two scans.
        const uint32_t pivot = *middle;
        uint32_t *low = first, *high = last;
        do {
            while (*low < pivot)
                low++;
            while (pivot < *high)
                high--;
            if (low <= high)
                swap(low++, high--);
        } while (low <= high);
        // The shorter part by recursion: the stack stays below log2(COUNT) frames.
        if (high - first < last - low) {
            quicksort(first, high);
            first = low;
        } else {
            quicksort(low, last);
            last = high;
        }
    }
    insertion_sort(first, last);
}

static uint64_t unit(unsigned cpu, uint64_t index) {
    uint32_t *const numbers = arrays[cpu].numbers;
    uint64_t state = index, sum = 0;
    for (unsigned i = 0; i < COUNT; i++)
        sum += numbers[i] = (uint32_t)next_random(&state);
    quicksort(numbers, numbers + COUNT - 1);
    uint64_t value = 0;
    for (unsigned i = 0; i < COUNT; i++) {
        if (i > 0 && numbers[i - 1] > numbers[i])
            fail("not-sorted unit=%lu at=%u", index, i);
        sum -= numbers[i];
        value += numbers[i] * (uint64_t)(i + 1);
    }
    if (sum != 0)
        fail("numbers-changed unit=%lu", index);
    return value;
}

static const char *const variants[] = {"2048", NULL};
const struct workload workload = {.name = "quicksort", .variants = variants, .units = 840, .unit = unit};
