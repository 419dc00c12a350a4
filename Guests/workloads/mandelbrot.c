// The Mandelbrot set: short chains of multiplications and a comparison.
#include "../runtime/real.h"

#define SIDE 24
#define LIMIT 64

#define REAL double
#define OF(name) name##_double
#include "real/mandelbrot.h"
#undef REAL
#undef OF
#define REAL float
#define OF(name) name##_float
#include "real/mandelbrot.h"

static uint64_t unit(unsigned cpu, uint64_t index) {
    (void)cpu;
    return run.variant == 0 ? window_double(index) : window_float(index);
}

static const char *const variants[] = {"double", "float", NULL};
const struct workload workload = {.name = "mandelbrot", .variants = variants, .units = 1400, .unit = unit};
