/* Exclusives whose sequences have other accesses in between, between threads: a store-exclusive fails when anybody has
   written to the location since its load-exclusive, even the value that was there, and however it was written. */
#include "linux.h"

enum { TURNS = 60, WARM = 2000 };

static struct {
    _Alignas(64) volatile u64 cell[2];
    /* 1: the other thread's turn, 2: it has had it; 3: no more. */
    _Alignas(64) volatile u32 turn;
    _Alignas(64) volatile u64 warm[2];
} shared;

typedef void (*writer)(volatile u64 *);

/* Writes another value, and then the old one. */
#define WRITER(name, first, second)                                                                                    \
    __attribute__((naked, noinline)) static void name(volatile u64 *at) {                                              \
        __asm__(".arch armv8.5-a\n mov x1, #2\n mov x2, #1\n fmov d0, x1\n fmov d1, x2\n" first "\n" second "\n ret"); \
    }
#define WRITERS(apply)                                                                                       \
    apply(str, "str x1, [x0]", "str x2, [x0]") apply(strb, "strb w1, [x0]", "strb w2, [x0]")                 \
    apply(stp, "stp x1, xzr, [x0]", "stp x2, xzr, [x0]") apply(str_q, "str q0, [x0]", "str q1, [x0]")        \
    apply(stlr, "stlr x1, [x0]", "stlr x2, [x0]") apply(swp, "swp x1, x3, [x0]", "swp x2, x3, [x0]")         \
    apply(ldadd, "ldadd x2, x3, [x0]\n mov x3, #-1", "ldadd x3, x4, [x0]")                                   \
    apply(cas, "cas x2, x1, [x0]\n mov x2, #1", "mov x3, #2\n cas x3, x2, [x0]")                             \
    apply(stxr, "ldxr x3, [x0]\n stxr w4, x1, [x0]", "ldxr x3, [x0]\n stxr w4, x2, [x0]")                    \
    apply(neighbour, "str x1, [x0, #8]", "str xzr, [x0, #8]")

WRITERS(WRITER)
static u32 turn(void) { return __atomic_load_n(&shared.turn, __ATOMIC_ACQUIRE); }
static void pass(u32 next) { __atomic_store_n(&shared.turn, next, __ATOMIC_RELEASE); }

static volatile writer chosen;

static void other(void *argument) {
    for (;;) {
        while (turn() == 0 || turn() == 2) __asm__ volatile("yield");
        if (turn() == 3) return;
        chosen(shared.cell);
        pass(2);
    }
}

/* Whether the store-exclusive failed though somebody wrote in between. */
static u64 fails(void) {
    u64 value, failed, next;
    __asm__ volatile(
        "ldxr %0, [%3]\n"
        "mov %w2, #1\n stlr %w2, [%4]\n"
        "1: yield\n ldar %w2, [%4]\n cmp %w2, #2\n b.ne 1b\n"
        "stxr %w1, %0, [%3]\n"
        : "=&r"(value), "=&r"(failed), "=&r"(next)
        : "r"(shared.cell), "r"(&shared.turn)
        : "memory", "cc");
    return failed;
}

static void warm(writer write) {
    for (u32 i = 0; i < WARM; i++) write(shared.warm);
}

static void show(const char *name, writer write) {
    u64 failed = 0;
    chosen = write;
    for (u32 i = 0; i < TURNS; i++) failed += fails();
    say("%s: failed %d of %d\n", name, failed, (u64)TURNS);
}

int run(int argc, char **argv, char **envp, u64 *auxv) {
    volatile u32 running;
    /* What writes is native code before anybody asks for a monitor. */
#define BEGIN(name, first, second) warm(name);
    WRITERS(BEGIN)
    shared.cell[0] = 1;
    start_thread(other, 0, &running);
#define SHOW(name, first, second) show(#name, name);
    WRITERS(SHOW)
    pass(3);
    join_thread(&running);
    return 0;
}
