// A three-point stencil, 128 bits at a time.
#include "../runtime/real.h"

#define BYTES 4096
#define ROUNDS 64

static struct {
    _Alignas(CACHE_LINE) uint8_t x[BYTES + 32], y[BYTES + 32];
} buffers[MAX_CPUS];

/// The lanes from the second, and from the third, of two neighbouring vectors.
INLINE float_vector first_float(float_vector a, float_vector b) { return __builtin_shufflevector(a, b, 1, 2, 3, 4); }
INLINE float_vector second_float(float_vector a, float_vector b) { return __builtin_shufflevector(a, b, 2, 3, 4, 5); }
INLINE double_vector first_double(double_vector a, double_vector b) { return __builtin_shufflevector(a, b, 1, 2); }
INLINE double_vector second_double(double_vector a, double_vector b) {
    (void)a;
    return b;
}

#define REAL float
#define VECTOR float_vector
#define OF(name) name##_float
#include "real/stencil.h"
#undef REAL
#undef VECTOR
#undef OF
#define REAL double
#define VECTOR double_vector
#define OF(name) name##_double
#include "real/stencil.h"

static uint64_t unit(unsigned cpu, uint64_t index) {
    return run.variant == 0 ? sweep_float(cpu, index) : sweep_double(cpu, index);
}

static const char *const variants[] = {"float", "double", NULL};
const struct workload workload = {.name = "stencil", .variants = variants, .units = 1400, .unit = unit};
