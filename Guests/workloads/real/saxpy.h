// y += a x, over vectors that fit the first-level cache.
NOINLINE static void OF(add_scaled)(VECTOR *y, const VECTOR *x, VECTOR a) {
    for (unsigned i = 0; i < BYTES / 16; i++)
        y[i] += a * x[i];
}

static uint64_t OF(sweep)(unsigned cpu, uint64_t index) {
    VECTOR *const x = (VECTOR *)buffers[cpu].x, *const y = (VECTOR *)buffers[cpu].y;
    uint64_t state = index, value = 0;
    for (unsigned i = 0; i < BYTES / 16; i++)
        for (unsigned k = 0; k < 16 / sizeof(REAL); k++) {
            x[i][k] = (REAL)(unit_interval(&state) - 0.5);
            y[i][k] = 0;
        }
    for (unsigned round = 0; round < ROUNDS; round++) {
        const REAL a = (REAL)(round + 1) / (REAL)ROUNDS;
        VECTOR all;
        for (unsigned k = 0; k < 16 / sizeof(REAL); k++)
            all[k] = a;
        OF(add_scaled)(y, x, all);
    }
    for (unsigned i = 0; i < BYTES / 16; i++)
        for (unsigned k = 0; k < 16 / sizeof(REAL); k++)
            value = value * 31 + OF(bits_of)(y[i][k]);
    return value;
}
