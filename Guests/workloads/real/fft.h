// Radix-2 fast Fourier transform of SIZE points, forwards and back.
static REAL OF(twiddle)[SIZE / 2][2];

static void OF(prepare)(void) {
    for (unsigned i = 0; i < SIZE / 2; i++) {
        const double turns = (double)i / SIZE;
        OF(twiddle)[i][0] = (REAL)sine_of_turns(0.25 - turns);
        OF(twiddle)[i][1] = (REAL)-sine_of_turns(turns < 0.25 ? turns : 0.5 - turns);
    }
}

NOINLINE static void OF(transform)(REAL (*z)[2], REAL sign) {
    for (unsigned i = 1, j = 0; i < SIZE; i++) {
        unsigned bit = SIZE >> 1;
        for (; j & bit; bit >>= 1)
            j ^= bit;
        j ^= bit;
        if (i < j)
            for (unsigned k = 0; k < 2; k++) {
                const REAL other = z[i][k];
                z[i][k] = z[j][k];
                z[j][k] = other;
            }
    }
    for (unsigned length = 2; length <= SIZE; length <<= 1)
        for (unsigned start = 0; start < SIZE; start += length)
            for (unsigned k = 0; k < length / 2; k++) {
                const REAL c = OF(twiddle)[k * (SIZE / length)][0], s = sign * OF(twiddle)[k * (SIZE / length)][1];
                REAL *const low = z[start + k], *const high = z[start + k + length / 2];
                const REAL real = high[0] * c - high[1] * s, imaginary = high[0] * s + high[1] * c;
                high[0] = low[0] - real;
                high[1] = low[1] - imaginary;
                low[0] += real;
                low[1] += imaginary;
            }
}

static uint64_t OF(there_and_back)(uint64_t index) {
    REAL z[SIZE][2];
    uint64_t state = index, value = 0;
    for (unsigned i = 0; i < SIZE; i++)
        for (unsigned k = 0; k < 2; k++)
            z[i][k] = (REAL)(unit_interval(&state) - 0.5);
    OF(transform)(z, (REAL)1);
    for (unsigned i = 0; i < SIZE; i++)
        value = value * 31 + OF(bits_of)(z[i][0]);
    OF(transform)(z, (REAL)-1);
    for (unsigned i = 0; i < SIZE; i++)
        value = value * 31 + OF(bits_of)(z[i][1] / (REAL)SIZE);
    return value;
}
