/* The vDSO: found by the auxiliary vector, its functions by name and version; what they say against the system calls;
   the return from a handler without a restorer. */
#include "linux.h"

enum { AT_SYSINFO_EHDR = 33, SYS_clock_getres = 114 };
enum { DT_HASH = 4, DT_STRTAB = 5, DT_SYMTAB = 6, DT_VERSYM = 0x6ffffff0 };
struct symbol { u32 name; u8 info, other; u16 section; u64 value, size; };

static u64 base, strings, table;
static struct symbol *symbols;
static u16 *versions;

static void open_library(void) {
    u64 headers = base + *(u64 *)(base + 32);
    for (int i = 0; i < *(u16 *)(base + 56); i++) {
        u64 header = headers + (u64)i * 56;
        if (*(u32 *)header != 2) continue;
        for (u64 *entry = (u64 *)(base + *(u64 *)(header + 16)); entry[0]; entry += 2) {
            u64 address = base + entry[1];
            if (entry[0] == DT_HASH) table = address;
            if (entry[0] == DT_STRTAB) strings = address;
            if (entry[0] == DT_SYMTAB) symbols = (struct symbol *)address;
            if (entry[0] == DT_VERSYM) versions = (u16 *)address;
        }
    }
}

static u32 hash(const char *name) {
    u32 value = 0;
    for (; *name; name++) {
        value = (value << 4) + (u8)*name;
        value = (value ^ (value & 0xf0000000) >> 24) & ~(value & 0xf0000000);
    }
    return value;
}

/* As a dynamic linker looks it up. */
static u64 find(const char *name) {
    u32 *words = (u32 *)table, *chain = words + 2 + words[0];
    for (u32 i = words[2 + hash(name) % words[0]]; i; i = chain[i])
        if (equal((const char *)strings + symbols[i].name, name) && versions[i] == 2) return base + symbols[i].value;
    say("FAIL no %s\n", name);
    call(SYS_exit_group, 1);
    return 0;
}

static s64 (*clock_gettime)(s32, struct timespec *);
static s64 (*clock_getres)(s32, struct timespec *);
static s64 (*gettimeofday)(struct timespec *, void *);

static s64 nanoseconds(struct timespec time) { return time.tv_sec * 1000000000 + time.tv_nsec; }

static s64 ask(int kernel, s32 clock) {
    struct timespec time = {-1, -1};
    s64 result = kernel ? call(SYS_clock_gettime, clock, &time) : clock_gettime(clock, &time);
    if (result || time.tv_nsec < 0 || time.tv_nsec > 999999999) say("FAIL clock %d: %d\n", (s64)clock, result);
    return nanoseconds(time);
}

static void never_back(s32 clock) {
    int wrong = 0;
    for (int i = 0; i < 20000; i++) {
        s64 a = ask(1, clock), b = ask(0, clock), c = ask(1, clock);
        if (a > b || b > c) wrong++;
    }
    say("clock %d: %d times between two system calls it was not between them\n", (s64)clock, (s64)wrong);
}

static volatile u32 handled;
static u64 returned_to;
static void handler(int signal, struct siginfo *info, struct ucontext *context) {
    returned_to = (u64)__builtin_return_address(0);
    handled++;
}

/* Not inlined: a constant structure would hold an address that nobody relocates. */
__attribute__((noinline)) static void handle_without_restorer(
    int signal, void (*handler)(int, struct siginfo *, struct ucontext *)) {
    struct sigaction action = {(void *)handler, SA_SIGINFO, 0, 0};
    call(SYS_rt_sigaction, signal, &action, 0, 8);
}

int run(int argc, char **argv, char **envp, u64 *auxv) {
    for (; auxv[0]; auxv += 2)
        if (auxv[0] == AT_SYSINFO_EHDR) base = auxv[1];
    if (!base) return 1;
    open_library();
    clock_gettime = (void *)find("__kernel_clock_gettime");
    clock_getres = (void *)find("__kernel_clock_getres");
    gettimeofday = (void *)find("__kernel_gettimeofday");
    never_back(0);
    never_back(1);
    struct timespec resolution = {9, 9}, day, other;
    say("getres %d", clock_getres(0, &resolution));
    say(" %d\n", nanoseconds(resolution));
    s64 before = ask(1, 0) / 1000;
    s64 result = gettimeofday(&day, 0);
    s64 after = ask(1, 0) / 1000, now = day.tv_sec * 1000000 + day.tv_nsec;
    say("gettimeofday %d, in between %d\n", result, (s64)(before <= now && now <= after));
    gettimeofday(&day, &other);
    say("no such clock: %d %d, coarse: %d\n", clock_gettime(99, &day), clock_getres(99, &day), clock_gettime(5, &day));
    handle_without_restorer(SIGUSR1, handler);
    call(SYS_kill, call(SYS_getpid), SIGUSR1);
    say("handled %d, returned to the trampoline %d\n", (s64)handled,
        (s64)(returned_to == find("__kernel_rt_sigreturn") && ((u32 *)returned_to)[0] == 0xd2801168));
    return 0;
}
