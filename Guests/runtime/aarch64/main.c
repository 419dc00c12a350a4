// From the entry point to the workload: machine description, MMU, the other processors.
#include "machine.h"

extern char secondary_start[];

_Noreturn void platform_off(bool success) {
    (void)success;  // the RESULT or FAIL line has said it; PSCI has no exit status
    psci_system_off();
}

void platform_start_cpus(void) {
    for (unsigned cpu = 1; cpu < run.smp; cpu++) {
        const uint64_t context = cpu | (uint64_t)run.mmu << 8;
        const int64_t status = psci_cpu_on(machine.affinity[cpu], (uint64_t)secondary_start, context);
        if (status != 0)
            fail("cpu-on cpu=%u status=%ld", cpu, status);
    }
}

/// Called by start.S on processor 0, MMU off.
void guest_main(uint64_t hint) {
    uart_start();
    device_tree_read(hint);
    arguments_set(machine.arguments);
    static const char *const on_off[] = {"on", "off", NULL};
    const bool mmu = argument_choice("mmu", on_off) == 0;
    if (mmu) {
        mmu_build();
        mmu_enable();
    }
    gic_start_distributor();
    run_workload(machine.arguments, machine.cpus, mmu);
}
