// System registers and the fixed addresses of the `virt` machine.
#pragma once

#ifndef __ASSEMBLER__
#include "../runtime.h"

#define READ_REGISTER(name)                                        \
    ({                                                             \
        uint64_t value_;                                           \
        __asm__ volatile("mrs %0, " #name : "=r"(value_)::"memory"); \
        value_;                                                    \
    })
#define WRITE_REGISTER(name, value) __asm__ volatile("msr " #name ", %0" ::"r"((uint64_t)(value)) : "memory")

INLINE void isb(void) { __asm__ volatile("isb" ::: "memory"); }

/// Device registers: one access of the stated width each, in program order among themselves.
INLINE uint32_t device_read(uintptr_t address) {
    uint32_t value;
    __asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}
INLINE void device_write(uintptr_t address, uint32_t value) {
    __asm__ volatile("str %w0, [%1]" ::"r"(value), "r"(address) : "memory");
}

/// The processor this code runs on; TPIDR_EL1 holds its number.
INLINE unsigned this_cpu(void) { return (unsigned)READ_REGISTER(tpidr_el1); }
#endif

#define GICD_BASE 0x08000000
#define GICC_BASE 0x08010000
#define UART_BASE 0x09000000
#define RAM_BASE 0x40000000

#define STACK_SHIFT 14
#define STACK_SIZE (1 << STACK_SHIFT)

// Values for the MMU: 4 KiB granule, 32-bit input addresses (T0SZ = 32: the first level has four 1 GiB entries), walks
// write-back and inner shareable, TTBR1 off. Arm ARM D19.2.139 (TCR_EL1), D19.2.105 (MAIR_EL1), D19.2.131 (SCTLR_EL1).
#define MAIR_VALUE 0xff00                // attribute 0: Device-nGnRnE, attribute 1: normal, write-back
#define TCR_T0SZ_32 32
#define TCR_WALK_CACHED ((1 << 8) | (1 << 10) | (3 << 12))
#define TCR_EPD1 (1 << 23)
#define TCR_IPS_40 (2 << 32)
#define CPACR_FPEN (3 << 20)
#define SCTLR_M (1 << 0)
#define SCTLR_C (1 << 2)
#define SCTLR_I (1 << 12)
