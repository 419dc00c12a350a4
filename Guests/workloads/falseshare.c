// Every processor counts in a word of its own: `shared` puts the words side by side, eight to a 64-byte cache line,
// `padded` gives each a line of its own. No ordering, no atomics; what differs is the line.
#include "../runtime/runtime.h"

#define STEPS 1000  // increments per unit

static const char *const variants[] = {"shared", "padded", NULL};
enum { SHARED, PADDED };

static _Alignas(CACHE_LINE) volatile uint64_t adjacent[MAX_CPUS];
static struct {
    _Alignas(CACHE_LINE) volatile uint64_t word;
} padded[MAX_CPUS];

NOINLINE static void count(volatile uint64_t *word, uint64_t steps) {
#pragma clang loop unroll(disable)
    for (; steps > 0; steps--)
        *word = *word + (steps & 3);
}

static uint64_t unit(unsigned cpu, uint64_t index) {
    volatile uint64_t *const word = run.variant == SHARED ? &adjacent[cpu] : &padded[cpu].word;
    const uint64_t before = *word;
    count(word, STEPS + index % 8);
    return *word - before;
}

/// All increments of all processors are there.
static uint64_t finish(uint64_t sum) {
    uint64_t counted = 0, expected = 0;
    for (unsigned cpu = 0; cpu < run.smp; cpu++)
        counted += adjacent[cpu] + padded[cpu].word;
    for (uint64_t index = 0; index < run.units; index++)
        for (uint64_t steps = STEPS + index % 8; steps > STEPS; steps--)
            expected += steps & 3;
    expected += run.units * (STEPS / 4 * 6);
    if (counted != expected)
        fail("count-not-exact smp=%u counted=%lu expected=%lu", run.smp, counted, expected);
    return sum;
}

const struct workload workload = {
    .name = "falseshare", .variants = variants, .units = 33600, .unit = unit, .finish = finish};
