// Power State Coordination Interface (Arm DEN 0022): one call, by HVC or SMC as the device tree says.
#include "machine.h"

#define PSCI_CPU_OFF 0x84000002
#define PSCI_SYSTEM_OFF 0x84000008

static int64_t call(uint64_t function, uint64_t a, uint64_t b, uint64_t c) {
    register uint64_t x0 __asm__("x0") = function;
    register uint64_t x1 __asm__("x1") = a;
    register uint64_t x2 __asm__("x2") = b;
    register uint64_t x3 __asm__("x3") = c;
    // SMC calling convention: x4-x17 may be changed by callees of its version 1.0.
#define CLOBBERED                                                                                                \
    "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "memory"
    if (machine.psci_smc)
        __asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::CLOBBERED);
    else
        __asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::CLOBBERED);
    return (int64_t)x0;
}

int64_t psci_cpu_on(uint64_t affinity, uint64_t entry, uint64_t context) {
    return call(machine.psci_cpu_on, affinity, entry, context);
}

void psci_cpu_off(void) { call(PSCI_CPU_OFF, 0, 0, 0); }

_Noreturn void psci_system_off(void) {
    call(PSCI_SYSTEM_OFF, 0, 0, 0);
    for (;;)
        __asm__ volatile("wfi");
}
