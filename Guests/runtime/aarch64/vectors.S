// Exception vectors. Expected: IRQ at EL1 with SP_EL1. All else ends the run with one line (exceptions.c).

    .text
    .balign 2048
    .global vectors
vectors:
    .macro  unexpected number
    .balign 128
    mov     x0, #\number
    b       unexpected_exception
    .endm

    unexpected 0                    // EL1 with SP_EL0: synchronous, IRQ, FIQ, SError
    unexpected 1
    unexpected 2
    unexpected 3
    unexpected 4                    // EL1 with SP_EL1
    .balign 128
    b       interrupt
    unexpected 6
    unexpected 7
    unexpected 8                    // EL0, AArch64
    unexpected 9
    unexpected 10
    unexpected 11
    unexpected 12                   // EL0, AArch32
    unexpected 13
    unexpected 14
    unexpected 15
    .balign 128

// The registers a C function may change, and the return state: the handler leaves interrupts masked, so one level is
// all.
interrupt:
    sub     sp, sp, #192
    stp     x0, x1, [sp, #0]
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x29, [sp, #144]
    mrs     x0, elr_el1
    mrs     x1, spsr_el1
    stp     x30, x0, [sp, #160]
    str     x1, [sp, #176]
    bl      interrupt_handler
    ldr     x1, [sp, #176]
    ldp     x30, x0, [sp, #160]
    msr     spsr_el1, x1
    msr     elr_el1, x0
    ldp     x18, x29, [sp, #144]
    ldp     x16, x17, [sp, #128]
    ldp     x14, x15, [sp, #112]
    ldp     x12, x13, [sp, #96]
    ldp     x10, x11, [sp, #80]
    ldp     x8, x9, [sp, #64]
    ldp     x6, x7, [sp, #48]
    ldp     x4, x5, [sp, #32]
    ldp     x2, x3, [sp, #16]
    ldp     x0, x1, [sp, #0]
    add     sp, sp, #192
    eret

// The stack pointer may be what is broken: report on a stack kept for this. x0: number of the vector.
unexpected_exception:
    adrp    x1, emergency_stack_top
    add     x1, x1, :lo12:emergency_stack_top
    mov     sp, x1
    b       exception_report

    .bss
    .balign 16
    .space  8192
emergency_stack_top:
