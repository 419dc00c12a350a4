import Guest

/// Arm ARM D17.10: the generic timer.
extension SystemRegisterTable {
    mutating func defineTimer() {
        // CNTKCTL_EL1: EL0PCTEN, EL0VCTEN, EL0VTEN, EL0PTEN.
        let physicalCounter = UserGate(.cntkctl, 1 << 0)
        let virtualCounter = UserGate(.cntkctl, 1 << 1)
        let anyCounter = UserGate(.cntkctl, 3)
        let virtualTimer = UserGate(.cntkctl, 1 << 8)
        let physicalTimer = UserGate(.cntkctl, 1 << 9)

        defineTimer("CNTFRQ_EL0", 0, 0, .readEL0WriteEL1, .frequency, anyCounter)
        defineTimer("CNTPCT_EL0", 0, 1, .readEverywhere, .physicalCount, physicalCounter)
        defineTimer("CNTVCT_EL0", 0, 2, .readEverywhere, .virtualCount, virtualCounter)
        defineTimer("CNTP_TVAL_EL0", 2, 0, .everywhere, .physicalTimer, physicalTimer)
        defineTimer("CNTP_CTL_EL0", 2, 1, .everywhere, .physicalControl, physicalTimer)
        defineTimer("CNTP_CVAL_EL0", 2, 2, .everywhere, .physicalCompare, physicalTimer)
        defineTimer("CNTV_TVAL_EL0", 3, 0, .everywhere, .virtualTimer, virtualTimer)
        defineTimer("CNTV_CTL_EL0", 3, 1, .everywhere, .virtualControl, virtualTimer)
        defineTimer("CNTV_CVAL_EL0", 3, 2, .everywhere, .virtualCompare, virtualTimer)
        define(
            "CNTKCTL_EL1", 3, 0, 14, 1, 0, .el1, .cell(.cntkctl),
            .action { value, state, environment in
                // The timer needs the event stream's part, EL0's gates are read from the state.
                state[.cntkctl] = value & 0x3ff
                environment.writeTimer(.kernelControl, value & 0x3ff)
            })
    }

    private mutating func defineTimer(
        _ name: StaticString, _ crm: UInt32, _ op2: UInt32, _ rights: AccessRights, _ register: TimerRegister,
        _ gate: UserGate
    ) {
        define(
            name, 3, 3, 14, crm, op2, rights, .outside { _, environment in environment.readTimer(register) },
            rights.contains(.el1Write)
                ? .action { value, _, environment in environment.writeTimer(register, value) } : .never,
            gate: gate)
    }
}
