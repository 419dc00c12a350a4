/* Threads that signal each other, wait, map, fork and block signals, all at random, for as many rounds as the argument
   says. Prints what must come out whatever the order was. */
#include "linux.h"

enum { threads = 6 };
static volatile u32 running[threads], ready, word;
static volatile s32 identifiers[threads];
static u64 handled, sent, forks, rounds = 300;

static void count(int signal, struct siginfo *info, struct ucontext *context) {
    __atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED);
}

static u64 random_number(u64 *state) {
    *state = *state * 6364136223846793005ul + 1442695040888963407ul;
    return *state >> 33;
}

static void act(u64 *state) {
    struct timespec pause = {0, (s64)(random_number(state) % 200000)};
    u64 set = 1ul << (SIGUSR1 - 1);
    switch (random_number(state) % 8) {
    case 0: {
        s32 target = identifiers[random_number(state) % threads];
        if (target && call(SYS_tgkill, call(SYS_getpid), target, SIGUSR1) == 0)
            __atomic_fetch_add(&sent, 1, __ATOMIC_RELAXED);
        break;
    }
    case 1: call(SYS_nanosleep, &pause, 0); break;
    case 2: {
        u8 *pages = map_pages(16384, PROT_READ | PROT_WRITE);
        for (int i = 0; i < 16384; i += 4096) pages[i] = (u8)i;
        call(SYS_mprotect, pages, 4096, PROT_READ);
        call(SYS_munmap, pages, 16384);
        break;
    }
    case 3: call6(SYS_futex, (u64)&word, 128, 0, (u64)&pause, 0, 0); break;
    case 4: call(SYS_futex, &word, 129, 2, 0, 0, 0); break;
    case 5:
        call(SYS_rt_sigprocmask, 0, &set, 0, 8);
        call(SYS_nanosleep, &pause, 0);
        call(SYS_rt_sigprocmask, 1, &set, 0, 8);
        break;
    case 6:
        if (random_number(state) % 16 == 0) {
            s64 child = call(SYS_clone, SIGCHLD, 0, 0, 0, 0);
            if (child == 0) {
                map_pages(4096, PROT_READ);
                call(SYS_exit_group, 9);
            }
            s32 status = 0;
            while (call(SYS_wait4, child, &status, 0, 0) == -EINTR) {}
            if (child > 0 && status == 9 << 8) __atomic_fetch_add(&forks, 1, __ATOMIC_RELAXED);
            else say("FAIL child %d status %x\n", child, (u64)status);
        }
        break;
    default:
        for (u64 i = random_number(state) % 20000; i; i--) __asm__ volatile("" : : : "memory");
    }
}

static void work(void *argument) {
    u64 state = (u64)argument;
    struct timespec pause = {0, 100000};
    while (!ready) call(SYS_nanosleep, &pause, 0);
    for (u64 i = 0; i < rounds; i++) act(&state);
}

int run(int argc, char **argv, char **envp, u64 *auxv) {
    if (argc > 1) {
        rounds = 0;
        for (const char *digit = argv[1]; *digit; digit++) rounds = rounds * 10 + (u64)(*digit - '0');
    }
    handle(SIGUSR1, count, SA_SIGINFO | SA_RESTART);
    for (u64 i = 0; i < threads; i++) identifiers[i] = start_thread(work, (void *)(i + 1), &running[i]);
    ready = 1;
    for (int i = 0; i < threads; i++) join_thread(&running[i]);
    /* Signals of one number are not counted by the kernel: some merge, none appear from nowhere. */
    say("sent some %d, handled some %d, not more than sent %d, forked %d\n", (u64)(sent > 0), (u64)(handled > 0),
        (u64)(handled <= sent), (u64)(forks > 0));
    return 0;
}
