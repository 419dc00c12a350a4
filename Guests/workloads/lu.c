// LU decomposition with partial pivoting.
#include "../runtime/real.h"

#define SIZE 32

#define REAL double
#define OF(name) name##_double
#include "real/lu.h"
#undef REAL
#undef OF
#define REAL float
#define OF(name) name##_float
#include "real/lu.h"

static uint64_t unit(unsigned cpu, uint64_t index) {
    (void)cpu;
    return run.variant == 0 ? solve_double(index) : solve_float(index);
}

static const char *const variants[] = {"double", "float", NULL};
const struct workload workload = {.name = "lu", .variants = variants, .units = 1400, .unit = unit};
