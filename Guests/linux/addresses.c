/* Every kind of memory access, hot, at addresses of every kind: plain, tagged, forbidden, read-only, beyond all memory, and
   over the end of what is mapped. */
#include "linux.h"

/* The signal of the last access, and where it came from. */
static volatile u64 seen, seen_code, seen_address, seen_pc, seen_base;

/* Returns from the access's function. */
static void fault(int signal, struct siginfo *info, struct ucontext *context) {
    seen++;
    seen_code = (u64)(signal * 100 + info->code);
    seen_address = info->address;
    seen_pc = context->pc;
    seen_base = context->x[0];
    context->x[0] = 0;
    context->pc = context->x[30];
}

typedef u64 (*access)(u64 address, u64 value);

/* address x0, value x1 and x2, result x3; x0 must be the address where the access faults. */
#define ACCESS(name, text)                                                                      \
    __attribute__((naked, noinline)) static u64 name(u64 address, u64 value) {                  \
        __asm__(".arch armv8.5-a\n mov x2, x1\n mov x3, #0\n mov w4, #0\n" text "\n mov x0, x3\n ret"); \
    }

#define LOADS(apply)                                                                                        \
    apply(ldrb, "ldrb w3, [x0]") apply(ldrsb, "ldrsb x3, [x0]") apply(ldrh, "ldrh w3, [x0]")                \
    apply(ldr_w, "ldr w3, [x0]") apply(ldrsw, "ldrsw x3, [x0]") apply(ldr_x, "ldr x3, [x0]")                \
    apply(ldr_far, "sub x0, x0, #4088\n ldr x3, [x0, #4088]\n add x0, x0, #4088")                           \
    apply(ldr_index, "mov x4, #2\n sub x0, x0, #16\n ldr x3, [x0, x4, lsl #3]\n add x0, x0, #16")            \
    apply(ldr_pre, "ldr x3, [x0, #0]!") apply(ldr_post, "ldr x3, [x0], #8")                                 \
    apply(ldr_q, "ldr q0, [x0]\n fmov x3, d0") apply(ldp_x, "ldp x3, x4, [x0]\n add x3, x3, x4")            \
    apply(ldp_w, "ldp w3, w4, [x0]\n add x3, x3, x4") apply(ldp_q, "ldp q0, q1, [x0]\n fmov x3, d1")        \
    apply(ld2, "ld2 {v0.8b, v1.8b}, [x0]\n fmov x3, d1") apply(ldar, "ldar x3, [x0]")                       \
    apply(ldaprb, "ldaprb w3, [x0]") apply(ldxr, "ldxr w3, [x0]\n clrex")
#define STORES(apply)                                                                                       \
    apply(strb, "strb w1, [x0]") apply(strh, "strh w1, [x0]") apply(str_w, "str w1, [x0]")                  \
    apply(str_x, "str x1, [x0]") apply(str_zero, "str xzr, [x0]") apply(str_pre, "str x1, [x0, #0]!")       \
    apply(str_q, "fmov d0, x1\n str q0, [x0]") apply(stp_x, "stp x1, x2, [x0]")                             \
    apply(stp_w, "stp w1, w2, [x0]") apply(stp_q, "fmov d0, x1\n stp q0, q0, [x0]")                         \
    apply(st2, "fmov d0, x1\n fmov d1, x1\n st2 {v0.8b, v1.8b}, [x0]") apply(stlr, "stlr x1, [x0]")         \
    apply(stlrb, "stlrb w1, [x0]")
#define UPDATES(apply)                                                                                      \
    apply(swp, "swp x1, x3, [x0]") apply(swpalb, "swpalb w1, w3, [x0]") apply(ldadd, "ldadd x1, x3, [x0]")  \
    apply(ldaddalh, "ldaddalh w1, w3, [x0]") apply(ldset, "ldset x1, x3, [x0]")                             \
    apply(ldclr, "ldclral w1, w3, [x0]") apply(ldeor, "ldeor x1, x3, [x0]")                                 \
    apply(ldsmax, "ldsmax x1, x3, [x0]") apply(cas, "mov x3, x1\n cas x3, x2, [x0]")                        \
    apply(casal, "mov w3, w1\n casal w3, w2, [x0]")                                                         \
    apply(stxr, "ldxr x3, [x0]\n add x5, x3, x1\n stxr w4, x5, [x0]")                                       \
    apply(stlxrb, "ldaxrb w3, [x0]\n add w5, w3, w1\n stlxrb w4, w5, [x0]")

LOADS(ACCESS)
STORES(ACCESS)
UPDATES(ACCESS)

enum { TURNS = 600, PAGE = 4096 };
static u8 *good, *forbidden, *read_only;

/* Many turns, so that the access is native code; a sum of what it gave and left. */
static u64 repeat(access make, u64 address) {
    u64 *words = (u64 *)(good + 64), sum = 0;
    for (u32 i = 0; i < 4; i++) words[i] = 0x0123456789abcdef * (i + 1);
    for (u64 i = 0; i < TURNS; i++) {
        sum = sum * 31 + make(address, i * 0x10001);
        sum = sum * 31 + words[0] + words[1] + words[2] + words[3];
    }
    return sum;
}

static void one(access make, u64 address, u64 base) {
    seen = 0;
    make(address, 5);
    if (!seen) return say(" -");
    say(" %d@%x", seen_code, seen_address - base);
    if (seen_pc - (u64)make > 40) say(" at a wrong place");
}

static void show(const char *name, access make) {
    const u64 plain = (u64)good + 64;
    const u64 first = repeat(make, plain), second = repeat(make, plain | 0x5aul << 56);
    say("%s:%s", name, first == second && seen == 0 ? "" : " a tag is not ignored");
    say(" %x", first);
    one(make, (u64)forbidden + 128, (u64)forbidden);
    one(make, (u64)forbidden + 128 + (7ul << 56), (u64)forbidden);
    one(make, (u64)read_only + 64, (u64)read_only);
    /* What lies behind the program's own addresses must be out of reach. */
    for (u32 bit = 46; bit < 56; bit += 3) one(make, 1ul << bit | 0x40, 0);
    /* Over the end of what is mapped: nothing of it is done. */
    u8 *last = forbidden - 8;
    *(u64 *)last = 0x1122334455667788;
    one(make, (u64)(last + 7), (u64)forbidden);
    say(seen == 0 || *(u64 *)last == 0x1122334455667788 ? "\n" : " partly written\n");
    seen = 0;
}

/* More threads than the emulator has places for native code of their own: those beyond run that of the others. */
enum { THREADS = 70 };
static volatile u32 stay = 1, running[THREADS + 1];

static void wait_here(void *argument) {
    struct timespec pause = {0, 5000000};
    while (stay) call(SYS_nanosleep, &pause, 0);
}

static void late(void *argument) {
    show("late ldr_x", ldr_x);
    show("late str_x", str_x);
    show("late ldadd", ldadd);
}

int run(int argc, char **argv, char **envp, u64 *auxv) {
    handle(SIGSEGV, fault, SA_SIGINFO | SA_NODEFER);
    handle(SIGBUS, fault, SA_SIGINFO | SA_NODEFER);
    good = map_pages(3 * PAGE, PROT_READ | PROT_WRITE);
    forbidden = good + PAGE;
    read_only = good + 2 * PAGE;
    call(SYS_mprotect, forbidden, PAGE, 0);
    call(SYS_mprotect, read_only, PAGE, PROT_READ);
    /* No table of functions: nobody relocates it. */
#define SHOW(name, text) show(#name, name);
    LOADS(SHOW)
    STORES(SHOW)
    UPDATES(SHOW)
    for (u32 i = 0; i < THREADS; i++) start_thread(wait_here, 0, &running[i]);
    start_thread(late, 0, &running[THREADS]);
    join_thread(&running[THREADS]);
    stay = 0;
    for (u32 i = 0; i < THREADS; i++) join_thread(&running[i]);
    return 0;
}
