// Spectral norm of an infinite matrix: divisions and sums of products.
#include "../runtime/real.h"

#define SIZE 40
#define ROUNDS 2

#define REAL double
#define OF(name) name##_double
#include "real/spectral.h"
#undef REAL
#undef OF
#define REAL float
#define OF(name) name##_float
#include "real/spectral.h"

static uint64_t unit(unsigned cpu, uint64_t index) {
    (void)cpu;
    return run.variant == 0 ? norm_double(index) : norm_float(index);
}

static const char *const variants[] = {"double", "float", NULL};
const struct workload workload = {.name = "spectral", .variants = variants, .units = 1400, .unit = unit};
