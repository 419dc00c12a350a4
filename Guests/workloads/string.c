// String operations of our own, a byte and a word at a time: copy, length, compare, find, upper case.
#include "../runtime/runtime.h"

#define ROOM 4096
#define ONES UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

static struct {
    _Alignas(CACHE_LINE) uint8_t text[ROOM];
    uint8_t copy[ROOM];
} areas[MAX_CPUS];

typedef uint64_t __attribute__((may_alias)) word;

/// Nonzero if one of the eight bytes is zero; the lowest such byte has its high bit set.
INLINE uint64_t zero_byte(uint64_t x) { return (x - ONES) & ~x & HIGHS; }

/// All strings here begin at a multiple of eight, so a whole word may be read wherever one of its bytes may.
NOINLINE static size_t length_of(const uint8_t *text) {
    const word *p = (const word *)text;
    uint64_t found;
    while ((found = zero_byte(*p)) == 0)
        p++;
    return (size_t)((const uint8_t *)p - text) + (size_t)__builtin_ctzll(found) / 8;
}

NOINLINE static void copy_bytes(uint8_t *to, const uint8_t *from, size_t length) {
#pragma clang loop unroll(disable)
    for (; length >= 8; length -= 8, to += 8, from += 8)
        *(word *)to = *(const word *)from;
#pragma clang loop unroll(disable)
    while (length--)
        *to++ = *from++;
}

NOINLINE static int compare(const uint8_t *a, const uint8_t *b) {
#pragma clang loop unroll(disable)
    while (*a && *a == *b)
        a++, b++;
    return *a - *b;
}

/// Place of the first `byte`, or `length`.
NOINLINE static size_t find(const uint8_t *text, uint8_t byte, size_t length) {
#pragma clang loop unroll(disable)
    for (size_t i = 0; i < length; i++)
        if (text[i] == byte)
            return i;
    return length;
}

NOINLINE static void upper_case(uint8_t *text) {
#pragma clang loop unroll(disable)
    for (; *text; text++)
        if (*text >= 'a' && *text <= 'z')
            *text -= 'a' - 'A';
}

static uint64_t unit(unsigned cpu, uint64_t index) {
    uint8_t *const text = areas[cpu].text, *const copy = areas[cpu].copy;
    uint64_t state = index;
    const size_t length = ROOM - 64 + index % 56;
    for (size_t i = 0; i < length; i += 8) {
        uint64_t random = next_random(&state);
        for (size_t k = i; k < i + 8; k++, random >>= 8)
            text[k] = (uint8_t)('a' + (random & 15));
    }
    text[length - 1] = '~';
    text[length] = 0;

    const size_t measured = length_of(text);
    copy_bytes(copy, text, measured + 1);
    if (measured != length || compare(text, copy) != 0 || find(copy, '~', length) != length - 1)
        fail("length-copy-compare-find unit=%lu length=%lu", index, (uint64_t)measured);
    upper_case(copy);
    uint64_t value = length;
    for (uint8_t letter = 'A'; letter <= 'P'; letter++)
        value = value * 31 + find(copy, letter, length);
    copy[length - 2] = '!';
    upper_case(text);
    if (compare(text, copy) <= 0)
        fail("compare unit=%lu", index);
    for (size_t i = 0; i + 8 <= length; i += 8)
        value = mix(value ^ *(const word *)(copy + i));
    return value;
}

static const char *const variants[] = {"4k", NULL};
const struct workload workload = {.name = "string", .variants = variants, .units = 1260, .unit = unit};
