// sync.h for the host, x86-64. All three orderings become what a compiler emits for them. WFE and YIELD both become
// sched_yield: what they say to an emulator is "let another run", and a program that says it with PAUSE instead needs
// minutes for a ticket lock with more threads than cores. Spinning is spinning.
#pragma once

#include <sched.h>

INLINE uint64_t load_relaxed(const volatile uint64_t *p) { return __atomic_load_n(p, __ATOMIC_RELAXED); }
INLINE void store_relaxed(volatile uint64_t *p, uint64_t value) { __atomic_store_n(p, value, __ATOMIC_RELAXED); }
INLINE uint64_t load_acquire(const volatile uint64_t *p) { return __atomic_load_n(p, __ATOMIC_ACQUIRE); }
INLINE void store_release(volatile uint64_t *p, uint64_t value) { __atomic_store_n(p, value, __ATOMIC_RELEASE); }

INLINE uint64_t load_acquire_pc(const volatile uint64_t *p) { return load_acquire(p); }

INLINE void fence(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
INLINE void fence_loads(void) { __atomic_thread_fence(__ATOMIC_ACQUIRE); }
INLINE void fence_stores(void) { __atomic_thread_fence(__ATOMIC_RELEASE); }

INLINE uint64_t fetch_add(volatile uint64_t *p, uint64_t value, enum ordering ordering) {
    (void)ordering;
    return __atomic_fetch_add(p, value, __ATOMIC_SEQ_CST);
}

INLINE uint64_t fetch_add_relaxed(volatile uint64_t *p, uint64_t value) {
    return __atomic_fetch_add(p, value, __ATOMIC_RELAXED);
}

INLINE uint64_t fetch_add_relaxed_lse(volatile uint64_t *p, uint64_t value) { return fetch_add_relaxed(p, value); }

INLINE uint64_t exchange(volatile uint64_t *p, uint64_t value, enum ordering ordering) {
    (void)ordering;
    return __atomic_exchange_n(p, value, __ATOMIC_SEQ_CST);
}

INLINE uint64_t compare_exchange(volatile uint64_t *p, uint64_t expected, uint64_t value, enum ordering ordering) {
    (void)ordering;
    __atomic_compare_exchange_n(p, &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return expected;
}

INLINE bool try_lock_acquire(volatile uint64_t *p) {
    return load_relaxed(p) == 0 && compare_exchange(p, 0, 1, ORDER_ACQREL) == 0;
}

// The host has no exclusives: whoever has loaded holds a lock until it stores or gives up.

static volatile uint64_t exclusive_lock;

INLINE uint64_t load_linked(volatile uint64_t *p) {
    while (exchange(&exclusive_lock, 1, ORDER_ACQREL) != 0)
        sched_yield();
    return load_acquire(p);
}

INLINE void clear_exclusive(void) { store_release(&exclusive_lock, 0); }

INLINE bool store_conditional(volatile uint64_t *p, uint64_t value) {
    store_release(p, value);
    clear_exclusive();
    return true;
}

INLINE uint64_t load_waiting(const volatile uint64_t *p, enum ordering ordering, enum waiting waiting) {
    (void)ordering, (void)waiting;
    return load_acquire(p);
}

INLINE void waited(enum ordering ordering) {
    if (ordering == ORDER_DMB)
        fence();
}

INLINE void publish(volatile uint64_t *p, uint64_t value, enum ordering ordering) {
    if (ordering == ORDER_DMB)
        fence();
    store_release(p, value);
}

INLINE void relax(enum waiting waiting) {
    switch (waiting) {
    case WAIT_WFE:
    case WAIT_YIELD: sched_yield(); break;
    case WAIT_SPIN: __asm__ volatile("" ::: "memory"); break;
    }
}

INLINE void wake(enum waiting waiting) { (void)waiting; }
