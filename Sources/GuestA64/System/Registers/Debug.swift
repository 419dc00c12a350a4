/// Arm ARM D17.3: self-hosted debug.
///
/// Breakpoint and watchpoint registers keep what is written to them but match nothing; the debug communication channel
/// has nobody at its other end.
extension SystemRegisterTable {
    mutating func defineDebug() {
        define("MDSCR_EL1", 2, 0, 0, 2, 2, .el1, .mdscr, mask: 0x6ce0_f041)
        define("MDCCINT_EL1", 2, 0, 0, 2, 0, .el1, .mdccint, mask: 0x6000_0000)
        define("MDRAR_EL1", 2, 0, 1, 0, 0, .el1Read, .constant(0))
        define(
            "OSLAR_EL1", 2, 0, 1, 0, 4, .el1Write, .never,
            .action { value, state, _ in state[.osLock] = value & 1 })
        define("OSLSR_EL1", 2, 0, 1, 1, 4, .el1Read, .state { 1 << 3 | $0[.osLock] << 1 })
        define("OSDLR_EL1", 2, 0, 1, 3, 4, .el1, .osDoubleLock, mask: 1)
        define("DBGPRCR_EL1", 2, 0, 1, 4, 4, .el1, .dbgprcr, mask: 1)
        define(
            "DBGCLAIMSET_EL1", 2, 0, 7, 8, 6, .el1, .constant(0xff),
            .action { value, state, _ in state[.debugClaim] |= value & 0xff })
        define(
            "DBGCLAIMCLR_EL1", 2, 0, 7, 9, 6, .el1, .cell(.debugClaim),
            .action { value, state, _ in state[.debugClaim] &= ~(value & 0xff) })
        define("DBGAUTHSTATUS_EL1", 2, 0, 7, 14, 6, .el1Read, .constant(0))
        defineChannel()
        defineComparators()
    }

    private mutating func defineChannel() {
        // MDSCR_EL1.TDCC keeps EL0 out.
        let gate = UserGate(.mdscr, 1 << 12, inverted: true)
        define("MDCCSR_EL0", 2, 3, 0, 1, 0, .readEverywhere, .constant(0), gate: gate)
        define("DBGDTR_EL0", 2, 3, 0, 4, 0, .everywhere, .constant(0), .ignored, gate: gate)
        define("DBGDTRRX_EL0", 2, 3, 0, 5, 0, .everywhere, .constant(0), .ignored, gate: gate)
        define("OSDTRRX_EL1", 2, 0, 0, 0, 2, .el1, .osDebugReceive, mask: 0xffff_ffff)
        define("OSDTRTX_EL1", 2, 0, 0, 3, 2, .el1, .osDebugTransmit, mask: 0xffff_ffff)
        define("OSECCR_EL1", 2, 0, 0, 6, 2, .el1, .oseccr, mask: 0xffff_ffff)
    }

    private mutating func defineComparators() {
        define("DBGBVR0_EL1", 2, 0, 0, 0, 4, .el1, .breakpointValue0, mask: ~3)
        define("DBGBVR1_EL1", 2, 0, 0, 1, 4, .el1, .breakpointValue1, mask: ~3)
        define("DBGBCR0_EL1", 2, 0, 0, 0, 5, .el1, .breakpointControl0, mask: 0x00ff_e1e7)
        define("DBGBCR1_EL1", 2, 0, 0, 1, 5, .el1, .breakpointControl1, mask: 0x00ff_e1e7)
        define("DBGWVR0_EL1", 2, 0, 0, 0, 6, .el1, .watchpointValue0, mask: ~3)
        define("DBGWVR1_EL1", 2, 0, 0, 1, 6, .el1, .watchpointValue1, mask: ~3)
        define("DBGWCR0_EL1", 2, 0, 0, 0, 7, .el1, .watchpointControl0, mask: 0x1f1f_ffff)
        define("DBGWCR1_EL1", 2, 0, 0, 1, 7, .el1, .watchpointControl1, mask: 0x1f1f_ffff)
    }
}
