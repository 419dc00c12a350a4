import Guest

/// The CPU interface registers of a GICv3 (Arm IHI 0069, chapter 12). They exist where the machine has one.
extension SystemRegisterTable {
    mutating func defineInterruptController() {
        defineInterface("ICC_PMR_EL1", 4, 6, 0)
        defineInterface("ICC_IAR0_EL1", 12, 8, 0, .el1Read)
        defineInterface("ICC_EOIR0_EL1", 12, 8, 1, .el1Write)
        defineInterface("ICC_HPPIR0_EL1", 12, 8, 2, .el1Read)
        defineInterface("ICC_BPR0_EL1", 12, 8, 3)
        defineInterface("ICC_AP0R0_EL1", 12, 8, 4)
        defineInterface("ICC_AP0R1_EL1", 12, 8, 5)
        defineInterface("ICC_AP0R2_EL1", 12, 8, 6)
        defineInterface("ICC_AP0R3_EL1", 12, 8, 7)
        defineInterface("ICC_AP1R0_EL1", 12, 9, 0)
        defineInterface("ICC_AP1R1_EL1", 12, 9, 1)
        defineInterface("ICC_AP1R2_EL1", 12, 9, 2)
        defineInterface("ICC_AP1R3_EL1", 12, 9, 3)
        defineInterface("ICC_DIR_EL1", 12, 11, 1, .el1Write)
        defineInterface("ICC_RPR_EL1", 12, 11, 3, .el1Read)
        defineInterface("ICC_SGI1R_EL1", 12, 11, 5, .el1Write)
        defineInterface("ICC_ASGI1R_EL1", 12, 11, 6, .el1Write)
        defineInterface("ICC_SGI0R_EL1", 12, 11, 7, .el1Write)
        defineInterface("ICC_IAR1_EL1", 12, 12, 0, .el1Read)
        defineInterface("ICC_EOIR1_EL1", 12, 12, 1, .el1Write)
        defineInterface("ICC_HPPIR1_EL1", 12, 12, 2, .el1Read)
        defineInterface("ICC_BPR1_EL1", 12, 12, 3)
        defineInterface("ICC_CTLR_EL1", 12, 12, 4)
        defineInterface("ICC_SRE_EL1", 12, 12, 5)
        defineInterface("ICC_IGRPEN0_EL1", 12, 12, 6)
        defineInterface("ICC_IGRPEN1_EL1", 12, 12, 7)
    }

    private mutating func defineInterface(
        _ name: StaticString, _ crn: UInt32, _ crm: UInt32, _ op2: UInt32, _ rights: AccessRights = .el1
    ) {
        let key = SystemRegister.key(3, 0, crn, crm, op2)
        define(
            name, 3, 0, crn, crm, op2, rights,
            rights.contains(.el1Read)
                ? .outside { _, environment in environment.readInterruptController(key) } : .never,
            rights.contains(.el1Write)
                ? .outside { value, _, environment in environment.writeInterruptController(key, value) } : .never)
    }
}

enum InterruptControllerKey {
    /// ICC_SRE_EL1, which every GICv3 CPU interface has.
    static let systemRegisterEnable = SystemRegister.key(3, 0, 12, 12, 5)
}
