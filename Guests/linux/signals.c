/* Signals: faults with their codes and addresses, frames, masks, alternate stacks, restart of system calls. */
#include "linux.h"

static volatile u64 seen, seen_code, seen_address, seen_pc, handler_sp;
static volatile int skip;

static void fault(int signal, struct siginfo *info, struct ucontext *context) {
    seen = (u64)signal;
    seen_code = (u64)info->code;
    seen_address = info->address;
    seen_pc = context->pc;
    handler_sp = (u64)__builtin_frame_address(0);
    if (skip) context->pc += 4;
    context->x[0] = 42;
}

static u64 load(volatile u64 *from) {
    register u64 x0 __asm__("x0") = (u64)from;
    __asm__ volatile("ldr x0, [x0]" : "+r"(x0) : : "memory");
    return x0;
}

static void store(volatile u8 *to) {
    register u64 x0 __asm__("x0") = (u64)to;
    __asm__ volatile("strb w0, [x0]" : "+r"(x0) : : "memory");
}

static void show(const char *what) {
    say("%s: signal %d code %d address %x\n", what, seen, seen_code, seen_address);
    seen = seen_code = seen_address = 0;
}

static void faults(void) {
    skip = 1;
    for (int i = 0; i < 32; i++)
        if (i == SIGSEGV || i == SIGILL || i == SIGBUS || i == SIGTRAP) handle(i, fault, SA_SIGINFO);
    u64 value = load((u64 *)0x1230);
    show("load from nowhere");
    say("register changed by the handler: %d\n", value);
    u8 *page = map_pages(4096, PROT_READ);
    store(page + 7);
    seen_address -= (u64)page;
    show("store to a read-only page");
    call(SYS_mprotect, page, 4096, 0);
    load((u64 *)(page + 16));
    seen_address -= (u64)page;
    show("load from a page without access");
    __asm__ volatile("udf #7" : : : "x0", "memory");
    seen_address -= seen_pc;
    show("undefined instruction");
    __asm__ volatile("brk #3" : : : "x0", "memory");
    seen_address -= seen_pc;
    show("breakpoint");
    /* Behind the end of a file. */
    s64 file = call(SYS_memfd_create, "file", 0);
    call(SYS_ftruncate, file, 100);
    u8 *map = (u8 *)call(SYS_mmap, 0, 8192, PROT_READ, MAP_SHARED, file, 0);
    load((u64 *)(map + 64));
    say("the file's last page can be read: %d\n", (u64)(seen == 0));
    load((u64 *)(map + 4096));
    seen_address -= (u64)map;
    show("load behind the end of a file");
}

static void alternate(void) {
    u8 *stack = map_pages(65536, PROT_READ | PROT_WRITE);
    struct stack wanted = {stack, 0, 65536}, now;
    call(SYS_sigaltstack, &wanted, 0);
    handle(SIGSEGV, fault, SA_SIGINFO | SA_ONSTACK);
    load((u64 *)0x1238);
    say("on the alternate stack: %d\n", (u64)(handler_sp > (u64)stack && handler_sp <= (u64)stack + 65536));
    call(SYS_sigaltstack, 0, &now);
    say("alternate stack flags %d size %d\n", (s64)now.flags, now.size);
}

static volatile int count;
static void counting(int signal, struct siginfo *info, struct ucontext *context) { count++; }

static void masks(void) {
    u64 set = 1ul << (SIGUSR1 - 1), old = 0, pending = 0;
    handle(SIGUSR1, counting, SA_SIGINFO);
    call(SYS_rt_sigprocmask, 0, &set, &old, 8);
    call(SYS_kill, call(SYS_getpid), SIGUSR1);
    say("blocked: count %d old mask %x\n", (s64)count, old);
    call6(136, (u64)&pending, 8, 0, 0, 0, 0);
    say("pending %x\n", pending);
    call(SYS_rt_sigprocmask, 1, &set, 0, 8);
    say("unblocked: count %d\n", (s64)count);
}

static volatile u32 running;
static s32 main_thread;
static int pipe_ends[2];

static void pester(void *argument) {
    struct timespec pause = {0, 30000000};
    call(SYS_nanosleep, &pause, 0);
    call(SYS_tgkill, call(SYS_getpid), main_thread, SIGUSR1);
    call(SYS_nanosleep, &pause, 0);
    call(SYS_write, pipe_ends[1], "x", 1);
}

static volatile u32 was_interrupted;

/* Until a read was interrupted: on a busy machine the first signal may come before the read. */
static void pester_until(void *argument) {
    struct timespec pause = {0, 30000000};
    while (!was_interrupted) {
        call(SYS_nanosleep, &pause, 0);
        call(SYS_tgkill, call(SYS_getpid), main_thread, SIGUSR1);
    }
    call(SYS_write, pipe_ends[1], "x", 1);
}

static void restarts(void) {
    char byte;
    main_thread = (s32)call(SYS_gettid);
    call(SYS_pipe2, pipe_ends, 0);
    handle(SIGUSR1, counting, SA_SIGINFO | SA_RESTART);
    start_thread(pester, 0, &running);
    s64 result = call(SYS_read, pipe_ends[0], &byte, 1);
    join_thread(&running);
    say("read with SA_RESTART: %d count %d\n", result, (s64)count);
    handle(SIGUSR1, counting, SA_SIGINFO);
    start_thread(pester_until, 0, &running);
    result = call(SYS_read, pipe_ends[0], &byte, 1);
    say("read without: %d, counted %d\n", result, (s64)(count > 2));
    was_interrupted = 1;
    while ((result = call(SYS_read, pipe_ends[0], &byte, 1)) == -EINTR) {}
    join_thread(&running);
    say("read again: %d\n", result);
}

static volatile u32 stop;
static void spin(void *argument) {
    while (!stop) {}
}

/* A signal must reach a thread that never leaves a loop, and the loop must see what the handler stores. */
static void stopping(int signal, struct siginfo *info, struct ucontext *context) { stop = 1; }

static void loops(void) {
    handle(SIGUSR2, stopping, SA_SIGINFO);
    s32 thread = start_thread(spin, 0, &running);
    struct timespec pause = {0, 10000000};
    call(SYS_nanosleep, &pause, 0);
    call(SYS_tgkill, call(SYS_getpid), thread, SIGUSR2);
    join_thread(&running);
    say("the loop ended\n");
}

int run(int argc, char **argv, char **envp, u64 *auxv) {
    faults();
    alternate();
    masks();
    restarts();
    loops();
    return 0;
}
