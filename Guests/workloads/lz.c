// A byte-oriented LZ77 compressor with a hash table of recent positions, and its decompressor. Every unit compresses a
// text of its own, decompresses it and compares.
//
// Format: a control byte c < 128 is followed by c + 1 literal bytes; c >= 128 is a copy of (c - 128) + MATCH bytes
// from the distance in the next two bytes, low byte first.
#include "../runtime/runtime.h"

#define TEXT 8192
#define MATCH 4
#define LONGEST (127 + MATCH)
#define HASH_BITS 11

static struct {
    _Alignas(CACHE_LINE) uint8_t text[TEXT];
    uint8_t packed[TEXT + TEXT / 64];
    uint8_t unpacked[TEXT];
    uint16_t recent[1 << HASH_BITS];
} areas[MAX_CPUS];

/// Words of a small vocabulary, the frequent ones more often.
static void write_text(uint8_t *text, uint64_t seed) {
    uint64_t state = seed;
    unsigned length = 0;
    while (length < TEXT) {
        const uint64_t random = next_random(&state);
        uint64_t word = mix((random & 255) & (random >> 8 & 255));
        for (unsigned letters = 2 + (unsigned)(word & 7); letters > 0 && length < TEXT; letters--) {
            word = word >> 5 | word << 59;
            text[length++] = (uint8_t)('a' + (word & 31) % 26);
        }
        if (length < TEXT)
            text[length++] = ' ';
    }
}

INLINE uint32_t four_bytes(const uint8_t *p) {
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint8_t *put_literals(uint8_t *out, const uint8_t *from, const uint8_t *end) {
    while (from < end) {
        const unsigned length = end - from < 128 ? (unsigned)(end - from) : 128;
        *out++ = (uint8_t)(length - 1);
        for (unsigned i = 0; i < length; i++)
            *out++ = *from++;
    }
    return out;
}

NOINLINE static unsigned compress(const uint8_t *text, uint16_t *recent, uint8_t *packed) {
    uint8_t *out = packed;
    unsigned at = 0, literals = 0;  // `literals`: the first byte not yet written
    for (unsigned i = 0; i < 1 << HASH_BITS; i++)
        recent[i] = 0;
    while (at + MATCH <= TEXT) {
        const uint32_t bytes = four_bytes(text + at);
        uint16_t *const slot = &recent[bytes * 0x9e3779b1u >> (32 - HASH_BITS)];
        const unsigned candidate = *slot;  // position + 1, 0 = none
        *slot = (uint16_t)(at + 1);
        if (candidate == 0 || four_bytes(text + candidate - 1) != bytes) {
            at++;
            continue;
        }
        const uint8_t *const match = text + candidate - 1;
        unsigned length = MATCH;
        while (length < LONGEST && at + length < TEXT && match[length] == text[at + length])
            length++;
        out = put_literals(out, text + literals, text + at);
        const unsigned distance = at - (candidate - 1);
        *out++ = (uint8_t)(128 + length - MATCH);
        *out++ = (uint8_t)distance;
        *out++ = (uint8_t)(distance >> 8);
        at += length;
        literals = at;
    }
    return (unsigned)(put_literals(out, text + literals, text + TEXT) - packed);
}

/// Returns the number of bytes written.
NOINLINE static unsigned decompress(const uint8_t *packed, unsigned length, uint8_t *text) {
    const uint8_t *const end = packed + length;
    uint8_t *out = text;
    while (packed < end) {
        unsigned control = *packed++;
        if (control < 128) {
            do
                *out++ = *packed++;
            while (control-- > 0);
        } else {
            const uint8_t *from = out - (packed[0] | (unsigned)packed[1] << 8);
            packed += 2;
            for (unsigned count = control - 128 + MATCH; count > 0; count--)
                *out++ = *from++;
        }
    }
    return (unsigned)(out - text);
}

static uint64_t unit(unsigned cpu, uint64_t index) {
    uint8_t *const text = areas[cpu].text, *const packed = areas[cpu].packed, *const unpacked = areas[cpu].unpacked;
    write_text(text, index);
    const unsigned length = compress(text, areas[cpu].recent, packed);
    if (decompress(packed, length, unpacked) != TEXT)
        fail("length unit=%lu", index);
    for (unsigned i = 0; i < TEXT; i++)
        if (text[i] != unpacked[i])
            fail("differs unit=%lu at=%u", index, i);
    uint64_t value = length;
    for (unsigned i = 0; i < length; i++)
        value = value * 31 + packed[i];
    return value;
}

static const char *const variants[] = {"8k", NULL};
const struct workload workload = {.name = "lz", .variants = variants, .units = 630, .unit = unit};
