// sync.h for AArch64. Arm ARM sections: B2.3 (ordering), B2.9 (exclusives), D1.6 (WFE and SEV), C6.2 (instructions).
#pragma once

INLINE uint64_t load_relaxed(const volatile uint64_t *p) {
    uint64_t value;
    __asm__ volatile("ldr %0, %1" : "=r"(value) : "Q"(*p));
    return value;
}

INLINE void store_relaxed(volatile uint64_t *p, uint64_t value) {
    __asm__ volatile("str %1, %0" : "=Q"(*p) : "r"(value));
}

INLINE uint64_t load_acquire(const volatile uint64_t *p) {
    uint64_t value;
    __asm__ volatile("ldar %0, %1" : "=r"(value) : "Q"(*p) : "memory");
    return value;
}

/// LDAPR: not kept behind an earlier STLR (Armv8.3).
INLINE uint64_t load_acquire_pc(const volatile uint64_t *p) {
    uint64_t value;
    __asm__ volatile(".arch_extension rcpc\n ldapr %0, %1" : "=r"(value) : "Q"(*p) : "memory");
    return value;
}

INLINE void store_release(volatile uint64_t *p, uint64_t value) {
    __asm__ volatile("stlr %1, %0" : "=Q"(*p) : "r"(value) : "memory");
}

INLINE void fence(void) { __asm__ volatile("dmb ish" ::: "memory"); }
INLINE void fence_loads(void) { __asm__ volatile("dmb ishld" ::: "memory"); }
INLINE void fence_stores(void) { __asm__ volatile("dmb ishst" ::: "memory"); }

/// A read-modify-write loop of an exclusive pair: `load` and `store` name the instructions, `change` computes `next`.
#define EXCLUSIVE_LOOP(load, change, store)                                                                          \
    __asm__ volatile("1: " load " %[old], %[word]\n"                                                                 \
                     change                                                                                          \
                     "   " store " %w[status], %[next], %[word]\n"                                                   \
                     "   cbnz %w[status], 1b"                                                                        \
                     : [old] "=&r"(old), [next] "=&r"(next), [status] "=&r"(status), [word] "+Q"(*p)                 \
                     : [value] "r"(value)                                                                            \
                     : "memory")

/// Adds and returns the old value.
INLINE uint64_t fetch_add(volatile uint64_t *p, uint64_t value, enum ordering ordering) {
    uint64_t old, next;
    uint32_t status;
    switch (ordering) {
    case ORDER_DMB:
        fence();
        EXCLUSIVE_LOOP("ldxr", "add %[next], %[old], %[value]\n", "stxr");
        fence();
        break;
    case ORDER_ACQREL: EXCLUSIVE_LOOP("ldaxr", "add %[next], %[old], %[value]\n", "stlxr"); break;
    case ORDER_LSE:
        __asm__ volatile(".arch_extension lse\n ldaddal %2, %0, %1" : "=r"(old), "+Q"(*p) : "r"(value) : "memory");
        break;
    }
    return old;
}

/// Adds with no order at all: LDXR/STXR.
INLINE uint64_t fetch_add_relaxed(volatile uint64_t *p, uint64_t value) {
    uint64_t old, next;
    uint32_t status;
    EXCLUSIVE_LOOP("ldxr", "add %[next], %[old], %[value]\n", "stxr");
    return old;
}

/// Adds with no order at all: LDADD.
INLINE uint64_t fetch_add_relaxed_lse(volatile uint64_t *p, uint64_t value) {
    uint64_t old;
    __asm__ volatile(".arch_extension lse\n ldadd %2, %0, %1" : "=r"(old), "+Q"(*p) : "r"(value) : "memory");
    return old;
}

/// Stores and returns the old value.
INLINE uint64_t exchange(volatile uint64_t *p, uint64_t value, enum ordering ordering) {
    uint64_t old;
    uint32_t status;
    switch (ordering) {
    case ORDER_DMB:
        fence();
        __asm__ volatile("1: ldxr %0, %1\n stxr %w2, %3, %1\n cbnz %w2, 1b"
                         : "=&r"(old), "+Q"(*p), "=&r"(status)
                         : "r"(value)
                         : "memory");
        fence();
        break;
    case ORDER_ACQREL:
        __asm__ volatile("1: ldaxr %0, %1\n stlxr %w2, %3, %1\n cbnz %w2, 1b"
                         : "=&r"(old), "+Q"(*p), "=&r"(status)
                         : "r"(value)
                         : "memory");
        break;
    case ORDER_LSE:
        __asm__ volatile(".arch_extension lse\n swpal %2, %0, %1" : "=&r"(old), "+Q"(*p) : "r"(value) : "memory");
        break;
    }
    return old;
}

/// Stores `value` if the word holds `expected`; returns what it held.
INLINE uint64_t compare_exchange(volatile uint64_t *p, uint64_t expected, uint64_t value, enum ordering ordering) {
    uint64_t old = expected;
    uint32_t status;
    switch (ordering) {
    case ORDER_DMB:
        fence();
        __asm__ volatile("1: ldxr %0, %1\n cmp %0, %4\n b.ne 2f\n stxr %w2, %3, %1\n cbnz %w2, 1b\n 2:"
                         : "=&r"(old), "+Q"(*p), "=&r"(status)
                         : "r"(value), "r"(expected)
                         : "memory", "cc");
        fence();
        break;
    case ORDER_ACQREL:
        __asm__ volatile("1: ldaxr %0, %1\n cmp %0, %4\n b.ne 2f\n stlxr %w2, %3, %1\n cbnz %w2, 1b\n 2:"
                         : "=&r"(old), "+Q"(*p), "=&r"(status)
                         : "r"(value), "r"(expected)
                         : "memory", "cc");
        break;
    case ORDER_LSE:
        __asm__ volatile(".arch_extension lse\n casal %0, %2, %1" : "+&r"(old), "+Q"(*p) : "r"(value) : "memory");
        break;
    }
    return old;
}

/// One attempt to take a lock word: LDAXR, and if it is zero STXR of 1. True if taken. Leaves the monitor armed when
/// the word was not zero, so a WFE right after it sleeps until the holder's store.
INLINE bool try_lock_acquire(volatile uint64_t *p) {
    uint64_t old;
    uint32_t status;
    __asm__ volatile("1: ldaxr %0, %1\n cbnz %0, 2f\n stxr %w2, %3, %1\n cbnz %w2, 1b\n 2:"
                     : "=&r"(old), "+Q"(*p), "=&r"(status)
                     : "r"(UINT64_C(1))
                     : "memory");
    return old == 0;
}

/// LDAXR: what `store_conditional` of the same word depends on, with whatever lies between.
INLINE uint64_t load_linked(volatile uint64_t *p) {
    uint64_t value;
    __asm__ volatile("ldaxr %0, %1" : "=r"(value) : "Q"(*p) : "memory");
    return value;
}

/// STLXR: true if nobody has written to the word since, and then `value` is stored.
INLINE bool store_conditional(volatile uint64_t *p, uint64_t value) {
    uint32_t status;
    __asm__ volatile("stlxr %w0, %2, %1" : "=&r"(status), "=Q"(*p) : "r"(value) : "memory");
    return status == 0;
}

/// In the place of a `store_conditional` that is not wanted.
INLINE void clear_exclusive(void) { __asm__ volatile("clrex" ::: "memory"); }

/// The load of a waiting loop; the loop ends with `waited`, which gives the order for ORDER_DMB. For WAIT_WFE it is an
/// exclusive load: a store by another processor to the word then ends the WFE in `relax`.
INLINE uint64_t load_waiting(const volatile uint64_t *p, enum ordering ordering, enum waiting waiting) {
    uint64_t value;
    if (waiting != WAIT_WFE)
        return ordering == ORDER_DMB ? load_relaxed(p) : load_acquire(p);
    if (ordering == ORDER_DMB)
        __asm__ volatile("ldxr %0, %1" : "=r"(value) : "Q"(*p) : "memory");
    else
        __asm__ volatile("ldaxr %0, %1" : "=r"(value) : "Q"(*p) : "memory");
    return value;
}

/// Gives what came before `p` was stored to whoever leaves a waiting loop.
INLINE void waited(enum ordering ordering) {
    if (ordering == ORDER_DMB)
        fence();
}

/// A store that publishes everything before it.
INLINE void publish(volatile uint64_t *p, uint64_t value, enum ordering ordering) {
    if (ordering == ORDER_DMB) {
        fence();
        store_relaxed(p, value);
    } else {
        store_release(p, value);
    }
}

/// One turn of a waiting loop. After WFE the loop must look again: the event may be an old one or meant for others.
INLINE void relax(enum waiting waiting) {
    switch (waiting) {
    case WAIT_WFE: __asm__ volatile("wfe" ::: "memory"); break;
    case WAIT_YIELD: __asm__ volatile("yield" ::: "memory"); break;
    case WAIT_SPIN: __asm__ volatile("" ::: "memory"); break;
    }
}

/// After the store that others wait for: an event for sleepers whose monitor is on another word. DSB makes the store
/// visible before the event is sent.
INLINE void wake(enum waiting waiting) {
    if (waiting == WAIT_WFE)
        __asm__ volatile("dsb ishst\n sev" ::: "memory");
}
