// What the system costs a program of Linux: threads, processes, signals, calls, clocks. Built for AArch64 with Debian's C
// library, and for the host. One variant a run: `costs variant=thread scale=1000`; prints a RESULT line as the workloads do.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static const char *own_name;

static _Noreturn void fail(const char *what) {
    printf("FAIL workload=costs reason=%s errno=%d\n", what, errno);
    fflush(stdout);
    _exit(1);
}

static void *nothing(void *argument) { return argument; }

/// A thread that ends at once, and waiting for it.
static uint64_t thread(uint64_t count) {
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++) {
        pthread_t id;
        void *result;
        if (pthread_create(&id, NULL, nothing, (void *)(uintptr_t)i) || pthread_join(id, &result))
            fail("thread");
        sum += (uintptr_t)result;
    }
    return sum;
}

static uint64_t await(pid_t child) {
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        fail("child");
    return (uint64_t)WEXITSTATUS(status);
}

/// A child that ends at once.
static uint64_t children(uint64_t count) {
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++) {
        const pid_t child = fork();
        if (child == 0)
            _exit((int)(i & 63));
        sum += await(child);
    }
    return sum;
}

/// This program once more, which does nothing: what a shell does for each command.
static uint64_t programs(uint64_t count) {
    uint64_t sum = 0;
    char *const words[] = {(char *)own_name, "variant=nothing", NULL};
    for (uint64_t i = 0; i < count; i++) {
        pid_t child;
        if (posix_spawn(&child, own_name, NULL, NULL, words, environ) != 0)
            fail("spawn");
        if (await(child) != 0)
            fail("spawn");
        sum++;
    }
    return sum;
}

static volatile sig_atomic_t caught;
static void count_signal(int number) { caught += number == SIGUSR1; }

/// A signal to itself and its handler.
static uint64_t signals(uint64_t count) {
    signal(SIGUSR1, count_signal);
    for (uint64_t i = 0; i < count; i++)
        raise(SIGUSR1);
    return (uint64_t)caught;
}

static volatile sig_atomic_t faults;
static char *guarded;
static void open_page(int number) {
    faults += number == SIGSEGV;
    mprotect(guarded, 4096, PROT_READ | PROT_WRITE);
}

/// A store into a page that may not be written, and a handler that allows it: what garbage collectors do.
static uint64_t page_faults(uint64_t count) {
    guarded = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (guarded == MAP_FAILED)
        fail("mmap");
    signal(SIGSEGV, open_page);
    for (uint64_t i = 0; i < count; i++) {
        mprotect(guarded, 4096, PROT_READ);
        *(volatile char *)guarded = (char)i;
    }
    return (uint64_t)faults;
}

struct pipes { int there[2], back[2]; };

static void *echo(void *argument) {
    const struct pipes *pipes = argument;
    char byte;
    while (read(pipes->there[0], &byte, 1) == 1 && write(pipes->back[1], &byte, 1) == 1) {
    }
    return NULL;
}

/// A byte through a pipe to another thread, and back.
static uint64_t switches(uint64_t count) {
    struct pipes pipes;
    pthread_t id;
    if (pipe(pipes.there) || pipe(pipes.back) || pthread_create(&id, NULL, echo, &pipes))
        fail("pipe");
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++) {
        unsigned char byte = (unsigned char)i;
        if (write(pipes.there[1], &byte, 1) != 1 || read(pipes.back[0], &byte, 1) != 1)
            fail("echo");
        sum += byte;
    }
    close(pipes.there[1]);
    pthread_join(id, NULL);
    return sum;
}

/// The shortest system call.
static uint64_t calls(uint64_t count) {
    const pid_t parent = getppid();
    uint64_t same = 0;
    for (uint64_t i = 0; i < count; i++)
        same += getppid() == parent;
    return same;
}

/// CLOCK_MONOTONIC, by the vDSO.
static uint64_t clocks(uint64_t count) {
    struct timespec last = {0, 0};
    uint64_t ordered = 0;
    for (uint64_t i = 0; i < count; i++) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        ordered += now.tv_sec > last.tv_sec || (now.tv_sec == last.tv_sec && now.tv_nsec >= last.tv_nsec);
        last = now;
    }
    return ordered;
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/// A lock that nobody else wants.
static uint64_t locks(uint64_t count) {
    uint64_t held = 0;
    for (uint64_t i = 0; i < count; i++) {
        pthread_mutex_lock(&mutex);
        held++;
        pthread_mutex_unlock(&mutex);
    }
    return held;
}

static const struct cost {
    const char *name;
    uint64_t (*measure)(uint64_t count);
    uint64_t count;
} costs[] = {
        {"thread", thread, 3000},
    {"fork", children, 300},
    {"spawn", programs, 60},
    {"signal", signals, 50000},
    {"fault", page_faults, 20000},
    {"switch", switches, 20000},
    {"syscall", calls, 500000},
    {"clock", clocks, 1000000},
    {"mutex", locks, 2000000},
};

static uint64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void run(const struct cost *cost, uint64_t scale) {
    const uint64_t count = cost->count * scale / 1000 ? cost->count * scale / 1000 : 1;
    const uint64_t start = nanoseconds();
    const uint64_t sum = cost->measure(count);
    const uint64_t elapsed = nanoseconds() - start;
    printf("RESULT workload=costs variant=%s smp=1 scale=%lu work=%lu checksum=0x%016lx elapsed_ns=%lu\n", cost->name,
        (unsigned long)scale, (unsigned long)count, (unsigned long)sum, (unsigned long)elapsed);
}

int main(int words, char **argument) {
    const char *variant = "nothing";
    uint64_t scale = 1000;
    own_name = argument[0];
    for (int i = 1; i < words; i++) {
        if (strncmp(argument[i], "variant=", 8) == 0)
            variant = argument[i] + 8;
        else if (strncmp(argument[i], "scale=", 6) == 0)
            scale = strtoull(argument[i] + 6, NULL, 10);
        else
            fail("words");
    }
    if (strcmp(variant, "nothing") == 0)
        return 0;
    // Start-up alone: the harness takes the time of the whole process.
    if (strcmp(variant, "hello") == 0)
        return puts("RESULT workload=costs variant=hello smp=1 work=1 checksum=0x1") < 0;
    for (size_t i = 0; i < sizeof costs / sizeof costs[0]; i++)
        if (strcmp(variant, costs[i].name) == 0) {
            run(&costs[i], scale);
            return 0;
        }
    fail("variant");
}
