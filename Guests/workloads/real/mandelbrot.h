// How long points of a window of the plane stay bounded under z = z^2 + c.
NOINLINE static unsigned OF(escape)(REAL cx, REAL cy) {
    REAL x = 0, y = 0, xx = 0, yy = 0;
    unsigned count = 0;
    while (count < LIMIT && xx + yy <= (REAL)4) {
        y = (REAL)2 * x * y + cy;
        x = xx - yy + cx;
        xx = x * x;
        yy = y * y;
        count++;
    }
    return count;
}

static uint64_t OF(window)(uint64_t index) {
    uint64_t value = 0;
    const REAL left = (REAL)-2 + (REAL)(index % 7) / (REAL)16, top = (REAL)-1 + (REAL)(index % 5) / (REAL)16;
    for (unsigned row = 0; row < SIDE; row++)
        for (unsigned column = 0; column < SIDE; column++)
            value = value * 31
                + OF(escape)(left + (REAL)column * (REAL)2.5 / (REAL)SIDE, top + (REAL)row * (REAL)2 / (REAL)SIDE);
    return value;
}
