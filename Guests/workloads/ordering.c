// What one access costs, by how it is ordered: each processor does them on cache lines of its own, so that nothing is
// measured but the instruction. With a second processor nobody may leave an ordering out because there is only one.
//
// `ldr` and `str` are the same accesses without order, for comparison; `dmb` and `dmbld` come after an `ldr`.
#include "../runtime/runtime.h"
#include "../runtime/sync.h"

#define OPERATIONS 1024  // per unit
#define AT_ONCE 16       // in a row between two branches

enum variant { LDR, STR, LDAR, LDAPR, STLR, DMB, DMBLD, EXCLUSIVE, LDADD, CAS, SWP, STLR_LDAR };
static const char *const variants[] = {"ldr",  "str",   "ldar", "ldapr", "stlr", "dmb", "dmbld",
                                       "ldxr", "ldadd", "cas",  "swp", "stlr-ldar", NULL};

static struct {
    _Alignas(CACHE_LINE) volatile uint64_t words[8];
    volatile uint64_t other[8];
} lines[MAX_CPUS];

/// One access; the sum of what is loaded keeps nothing waiting.
INLINE uint64_t access(enum variant variant, volatile uint64_t *word, volatile uint64_t *other, uint64_t value) {
    switch (variant) {
    case LDR: return load_relaxed(word);
    case STR: store_relaxed(word, value); return 0;
    case LDAR: return load_acquire(word);
    case LDAPR: return load_acquire_pc(word);
    case STLR: store_release(word, value); return 0;
    // Barriers in a row would be one.
    case DMB: value = load_relaxed(word); fence(); return value;
    case DMBLD: value = load_relaxed(word); fence_loads(); return value;
    case EXCLUSIVE: return fetch_add_relaxed(word, 1);
    case LDADD: return fetch_add_relaxed_lse(word, 1);
    case CAS: return compare_exchange(word, value, value, ORDER_LSE);
    case SWP: return exchange(word, value, ORDER_LSE);
    case STLR_LDAR: store_release(word, value); return load_acquire(other);
    }
    return 0;
}

INLINE void accesses(enum variant variant, volatile uint64_t *word, volatile uint64_t *other, uint64_t value) {
#pragma clang loop unroll(disable)
    for (unsigned done = 0; done < OPERATIONS; done += AT_ONCE) {
#pragma clang loop unroll(full)
        for (unsigned i = 0; i < AT_ONCE; i++)
            (void)access(variant, word, other, value);
    }
}

#define EACH_VARIANT(apply)                                                                                     \
    apply(LDR) apply(STR) apply(LDAR) apply(LDAPR) apply(STLR) apply(DMB) apply(DMBLD) apply(EXCLUSIVE)         \
    apply(LDADD) apply(CAS) apply(SWP) apply(STLR_LDAR)
#define DEFINE(variant)                                                                                         \
    NOINLINE static void accesses_##variant(volatile uint64_t *word, volatile uint64_t *other, uint64_t value) { \
        accesses(variant, word, other, value);                                                                  \
    }
EACH_VARIANT(DEFINE)
#define ENTRY(variant) [variant] = accesses_##variant,
static void (*const functions[])(volatile uint64_t *, volatile uint64_t *, uint64_t) = {EACH_VARIANT(ENTRY)};

/// The value stored is the unit's, so that what was stored last tells.
static uint64_t unit(unsigned cpu, uint64_t index) {
    volatile uint64_t *const word = &lines[cpu].words[0];
    *word = index;
    functions[run.variant](word, &lines[cpu].other[0], index);
    const uint64_t counted = *word - index;
    const uint64_t expected = run.variant == EXCLUSIVE || run.variant == LDADD ? OPERATIONS : 0;
    if (counted != expected)
        fail("count-not-exact variant=%s smp=%u counted=%lu expected=%lu", run.name, run.smp, counted, expected);
    return index;
}

/// Picoseconds per operation of one processor.
static uint64_t finish(uint64_t sum) {
    const uint64_t each = (run.units + run.smp - 1) / run.smp * OPERATIONS;
    report("ps_per_operation", run.elapsed * 1000 / each, 9);
    return sum;
}

const struct workload workload = {
    .name = "ordering", .variants = variants, .units = 80000, .unit = unit, .finish = finish};
