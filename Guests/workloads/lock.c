// A shared counter incremented by all processors, under eight regimes. The total number of increments is fixed, each
// with some work outside (on the processor's own data) and, where there is a lock, a little inside. Every variant but
// `none` must count exactly; `none` is a race on purpose and reports how many increments were lost.
//
// Arguments: waiting=wfe|yield|spin for the locks that do not fix it (tas, ticket, mcs, acqrel; the default is yield).
#include "../runtime/runtime.h"
#include "../runtime/sync.h"

enum variant { TAS, TICKET, MCS, WFE, LDXR, LSE, ACQREL, NONE };

static const char *const variants[] = {"tas", "ticket", "mcs", "wfe", "ldxr", "lse", "acqrel", "none", NULL};
static const char *const waitings[] = {"yield", "wfe", "spin", NULL};
static const enum waiting waiting_values[] = {WAIT_YIELD, WAIT_WFE, WAIT_SPIN};

#define OUTSIDE_STEPS 80
#define INSIDE_WORDS 4

/// What the lock protects. The sums of `inside` follow from the counter's values only if nobody else was in between.
static struct {
    _Alignas(CACHE_LINE) volatile uint64_t count;
    volatile uint64_t inside[INSIDE_WORDS];
} shared;

static struct {
    _Alignas(CACHE_LINE) volatile uint64_t word;     ///< tas, wfe, acqrel: 1 = taken; mcs: address of the last node
    _Alignas(CACHE_LINE) volatile uint64_t next;     ///< ticket: the next to hand out
    _Alignas(CACHE_LINE) volatile uint64_t serving;  ///< ticket: whose turn it is
} lock;

/// A waiter's place in the MCS queue.
static struct node {
    _Alignas(CACHE_LINE) volatile uint64_t next;  ///< address of the node behind this one, 0 = none yet
    volatile uint64_t waiting;
} nodes[MAX_CPUS];

// The locks.

/// Test-and-set, written with plain exclusives and full barriers.
INLINE void tas_acquire(enum waiting waiting) {
    while (exchange(&lock.word, 1, ORDER_DMB) != 0)
        while (load_waiting(&lock.word, ORDER_DMB, waiting) != 0)
            relax(waiting);
}

INLINE void tas_release(void) { publish(&lock.word, 0, ORDER_DMB); }

INLINE void ticket_acquire(enum waiting waiting) {
    const uint64_t mine = fetch_add(&lock.next, 1, ORDER_ACQREL);
    while (load_waiting(&lock.serving, ORDER_ACQREL, waiting) != mine)
        relax(waiting);
}

INLINE void ticket_release(void) { store_release(&lock.serving, load_relaxed(&lock.serving) + 1); }

/// Mellor-Crummey and Scott: each waits on a word of its own until the one before hands over.
INLINE void mcs_acquire(struct node *node, enum waiting waiting) {
    store_relaxed(&node->next, 0);
    store_relaxed(&node->waiting, 1);
    struct node *const before = (struct node *)exchange(&lock.word, (uint64_t)node, ORDER_ACQREL);
    if (before == NULL)
        return;
    store_release(&before->next, (uint64_t)node);
    while (load_waiting(&node->waiting, ORDER_ACQREL, waiting) != 0)
        relax(waiting);
}

INLINE void mcs_release(struct node *node, enum waiting waiting) {
    uint64_t behind = load_acquire(&node->next);
    if (behind == 0) {
        if (compare_exchange(&lock.word, (uint64_t)node, 0, ORDER_ACQREL) == (uint64_t)node)
            return;
        // Somebody has queued up and is about to write our `next`.
        while ((behind = load_waiting(&node->next, ORDER_ACQREL, waiting)) == 0)
            relax(waiting);
    }
    store_release(&((struct node *)behind)->waiting, 0);
}

/// LDAXR/STXR to take, STLR to give back; who finds it taken sleeps in WFE until that STLR clears the monitor which
/// its LDAXR has armed. No SEV anywhere: this is how kernels do it.
INLINE void acqrel_acquire(enum waiting waiting) {
    while (!try_lock_acquire(&lock.word))
        relax(waiting);
}

INLINE void acqrel_release(void) { store_release(&lock.word, 0); }

// The work.

INLINE uint64_t outside(uint64_t value) {
#pragma clang loop unroll(disable)
    for (unsigned step = 0; step < OUTSIDE_STEPS; step++) {
        value ^= value << 13;
        value ^= value >> 7;
        value ^= value << 17;
    }
    return value;
}

/// Reads the counter first and writes it last, so that without a lock the chance to lose an update is large.
INLINE void inside(void) {
    const uint64_t count = shared.count;
#pragma clang loop unroll(disable)
    for (unsigned i = 0; i < INSIDE_WORDS; i++)
        shared.inside[i] += mix(count + i);
    shared.count = count + 1;
}

INLINE uint64_t increments(unsigned cpu, enum variant variant, enum waiting waiting) {
    struct node *const node = &nodes[cpu];
    const struct range mine = share_of(run.units, cpu, 1);
    uint64_t sum = 0;
    for (uint64_t i = mine.first; i < mine.end; i++) {
        sum += outside(i + 1);
        switch (variant) {
        case TAS: tas_acquire(waiting); break;
        case TICKET: ticket_acquire(waiting); break;
        case MCS: mcs_acquire(node, waiting); break;
        case WFE: acqrel_acquire(WAIT_WFE); break;
        case ACQREL: acqrel_acquire(waiting); break;
        case LDXR: fetch_add_relaxed(&shared.count, 1); continue;
        case LSE: fetch_add_relaxed_lse(&shared.count, 1); continue;
        case NONE: break;
        }
        inside();
        switch (variant) {
        case TAS: tas_release(); break;
        case TICKET: ticket_release(); break;
        case MCS: mcs_release(node, waiting); break;
        case WFE:
        case ACQREL: acqrel_release(); break;
        case LDXR:
        case LSE:
        case NONE: break;
        }
    }
    return sum;
}

// One function for each combination, so that no choice is left in the loop.

#define EACH_WAITING(apply, variant) apply(variant, WAIT_WFE) apply(variant, WAIT_YIELD) apply(variant, WAIT_SPIN)
#define EACH_COMBINATION(apply)                                                                            \
    EACH_WAITING(apply, TAS) EACH_WAITING(apply, TICKET) EACH_WAITING(apply, MCS) EACH_WAITING(apply, WFE) \
    EACH_WAITING(apply, LDXR) EACH_WAITING(apply, LSE) EACH_WAITING(apply, ACQREL) EACH_WAITING(apply, NONE)

#define DEFINE(variant, waiting)                                              \
    NOINLINE static uint64_t increments_##variant##_##waiting(unsigned cpu) { \
        return increments(cpu, variant, waiting);                             \
    }
EACH_COMBINATION(DEFINE)

#define ENTRY(variant, waiting) [variant][waiting] = increments_##variant##_##waiting,
static uint64_t (*const combinations[8][3])(unsigned cpu) = {EACH_COMBINATION(ENTRY)};

static uint64_t (*chosen)(unsigned cpu);

static void prepare(void) {
    chosen = combinations[run.variant][waiting_values[argument_choice("waiting", waitings)]];
}

static uint64_t share(unsigned cpu) { return chosen(cpu); }

/// The checksum is that of the work outside; the counter and the words inside are checked here, exactly.
static uint64_t finish(uint64_t sum) {
    const uint64_t counted = shared.count;
    report("counted", counted, 10);
    if (run.variant == NONE) {
        report("lost", run.units - counted, 10);
        return sum;
    }
    if (counted != run.units)
        fail("count-not-exact variant=%s smp=%u counted=%lu expected=%lu", run.name, run.smp, counted, run.units);
    if (run.variant == LDXR || run.variant == LSE)
        return sum;
    for (unsigned i = 0; i < INSIDE_WORDS; i++) {
        uint64_t expected = 0;
        for (uint64_t count = 0; count < counted; count++)
            expected += mix(count + i);
        if (shared.inside[i] != expected)
            fail("inside-not-exact variant=%s smp=%u word=%u", run.name, run.smp, i);
    }
    return sum;
}

const struct workload workload = {
    .name = "lock", .variants = variants, .units = 200000, .prepare = prepare, .share = share, .finish = finish};
