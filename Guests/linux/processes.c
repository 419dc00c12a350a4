/* fork, vfork, wait, execve, and fork while other threads run. */
#include "linux.h"

enum { CLONE_VM = 0x100, CLONE_VFORK = 0x4000 };

static volatile u32 running[3], stop;
static volatile u64 shared;

static void churn(void *argument) {
    while (!stop) {
        void *page = map_pages(8192, PROT_READ | PROT_WRITE);
        *(volatile u64 *)page = 1;
        call(SYS_munmap, page, 8192);
    }
}

static s64 wait_for(s64 child) {
    s32 status = -1;
    s64 result = call(SYS_wait4, child, &status, 0, 0);
    return result == child ? status : -1;
}

/* A child on a stack of its own in its parent's memory, as posix_spawn makes it. */
__asm__(".global spawn\nspawn:\n  mov x9, x2\n  mov x8, #220\n  mov x2, #0\n  mov x3, #0\n  mov x4, #0\n  svc #0\n"
        "  cbnz x0, 1f\n  blr x9\n  mov x8, #94\n  svc #0\n1: ret\n");
__attribute__((visibility("hidden"))) extern s64 spawn(u64 flags, void *stack, s64 (*body)(void));

static char **arguments, **environment;

static s64 child_body(void) {
    shared = 7;
    return 5;
}

static s64 child_exec(void) {
    char *list[] = {arguments[0], (char *)"executed", (char *)"again", 0};
    shared = (u64)call(SYS_execve, "/nonexistent/program", list, environment);
    call(SYS_execve, "/proc/self/exe", list, environment);
    return 99;
}

enum { SYS_execveat = 281, F_GETFD = 1, O_CLOEXEC = 02000000, AT_EMPTY_PATH = 0x1000, lowest = 500, highest = 1024 };

/* A program by its descriptor, which is closed when it begins. */
static s64 child_exec_descriptor(void) {
    char *list[] = {arguments[0], (char *)"executed", (char *)"by descriptor", 0};
    s64 file = call(SYS_openat, AT_FDCWD, "/proc/self/exe", O_CLOEXEC, 0);
    call(SYS_execveat, file, "", list, environment, AT_EMPTY_PATH);
    return 99;
}

/* The test's own parent may have left some that are lower. */
static void check_descriptors(void) {
    for (s64 file = lowest; file < highest; file++)
        if (call(SYS_fcntl, file, F_GETFD, 0) >= 0) say("FAIL descriptor %d was left\n", file);
}

/* A process beside its parent in the same memory: each waits for the other's word. */
static volatile u64 word, sharer, handlers;
static void mine(int signal, struct siginfo *info, struct ucontext *context) { handlers += 1; }
static void others(int signal, struct siginfo *info, struct ucontext *context) { handlers += 100; }

static s64 child_beside(void) {
    sharer = (u64)call(SYS_getpid);
    handle(SIGUSR1, others, SA_SIGINFO);
    call(SYS_kill, sharer, SIGUSR1);
    word = 1;
    while (word != 2) {}
    return 6;
}

static void beside(u8 *stack) {
    handle(SIGUSR1, mine, SA_SIGINFO);
    s64 child = spawn(CLONE_VM | SIGCHLD, stack, child_beside);
    while (word != 1) {}
    call(SYS_kill, call(SYS_getpid), SIGUSR1);
    if (child != (s64)sharer || child == call(SYS_getpid)) say("FAIL process %d, said %d\n", child, sharer);
    word = 2;
    s64 status = wait_for(child);
    say("beside each other: status %x, handlers %d\n", status, handlers);
}

int run(int argc, char **argv, char **envp, u64 *auxv) {
    if (argc > 1 && equal(argv[1], "executed")) {
        if (equal(argv[2], "by descriptor")) check_descriptors();
        say("executed with %d arguments, the last is %s\n", (s64)argc, argv[argc - 1]);
        return 33;
    }
    arguments = argv;
    environment = envp;
    s64 child = call(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (child == 0) {
        shared = 1;
        return 3;
    }
    say("fork: status %x, memory %d\n", wait_for(child), shared);
    child = call(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (child == 0) call(SYS_kill, call(SYS_getpid), SIGKILL);
    say("killed: status %x\n", wait_for(child));
    u8 *stack = map_pages(65536, PROT_READ | PROT_WRITE);
    child = spawn(CLONE_VM | CLONE_VFORK | SIGCHLD, stack + 65536, child_body);
    say("vfork: memory %d, status %x\n", shared, wait_for(child));
    child = spawn(CLONE_VM | CLONE_VFORK | SIGCHLD, stack + 65536, child_exec);
    say("vfork and execve: first error %d, status %x\n", shared, wait_for(child));
    child = spawn(CLONE_VM | CLONE_VFORK | SIGCHLD, stack + 65536, child_exec_descriptor);
    say("vfork and execveat: status %x\n", wait_for(child));
    beside(stack + 65536);
    for (int i = 0; i < 3; i++) start_thread(churn, 0, &running[i]);
    for (int i = 0; i < 50; i++) {
        child = call(SYS_clone, SIGCHLD, 0, 0, 0, 0);
        if (child == 0) {
            u8 *page = map_pages(65536, PROT_READ | PROT_WRITE);
            page[100] = 1;
            call(SYS_munmap, page, 65536);
            call(SYS_exit_group, i);
        }
        if (wait_for(child) != i << 8) say("FAIL child %d\n", (s64)i);
    }
    stop = 1;
    for (int i = 0; i < 3; i++) join_thread(&running[i]);
    say("50 forks with threads running\n");
    return 0;
}
