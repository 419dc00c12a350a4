// Orbits of five bodies under gravity.
#include "../runtime/real.h"

#define BODIES 5
#define STEPS 200

#define REAL double
#define OF(name) name##_double
#include "real/nbody.h"
#undef REAL
#undef OF
#define REAL float
#define OF(name) name##_float
#include "real/nbody.h"

static uint64_t unit(unsigned cpu, uint64_t index) {
    (void)cpu;
    return run.variant == 0 ? orbit_double(index) : orbit_float(index);
}

static const char *const variants[] = {"double", "float", NULL};
const struct workload workload = {.name = "nbody", .variants = variants, .units = 1400, .unit = unit};
