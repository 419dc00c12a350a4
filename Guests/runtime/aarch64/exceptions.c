// What exceptions and interrupts do, once the vectors have saved the registers.
#include "machine.h"

static const char *const kinds[4] = {"sync", "irq", "fiq", "serror"};

_Noreturn void exception_report(unsigned vector) {
    fail("exception cpu=%u kind=%s vector=%u esr=0x%lx elr=0x%lx far=0x%lx spsr=0x%lx", this_cpu(), kinds[vector & 3],
         vector, READ_REGISTER(esr_el1), READ_REGISTER(elr_el1), READ_REGISTER(far_el1), READ_REGISTER(spsr_el1));
}

void interrupt_handler(void) {
    const unsigned cpu = this_cpu();
    for (;;) {
        const uint32_t acknowledged = gic_acknowledge();
        const unsigned number = acknowledged & 0x3ff;
        if (number >= 1020)
            return;
        if (number == TIMER_INTERRUPT) {
            timer_stop();
            gic_end(acknowledged);
            fail("timeout cpu=%u", cpu);
        }
        if (number != IPI_INTERRUPT)
            fail("unexpected-interrupt cpu=%u number=%u", cpu, number);
        ipi_received(cpu);
        gic_end(acknowledged);
    }
}
