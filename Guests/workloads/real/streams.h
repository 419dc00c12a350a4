// A workload on two streams of vectors, in both precisions: NAME is its name, and KERNEL the file in this folder that has its
// `sweep` for one REAL.
#include "../../runtime/real.h"

#define BYTES 4096
#define ROUNDS 64

static struct {
    _Alignas(CACHE_LINE) uint8_t x[BYTES + 32], y[BYTES + 32];
} buffers[MAX_CPUS];

#define REAL float
#define VECTOR float_vector
#define OF(name) name##_float
#include KERNEL
#undef REAL
#undef VECTOR
#undef OF
#define REAL double
#define VECTOR double_vector
#define OF(name) name##_double
#include KERNEL

static uint64_t unit(unsigned cpu, uint64_t index) {
    return run.variant == 0 ? sweep_float(cpu, index) : sweep_double(cpu, index);
}

static const char *const variants[] = {"float", "double", NULL};
const struct workload workload = {.name = NAME, .variants = variants, .units = 1400, .unit = unit};
