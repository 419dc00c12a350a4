/* What must not go wrong however signals fall: calls that never wait never end with EINTR, no signal of the process is
   lost when the thread that received it ends, a child has its parent's signals only once, and none takes another's place. */
#include "linux.h"

enum { SIGRT = 40, turns = 6000 };
static volatile u32 running[2], stop, sending;
static u64 handled;
static s32 main_thread;

static void count(int signal, struct siginfo *info, struct ucontext *context) {
    __atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED);
}

static void pester(void *argument) {
    s64 process = call(SYS_getpid);
    while (!stop) call(SYS_tgkill, process, main_thread, SIGUSR1);
}

static void quick_calls(void) {
    u64 set = 1ul << (SIGUSR2 - 1), old;
    u32 word = 0;
    handle(SIGUSR1, count, SA_SIGINFO);
    main_thread = (s32)call(SYS_gettid);
    stop = 0;
    start_thread(pester, 0, &running[0]);
    for (int i = 0; i < turns; i++) {
        if (call(SYS_rt_sigprocmask, i & 1, &set, &old, 8)) say("FAIL rt_sigprocmask\n");
        if (call(SYS_getpid) <= 0) say("FAIL getpid\n");
        if (call(SYS_futex, &word, 129, 1, 0, 0, 0)) say("FAIL futex\n");
        s64 file = call(SYS_openat, AT_FDCWD, "/", 0, 0);
        if (file < 0 || call(SYS_close, file)) say("FAIL openat or close: %d\n", file);
        u8 *page = map_pages(4096, PROT_READ | PROT_WRITE);
        if ((s64)page < 0 || call(SYS_munmap, page, 4096)) say("FAIL mmap: %d\n", (s64)page);
    }
    stop = 1;
    join_thread(&running[0]);
    say("signals came: %d\n", (u64)(handled > 0));
}

static void nothing(void *argument) {}

/* Real-time signals are queued and counted by the kernel: every one of them must be handled. */
static void send(void *argument) {
    for (int i = 0; i < turns; i++)
        while (call(SYS_kill, call(SYS_getpid), SIGRT) == -EAGAIN) {}
    sending = 0;
}

static void ends(void) {
    handled = 0;
    handle(SIGRT, count, SA_SIGINFO | SA_RESTART);
    sending = 1;
    start_thread(send, 0, &running[0]);
    while (sending || handled < turns) {
        static u64 rounds;
        start_thread(nothing, 0, &running[1]);
        join_thread(&running[1]);
        if (!sending && ++rounds > 2000) break;
    }
    join_thread(&running[0]);
    say("of %d signals %d were handled\n", (s64)turns, handled);
}

static void forks(void) {
    int wrong = 0;
    stop = 0;
    start_thread(pester, 0, &running[0]);
    for (int i = 0; i < 60; i++) {
        s64 child = call(SYS_clone, SIGCHLD, 0, 0, 0, 0);
        if (child == 0) {
            u64 before = handled;
            for (int j = 0; j < 3; j++) call(SYS_getpid);
            call(SYS_exit_group, handled != before);
        }
        s32 status = -1;
        while (call(SYS_wait4, child, &status, 0, 0) == -EINTR) {}
        wrong += status != 0;
    }
    stop = 1;
    join_thread(&running[0]);
    say("children that received what was not for them: %d\n", (s64)wrong);
}

static u64 faults, strange;

static void check(int signal, struct siginfo *info, struct ucontext *context) {
    __atomic_fetch_add(signal == SIGRT ? &handled : &faults, 1, __ATOMIC_RELAXED);
    if (info->number != signal) __atomic_fetch_add(&strange, 1, __ATOMIC_RELAXED);
}

static void send_both(void *argument) {
    s64 process = call(SYS_getpid);
    for (int i = 0; i < turns; i++) {
        while (call(SYS_tgkill, process, main_thread, SIGRT) == -EAGAIN) {}
        call(SYS_tgkill, process, main_thread, SIGSEGV);
    }
    sending = 0;
}

/* SIGSEGV cannot be kept from coming on top of others by a mask where it may be somebody's own fault. */
static void beside_faults(void) {
    handled = 0;
    handle(SIGRT, check, SA_SIGINFO | SA_RESTART);
    handle(SIGSEGV, check, SA_SIGINFO | SA_RESTART);
    sending = 1;
    start_thread(send_both, 0, &running[0]);
    for (u64 rounds = 0; (sending || handled < turns) && (sending || rounds < 2000); rounds += !sending) call(SYS_getpid);
    join_thread(&running[0]);
    say("beside faults %d were handled; faults came: %d, as another: %d\n", handled, (u64)(faults > 0), strange);
}

int run(int argc, char **argv, char **envp, u64 *auxv) {
    quick_calls();
    ends();
    forks();
    beside_faults();
    return 0;
}
