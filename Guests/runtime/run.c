// The life of a run: arguments, preparation, all processors at the starting line, the measured part, the result line.
#include <stdarg.h>

#include "platform.h"
#include "sync.h"

struct run run;

/// What a processor has computed, in a cache line of its own.
struct slot {
    _Alignas(CACHE_LINE) uint64_t sum;
};

static struct slot slots[MAX_CPUS];

/// Arrivals at the starting line and at the finish. Processor 0 waits for all of them and holds the clock.
static struct {
    _Alignas(CACHE_LINE) volatile uint64_t arrived;
    _Alignas(CACHE_LINE) volatile uint64_t started;
    _Alignas(CACHE_LINE) volatile uint64_t finished;
    _Alignas(CACHE_LINE) volatile uint64_t failed;
} gate;

static char extra[512];
static size_t extra_length;

static void append(const char *format, ...) {
    va_list list;
    va_start(list, format);
    extra_length += format_text(extra + extra_length, sizeof extra - 1 - extra_length, format, list);
    va_end(list);
    extra[extra_length] = 0;
}

void report(const char *key, uint64_t value, unsigned digits) {
    if (digits == 0)
        append(" %s=%lu", key, value);
    else
        append(" %s=%0*lu", key, digits, value);
}

void fail(const char *format, ...) {
    // The first failure speaks; a second one (another processor, or a fault while printing) must not mix its text in.
    if (fetch_add(&gate.failed, 1, ORDER_ACQREL) == 0) {
        char reason[384];
        va_list list;
        va_start(list, format);
        reason[format_text(reason, sizeof reason - 1, format, list)] = 0;
        va_end(list);
        print("FAIL workload=%s reason=%s\n", workload.name, reason);
        platform_off(false);
    }
    for (;;)
        relax(WAIT_WFE);
}

uint64_t scaled(uint64_t amount) {
    const uint64_t value = amount * run.scale / 1000;
    return value ? value : 1;
}

static uint64_t units_of(unsigned cpu) {
    const struct range mine = share_of(run.units, cpu, 1);
    uint64_t sum = 0;
    for (uint64_t index = mine.first; index < mine.end; index++)
        sum += mix(workload.unit(cpu, index) + mix(index));
    return sum;
}

void run_share(unsigned cpu) {
    fetch_add(&gate.arrived, 1, ORDER_ACQREL);
    wake(WAIT_WFE);
    if (cpu != 0)
        while (load_waiting(&gate.started, ORDER_ACQREL, WAIT_WFE) == 0)
            relax(WAIT_WFE);
    else {
        while (load_waiting(&gate.arrived, ORDER_ACQREL, WAIT_WFE) != run.smp)
            relax(WAIT_WFE);
        run.elapsed = platform_nanoseconds();
        store_release(&gate.started, 1);
        wake(WAIT_WFE);
    }

    slots[cpu].sum = workload.unit ? units_of(cpu) : workload.share(cpu);

    fetch_add(&gate.finished, 1, ORDER_ACQREL);
    wake(WAIT_WFE);
}

static void read_arguments(unsigned cpus, bool mmu) {
    run.mmu = mmu;
    run.smp = (unsigned)argument_number("smp", cpus);
    if (run.smp == 0 || run.smp > cpus)
        fail("too-few-processors smp=%u present=%u", run.smp, cpus);
    run.scale = argument_number("scale", 1000);
    run.units = scaled(workload.units);
    if (workload.variants) {
        run.variant = argument_choice("variant", workload.variants);
        run.name = workload.variants[run.variant];
    }
    const uint64_t timeout = argument_number("timeout", 0);
    if (timeout)
        platform_watchdog(timeout);
}

void run_workload(const char *arguments, unsigned cpus, bool mmu) {
    arguments_set(arguments);
    read_arguments(cpus, mmu);
    if (workload.prepare)
        workload.prepare();
    platform_start_cpus();
    run_share(0);
    while (load_waiting(&gate.finished, ORDER_ACQREL, WAIT_WFE) != run.smp)
        relax(WAIT_WFE);
    run.elapsed = platform_nanoseconds() - run.elapsed;

    uint64_t sum = 0;
    for (unsigned cpu = 0; cpu < run.smp; cpu++)
        sum += slots[cpu].sum;
    if (workload.finish)
        sum = workload.finish(sum);

    print("RESULT workload=%s variant=%s smp=%u mmu=%s work=%lu", workload.name, run.name, run.smp,
          run.mmu ? "on" : "off", run.units);
    if (run.crossings)
        print(" crossings=%lu", run.crossings);
    print(" checksum=0x%016lx elapsed_ns=%0*lu scale=%lu%s\n", sum, 13, run.elapsed, run.scale, extra);
    platform_off(true);
}
