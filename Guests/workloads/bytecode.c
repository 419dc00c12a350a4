// A bytecode interpreter: a dispatch jump per operation. The program it runs counts the steps of the Collatz sequences
// of a range of numbers; a plain C loop checks the count.
#include "../runtime/runtime.h"

enum opcode {
    LOAD, MOVE, ADD, ADD_IMMEDIATE, SHIFT_RIGHT, AND_IMMEDIATE, TRIPLE_PLUS_1, JUMP, JUMP_ZERO, JUMP_LESS, HALT
};

/// One operation: target register, source register, constant or jump target.
struct operation {
    uint8_t opcode;
    uint8_t to;
    uint8_t from;
    uint8_t value;
};

// Registers: 0 first number, 1 end, 2 n, 3 steps, 4 scratch, 5 the constant 2.
static const struct operation program[] = {
    {LOAD, 3, 0, 0},           //  0 steps = 0
    {LOAD, 5, 0, 2},           //  1
    {MOVE, 2, 0, 0},           //  2 next: n = number
    {JUMP_LESS, 2, 5, 12},     //  3 loop: n < 2 -> done
    {MOVE, 4, 2, 0},           //  4
    {AND_IMMEDIATE, 4, 4, 1},  //  5
    {JUMP_ZERO, 4, 0, 9},      //  6 even ->
    {TRIPLE_PLUS_1, 2, 2, 0},  //  7
    {JUMP, 0, 0, 10},          //  8
    {SHIFT_RIGHT, 2, 2, 1},    //  9
    {ADD_IMMEDIATE, 3, 3, 1},  // 10
    {JUMP, 0, 0, 3},           // 11
    {ADD_IMMEDIATE, 0, 0, 1},  // 12 done:
    {JUMP_LESS, 0, 1, 2},      // 13
    {HALT, 0, 0, 0},           // 14
};

NOINLINE static uint64_t interpret(const struct operation *code, uint64_t first, uint64_t end) {
    uint64_t registers[8] = {first, end};
    const struct operation *pc = code;
    for (;;) {
        const struct operation o = *pc++;
        switch ((enum opcode)o.opcode) {
        case LOAD: registers[o.to] = o.value; break;
        case MOVE: registers[o.to] = registers[o.from]; break;
        case ADD: registers[o.to] += registers[o.from]; break;
        case ADD_IMMEDIATE: registers[o.to] = registers[o.from] + o.value; break;
        case SHIFT_RIGHT: registers[o.to] = registers[o.from] >> o.value; break;
        case AND_IMMEDIATE: registers[o.to] = registers[o.from] & o.value; break;
        case TRIPLE_PLUS_1: registers[o.to] = registers[o.from] * 3 + 1; break;
        case JUMP: pc = code + o.value; break;
        case JUMP_ZERO: pc = registers[o.to] == 0 ? code + o.value : pc; break;
        case JUMP_LESS: pc = registers[o.to] < registers[o.from] ? code + o.value : pc; break;
        case HALT: return registers[3];
        }
    }
}

#define NUMBERS 20

static uint64_t unit(unsigned cpu, uint64_t index) {
    (void)cpu;
    return interpret(program, index * NUMBERS + 1, index * NUMBERS + 1 + NUMBERS);
}

static uint64_t finish(uint64_t sum) {
    uint64_t steps = 0;
    for (uint64_t n = 1; n <= NUMBERS; n++)
        for (uint64_t m = n; m > 1; steps++)
            m = m % 2 ? m * 3 + 1 : m / 2;
    const uint64_t counted = interpret(program, 1, 1 + NUMBERS);
    if (counted != steps)
        fail("steps=%lu expected=%lu", counted, steps);
    return sum;
}

static const char *const variants[] = {"collatz", NULL};
const struct workload workload = {
    .name = "bytecode", .variants = variants, .units = 1260, .unit = unit, .finish = finish};
