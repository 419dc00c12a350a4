// Entry points of processor 0 (from the loader) and of the others (from PSCI CPU_ON), and the way into the MMU.
// Nothing here reads memory before the MMU is on: a secondary must not see stale bytes behind processor 0's cache.
#include "registers.h"

    .section .text.start, "ax"

// x0: address of the device tree, or something else if the loader (QEMU with an ELF file) passes none.
    .global _start
_start:
    msr     daifset, #15
    mrs     x1, CurrentEL
    cmp     x1, #(1 << 2)
    b.ne    wrong_level
    mov     x19, x0
    mov     x0, #0
    bl      enter_cpu
    mov     x0, x19
    bl      guest_main
    b       .

// x0: processor number, bit 8 set if the MMU is wanted (the context argument of CPU_ON).
    .global secondary_start
secondary_start:
    msr     daifset, #15
    mov     x19, x0
    and     x0, x19, #0xff
    bl      enter_cpu
    tbz     x19, #8, 1f
    bl      mmu_enable
1:  and     x0, x19, #0xff
    bl      run_share
    bl      psci_cpu_off
    b       .

// Entered above or below EL1 the system registers used here are the wrong ones. The machine must be told to start at
// EL1.
wrong_level:
    ldr     x1, =UART_BASE
    adr     x2, wrong_level_text
1:  ldrb    w3, [x2], #1
    cbz     w3, 2f
    str     w3, [x1]
    b       1b
2:  wfi
    b       2b
wrong_level_text:
    .asciz  "FAIL workload=start reason=not-entered-at-EL1\n"
    .balign 4

// Stack, processor number and vectors of processor x0.
enter_cpu:
    msr     spsel, #1
    msr     tpidr_el1, x0
    adrp    x1, stacks
    add     x1, x1, :lo12:stacks
    add     x2, x0, #1
    add     x1, x1, x2, lsl #STACK_SHIFT
    mov     sp, x1
    adrp    x1, vectors
    add     x1, x1, :lo12:vectors
    msr     vbar_el1, x1
    mov     x1, #CPACR_FPEN                 // floating point and vectors: no trap
    msr     cpacr_el1, x1
    isb
    ret

// Turns the MMU and the caches on with the tables of mmu.c. Addresses do not change: the map is the identity.
    .global mmu_enable
mmu_enable:
    ldr     x1, =MAIR_VALUE
    msr     mair_el1, x1
    ldr     x1, =(TCR_T0SZ_32 | TCR_WALK_CACHED | TCR_EPD1 | TCR_IPS_40)
    msr     tcr_el1, x1
    adrp    x1, mmu_level1
    add     x1, x1, :lo12:mmu_level1
    msr     ttbr0_el1, x1
    dsb     ish
    isb
    tlbi    vmalle1
    dsb     nsh
    isb
    mrs     x1, sctlr_el1
    ldr     x2, =(SCTLR_M | SCTLR_C | SCTLR_I)
    orr     x1, x1, x2
    msr     sctlr_el1, x1
    isb
    ret

    .bss
    .balign 4096
    .global stack_guard
stack_guard:                                // left out of the map (mmu.c)
    .space  4096
stacks:
    .space  64 << STACK_SHIFT               // MAX_CPUS of runtime.h
