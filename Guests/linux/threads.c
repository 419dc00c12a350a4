/* Threads: creation, joining by the cleared identifier, futexes, atomics, thread-local pointers. */
#include "linux.h"

enum { threads = 8, turns = 20000 };
static volatile u32 running[threads], lock;
static u64 counter, atomic_counter;

static void acquire(void) {
    u32 expected = 0;
    if (__atomic_compare_exchange_n(&lock, &expected, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
    while (__atomic_exchange_n(&lock, 2, __ATOMIC_ACQUIRE) != 0) call(SYS_futex, &lock, 128, 2, 0, 0, 0);
}

static void release(void) {
    if (__atomic_exchange_n(&lock, 0, __ATOMIC_RELEASE) == 2) call(SYS_futex, &lock, 129, 1, 0, 0, 0);
}

static void work(void *argument) {
    __asm__ volatile("msr tpidr_el0, %0" : : "r"(argument));
    for (int i = 0; i < turns; i++) {
        acquire();
        counter++;
        release();
        __atomic_fetch_add(&atomic_counter, 1, __ATOMIC_RELAXED);
    }
    u64 pointer;
    __asm__ volatile("mrs %0, tpidr_el0" : "=r"(pointer));
    if (pointer != (u64)argument) say("FAIL thread pointer\n");
}

static void nothing(void *argument) { (void)argument; }

int run(int argc, char **argv, char **envp, u64 *auxv) {
    s32 identifiers[threads];
    for (u64 i = 0; i < threads; i++) identifiers[i] = start_thread(work, (void *)(i + 1), &running[i]);
    for (int i = 0; i < threads; i++) {
        if (identifiers[i] <= 0) say("FAIL identifier %d\n", (s64)identifiers[i]);
        join_thread(&running[i]);
    }
    say("locked %d atomic %d\n", counter, atomic_counter);
    for (int i = 0; i < 200; i++) {
        start_thread(nothing, 0, &running[0]);
        join_thread(&running[0]);
    }
    say("200 more threads came and went\n");
    return 0;
}
