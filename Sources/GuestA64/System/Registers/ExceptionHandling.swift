import Guest

/// Arm ARM D17.2: registers of exception handling.
extension SystemRegisterTable {
    mutating func defineExceptionHandling() {
        define("SPSR_EL1", 3, 0, 4, 0, 0, .el1, .spsr, mask: 0xffff_ffff)
        define("ELR_EL1", 3, 0, 4, 0, 1, .el1, .elr)
        define("AFSR0_EL1", 3, 0, 5, 1, 0, .el1, .constant(0), .ignored)
        define("AFSR1_EL1", 3, 0, 5, 1, 1, .el1, .constant(0), .ignored)
        define("ESR_EL1", 3, 0, 5, 2, 0, .el1, .esr, mask: 0xffff_ffff)
        define("FAR_EL1", 3, 0, 6, 0, 0, .el1, .far)
        define("VBAR_EL1", 3, 0, 12, 0, 0, .el1, .vbar, mask: ~0x7ff)
        define("RVBAR_EL1", 3, 0, 12, 0, 1, .el1Read, .constant(0))
        define(
            "ISR_EL1", 3, 0, 12, 1, 0, .el1Read,
            .outside { _, environment in A64.interruptStatus(environment.pendingInterrupts) })
    }
}

extension A64 {
    /// Pending interrupts in the places of their PSTATE masks, which is where ISR_EL1 has them.
    static func interruptStatus(_ lines: InterruptLines) -> UInt64 {
        (lines.contains(.fiq) ? ProcessState.fiqMask : 0) | (lines.contains(.irq) ? ProcessState.irqMask : 0)
            | (lines.contains(.systemError) ? ProcessState.errorMask : 0)
    }
}
