import Guest

/// Arm ARM D17.2: registers of address translation.
extension SystemRegisterTable {
    mutating func defineTranslation() {
        define(
            "TTBR0_EL1", 3, 0, 2, 0, 0, .el1, .cell(.ttbr0),
            .action { value, state, environment in A64.writeTableBase(.ttbr0, value, state, environment) },
            endsBlock: true)
        define(
            "TTBR1_EL1", 3, 0, 2, 0, 1, .el1, .cell(.ttbr1),
            .action { value, state, environment in A64.writeTableBase(.ttbr1, value, state, environment) },
            endsBlock: true)
        define(
            "TCR_EL1", 3, 0, 2, 0, 2, .el1, .cell(.tcr),
            .action { value, state, environment in
                let mask = TranslationControl.writableBits(A64.model(state).features)
                A64.writeTranslationControl(.tcr, value & mask, state, environment)
            }, endsBlock: true)
        define(
            "MAIR_EL1", 3, 0, 10, 2, 0, .el1, .cell(.mair),
            .action { value, state, environment in A64.writeTranslationControl(.mair, value, state, environment) },
            endsBlock: true)
        define("AMAIR_EL1", 3, 0, 10, 3, 0, .el1, .amair)
        define("PAR_EL1", 3, 0, 7, 4, 0, .el1, .par)
        define("CONTEXTIDR_EL1", 3, 0, 13, 0, 1, .el1, .contextID, mask: 0xffff_ffff)
        defineLimitedOrdering()
    }

    /// LORID_EL1 says that there are no regions, so that their descriptors hold nothing.
    private mutating func defineLimitedOrdering() {
        for (name, op2) in [("LORSA_EL1", 0), ("LOREA_EL1", 1), ("LORN_EL1", 2), ("LORC_EL1", 3)]
            as [(StaticString, UInt32)]
        {
            define(name, 3, 0, 10, 4, op2, .el1, .constant(0), .ignored, features: .limitedOrdering)
        }
        define("LORID_EL1", 3, 0, 10, 4, 7, .el1Read, .constant(0), features: .limitedOrdering)
    }
}

extension A64 {
    /// The software TLB has no address space identifiers, so another table or identifier costs it what is not global.
    static func writeTableBase(
        _ cell: SystemCell, _ value: UInt64, _ state: CPUState, _ environment: any GuestEnvironment
    ) {
        if state[cell] == value { return }
        state[cell] = value
        environment.invalidateTLB(.nonGlobal, broadcast: false)
    }

    static func writeTranslationControl(
        _ cell: SystemCell, _ value: UInt64, _ state: CPUState, _ environment: any GuestEnvironment
    ) {
        if state[cell] == value { return }
        state[cell] = value
        refreshFlags(state)
        environment.invalidateTLB(.all, broadcast: false)
    }
}
