// A three-point stencil from one buffer to the other and back; the neighbours are lanes of two vectors.
NOINLINE static void OF(relax)(VECTOR *out, const VECTOR *in) {
    for (unsigned i = 0; i < BYTES / 16; i++) {
        const VECTOR here = in[i], next = in[i + 1];
        out[i] = (here + OF(second)(here, next)) * (REAL)0.25 + OF(first)(here, next) * (REAL)0.5;
    }
}

static uint64_t OF(sweep)(unsigned cpu, uint64_t index) {
    REAL *const x = (REAL *)buffers[cpu].x, *const y = (REAL *)buffers[cpu].y;
    uint64_t state = index, value = 0;
    for (unsigned i = 0; i < (BYTES + 32) / sizeof(REAL); i++)
        x[i] = y[i] = (REAL)unit_interval(&state);
    for (unsigned round = 0; round < ROUNDS; round += 2) {
        OF(relax)((VECTOR *)y, (const VECTOR *)x);
        OF(relax)((VECTOR *)x, (const VECTOR *)y);
    }
    for (unsigned i = 0; i < BYTES / sizeof(REAL); i++)
        value = value * 31 + OF(bits_of)(x[i]);
    return value;
}
