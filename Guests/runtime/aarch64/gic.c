// GICv2 (Arm IHI 0048): software interrupts between processors and the timer's private interrupt.
#include "../sync.h"
#include "machine.h"

#define GICD_CTLR (GICD_BASE + 0x000)
#define GICD_ISENABLER0 (GICD_BASE + 0x100)
#define GICD_ITARGETSR0 (GICD_BASE + 0x800)
#define GICD_SGIR (GICD_BASE + 0xf00)
#define GICC_CTLR (GICC_BASE + 0x000)
#define GICC_PMR (GICC_BASE + 0x004)
#define GICC_IAR (GICC_BASE + 0x00c)
#define GICC_EOIR (GICC_BASE + 0x010)

#define SGIR_TO_SELF (2 << 24)
#define MOST_CPUS 8

/// Which bit of the target lists is which processor: a processor reads its own in ITARGETSR0.
static uint32_t target_bit[MAX_CPUS];

static struct {
    _Alignas(CACHE_LINE) volatile uint64_t received;
    uint64_t seen;  ///< what `received` was when `ipi_wait` last returned
} ipi_counts[MAX_CPUS];

static void (*ipi_handler)(unsigned cpu);

void gic_start_distributor(void) { device_write(GICD_CTLR, 1); }

void gic_enable(unsigned number) {
    device_write(GICD_ISENABLER0, 1u << number);
    device_write(GICC_PMR, 0xff);
    device_write(GICC_CTLR, 1);
}

uint32_t gic_acknowledge(void) { return device_read(GICC_IAR); }

void gic_end(uint32_t acknowledged) { device_write(GICC_EOIR, acknowledged); }

void gic_send(unsigned from, unsigned to, unsigned number) {
    // The receiver must see what was stored before the interrupt.
    __asm__ volatile("dsb ish" ::: "memory");
    device_write(GICD_SGIR, from == to ? SGIR_TO_SELF | number : target_bit[to] << 16 | number);
}

// Interrupts between processors, for workloads.

void ipi_enable(void (*handler)(unsigned cpu)) {
    const unsigned cpu = this_cpu();
    if (run.smp > MOST_CPUS)
        fail("gicv2-has-8-cpus smp=%u", run.smp);
    ipi_handler = handler;
    gic_enable(IPI_INTERRUPT);
    // With one processor the register reads as zero; then only the processor itself is a target.
    target_bit[cpu] = device_read(GICD_ITARGETSR0) & 0xff;
}

void ipi_send(unsigned from, unsigned to) { gic_send(from, to, IPI_INTERRUPT); }

void ipi_received(unsigned cpu) {
    ipi_counts[cpu].received++;
    ipi_handler(cpu);
}

/// Lets pending interrupts in for a moment.
static void open_window(void) { __asm__ volatile("msr daifclr, #2\n isb\n msr daifset, #2" ::: "memory"); }

void ipi_poll(unsigned cpu) {
    const uint64_t masks = READ_REGISTER(daif);
    open_window();
    ipi_counts[cpu].seen = ipi_counts[cpu].received;
    WRITE_REGISTER(daif, masks);
}

/// Interrupts stay masked between the look and the WFI, which a pending interrupt ends although it is masked: none can
/// slip in between and be slept over.
void ipi_wait(unsigned cpu) {
    const uint64_t masks = READ_REGISTER(daif);
    __asm__ volatile("msr daifset, #2" ::: "memory");
    while (ipi_counts[cpu].received == ipi_counts[cpu].seen) {
        __asm__ volatile("wfi" ::: "memory");
        open_window();
    }
    ipi_counts[cpu].seen = ipi_counts[cpu].received;
    WRITE_REGISTER(daif, masks);
}
