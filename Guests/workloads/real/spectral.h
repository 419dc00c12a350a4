// Power iteration on the matrix 1 / ((i + j)(i + j + 1) / 2 + i + 1), as in the benchmarks game.
INLINE REAL OF(element)(unsigned i, unsigned j) { return (REAL)1 / (REAL)((i + j) * (i + j + 1) / 2 + i + 1); }

NOINLINE static void OF(times)(const REAL *v, REAL *out, bool transposed) {
    for (unsigned i = 0; i < SIZE; i++) {
        REAL sum = 0;
        for (unsigned j = 0; j < SIZE; j++)
            sum += (transposed ? OF(element)(j, i) : OF(element)(i, j)) * v[j];
        out[i] = sum;
    }
}

static uint64_t OF(norm)(uint64_t index) {
    REAL u[SIZE], v[SIZE], between[SIZE];
    uint64_t state = index;
    for (unsigned i = 0; i < SIZE; i++)
        u[i] = (REAL)(1 + unit_interval(&state));
    for (unsigned round = 0; round < ROUNDS; round++) {
        OF(times)(u, between, false);
        OF(times)(between, v, true);
        OF(times)(v, between, false);
        OF(times)(between, u, true);
    }
    REAL uv = 0, vv = 0;
    for (unsigned i = 0; i < SIZE; i++) {
        uv += u[i] * v[i];
        vv += v[i] * v[i];
    }
    return OF(bits_of)(OF(root)(uv / vv));
}
