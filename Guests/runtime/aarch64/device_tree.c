// The flattened device tree (Devicetree Specification v0.4, chapter 5), read in place: a walk over its tokens that
// notices the few properties the runtime needs.
#include "machine.h"

#define FDT_MAGIC 0xd00dfeed
enum { FDT_BEGIN_NODE = 1, FDT_END_NODE = 2, FDT_PROP = 3, FDT_NOP = 4, FDT_END = 9 };

struct machine machine;

static uint32_t big32(const uint32_t *p) { return __builtin_bswap32(*p); }

static uint64_t big_cells(const uint32_t *p, unsigned cells) {
    uint64_t value = 0;
    for (unsigned i = 0; i < cells; i++)
        value = value << 32 | big32(p + i);
    return value;
}

/// True if `text` begins with `prefix`.
static bool begins(const char *text, const char *prefix) {
    while (*prefix)
        if (*text++ != *prefix++)
            return false;
    return true;
}

/// The node the walk is in, as far as it matters. Only nodes at depth 1 and the processors at depth 2 do.
enum place { PLACE_OTHER, PLACE_ROOT, PLACE_CHOSEN, PLACE_PSCI, PLACE_MEMORY, PLACE_CPUS, PLACE_CPU };

static enum place place_of(unsigned depth, const char *name, enum place parent) {
    if (depth == 0)
        return PLACE_ROOT;
    if (depth == 1) {
        if (text_equal(name, "chosen"))
            return PLACE_CHOSEN;
        if (begins(name, "psci"))
            return PLACE_PSCI;
        if (begins(name, "memory"))
            return PLACE_MEMORY;
        if (text_equal(name, "cpus"))
            return PLACE_CPUS;
    }
    return depth == 2 && parent == PLACE_CPUS && begins(name, "cpu@") ? PLACE_CPU : PLACE_OTHER;
}

/// #address-cells of / and of /cpus; they come before the nodes that depend on them.
struct cells {
    unsigned root;
    unsigned cpus;
};

static void read_property(enum place place, const char *name, const uint32_t *value, struct cells *cells) {
    if (text_equal(name, "#address-cells")) {
        if (place == PLACE_ROOT)
            cells->root = big32(value);
        if (place == PLACE_CPUS)
            cells->cpus = big32(value);
    } else if (place == PLACE_CPU && text_equal(name, "reg")) {
        if (machine.cpus < MAX_CPUS)
            machine.affinity[machine.cpus++] = big_cells(value, cells->cpus);
    } else if (place == PLACE_CHOSEN && text_equal(name, "bootargs")) {
        machine.arguments = (const char *)value;
    } else if (place == PLACE_PSCI && text_equal(name, "method")) {
        machine.psci_smc = text_equal((const char *)value, "smc");
    } else if (place == PLACE_PSCI && text_equal(name, "cpu_on")) {
        machine.psci_cpu_on = big32(value);
    } else if (place == PLACE_MEMORY && text_equal(name, "reg")) {
        if (big_cells(value, cells->root) == RAM_BASE)
            machine.ram_size = big_cells(value + cells->root, 2);
    }
}

static void walk(const uint32_t *tree) {
    const uint32_t *token = tree + big32(tree + 2) / 4;
    const char *const strings = (const char *)tree + big32(tree + 3);
    struct cells cells = {2, 1};
    enum place path[8] = {PLACE_OTHER};
    unsigned depth = 0;  // of the node whose content the walk is in, plus one
    for (;;) {
        switch (big32(token++)) {
        case FDT_BEGIN_NODE: {
            const char *const name = (const char *)token;
            size_t length = 0;
            while (name[length])
                length++;
            token += length / 4 + 1;
            if (depth < 8)
                path[depth] = place_of(depth, name, depth ? path[depth - 1] : PLACE_OTHER);
            depth++;
            break;
        }
        case FDT_PROP: {
            const uint32_t length = big32(token);
            const char *const name = strings + big32(token + 1);
            if (depth >= 1 && depth <= 8)
                read_property(path[depth - 1], name, token + 2, &cells);
            token += 2 + (length + 3) / 4;
            break;
        }
        case FDT_END_NODE: depth--; break;
        case FDT_NOP: break;
        default: return;
        }
    }
}

static bool is_tree(uint64_t address) {
    return address >= RAM_BASE && address % 8 == 0 && address < UINT64_C(0x100000000)
           && big32((const uint32_t *)address) == FDT_MAGIC;
}

void device_tree_read(uint64_t hint) {
    machine = (struct machine){.arguments = "", .psci_cpu_on = 0xc4000003, .ram_size = UINT64_C(128) << 20};
    const uint64_t address = is_tree(hint) ? hint : RAM_BASE;
    if (!is_tree(address)) {
        machine.cpus = 1;
        fail("no-device-tree x0=0x%lx", hint);
    }
    walk((const uint32_t *)address);
    if (machine.cpus == 0)
        fail("no-cpu-in-device-tree");
}
