// Multiplication of two 32 x 32 matrices of 64-bit integers.
#include "../runtime/runtime.h"

#define SIZE 32

struct matrix {
    uint64_t at[SIZE][SIZE];
};

static struct {
    _Alignas(CACHE_LINE) struct matrix a, b, c;
} matrices[MAX_CPUS];

NOINLINE static void multiply(const struct matrix *a, const struct matrix *b, struct matrix *c) {
    for (unsigned i = 0; i < SIZE; i++)
        for (unsigned j = 0; j < SIZE; j++) {
            uint64_t sum = 0;
#pragma clang loop unroll(disable)
            for (unsigned k = 0; k < SIZE; k++)
                sum += a->at[i][k] * b->at[k][j];
            c->at[i][j] = sum;
        }
}

/// Freivalds' check with one vector: a (b v) must be c v.
static bool product_holds(const struct matrix *a, const struct matrix *b, const struct matrix *c) {
    uint64_t v[SIZE], bv[SIZE] = {0};
    for (unsigned i = 0; i < SIZE; i++)
        v[i] = mix(i);
    for (unsigned i = 0; i < SIZE; i++)
        for (unsigned j = 0; j < SIZE; j++)
            bv[i] += b->at[i][j] * v[j];
    for (unsigned i = 0; i < SIZE; i++) {
        uint64_t abv = 0, cv = 0;
        for (unsigned j = 0; j < SIZE; j++) {
            abv += a->at[i][j] * bv[j];
            cv += c->at[i][j] * v[j];
        }
        if (abv != cv)
            return false;
    }
    return true;
}

static uint64_t unit(unsigned cpu, uint64_t index) {
    struct matrix *const a = &matrices[cpu].a, *const b = &matrices[cpu].b, *const c = &matrices[cpu].c;
    for (uint64_t i = 0; i < SIZE; i++)
        for (uint64_t j = 0; j < SIZE; j++) {
            a->at[i][j] = index + i * j;
            b->at[i][j] = (index ^ i) - j * UINT64_C(0x9e3779b9);
        }
    multiply(a, b, c);
    if (!product_holds(a, b, c))
        fail("product unit=%lu", index);
    uint64_t value = 0;
    for (unsigned i = 0; i < SIZE; i++)
        for (unsigned j = 0; j < SIZE; j++)
            value = value * 31 + c->at[i][j];
    return value;
}

static const char *const variants[] = {"32", NULL};
const struct workload workload = {.name = "matmul", .variants = variants, .units = 840, .unit = unit};
