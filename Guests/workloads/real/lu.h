// LU decomposition with partial pivoting of a SIZE x SIZE matrix, then the solution of one system.
NOINLINE static void OF(decompose)(REAL a[SIZE][SIZE], unsigned pivots[SIZE]) {
    for (unsigned k = 0; k < SIZE; k++) {
        unsigned best = k;
        for (unsigned i = k + 1; i < SIZE; i++) {
            const REAL candidate = a[i][k] < 0 ? -a[i][k] : a[i][k], held = a[best][k] < 0 ? -a[best][k] : a[best][k];
            if (candidate > held)
                best = i;
        }
        pivots[k] = best;
        if (best != k)
            for (unsigned j = 0; j < SIZE; j++) {
                const REAL other = a[k][j];
                a[k][j] = a[best][j];
                a[best][j] = other;
            }
        for (unsigned i = k + 1; i < SIZE; i++) {
            const REAL factor = a[i][k] / a[k][k];
            a[i][k] = factor;
            for (unsigned j = k + 1; j < SIZE; j++)
                a[i][j] -= factor * a[k][j];
        }
    }
}

static uint64_t OF(solve)(uint64_t index) {
    REAL a[SIZE][SIZE], x[SIZE];
    unsigned pivots[SIZE];
    uint64_t state = index, value = 0;
    for (unsigned i = 0; i < SIZE; i++) {
        for (unsigned j = 0; j < SIZE; j++)
            a[i][j] = (REAL)(unit_interval(&state) - 0.5);
        x[i] = (REAL)unit_interval(&state);
    }
    OF(decompose)(a, pivots);
    for (unsigned i = 0; i < SIZE; i++) {
        const REAL other = x[pivots[i]];
        x[pivots[i]] = x[i];
        x[i] = other;
    }
    for (unsigned i = 0; i < SIZE; i++)
        for (unsigned j = 0; j < i; j++)
            x[i] -= a[i][j] * x[j];
    for (unsigned i = SIZE; i-- > 0;) {
        for (unsigned j = i + 1; j < SIZE; j++)
            x[i] -= a[i][j] * x[j];
        x[i] /= a[i][i];
        value = value * 31 + OF(bits_of)(x[i]);
    }
    return value;
}
