// The Jovian planets' orbits, as in the benchmarks game; REAL is the format, OF(name) the name for it.
struct OF(body) {
    REAL at[3], velocity[3], mass;
};

NOINLINE static void OF(advance)(struct OF(body) * bodies, REAL step) {
    for (unsigned i = 0; i < BODIES; i++)
        for (unsigned j = i + 1; j < BODIES; j++) {
            REAL distance[3], square = 0;
            for (unsigned k = 0; k < 3; k++) {
                distance[k] = bodies[i].at[k] - bodies[j].at[k];
                square += distance[k] * distance[k];
            }
            const REAL magnitude = step / (square * OF(root)(square));
            for (unsigned k = 0; k < 3; k++) {
                bodies[i].velocity[k] -= distance[k] * bodies[j].mass * magnitude;
                bodies[j].velocity[k] += distance[k] * bodies[i].mass * magnitude;
            }
        }
    for (unsigned i = 0; i < BODIES; i++)
        for (unsigned k = 0; k < 3; k++)
            bodies[i].at[k] += step * bodies[i].velocity[k];
}

static uint64_t OF(orbit)(uint64_t index) {
    struct OF(body) bodies[BODIES];
    uint64_t state = index;
    for (unsigned i = 0; i < BODIES; i++) {
        for (unsigned k = 0; k < 3; k++) {
            bodies[i].at[k] = (REAL)(unit_interval(&state) * 10 + (double)(i * 7));
            bodies[i].velocity[k] = (REAL)(unit_interval(&state) - 0.5);
        }
        bodies[i].mass = (REAL)(i == 0 ? 39.5 : 0.01 + unit_interval(&state) / 32);
    }
    for (unsigned step = 0; step < STEPS; step++)
        OF(advance)(bodies, (REAL)0.01);
    uint64_t value = 0;
    for (unsigned i = 0; i < BODIES; i++)
        for (unsigned k = 0; k < 3; k++)
            value = value * 31 + OF(bits_of)(bodies[i].at[k]);
    return value;
}
