// Segmented sieve of Eratosthenes: byte stores with many strides. A unit counts the primes of one segment of odd
// numbers.
#include "../runtime/runtime.h"

#define SEGMENT 16384                 // odd numbers per segment, one byte each
#define SPAN (2 * (uint64_t)SEGMENT)  // numbers per segment
#define MOST_UNITS 100000             // segments; the base primes reach the root of the last number
#define BASE_LIMIT 57344              // > sqrt(MOST_UNITS * SPAN)

static uint8_t composite[MAX_CPUS][SEGMENT];
static uint32_t primes[6000];
static unsigned prime_count;

static void prepare(void) {
    static uint8_t marked[BASE_LIMIT];
    if (run.units > MOST_UNITS)
        fail("scale-too-large units=%lu most=%u", run.units, MOST_UNITS);
    for (uint32_t n = 3; n < BASE_LIMIT; n += 2) {
        if (marked[n])
            continue;
        primes[prime_count++] = n;
        for (uint64_t multiple = (uint64_t)n * n; multiple < BASE_LIMIT; multiple += 2 * n)
            marked[multiple] = 1;
    }
}

static uint64_t unit(unsigned cpu, uint64_t index) {
    uint8_t *const flags = composite[cpu];
    const uint64_t low = index * SPAN;
    for (unsigned i = 0; i < SEGMENT; i++)
        flags[i] = 0;
    for (unsigned k = 0; k < prime_count; k++) {
        const uint64_t prime = primes[k];
        if (prime * prime >= low + SPAN)
            break;
        // The first odd multiple in the segment that is at least the square.
        uint64_t multiple = (low + prime - 1) / prime * prime;
        if (multiple % 2 == 0)
            multiple += prime;
        if (multiple < prime * prime)
            multiple = prime * prime;
        for (uint64_t i = (multiple - low) / 2; i < SEGMENT; i += prime)
            flags[i] = 1;
    }
    uint64_t count = 0;
    for (unsigned i = 0; i < SEGMENT; i++)
        count += flags[i] == 0;
    return count;
}

static const char *const variants[] = {"segmented", NULL};
const struct workload workload = {
    .name = "sieve", .variants = variants, .units = 840, .prepare = prepare, .unit = unit};
