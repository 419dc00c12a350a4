// The generic timer (Arm ARM D12): the clock of every measurement, and an optional watchdog on the virtual timer.
#include "machine.h"

#define TIMER_ENABLE 1

uint64_t platform_nanoseconds(void) {
    isb();  // the counter may otherwise be read early
    const uint64_t count = READ_REGISTER(cntvct_el0);
    const uint64_t frequency = READ_REGISTER(cntfrq_el0);
    return count / frequency * 1000000000 + count % frequency * 1000000000 / frequency;
}

void platform_watchdog(uint64_t seconds) {
    gic_enable(TIMER_INTERRUPT);
    WRITE_REGISTER(cntv_cval_el0, READ_REGISTER(cntvct_el0) + seconds * READ_REGISTER(cntfrq_el0));
    WRITE_REGISTER(cntv_ctl_el0, TIMER_ENABLE);
    isb();
    __asm__ volatile("msr daifclr, #2" ::: "memory");
}

void timer_stop(void) {
    WRITE_REGISTER(cntv_ctl_el0, 0);
    isb();
}
