// What a workload and the runtime know of each other. The same workload source is built twice: freestanding for the
// AArch64 `virt` machine (runtime/aarch64) and for the host (runtime/host); this header is all it may rely on.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))
#define NOINLINE __attribute__((noinline))

/// Most processors a guest uses. The `virt` machine with GICv2 has at most eight; without interrupts it may have more.
#define MAX_CPUS 64

/// Distance that keeps two objects out of each other's cache line, adjacent-line prefetching included.
#define CACHE_LINE 128

/// What the runtime measures. One program defines exactly one object of this type, called `workload`.
struct workload {
    const char *name;

    /// Names of the variants, the default first, ended by NULL. NULL if the workload names its variants itself.
    const char *const *variants;

    /// Total units of work at scale=1000, whatever the number of processors.
    uint64_t units;

    /// On processor 0 before the clock starts: read arguments, fill buffers, change `run.units`. May be NULL.
    void (*prepare)(void);

    /// One unit of work on any processor; its value goes into the checksum. Units are handed out in equal ranges.
    uint64_t (*unit)(unsigned cpu, uint64_t index);

    /// Instead of `unit`: the whole share of one processor. The checksum is the sum of all shares.
    uint64_t (*share)(unsigned cpu);

    /// On processor 0 after the clock has stopped: check what must hold, report more values, print extra lines.
    /// Returns the final checksum; `sum` is the sum over all processors. May be NULL.
    uint64_t (*finish)(uint64_t sum);
};

extern const struct workload workload;

/// The current run.
struct run {
    unsigned smp;        ///< processors taking part
    unsigned variant;    ///< index in `workload.variants`
    const char *name;    ///< name of the variant, as it is reported
    uint64_t scale;      ///< permille of the default amount of work
    uint64_t units;      ///< total units of this run
    uint64_t crossings;  ///< barrier crossings, 0 = not reported
    bool mmu;
    uint64_t elapsed;    ///< nanoseconds of the measured part, valid in `finish`
};

extern struct run run;

/// The part [first, end) of `total` units that belongs to processors [cpu, cpu + cpus).
struct range {
    uint64_t first;
    uint64_t end;
};

INLINE struct range share_of(uint64_t total, unsigned cpu, unsigned cpus) {
    return (struct range){total * cpu / run.smp, total * (cpu + cpus) / run.smp};
}

/// `amount` (at scale=1000) scaled to this run, at least 1.
uint64_t scaled(uint64_t amount);

/// Adds ` key=value` to the RESULT line. `digits` is the fixed number of decimal digits, zero-filled, for values that
/// differ from run to run: with it the number of guest instructions does not depend on the value. 0 = as many as
/// needed.
void report(const char *key, uint64_t value, unsigned digits);

/// Prints one `FAIL workload=<name> reason=...` line and powers the machine off. Callable on every processor.
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/// Prints one line or a piece of one. Knows %s %c %d %u %x %lu %lx %%, zero fill and width.
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/// The value of `key=value` among the arguments, or `otherwise`.
const char *argument(const char *key, const char *otherwise);
uint64_t argument_number(const char *key, uint64_t otherwise);

/// Index of the value of `key` in `choices` (ended by NULL), 0 if the argument is absent; fails on an unknown value.
unsigned argument_choice(const char *key, const char *const *choices);

bool text_equal(const char *a, const char *b);

// What the platform offers beyond computing.

/// Interrupts between processors. `enable` is called by every processor that takes part; `handler` then runs on it for
/// each interrupt sent to it. `wait` returns after at least one handler call.
void ipi_enable(void (*handler)(unsigned cpu));
void ipi_send(unsigned from, unsigned to);
void ipi_wait(unsigned cpu);
/// Takes interrupts that have arrived, without waiting.
void ipi_poll(unsigned cpu);

// Pseudo-random numbers and mixing, the same on both sides.

/// A bijective mix of 64 bits (the finaliser of splitmix64).
INLINE uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/// splitmix64: the next number of the sequence whose state is `*state`.
INLINE uint64_t next_random(uint64_t *state) {
    *state += UINT64_C(0x9e3779b97f4a7c15);
    return mix(*state);
}
