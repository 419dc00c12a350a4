// A hash table with open addressing: insertion, look-up (found and not found) and deletion by backward shift.
#include "../runtime/runtime.h"

#define SLOTS 4096  // power of two
#define KEYS 1024

struct entry {
    uint64_t key;  // 0 = empty
    uint64_t value;
};

static struct {
    _Alignas(CACHE_LINE) struct entry entries[SLOTS];
} tables[MAX_CPUS];

INLINE unsigned slot_of(uint64_t key) { return (unsigned)(key * UINT64_C(0x9e3779b97f4a7c15) >> 52); }

/// The place of the key, or the empty place where it belongs.
static struct entry *find(struct entry *table, uint64_t key) {
    unsigned slot = slot_of(key);
    while (table[slot].key != 0 && table[slot].key != key)
        slot = (slot + 1) % SLOTS;
    return &table[slot];
}

/// Closes the gap at `hole` with the entries behind it that may move there.
static void erase(struct entry *table, unsigned hole) {
    for (unsigned slot = (hole + 1) % SLOTS; table[slot].key != 0; slot = (slot + 1) % SLOTS) {
        const unsigned home = slot_of(table[slot].key);
        if (((slot - home) % SLOTS) >= ((slot - hole) % SLOTS)) {
            table[hole] = table[slot];
            hole = slot;
        }
    }
    table[hole].key = 0;
}

static uint64_t unit(unsigned cpu, uint64_t index) {
    struct entry *const table = tables[cpu].entries;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < KEYS; i++) {
        struct entry *const entry = find(table, mix(index * KEYS + i) | 1);
        entry->key = mix(index * KEYS + i) | 1;
        entry->value = i + 1;
    }
    for (uint64_t i = 0; i < 2 * KEYS; i++) {  // the second half was never inserted
        const uint64_t key = mix(index * KEYS + i) | 1;
        const struct entry *const entry = find(table, key);
        if ((entry->key == key) != (i < KEYS))
            fail("look-up unit=%lu key=%lu", index, i);
        sum += entry->key == key ? entry->value * (i | 1) : 1;
    }
    for (uint64_t i = 0; i < KEYS; i++) {
        const uint64_t key = mix(index * KEYS + i) | 1;
        struct entry *const entry = find(table, key);
        if (entry->key != key)
            fail("lost unit=%lu key=%lu", index, i);
        sum ^= mix(entry->value);
        erase(table, (unsigned)(entry - table));
    }
    return sum;
}

static const char *const variants[] = {"open", NULL};
const struct workload workload = {.name = "hash", .variants = variants, .units = 1680, .unit = unit};
