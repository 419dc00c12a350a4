// Calls through pointers: sixteen small functions in a random but repeatable order.
#include "../runtime/runtime.h"

#define FUNCTIONS 16
#define CALLS 8192

typedef uint64_t function(uint64_t);

#define GOLDEN UINT64_C(0x9e3779b97f4a7c15)
#define ROTATE(x, by) ((x) << (by) | (x) >> (64 - (by)))
#define DEFINE(n) \
    NOINLINE static uint64_t function_##n(uint64_t x) { return ROTATE(x, 2 * n + 1) + GOLDEN * (n + 1); }
DEFINE(0) DEFINE(1) DEFINE(2) DEFINE(3) DEFINE(4) DEFINE(5) DEFINE(6) DEFINE(7)
DEFINE(8) DEFINE(9) DEFINE(10) DEFINE(11) DEFINE(12) DEFINE(13) DEFINE(14) DEFINE(15)

/// Not constant for the compiler: it must not see which functions there are.
static function *volatile functions[FUNCTIONS];
static function *order[CALLS];

static void prepare(void) {
    function *const all[FUNCTIONS] = {function_0,  function_1,  function_2,  function_3, function_4,  function_5,
                                      function_6,  function_7,  function_8,  function_9, function_10, function_11,
                                      function_12, function_13, function_14, function_15};
    for (unsigned i = 0; i < FUNCTIONS; i++)
        functions[i] = all[i];
    uint64_t state = 5;
    for (unsigned i = 0; i < CALLS; i++)
        order[i] = functions[next_random(&state) % FUNCTIONS];
}

static uint64_t unit(unsigned cpu, uint64_t index) {
    (void)cpu;
    uint64_t value = index;
#pragma clang loop unroll(disable)
    for (unsigned i = 0; i < CALLS; i++)
        value = order[i](value);
    return value;
}

static const char *const variants[] = {"16", NULL};
const struct workload workload = {
    .name = "indirect", .variants = variants, .units = 1680, .prepare = prepare, .unit = unit};
