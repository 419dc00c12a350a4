/* Memory copy and memory set instructions (FEAT_MOPS) and random numbers (FEAT_RNG): what they leave in memory and in
   registers, also after a fault in the middle. */
#include "linux.h"

#define WITH_EXTENSIONS __attribute__((target("mops,rand")))

enum { PAGE = 4096, PAGES = 24 };
static u8 *area, *model;
static u64 seed = 88172645463325252ul, checksum;

static u64 next(void) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed;
}

static void mix(u64 value) { checksum = (checksum ^ value) * 0x100000001b3ul; }

/* The three instructions of one kind on x0, x1, x2; the flags behind them, in bits 3 to 0. */
#define TRIPLE(name, first, middle, last)                                                                             \
    WITH_EXTENSIONS static u64 name(u64 *d, u64 *s, u64 *n) {                                                         \
        register u64 x0 __asm__("x0") = *d;                                                                           \
        register u64 x1 __asm__("x1") = *s;                                                                           \
        register u64 x2 __asm__("x2") = *n;                                                                           \
        u64 flags;                                                                                                    \
        __asm__ volatile("msr nzcv, %3\n" first "\n" middle "\n" last "\n mrs %3, nzcv"                               \
                         : "+r"(x0), "+r"(x1), "+r"(x2), "=&r"(flags) : "3"(15ul << 28) : "memory", "cc");            \
        *d = x0, *s = x1, *n = x2;                                                                                    \
        return flags >> 28;                                                                                           \
    }

#define COPIES(kind, suffix)                                                                                          \
    TRIPLE(kind##suffix, #kind "p" #suffix " [x0]!, [x1]!, x2!", #kind "m" #suffix " [x0]!, [x1]!, x2!",              \
           #kind "e" #suffix " [x0]!, [x1]!, x2!")
#define SETS(suffix)                                                                                                  \
    TRIPLE(set##suffix, "setp" #suffix " [x0]!, x2!, x1", "setm" #suffix " [x0]!, x2!, x1",                           \
           "sete" #suffix " [x0]!, x2!, x1")

#define OPTIONS(X, kind)                                                                                              \
    X(kind, ) X(kind, wn) X(kind, rn) X(kind, n) X(kind, wt) X(kind, wtwn) X(kind, wtrn) X(kind, wtn) X(kind, rt)     \
        X(kind, rtwn) X(kind, rtrn) X(kind, rtn) X(kind, t) X(kind, twn) X(kind, trn) X(kind, tn)
OPTIONS(COPIES, cpy)
OPTIONS(COPIES, cpyf)
SETS() SETS(n) SETS(t) SETS(tn)

/* The kind of copy or fill with its option number `option`; no table of pointers, which would have to be relocated. */
#define TRY(kind, suffix) if (option-- == 0) return kind##suffix(d, s, n);
static u64 copy_by(u64 option, u64 *d, u64 *s, u64 *n) { OPTIONS(TRY, cpy) return 0; }
static u64 forward_by(u64 option, u64 *d, u64 *s, u64 *n) { OPTIONS(TRY, cpyf) return 0; }
static u64 set_by(u64 option, u64 *d, u64 *s, u64 *n) { TRY(set, ) TRY(set, n) TRY(set, t) TRY(set, tn) return 0; }

static void fill(void) {
    for (u64 i = 0; i < PAGES * PAGE; i += 8) *(u64 *)(area + i) = *(u64 *)(model + i) = next();
}

static u64 differences(void) {
    u64 count = 0;
    for (u64 i = 0; i < PAGES * PAGE; i++) {
        count += area[i] != model[i];
        if (i % 64 == 0) mix(*(u64 *)(area + i));
    }
    return count;
}

static u64 size_of(u64 turn) {
    return turn % 4 == 0 ? next() % 40 : turn % 4 == 1 ? next() % 700 : turn % 4 == 2 ? next() % 9000 : next() % 40000;
}

static void note(u64 flags, u64 d, u64 s, u64 n) {
    mix(flags), mix(d - (u64)area), mix(s - (u64)area), mix(n);
}

static void copy(void) {
    u64 wrong = 0;
    fill();
    for (u64 turn = 0; turn < 160; turn++) {
        u64 count = size_of(turn), from = next() % (PAGES * PAGE - count), to = next() % (PAGES * PAGE - count);
        if (turn % 3 == 0 && count) to = from + next() % count / 2;
        if (to + count > PAGES * PAGE) to = from;
        u64 d = (u64)area + to, s = (u64)area + from, n = count;
        u64 flags = copy_by(turn % 16, &d, &s, &n);
        if (to <= from) for (u64 i = 0; i < count; i++) model[to + i] = model[from + i];
        else for (u64 i = count; i-- > 0;) model[to + i] = model[from + i];
        note(flags, d, s, n);
        if (turn % 8 == 7) wrong += differences();
    }
    say("cpy: %d bytes differ, sum %d\n", wrong, checksum >> 32);
}

static void copy_forward(void) {
    u64 wrong = 0;
    fill();
    for (u64 turn = 0; turn < 160; turn++) {
        u64 count = size_of(turn), half = PAGES * PAGE / 2;
        u64 from = next() % (half - count), to = half + next() % (half - count);
        u64 d = (u64)area + to, s = (u64)area + from, n = count;
        u64 flags = forward_by(turn % 16, &d, &s, &n);
        for (u64 i = 0; i < count; i++) model[to + i] = model[from + i];
        note(flags, d, s, n);
        if (turn % 8 == 7) wrong += differences();
    }
    say("cpyf: %d bytes differ, sum %d\n", wrong, checksum >> 32);
}

static void set_bytes(void) {
    u64 wrong = 0;
    fill();
    for (u64 turn = 0; turn < 80; turn++) {
        u64 count = size_of(turn), to = next() % (PAGES * PAGE - count), byte = next();
        u64 d = (u64)area + to, s = byte, n = count;
        u64 flags = set_by(turn % 4, &d, &s, &n);
        for (u64 i = 0; i < count; i++) model[to + i] = (u8)byte;
        note(flags, d, (u64)area + (s == byte), n);
        if (turn % 8 == 7) wrong += differences();
    }
    say("set: %d bytes differ, sum %d\n", wrong, checksum >> 32);
}

/* Addresses where nothing is mapped, which shows only when something is accessed. */
WITH_EXTENSIONS static void nothing(void) {
    register u64 x0 __asm__("x0") = 0x1000;
    register u64 x1 __asm__("x1") = 0x2000;
    register u64 x2 __asm__("x2") = 0;
    __asm__ volatile("cpyp [x0]!, [x1]!, x2!\n cpym [x0]!, [x1]!, x2!\n cpye [x0]!, [x1]!, x2!\n"
                     "setp [x0]!, x2!, x1\n setm [x0]!, x2!, x1\n sete [x0]!, x2!, x1"
                     : "+r"(x0), "+r"(x1), "+r"(x2) : : "memory", "cc");
    say("nothing moved: %x %x %x\n", x0, x1, x2);
}

static volatile u64 faults, fault_places;

/* Notes where the fault came, and opens the page. */
static void open_page(int number, struct siginfo *info, struct ucontext *context) {
    (void)number, (void)context;
    faults++;
    fault_places += (info->address & ~(u64)(PAGE - 1)) - (u64)area;
    call(SYS_mprotect, info->address & ~(u64)(PAGE - 1), PAGE, PROT_READ | PROT_WRITE);
}

static void faulting(void) {
    handle(SIGSEGV, open_page, SA_SIGINFO);
    fill();
    /* Upwards over closed pages, downwards, and a fill. */
    for (u64 turn = 0; turn < 3; turn++) {
        u64 count = 6 * PAGE + 123, from = 2 * PAGE + 77, to = turn == 1 ? 4 * PAGE + 5 : 12 * PAGE + 9;
        call(SYS_mprotect, area + 5 * PAGE, PAGE, 0);
        call(SYS_mprotect, area + 7 * PAGE, PAGE, PROT_READ);
        call(SYS_mprotect, area + 14 * PAGE, PAGE, PROT_READ);
        u64 d = (u64)area + to, s = turn == 2 ? 0x5a : (u64)area + from, n = count;
        u64 flags = turn == 2 ? set(&d, &s, &n) : cpy(&d, &s, &n);
        for (u64 i = 0; i < count; i++) {
            u64 at = turn == 1 ? count - 1 - i : i;
            model[to + at] = turn == 2 ? 0x5a : model[from + at];
        }
        note(flags, d, turn == 2 ? (u64)area : s, n);
        call(SYS_mprotect, area, PAGES * PAGE, PROT_READ | PROT_WRITE);
        say("%d faults in pages %d, %d bytes differ\n", faults, fault_places / PAGE, differences());
    }
}

WITH_EXTENSIONS static void random_numbers(void) {
    u64 a, b, flags;
    __asm__ volatile("msr nzcv, %3\n mrs %0, rndr\n mrs %2, nzcv\n mrs %1, rndrrs"
                     : "=&r"(a), "=&r"(b), "=&r"(flags) : "r"(15ul << 28) : "cc");
    say("random: %d %d\n", (u64)(a != b), flags >> 28);
}

int run(int argc, char **argv, char **envp, u64 *auxv) {
    (void)argc, (void)argv, (void)envp;
    for (; auxv[0]; auxv += 2) {
        if (auxv[0] == 26) say("hwcap2: mops %d, rng %d\n", auxv[1] >> 43 & 1, auxv[1] >> 16 & 1);
    }
    area = map_pages(PAGES * PAGE, PROT_READ | PROT_WRITE);
    model = map_pages(PAGES * PAGE, PROT_READ | PROT_WRITE);
    copy();
    copy_forward();
    set_bytes();
    nothing();
    faulting();
    random_numbers();
    say("sum %d\n", checksum >> 32);
    return 0;
}
