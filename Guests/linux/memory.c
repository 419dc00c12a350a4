/* The address space: brk, mmap and its kin, and code that is written, changed and taken away while it runs. */
#include "linux.h"

typedef u64 (*function)(void);

static void put_code(u32 *at, u32 value) {
    at[0] = 0xd2800000 | value << 5; /* mov x0, #value */
    at[1] = 0xd65f03c0;              /* ret */
    __builtin___clear_cache((char *)at, (char *)(at + 2));
}

/* The compiler's own needs a library function for it. */
void __clear_cache(void *start, void *end) {
    u64 type, line;
    __asm__("mrs %0, ctr_el0" : "=r"(type));
    line = 4ul << (type >> 16 & 15);
    for (u64 p = (u64)start & ~(line - 1); p < (u64)end; p += line) __asm__ volatile("dc cvau, %0" : : "r"(p));
    __asm__ volatile("dsb ish");
    line = 4ul << (type & 15);
    for (u64 p = (u64)start & ~(line - 1); p < (u64)end; p += line) __asm__ volatile("ic ivau, %0" : : "r"(p));
    __asm__ volatile("dsb ish\n isb");
}

static void code(void) {
    u32 *page = map_pages(8192, PROT_READ | PROT_WRITE | PROT_EXEC);
    u64 sum = 0;
    for (u32 i = 0; i < 1000; i++) {
        put_code(page, i);
        sum += ((function)page)();
    }
    say("changed code: sum %d\n", sum);
    /* Another mapping in its place, written while it could not be executed. */
    for (u32 i = 0; i < 3; i++) {
        call(SYS_munmap, page, 4096);
        u32 *again = (u32 *)call(
            SYS_mmap, page, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        put_code(again, 77 + i);
        call(SYS_mprotect, again, 4096, PROT_READ | PROT_EXEC);
        say("mapped again: %d\n", ((function)again)());
    }
}

static volatile u32 running, go;
static u32 *patched;

/* A loop of one block that another thread changes into a return. */
static void spin(void *argument) {
    go = 1;
    ((function)patched)();
}

static void cross_modification(void) {
    patched = map_pages(4096, PROT_READ | PROT_WRITE | PROT_EXEC);
    patched[0] = 0x14000000; /* b . */
    patched[1] = 0xd65f03c0;
    __builtin___clear_cache((char *)patched, (char *)(patched + 2));
    start_thread(spin, 0, &running);
    while (!go) {}
    struct timespec pause = {0, 20000000};
    call(SYS_nanosleep, &pause, 0);
    *(volatile u32 *)patched = 0xd503201f; /* nop */
    __builtin___clear_cache((char *)patched, (char *)(patched + 1));
    join_thread(&running);
    say("the patched loop ended\n");
}

static void mappings(void) {
    u8 *heap = (u8 *)call(SYS_brk, 0);
    u8 *grown = (u8 *)call(SYS_brk, heap + 100000);
    for (int i = 0; i < 100000; i += 1000) heap[i] = (u8)i;
    say("brk moved by %d, zeroes %d\n", (u64)(grown - heap), (u64)heap[99999]);
    call(SYS_brk, heap);
    u8 *area = map_pages(16384, PROT_READ | PROT_WRITE);
    area[0] = 1, area[8192] = 3;
    say("munmap of the middle: %d\n", call(SYS_munmap, area + 4096, 4096));
    say("mprotect over a hole: %d\n", call(SYS_mprotect, area, 16384, PROT_READ));
    s64 result = call(SYS_write, 99, area + 4096, 1);
    say("write to a bad descriptor: %d\n", result);
    int ends[2];
    call(SYS_pipe2, ends, 0);
    say("write from a hole: %d\n", call(SYS_write, ends[1], area + 4096, 1));
    say("write from nowhere: %d\n", call(SYS_write, ends[1], (void *)0x7fff00000000, 1));
    u8 *moved = (u8 *)call(SYS_mremap, area + 8192, 8192, 1 << 20, 1, 0);
    say("mremap keeps %d and zeroes %d\n", (u64)moved[0], (u64)moved[(1 << 20) - 1]);
    moved = (u8 *)call(SYS_mremap, moved, 1 << 20, 4096, 0, 0);
    say("shrunk: %d\n", (u64)moved[0]);
    s64 file = call(SYS_memfd_create, "file", 0);
    call(SYS_ftruncate, file, 8192);
    u8 *one = (u8 *)call(SYS_mmap, 0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    u8 *two = (u8 *)call(SYS_mmap, 0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    u8 *copy = (u8 *)call(SYS_mmap, 0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    copy[5000] = 9;
    one[5000] = 4;
    say("shared %d private %d\n", (u64)two[5000], (u64)copy[5000]);
    say("mmap of nothing: %d\n", call(SYS_mmap, 0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    say("mmap beyond the end: %d\n", call(SYS_mmap, (u8 *)0xffff00000000, 4096, 3, 0x32, -1, 0));
}

int run(int argc, char **argv, char **envp, u64 *auxv) {
    mappings();
    code();
    cross_modification();
    return 0;
}
