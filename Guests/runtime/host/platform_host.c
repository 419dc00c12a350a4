// The platform of a native build: processors are POSIX threads, the argument line comes from the command line.
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../platform.h"

static void *thread_main(void *cpu) {
    run_share((unsigned)(uintptr_t)cpu);
    return NULL;
}

void platform_start_cpus(void) {
    for (unsigned cpu = 1; cpu < run.smp; cpu++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, thread_main, (void *)(uintptr_t)cpu) != 0)
            fail("no-thread cpu=%u", cpu);
        pthread_detach(thread);
    }
}

uint64_t platform_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void *watchdog_main(void *seconds) {
    sleep((unsigned)(uintptr_t)seconds);
    fail("timeout cpu=0");
}

void platform_watchdog(uint64_t seconds) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, watchdog_main, (void *)(uintptr_t)seconds) != 0)
        fail("no-thread watchdog");
    pthread_detach(thread);
}

void platform_write(const char *text, size_t length) {
    fwrite(text, 1, length, stdout);
    fflush(stdout);
}

void platform_off(bool success) { _exit(success ? 0 : 1); }

// Interrupts between processors: a semaphore each. The handler runs in the thread that waits.

static sem_t pending[MAX_CPUS];
static void (*ipi_handler)(unsigned cpu);

__attribute__((constructor)) static void make_semaphores(void) {
    for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++)
        sem_init(&pending[cpu], 0, 0);
}

void ipi_enable(void (*handler)(unsigned cpu)) { __atomic_store_n(&ipi_handler, handler, __ATOMIC_RELEASE); }

void ipi_send(unsigned from, unsigned to) {
    (void)from;
    sem_post(&pending[to]);
}

void ipi_wait(unsigned cpu) {
    while (sem_wait(&pending[cpu]) != 0) {
    }
    ipi_handler(cpu);
}

void ipi_poll(unsigned cpu) {
    if (sem_trywait(&pending[cpu]) == 0)
        ipi_handler(cpu);
}

/// Joins the words of the command line; the default number of processors is 1, as for the emulator.
int main(int count, char **words) {
    static char line[1024];
    bool has_smp = false;
    for (int i = 1; i < count; i++) {
        if (strlen(line) + strlen(words[i]) + 2 > sizeof line) {
            fprintf(stderr, "%s: the arguments are longer than %zu bytes\n", words[0], sizeof line);
            return 2;
        }
        strcat(line, words[i]);
        strcat(line, " ");
        has_smp = has_smp || strncmp(words[i], "smp=", 4) == 0;
    }
    run_workload(line, has_smp ? MAX_CPUS : 1, true);
    return 0;
}
