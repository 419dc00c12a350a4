// Bit tricks: counting, reversing, rotating, Gray code, Morton order, bit-by-bit parity and next permutation.
#include "../runtime/runtime.h"

#define ROUNDS 1000

INLINE uint64_t count_ones(uint64_t x) {
    x -= x >> 1 & UINT64_C(0x5555555555555555);
    x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
    x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return x * UINT64_C(0x0101010101010101) >> 56;
}

/// Reverses the bits of each byte, then the bytes.
INLINE uint64_t reverse(uint64_t x) {
    x = (x >> 1 & UINT64_C(0x5555555555555555)) | (x & UINT64_C(0x5555555555555555)) << 1;
    x = (x >> 2 & UINT64_C(0x3333333333333333)) | (x & UINT64_C(0x3333333333333333)) << 2;
    x = (x >> 4 & UINT64_C(0x0f0f0f0f0f0f0f0f)) | (x & UINT64_C(0x0f0f0f0f0f0f0f0f)) << 4;
    return __builtin_bswap64(x);
}

/// Spreads 32 bits to the even places.
INLINE uint64_t spread(uint64_t x) {
    x &= 0xffffffff;
    x = (x | x << 16) & UINT64_C(0x0000ffff0000ffff);
    x = (x | x << 8) & UINT64_C(0x00ff00ff00ff00ff);
    x = (x | x << 4) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    x = (x | x << 2) & UINT64_C(0x3333333333333333);
    return (x | x << 1) & UINT64_C(0x5555555555555555);
}

INLINE uint64_t rotate(uint64_t x, unsigned by) { return x << (by & 63) | x >> (-by & 63); }

INLINE uint64_t from_gray(uint64_t x) {
    for (unsigned shift = 1; shift < 64; shift <<= 1)
        x ^= x >> shift;
    return x;
}

/// The next larger number with as many ones.
INLINE uint64_t next_with_same_ones(uint64_t x) {
    const uint64_t filled = x | (x - 1);
    return (filled + 1) | (((~filled & -~filled) - 1) >> (__builtin_ctzll(x) + 1));
}

static uint64_t unit(unsigned cpu, uint64_t index) {
    (void)cpu;
    uint64_t state = index, value = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        const uint64_t x = next_random(&state) >> 2 | 1;
        if (from_gray(x ^ x >> 1) != x)
            fail("gray unit=%lu x=0x%lx", index, x);
        value += reverse(x) ^ spread(x);
        value = rotate(value, (unsigned)x);
        value += (uint64_t)__builtin_clzll(x) << 8 | count_ones(x);
        value ^= next_with_same_ones(x);
    }
    return value;
}

static const char *const variants[] = {"mixed", NULL};
const struct workload workload = {.name = "bits", .variants = variants, .units = 3360, .unit = unit};
