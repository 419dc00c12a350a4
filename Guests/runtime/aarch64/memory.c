// The functions a compiler calls on its own account, even in a freestanding program (C11 4p6 leaves them to us). Word
// by word where both sides are aligned: with the MMU off an unaligned access faults.
#include <stddef.h>
#include <stdint.h>

typedef uint64_t __attribute__((may_alias)) word;

void *memcpy(void *restrict to, const void *restrict from, size_t length) {
    unsigned char *t = to;
    const unsigned char *f = from;
    if ((((uintptr_t)t | (uintptr_t)f) & 7) == 0)
        for (; length >= 8; length -= 8, t += 8, f += 8)
            *(word *)t = *(const word *)f;
    while (length--)
        *t++ = *f++;
    return to;
}

void *memmove(void *to, const void *from, size_t length) {
    unsigned char *t = to;
    const unsigned char *f = from;
    if (t <= f || t >= f + length)
        return memcpy(to, from, length);
    while (length--)
        t[length] = f[length];
    return to;
}

void *memset(void *to, int value, size_t length) {
    unsigned char *t = to;
    const uint64_t pattern = (unsigned char)value * UINT64_C(0x0101010101010101);
    if (((uintptr_t)t & 7) == 0)
        for (; length >= 8; length -= 8, t += 8)
            *(word *)t = pattern;
    while (length--)
        *t++ = (unsigned char)value;
    return to;
}

int memcmp(const void *a, const void *b, size_t length) {
    const unsigned char *p = a, *q = b;
    for (; length; length--, p++, q++)
        if (*p != *q)
            return *p < *q ? -1 : 1;
    return 0;
}
