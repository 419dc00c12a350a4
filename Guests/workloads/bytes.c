// Byte kernels, sixteen at a time: upper case, counting, sums of absolute differences, saturating blend, first match.
#include "../runtime/real.h"

#define BYTES 2048
#define ROUNDS 16

static struct {
    _Alignas(CACHE_LINE) uint8_t x[BYTES], y[BYTES];
} buffers[MAX_CPUS];

INLINE byte_vector all(uint8_t byte) {
    return (byte_vector){byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte};
}

NOINLINE static void upper_case(byte_vector *x) {
    for (unsigned i = 0; i < BYTES / 16; i++) {
        const byte_vector is_lower = (byte_vector)(x[i] >= all('a')) & (byte_vector)(x[i] <= all('z'));
        x[i] -= is_lower & all(32);
    }
}

NOINLINE static uint64_t count(const byte_vector *x, uint8_t byte) {
    byte_vector sums = all(0);
    for (unsigned i = 0; i < BYTES / 16; i++)
        sums -= (byte_vector)(x[i] == all(byte));
    uint64_t sum = 0;
    for (unsigned k = 0; k < 16; k++)
        sum += sums[k];
    return sum;
}

NOINLINE static uint64_t distance(const byte_vector *x, const byte_vector *y) {
    half_vector sums = {0};
    for (unsigned i = 0; i < BYTES / 16; i++) {
        const byte_vector larger = (byte_vector)(x[i] > y[i]);
        const byte_vector difference = (larger & (x[i] - y[i])) | (~larger & (y[i] - x[i]));
        const half_vector halves = (half_vector)difference;
        sums += (halves & 0xff) + (halves >> 8);
    }
    uint64_t sum = 0;
    for (unsigned k = 0; k < 8; k++)
        sum += sums[k];
    return sum;
}

NOINLINE static void blend(byte_vector *x, const byte_vector *y) {
    for (unsigned i = 0; i < BYTES / 16; i++) {
        const byte_vector sum = x[i] + y[i];
        x[i] = sum | (byte_vector)(sum < x[i]);
        x[i] = (x[i] >> 1) ^ (y[i] << 1);
    }
}

NOINLINE static uint64_t first(const byte_vector *x, uint8_t byte) {
    for (unsigned i = 0; i < BYTES / 16; i++) {
        const byte_vector equal = (byte_vector)(x[i] == all(byte));
        typedef uint64_t pair __attribute__((vector_size(16)));
        const pair words = (pair)equal;
        if (words[0] | words[1])
            return i * 16 + (unsigned)(words[0] ? __builtin_ctzll(words[0]) / 8 : 8 + __builtin_ctzll(words[1]) / 8);
    }
    return BYTES;
}

static uint64_t unit(unsigned cpu, uint64_t index) {
    uint8_t *const x = buffers[cpu].x, *const y = buffers[cpu].y;
    uint64_t state = index, value = 0;
    for (unsigned i = 0; i < BYTES; i++) {
        x[i] = (uint8_t)(next_random(&state) >> 57);
        y[i] = (uint8_t)next_random(&state);
    }
    for (unsigned round = 0; round < ROUNDS; round++) {
        upper_case((byte_vector *)x);
        value = value * 31 + count((const byte_vector *)x, (uint8_t)(round + 32));
        value = value * 31 + distance((const byte_vector *)x, (const byte_vector *)y);
        value = value * 31 + first((const byte_vector *)x, (uint8_t)(round * 16));
        blend((byte_vector *)x, (const byte_vector *)y);
    }
    for (unsigned i = 0; i < BYTES; i++)
        value = value * 31 + x[i];
    return value;
}

static const char *const variants[] = {"mixed", NULL};
const struct workload workload = {.name = "bytes", .variants = variants, .units = 1400, .unit = unit};
