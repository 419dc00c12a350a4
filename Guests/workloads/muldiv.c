// Multiplication and division of all kinds: modular powers, greatest common divisors, high halves, signed division.
#include "../runtime/runtime.h"

#define PRIME UINT64_C(2147483647)

/// base^exponent modulo the prime 2^31 - 1: 64-bit division of products.
static uint64_t power(uint64_t base, uint64_t exponent) {
    uint64_t result = 1;
    for (base %= PRIME; exponent; exponent >>= 1) {
        if (exponent & 1)
            result = result * base % PRIME;
        base = base * base % PRIME;
    }
    return result;
}

static uint64_t gcd(uint64_t a, uint64_t b) {
    while (b) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/// Signed 32-bit division and its remainder, put together again.
static bool signed_division_holds(int32_t a, int32_t b) { return a / b * b + a % b == a; }

#define ROUNDS 100

static uint64_t unit(unsigned cpu, uint64_t index) {
    (void)cpu;
    uint64_t state = index, value = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        const uint64_t a = next_random(&state), b = next_random(&state) | 1;
        // Fermat: a^(p-1) = 1 for a not divisible by p; a^(p-2) is the inverse.
        const uint64_t base = a % (PRIME - 1) + 1;
        const uint64_t inverse = power(base, PRIME - 2);
        if (inverse * base % PRIME != 1)
            fail("inverse unit=%lu base=%lu", index, base);
        value += inverse;
        const uint64_t common = gcd(a, b);
        if (a % common != 0 || b % common != 0)
            fail("gcd unit=%lu a=%lu b=%lu", index, a, b);
        value ^= common;
        value += (uint64_t)((unsigned __int128)a * b >> 64);
        value += (uint64_t)((__int128)(int64_t)a * (int64_t)b >> 64);
        const int32_t divisor = (int32_t)(b >> 40) - (1 << 23);
        if (divisor != 0 && divisor != -1 && !signed_division_holds((int32_t)a, divisor))
            fail("signed-division unit=%lu", index);
    }
    return value;
}

static const char *const variants[] = {"mixed", NULL};
const struct workload workload = {.name = "muldiv", .variants = variants, .units = 2520, .unit = unit};
