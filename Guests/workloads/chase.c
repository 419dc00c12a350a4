// Pointer chase: a random cycle through 4096 nodes of 64 bytes (256 KiB), each load waits for the one before.
#include "../runtime/runtime.h"

#define NODES 4096
#define STEPS 32768

static struct node {
    _Alignas(64) struct node *next;
    uint64_t number;
} nodes[NODES];

/// Sattolo's shuffle: a permutation that is one single cycle.
static void prepare(void) {
    static uint32_t order[NODES];
    for (uint32_t i = 0; i < NODES; i++)
        order[i] = i;
    uint64_t state = 7;
    for (uint32_t i = NODES - 1; i > 0; i--) {
        const uint32_t other = (uint32_t)(next_random(&state) % i);
        const uint32_t value = order[i];
        order[i] = order[other];
        order[other] = value;
    }
    for (uint32_t i = 0; i < NODES; i++) {
        nodes[i].next = &nodes[order[i]];
        nodes[i].number = i;
    }
}

static uint64_t unit(unsigned cpu, uint64_t index) {
    (void)cpu;
    const struct node *const first = &nodes[index % NODES];
    const struct node *node = first;
#pragma clang loop unroll(disable)
    for (unsigned step = 0; step < STEPS; step++)
        node = node->next;
    // Eight times around the cycle leads back; some steps more lead to a place that depends on every link.
    if (node != first)
        fail("not-one-cycle unit=%lu", index);
    for (unsigned step = 0; step < index % 64; step++)
        node = node->next;
    return node->number;
}

static const char *const variants[] = {"256k", NULL};
const struct workload workload = {
    .name = "chase", .variants = variants, .units = 1680, .prepare = prepare, .unit = unit};
