// Fibonacci by recursion: calls and returns, and the stack traffic that goes with them.
#include "../runtime/runtime.h"

NOINLINE static uint64_t fib(unsigned n) {
    // The empty statement keeps the compiler from turning one of the two calls into a loop.
    if (n < 2)
        return n;
    const uint64_t a = fib(n - 1);
    __asm__ volatile("");
    const uint64_t b = fib(n - 2);
    __asm__ volatile("");
    return a + b;
}

#define NUMBER 18

static uint64_t unit(unsigned cpu, uint64_t index) {
    (void)cpu;
    const uint64_t value = fib(NUMBER + (unsigned)(index & 1));
    if (value != (index & 1 ? 4181 : 2584))
        fail("fib=%lu unit=%lu", value, index);
    return value;
}

static const char *const variants[] = {"18", NULL};
const struct workload workload = {.name = "fib", .variants = variants, .units = 1680, .unit = unit};
