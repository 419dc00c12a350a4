// CRC-32C (Castagnoli) of a buffer: `table` takes a byte per step through a table, `hw` uses the processor's
// instruction (CRC32CX, on the host SSE4.2 crc32), twelve rounds per unit. One is checked against the other in every
// run.
#include "../runtime/runtime.h"

#define BUFFER 16384
#define HW_ROUNDS 12

static const char *const variants[] = {"table", "hw", NULL};
enum { TABLE, HW };

static _Alignas(CACHE_LINE) uint64_t buffer[BUFFER / 8];
static uint32_t table[256];

static void prepare(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;
        for (unsigned bit = 0; bit < 8; bit++)
            value = value >> 1 ^ (value & 1 ? 0x82f63b78 : 0);
        table[i] = value;
    }
    uint64_t state = 2;
    for (unsigned i = 0; i < BUFFER / 8; i++)
        buffer[i] = next_random(&state);
}

NOINLINE static uint32_t crc_table(uint32_t crc) {
    const uint8_t *const bytes = (const uint8_t *)buffer;
#pragma clang loop unroll(disable)
    for (unsigned i = 0; i < BUFFER; i++)
        crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 0xff];
    return crc;
}

INLINE uint32_t crc_step(uint32_t crc, uint64_t data) {
#if defined(__aarch64__)
    __asm__(".arch_extension crc\n crc32cx %w0, %w0, %1" : "+r"(crc) : "r"(data));
    return crc;
#else
    return (uint32_t)__builtin_ia32_crc32di(crc, data);
#endif
}

NOINLINE static uint32_t crc_hw(uint32_t crc) {
#pragma clang loop unroll(disable)
    for (unsigned i = 0; i < BUFFER / 8; i++)
        crc = crc_step(crc, buffer[i]);
    return crc;
}

static uint64_t unit(unsigned cpu, uint64_t index) {
    (void)cpu;
    const uint32_t seed = (uint32_t)mix(index);
    if (run.variant == TABLE)
        return crc_table(seed);
    uint32_t crc = crc_hw(seed);
    const uint32_t result = crc;
    for (unsigned round = 1; round < HW_ROUNDS; round++)
        crc = crc_hw(crc);
    return result ^ (uint64_t)crc << 32;
}

static uint64_t finish(uint64_t sum) {
    const uint32_t seed = (uint32_t)mix(0);
    if (crc_table(seed) != crc_hw(seed))
        fail("table-and-instruction-differ table=0x%x hw=0x%x", crc_table(seed), crc_hw(seed));
    return sum;
}

const struct workload workload = {
    .name = "crc32", .variants = variants, .units = 1680, .prepare = prepare, .unit = unit, .finish = finish};
