// Runs the cases of a table one by one and prints how each ended: what SystemPeerTests compares between this emulator
// and QEMU. The table lies at `cases`, where the test puts it:
//
//   header:  MAIR, TCR, TTBR0, TTBR1, SCTLR between cases
//   a case:  pc (0 ends the table), SPSR, SCTLR, CPACR, CNTKCTL, TCR, SP_EL0, x0, x1
//
// A case's code ends in an exception, at the latest by the SVC that follows it. A line holds the vector's number, ESR,
// ELR, SPSR, FAR, x0, x1 and PAR in hexadecimal.

        .equ    cases, 0x40200000
        .equ    uart, 0x09000000
        .equ    systemOff, 0x84000008

        .text
        .global _start
_start: adrp    x0, vectors
        add     x0, x0, :lo12:vectors
        msr     vbar_el1, x0
        adrp    x0, stackTop
        add     x0, x0, :lo12:stackTop
        mov     sp, x0
        mov     x19, #cases
        ldp     x0, x1, [x19], #16
        msr     mair_el1, x0
        mov     x21, x1
        ldp     x0, x1, [x19], #16
        msr     ttbr0_el1, x0
        msr     ttbr1_el1, x1
        ldr     x22, [x19], #8
        bl      settle

next:   ldr     x0, [x19], #8
        cbz     x0, end
        msr     elr_el1, x0
        ldp     x0, x1, [x19], #16
        msr     spsr_el1, x0
        mov     x20, x1
        ldp     x0, x1, [x19], #16
        msr     cpacr_el1, x0
        msr     cntkctl_el1, x1
        ldp     x0, x1, [x19], #16
        msr     tcr_el1, x0
        msr     sp_el0, x1
        msr     par_el1, xzr
        msr     far_el1, xzr
        isb
        msr     sctlr_el1, x20
        tlbi    vmalle1
        dsb     sy
        isb
        ldp     x0, x1, [x19], #16
        eret

// The registers between cases.
settle: msr     tcr_el1, x21
        msr     sctlr_el1, x22
        tlbi    vmalle1
        dsb     sy
        isb
        ret

end:    mov     w0, #(systemOff & 0xffff)
        movk    w0, #(systemOff >> 16), lsl #16
        hvc     #0
        b       .

        .macro  vector number
        .balign 0x80
        msr     tpidr_el1, x0
        mov     x0, #\number
        b       report
        .endm

        .balign 0x800
vectors:
        .irp    number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        vector  \number
        .endr

report: msr     tpidr_el0, x1
        mrs     x23, par_el1
        mrs     x24, esr_el1
        mrs     x25, elr_el1
        mrs     x26, spsr_el1
        mrs     x27, far_el1
        mov     x28, x0
        bl      settle
        mov     x0, x28
        bl      print
        mov     x0, x24
        bl      print
        mov     x0, x25
        bl      print
        mov     x0, x26
        bl      print
        mov     x0, x27
        bl      print
        mrs     x0, tpidr_el1
        bl      print
        mrs     x0, tpidr_el0
        bl      print
        mov     x0, x23
        bl      print
        mov     x2, #uart
        mov     w3, #10
        str     w3, [x2]
        b       next

// x0 in hexadecimal and a blank.
print:  mov     x2, #uart
        mov     x4, #60
0:      lsr     x3, x0, x4
        and     x3, x3, #15
        cmp     x3, #10
        add     x5, x3, #'0'
        add     x3, x3, #('a' - 10)
        csel    x3, x3, x5, hs
        str     w3, [x2]
        subs    x4, x4, #4
        b.ge    0b
        mov     w3, #' '
        str     w3, [x2]
        ret

        .bss
        .balign 16
        .space  0x1000
stackTop:
