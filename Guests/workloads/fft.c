// Fast Fourier transform of 256 points.
#include "../runtime/real.h"

#define SIZE 256

#define REAL double
#define OF(name) name##_double
#include "real/fft.h"
#undef REAL
#undef OF
#define REAL float
#define OF(name) name##_float
#include "real/fft.h"

static uint64_t unit(unsigned cpu, uint64_t index) {
    (void)cpu;
    return run.variant == 0 ? there_and_back_double(index) : there_and_back_float(index);
}

static void prepare(void) {
    prepare_double();
    prepare_float();
}

static const char *const variants[] = {"double", "float", NULL};
const struct workload workload = {.name = "fft", .variants = variants, .units = 2000, .prepare = prepare, .unit = unit};
