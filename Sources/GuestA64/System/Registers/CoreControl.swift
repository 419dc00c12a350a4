/// Implementation defined registers that Arm's v8.0 cores share (Cortex-A53, A57 and A72 manuals, "AArch64
/// implementation defined registers"): firmware and kernels read, change and write them back.
extension SystemRegisterTable {
    mutating func defineCoreControl() {
        defineCore("L2CTLR_EL1", 11, 0, 2, .l2ctlr)
        defineCore("L2ECTLR_EL1", 11, 0, 3, .l2ectlr)
        defineCore("L2ACTLR_EL1", 15, 0, 0, .l2actlr)
        defineCore("CPUACTLR_EL1", 15, 2, 0, .cpuactlr)
        defineCore("CPUECTLR_EL1", 15, 2, 1, .cpuectlr)
        defineCore("CPUMERRSR_EL1", 15, 2, 2, .cpumerrsr)
        defineCore("L2MERRSR_EL1", 15, 2, 3, .l2merrsr)
    }

    private mutating func defineCore(
        _ name: StaticString, _ crn: UInt32, _ crm: UInt32, _ op2: UInt32, _ cell: SystemCell
    ) {
        define(name, 3, 1, crn, crm, op2, .el1, cell, features: .coreControlRegisters)
    }
}
