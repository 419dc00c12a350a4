import Guest

/// Arm ARM D17.2: system control.
extension SystemRegisterTable {
    mutating func defineControl() {
        define(
            "SCTLR_EL1", 3, 0, 1, 0, 0, .el1, .cell(.sctlr),
            .action { value, state, environment in A64.writeSystemControl(value, state, environment) },
            endsBlock: true)
        define("ACTLR_EL1", 3, 0, 1, 0, 1, .el1, .constant(0), .ignored)
        define(
            "CPACR_EL1", 3, 0, 1, 0, 2, .el1, .cell(.cpacr),
            .action { value, state, _ in
                state[.cpacr] = value & 3 << 20
                A64.refreshFlags(state)
            }, endsBlock: true)
    }
}

extension A64 {
    /// A change of what decides translations makes those in the TLB meaningless: the architecture lets a guest rely on
    /// turning the MMU on and off without a TLBI.
    static func writeSystemControl(_ value: UInt64, _ state: CPUState, _ environment: any GuestEnvironment) {
        let features = model(state).features
        let old = state[.sctlr]
        let new = value & SystemControl.writableBits(features) | SystemControl.oneBits(features)
        state[.sctlr] = new
        refreshFlags(state)
        if (old ^ new) & (SystemControl.mmu | SystemControl.writeExecuteNever) != 0 {
            environment.invalidateTLB(.all, broadcast: false)
        }
    }
}
