// Digits of pi by Gibbons' streaming algorithm (Unbounded Spigot Algorithms for the Digits of Pi, 2006) on big numbers
// of our own. Every unit computes all digits; they are printed after the run in lines of fifty, `DIGITS 3141...`, for
// comparison with another library's.
//
// Arguments: digits=N per unit (default 150, at most 2000).
#include "../runtime/runtime.h"

#define MOST_DIGITS 2000
#define LIMBS 3072  // of 32 bits: after k terms the numbers have about k log2(2k) bits, and k is about 3.4 per digit

struct big {
    unsigned length;  // limbs in use; the last is not zero
    uint32_t limbs[LIMBS];
};

static struct area {
    _Alignas(CACHE_LINE) struct big q, s, t, rest, upper;
    uint8_t digits[MOST_DIGITS];
} areas[MAX_CPUS];

static unsigned digit_count;

static void set(struct big *a, uint32_t value) {
    a->length = value != 0;
    a->limbs[0] = value;
}

static void push(struct big *a, uint32_t limb) {
    if (a->length == LIMBS)
        fail("number-too-long limbs=%u", LIMBS);
    a->limbs[a->length++] = limb;
}

/// a = a * factor
NOINLINE static void multiply(struct big *a, uint32_t factor) {
    uint64_t carry = 0;
#pragma clang loop unroll(disable)
    for (unsigned i = 0; i < a->length; i++) {
        carry += (uint64_t)a->limbs[i] * factor;
        a->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry)
        push(a, (uint32_t)carry);
}

/// a = a + b * factor
NOINLINE static void add_product(struct big *a, const struct big *b, uint32_t factor) {
    uint64_t carry = 0;
    while (a->length < b->length)
        push(a, 0);
    unsigned i = 0;
#pragma clang loop unroll(disable)
    for (; i < b->length; i++) {
        carry += a->limbs[i] + (uint64_t)b->limbs[i] * factor;
        a->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    for (; carry && i < a->length; i++) {
        carry += a->limbs[i];
        a->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry)
        push(a, (uint32_t)carry);
}

/// a = a - b * factor, which must not be negative.
NOINLINE static void subtract_product(struct big *a, const struct big *b, uint32_t factor) {
    uint64_t borrow = 0;
    for (unsigned i = 0; i < a->length; i++) {
        const uint64_t product = (i < b->length ? (uint64_t)b->limbs[i] * factor : 0) + borrow;
        const uint32_t low = (uint32_t)product;
        borrow = (product >> 32) + (a->limbs[i] < low);
        a->limbs[i] -= low;
    }
    if (borrow)
        fail("negative-number");
    while (a->length > 0 && a->limbs[a->length - 1] == 0)
        a->length--;
}

static int compare(const struct big *a, const struct big *b) {
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    for (unsigned i = a->length; i-- > 0;)
        if (a->limbs[i] != b->limbs[i])
            return a->limbs[i] < b->limbs[i] ? -1 : 1;
    return 0;
}

/// The limbs `top - 1` and `top - 2` of a number as one 64-bit value.
static uint64_t leading(const struct big *a, unsigned top) {
    const uint64_t high = top - 1 < a->length ? a->limbs[top - 1] : 0;
    const uint64_t low = top >= 2 && top - 2 < a->length ? a->limbs[top - 2] : 0;
    return high << 32 | low;
}

/// a / b for a small quotient; a becomes the remainder. The leading bits give the quotient or a little less than it.
static unsigned divide(struct big *a, const struct big *b) {
    if (compare(a, b) < 0)
        return 0;
    const unsigned top = a->length;
    unsigned quotient = (unsigned)((leading(a, top) >> 1) / ((leading(b, top) >> 1) + 1));
    subtract_product(a, b, quotient);
    while (compare(a, b) >= 0) {
        subtract_product(a, b, 1);
        quotient++;
    }
    return quotient;
}

static void copy(struct big *to, const struct big *from) {
    to->length = from->length;
    for (unsigned i = 0; i < from->length; i++)
        to->limbs[i] = from->limbs[i];
}

// The state is Gibbons' (q, r, t), with s = r + 3 q in place of r: r may become negative, s may not. The terms taken
// in so far say that pi, times the power of ten for the digits already out, lies between s / t and (s + q) / t.

/// Takes in term k: q = q k, r = (2 q + r) (2 k + 1), t = t (2 k + 1).
static void next_term(struct area *area, uint32_t k) {
    multiply(&area->s, 2 * k + 1);
    add_product(&area->s, &area->q, k - 1);
    multiply(&area->t, 2 * k + 1);
    multiply(&area->q, k);
}

/// The digit, if the terms so far settle it: floor(s / t) = floor((s + q) / t). `rest` is then s modulo t.
static bool settled_digit(struct area *area, unsigned *digit) {
    copy(&area->rest, &area->s);
    *digit = divide(&area->rest, &area->t);
    copy(&area->upper, &area->rest);
    add_product(&area->upper, &area->q, 1);
    return compare(&area->upper, &area->t) < 0;
}

static uint64_t unit(unsigned cpu, uint64_t index) {
    (void)index;
    struct area *const area = &areas[cpu];
    set(&area->q, 1);
    set(&area->s, 3);
    set(&area->t, 1);
    uint32_t k = 0;
    uint64_t value = 0;
    for (unsigned count = 0; count < digit_count;) {
        unsigned digit;
        next_term(area, ++k);
        if (!settled_digit(area, &digit))
            continue;
        area->digits[count++] = (uint8_t)digit;
        value = value * 31 + digit;
        // What is left of s, in units of the next digit.
        copy(&area->s, &area->rest);
        multiply(&area->s, 10);
        multiply(&area->q, 10);
    }
    return value;
}

static void prepare(void) {
    digit_count = (unsigned)argument_number("digits", 150);
    if (digit_count == 0 || digit_count > MOST_DIGITS)
        fail("digits=%u most=%u", digit_count, MOST_DIGITS);
}

/// The digits of the last processor: with fewer units than processors only its share is sure not to be empty.
static uint64_t finish(uint64_t sum) {
    const uint8_t *const digits = areas[run.smp - 1].digits;
    for (unsigned first = 0; first < digit_count; first += 50) {
        char line[51];
        unsigned length = 0;
        for (; length < 50 && first + length < digit_count; length++)
            line[length] = (char)('0' + digits[first + length]);
        line[length] = 0;
        print("DIGITS %s\n", line);
    }
    return sum;
}

static const char *const variants[] = {"spigot", NULL};
const struct workload workload = {
    .name = "pidigits", .variants = variants, .units = 84, .prepare = prepare, .unit = unit, .finish = finish};
