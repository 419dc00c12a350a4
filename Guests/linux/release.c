/* Threads that spin in loops of one or two blocks are released when their code is overwritten, hundreds of times: the page is
   writable and executable, as a just-in-time compiler's may be. */
#include "linux.h"

enum { loops = 4, rounds = 60, words = 8 };
/* b . | add x1, x1, #1; b .-4 | ldr x1, [x0]; cbz xzr, .-4 | subs x1, x1, #1; b.ne .+8; b .-8; b .-12, the last word RET */
static const u32 code[loops][words] = {
    {0x14000000, 0xd65f03c0},
    {0x91000421, 0x17ffffff, 0xd65f03c0},
    {0xf9400001, 0xb4ffffff, 0xd65f03c0},
    {0xf1000421, 0x54000041, 0x17fffffe, 0x17fffffd, 0xd65f03c0},
};
/* What is overwritten by RET, so that the loop ends. */
static const u32 patched[loops] = {0, 1, 1, 3};
static const u32 return_word = 0xd65f03c0;
static u64 cell;
static volatile u32 inside;

static void publish(u32 *start, u64 count) {
    for (u64 i = 0; i < count; i++) __asm__ volatile("dc cvau, %0" : : "r"(start + i) : "memory");
    __asm__ volatile("dsb ish" : : : "memory");
    for (u64 i = 0; i < count; i++) __asm__ volatile("ic ivau, %0" : : "r"(start + i) : "memory");
    __asm__ volatile("dsb ish\n\tisb" : : : "memory");
}

static void spin(void *argument) {
    __atomic_store_n(&inside, 1, __ATOMIC_RELEASE);
    ((void (*)(u64 *))argument)(&cell);
}

int run(int argc, char **argv, char **envp, u64 *auxv) {
    u32 *page = map_pages(4096, PROT_READ | PROT_WRITE | PROT_EXEC);
    struct timespec moment = {0, 20000};
    u64 state = 1;
    for (int round = 0; round < rounds; round++) {
        for (int loop = 0; loop < loops; loop++) {
            volatile u32 running = 1;
            memcpy(page, code[loop], sizeof code[loop]);
            publish(page, words);
            inside = 0;
            start_thread(spin, page, &running);
            while (!__atomic_load_n(&inside, __ATOMIC_ACQUIRE)) call(SYS_nanosleep, &moment, 0);
            /* From not at all to long enough for native code. */
            state = state * 6364136223846793005ul + 1442695040888963407ul;
            struct timespec pause = {0, (s64)(state >> 33) % 1500000};
            if (round & 1) call(SYS_nanosleep, &pause, 0);
            page[patched[loop]] = return_word;
            publish(page + patched[loop], 1);
            join_thread(&running);
        }
    }
    say("%d threads released\n", (u64)(rounds * loops));
    return 0;
}
