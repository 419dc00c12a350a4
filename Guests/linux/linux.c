/* Start-up, text and threads of the programs of this directory. */
#include "linux.h"

__asm__(".global _start\n_start:\n  mov x29, #0\n  mov x30, #0\n  mov x0, sp\n  bl begin\n  brk #0\n");

__attribute__((used, noreturn)) static void begin(u64 *stack) {
    int argc = (int)stack[0];
    char **argv = (char **)(stack + 1), **envp = argv + argc + 1, **end = envp;
    /* Test runners start programs with signals blocked. */
    u64 none = 0;
    call(SYS_rt_sigprocmask, 2, &none, 0, 8);
    while (*end) end++;
    call(SYS_exit_group, run(argc, argv, envp, (u64 *)(end + 1)));
    __builtin_unreachable();
}

void *memset(void *to, int byte, u64 count) {
    for (u8 *p = to; count--;) *p++ = (u8)byte;
    return to;
}

void *memcpy(void *to, const void *from, u64 count) {
    const u8 *q = from;
    for (u8 *p = to; count--;) *p++ = *q++;
    return to;
}

int equal(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

static char *number(char *to, u64 value, u32 base) {
    char digits[24];
    int count = 0;
    do digits[count++] = "0123456789abcdef"[value % base];
    while (value /= base);
    while (count) *to++ = digits[--count];
    return to;
}

/* %s, %d and %x (both 64 bits wide). One write per call. */
void say(const char *format, ...) {
    char text[512], *to = text;
    __builtin_va_list list;
    __builtin_va_start(list, format);
    for (; *format && to < text + 480; format++) {
        if (*format != '%') {
            *to++ = *format;
            continue;
        }
        switch (*++format) {
        case 's':
            for (const char *s = __builtin_va_arg(list, const char *); *s && to < text + 480;) *to++ = *s++;
            break;
        case 'd': {
            s64 value = __builtin_va_arg(list, s64);
            if (value < 0) *to++ = '-', value = -value;
            to = number(to, (u64)value, 10);
            break;
        }
        case 'x': to = number(to, __builtin_va_arg(list, u64), 16); break;
        }
    }
    __builtin_va_end(list);
    call(SYS_write, 1, text, to - text);
}

void *map_pages(u64 size, int protection) {
    return (void *)call(SYS_mmap, 0, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* rt_sigreturn for handlers, as a C library without a vDSO has it. */
__asm__(".global restore\nrestore:\n  mov x8, #139\n  svc #0\n");
__attribute__((visibility("hidden"))) extern void restore(void);

void handle(int signal, void (*handler)(int, struct siginfo *, struct ucontext *), u64 flags) {
    struct sigaction action = {(void *)handler, flags | 0x04000000, (void *)restore, 0};
    call(SYS_rt_sigaction, signal, &action, 0, 8);
}

/* clone(flags, stack, parent_tid, tls, child_tid): the child calls what lies on its stack. */
__asm__(".global clone_thread\nclone_thread:\n  mov x8, #220\n  svc #0\n  cbnz x0, 1f\n"
        "  ldp x1, x0, [sp]\n  blr x1\n  mov x0, #0\n  mov x8, #93\n  svc #0\n1: ret\n");
__attribute__((visibility("hidden"))) extern s64 clone_thread(u64 flags, void *stack, void *parent, void *tls, void *child);

s32 start_thread(void (*body)(void *), void *argument, volatile u32 *running) {
    enum { size = 1 << 16 };
    u64 *top = (u64 *)((u8 *)map_pages(size, PROT_READ | PROT_WRITE) + size) - 2;
    top[0] = (u64)body;
    top[1] = (u64)argument;
    *running = 1;
    /* VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, CHILD_CLEARTID */
    return (s32)clone_thread(0x250f00, top, 0, 0, (void *)running);
}

void join_thread(volatile u32 *running) {
    u32 value;
    while ((value = __atomic_load_n(running, __ATOMIC_ACQUIRE)) != 0) call(SYS_futex, running, 0, value, 0, 0, 0);
}
