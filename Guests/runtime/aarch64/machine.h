// The parts of the `virt` machine's runtime, and what they offer each other.
#pragma once

#include "../platform.h"
#include "registers.h"

// device_tree.c

/// What the runtime wants to know from the device tree.
struct machine {
    unsigned cpus;
    uint64_t affinity[MAX_CPUS];  ///< MPIDR values, the arguments of CPU_ON
    const char *arguments;        ///< /chosen/bootargs, in place
    bool psci_smc;                ///< PSCI is called by SMC, not HVC
    uint32_t psci_cpu_on;         ///< function number
    uint64_t ram_size;            ///< bytes from RAM_BASE
};

extern struct machine machine;

/// Fills `machine`. `hint` is x0 at entry: the address of the tree or, when it is not one, ignored.
void device_tree_read(uint64_t hint);

// mmu.c

/// Fills the translation tables; `mmu_enable` (start.S) then uses them on every processor.
void mmu_build(void);
void mmu_enable(void);

// uart.c

void uart_start(void);

// psci.c

int64_t psci_cpu_on(uint64_t affinity, uint64_t entry, uint64_t context);
void psci_cpu_off(void);
_Noreturn void psci_system_off(void);

// gic.c

#define IPI_INTERRUPT 1
#define TIMER_INTERRUPT 27

/// Turns the distributor on; once, on processor 0.
void gic_start_distributor(void);
/// Turns this processor's interface on and enables one of its private interrupts (0-31).
void gic_enable(unsigned number);
uint32_t gic_acknowledge(void);
void gic_end(uint32_t acknowledged);
/// Raises software interrupt `number` on another processor, or on this one.
void gic_send(unsigned from, unsigned to, unsigned number);
/// Called by the interrupt handler for IPI_INTERRUPT.
void ipi_received(unsigned cpu);

// timer.c

void timer_stop(void);
