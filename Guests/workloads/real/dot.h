// Dot products in four accumulators, the order of the sums the same on both sides.
NOINLINE static REAL OF(product)(const VECTOR *x, const VECTOR *y) {
    VECTOR sums[4] = {{0}};
    for (unsigned i = 0; i < BYTES / 16; i += 4)
        for (unsigned k = 0; k < 4; k++)
            sums[k] += x[i + k] * y[i + k];
    const VECTOR all = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    REAL sum = 0;
    for (unsigned k = 0; k < 16 / sizeof(REAL); k++)
        sum += all[k];
    return sum;
}

static uint64_t OF(sweep)(unsigned cpu, uint64_t index) {
    VECTOR *const x = (VECTOR *)buffers[cpu].x, *const y = (VECTOR *)buffers[cpu].y;
    uint64_t state = index, value = 0;
    for (unsigned i = 0; i < BYTES / 16; i++)
        for (unsigned k = 0; k < 16 / sizeof(REAL); k++) {
            x[i][k] = (REAL)(unit_interval(&state) - 0.5);
            y[i][k] = (REAL)(unit_interval(&state) - 0.5);
        }
    for (unsigned round = 0; round < ROUNDS; round++) {
        const REAL sum = OF(product)(x, y);
        value = value * 31 + OF(bits_of)(sum);
        x[round % (BYTES / 16)][0] = sum / (REAL)BYTES;
    }
    return value;
}
