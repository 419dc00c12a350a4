// What the common part of the runtime (run.c) and the two platforms below it know of each other.
#pragma once

#include "runtime.h"

/// Reads the arguments and measures the workload; called once, on processor 0, with `cpus` processors present.
void run_workload(const char *arguments, unsigned cpus, bool mmu);

/// The share of a processor; every processor of the run, 0 included, comes through here once.
void run_share(unsigned cpu);

/// Starts processors 1 ..< run.smp; each calls `run_share`.
void platform_start_cpus(void);
/// Nanoseconds from the platform's clock.
uint64_t platform_nanoseconds(void);
/// Starts the watchdog: the run fails after that many seconds.
void platform_watchdog(uint64_t seconds);
void platform_write(const char *text, size_t length);
/// Powers the machine off (host: ends the process).
_Noreturn void platform_off(bool success);

/// Remembers the argument line; `arguments` must stay valid.
void arguments_set(const char *arguments);

/// Formats into `buffer` and returns the length, which is cut at `size`.
size_t format_text(char *buffer, size_t size, const char *format, __builtin_va_list list);
