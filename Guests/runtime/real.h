// Floating point for workloads of class `float` and `vector`. Built without contraction, so that IEEE 754 makes every
// result the same on both sides; square roots are correctly rounded on both.
#pragma once

#include "runtime.h"

INLINE uint64_t bits_of_double(double x) {
    union { double value; uint64_t bits; } both = {x};
    return both.bits;
}

INLINE uint64_t bits_of_float(float x) {
    union { float value; uint32_t bits; } both = {x};
    return both.bits;
}

INLINE double root_double(double x) { return __builtin_sqrt(x); }
INLINE float root_float(float x) { return __builtin_sqrtf(x); }

/// In [0, 1), exact in both formats.
INLINE double unit_interval(uint64_t *state) { return (double)(next_random(state) >> 40) / 16777216.0; }

/// sin(2 pi turns), for |turns| at most 1/4: a Taylor polynomial in fixed order, the same on both sides.
INLINE double sine_of_turns(double turns) {
    const double x = turns * 6.283185307179586, square = x * x;
    double term = x, sum = x;
    for (int n = 3; n < 27; n += 2) {
        term = -term * square / (double)(n * (n - 1));
        sum = sum + term;
    }
    return sum;
}

// Vectors of 128 bits, as the compilers of both sides know them.
typedef float float_vector __attribute__((vector_size(16)));
typedef double double_vector __attribute__((vector_size(16)));
typedef uint8_t byte_vector __attribute__((vector_size(16)));
typedef uint16_t half_vector __attribute__((vector_size(16)));
