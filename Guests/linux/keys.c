/* Pointer authentication: a program begins with keys in use, threads have their maker's, signals leave them, and prctl takes
   them out of use and brings them back. */
#include "linux.h"

enum { PR_PAC_SET_ENABLED_KEYS = 60, PR_PAC_APIAKEY = 1 };

/* PACIA1716 and AUTIA1716. */
static u64 sign(u64 pointer) {
    register u64 x17 __asm__("x17") = pointer, x16 __asm__("x16") = 1234;
    __asm__ volatile("hint #8" : "+r"(x17) : "r"(x16));
    return x17;
}
static u64 authenticate(u64 pointer) {
    register u64 x17 __asm__("x17") = pointer, x16 __asm__("x16") = 1234;
    __asm__ volatile("hint #12" : "+r"(x17) : "r"(x16));
    return x17;
}

static const u64 plain = 0x1234567000;
static volatile u64 elsewhere[2];
static volatile u32 running;

static void in_handler(int signal, struct siginfo *info, struct ucontext *context) { elsewhere[0] = sign(plain); }
static void in_thread(void *argument) { elsewhere[1] = sign(plain); }

int run(int argc, char **argv, char **envp, u64 *auxv) {
    u64 first = sign(plain), in_use = 0;
    /* A signature has few bits: that of one pointer may be zero. */
    for (u64 pointer = plain; pointer < plain + 16; pointer++) in_use |= sign(pointer) != pointer;
    say("keys in use: %d, back: %d\n", in_use, (u64)(authenticate(first) == plain));
    handle(SIGUSR1, in_handler, SA_SIGINFO);
    call(SYS_kill, call(SYS_getpid), SIGUSR1);
    start_thread(in_thread, 0, &running);
    join_thread(&running);
    say("same in a handler: %d, after it: %d, in a thread: %d\n", (u64)(elsewhere[0] == first),
        (u64)(sign(plain) == first), (u64)(elsewhere[1] == first));
    s64 result = call(SYS_prctl, PR_PAC_SET_ENABLED_KEYS, PR_PAC_APIAKEY, 0, 0, 0);
    u64 unsigned_now = sign(plain);
    call(SYS_prctl, PR_PAC_SET_ENABLED_KEYS, PR_PAC_APIAKEY, PR_PAC_APIAKEY, 0, 0);
    say("out of use: %d %d, again in use: %d\n", result, (u64)(unsigned_now == plain), (u64)(sign(plain) == first));
    return 0;
}
