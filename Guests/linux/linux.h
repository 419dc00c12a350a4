/* What the programs of this directory need of Linux and of a C library: system calls and a little text. AArch64 only;
   numbers are those of the kernel's include/uapi/asm-generic/unistd.h. */
#ifndef LINUX_H
#define LINUX_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef int s32;
typedef long s64;

enum {
    SYS_getcwd = 17, SYS_eventfd2 = 19, SYS_epoll_create1 = 20, SYS_epoll_ctl = 21, SYS_epoll_pwait = 22, SYS_dup = 23,
    SYS_fcntl = 25, SYS_mkdirat = 34, SYS_unlinkat = 35, SYS_ftruncate = 46, SYS_openat = 56, SYS_close = 57,
    SYS_pipe2 = 59, SYS_getdents64 = 61, SYS_lseek = 62, SYS_read = 63, SYS_write = 64, SYS_writev = 66,
    SYS_readlinkat = 78, SYS_newfstatat = 79, SYS_fstat = 80, SYS_exit = 93, SYS_exit_group = 94,
    SYS_set_tid_address = 96, SYS_futex = 98, SYS_nanosleep = 101, SYS_clock_gettime = 113, SYS_kill = 129,
    SYS_tgkill = 131, SYS_sigaltstack = 132, SYS_rt_sigsuspend = 133, SYS_rt_sigaction = 134, SYS_rt_sigprocmask = 135,
    SYS_uname = 160, SYS_prctl = 167, SYS_getpid = 172, SYS_gettid = 178, SYS_brk = 214, SYS_munmap = 215,
    SYS_mremap = 216, SYS_clone = 220, SYS_execve = 221, SYS_mmap = 222, SYS_mprotect = 226, SYS_wait4 = 260,
    SYS_getrandom = 278, SYS_memfd_create = 279, SYS_clone3 = 435,
};

static inline s64 call6(u64 number, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f) {
    register u64 x8 __asm__("x8") = number;
    register u64 x0 __asm__("x0") = a;
    register u64 x1 __asm__("x1") = b;
    register u64 x2 __asm__("x2") = c;
    register u64 x3 __asm__("x3") = d;
    register u64 x4 __asm__("x4") = e;
    register u64 x5 __asm__("x5") = f;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory", "cc");
    return (s64)x0;
}

#define CALL_7TH(_1, _2, _3, _4, _5, _6, _7, NAME, ...) NAME
#define call(...) CALL_7TH(__VA_ARGS__, c6, c5, c4, c3, c2, c1, c0)(__VA_ARGS__)
#define U(x) ((u64)(x))
#define c0(n) call6(n, 0, 0, 0, 0, 0, 0)
#define c1(n, a) call6(n, U(a), 0, 0, 0, 0, 0)
#define c2(n, a, b) call6(n, U(a), U(b), 0, 0, 0, 0)
#define c3(n, a, b, c) call6(n, U(a), U(b), U(c), 0, 0, 0)
#define c4(n, a, b, c, d) call6(n, U(a), U(b), U(c), U(d), 0, 0)
#define c5(n, a, b, c, d, e) call6(n, U(a), U(b), U(c), U(d), U(e), 0)
#define c6(n, a, b, c, d, e, f) call6(n, U(a), U(b), U(c), U(d), U(e), U(f))

enum { AT_FDCWD = -100, PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4, MAP_SHARED = 1, MAP_PRIVATE = 2, MAP_FIXED = 16,
       MAP_ANONYMOUS = 32 };
enum { EPERM = 1, ENOENT = 2, EINTR = 4, EBADF = 9, EAGAIN = 11, ENOMEM = 12, EFAULT = 14, EINVAL = 22, ENOSYS = 38 };
enum { SIGILL = 4, SIGTRAP = 5, SIGABRT = 6, SIGBUS = 7, SIGKILL = 9, SIGUSR1 = 10, SIGSEGV = 11, SIGUSR2 = 12,
       SIGALRM = 14, SIGCHLD = 17 };
enum { SA_SIGINFO = 4, SA_ONSTACK = 0x08000000, SA_RESTART = 0x10000000, SA_NODEFER = 0x40000000 };

struct timespec { s64 tv_sec, tv_nsec; };
struct sigaction { void *handler; u64 flags; void *restorer; u64 mask; };
struct siginfo { s32 number, error, code, pad; u64 address; u64 rest[13]; };
struct stack { void *base; s32 flags; u64 size; };
struct ucontext {
    u64 flags, link;
    struct stack stack;
    u64 mask, unused[15];
    u64 pad;
    u64 fault_address, x[31], sp, pc, pstate;
};

void say(const char *format, ...);
int run(int argc, char **argv, char **envp, u64 *auxv);
/* A thread on a stack of its own; its identifier. It ends when `body` returns. *running becomes 0 then. */
s32 start_thread(void (*body)(void *), void *argument, volatile u32 *running);
void join_thread(volatile u32 *running);
void handle(int number, void (*handler)(int, struct siginfo *, struct ucontext *), u64 flags);
void *map_pages(u64 size, int protection);
void *memset(void *to, int byte, u64 count);
void *memcpy(void *to, const void *from, u64 count);
int equal(const char *a, const char *b);

#endif
