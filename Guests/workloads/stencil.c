// A three-point stencil, 128 bits at a time.
#include "../runtime/real.h"

/// The lanes from the second, and from the third, of two neighbouring vectors.
INLINE float_vector first_float(float_vector a, float_vector b) { return __builtin_shufflevector(a, b, 1, 2, 3, 4); }
INLINE float_vector second_float(float_vector a, float_vector b) { return __builtin_shufflevector(a, b, 2, 3, 4, 5); }
INLINE double_vector first_double(double_vector a, double_vector b) { return __builtin_shufflevector(a, b, 1, 2); }
INLINE double_vector second_double(double_vector a, double_vector b) {
    (void)a;
    return b;
}

#define NAME "stencil"
#define KERNEL "stencil.h"
#include "real/streams.h"
