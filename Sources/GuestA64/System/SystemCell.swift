package import Guest

/// The system registers that are kept in the CPU state, and what else the system side of a CPU remembers there.
package enum SystemCell: Int, CaseIterable, Sendable {
    /// Index of the `CPUModel` in `CPUModel.all`; survives a reset.
    case model
    /// MPIDR_EL1.
    case mpidr

    // Stack pointers of the two banks, exact for the one that is not in `A64State.sp`.
    case spEL0, spEL1

    // Exceptions.
    case elr, spsr, esr, far, vbar, afsr0, afsr1

    // Control.
    case sctlr, actlr, cpacr

    // Translation.
    case ttbr0, ttbr1, tcr, mair, amair, contextID, par

    // Threads.
    case tpidrEL0, tpidrroEL0, tpidrEL1

    // Pointer authentication.
    case apiaKeyLow, apiaKeyHigh, apibKeyLow, apibKeyHigh, apdaKeyLow, apdaKeyHigh, apdbKeyLow, apdbKeyHigh
    case apgaKeyLow, apgaKeyHigh

    // Timer and caches.
    case cntkctl, csselr

    // Debug.
    case mdscr, mdccint, osLock, osDoubleLock, debugClaim, osDebugReceive, osDebugTransmit, oseccr, dbgprcr
    case breakpointValue0, breakpointValue1, breakpointControl0, breakpointControl1
    case watchpointValue0, watchpointValue1, watchpointControl0, watchpointControl1

    // Implementation defined.
    case l2ctlr, l2ectlr, l2actlr, cpuactlr, cpuectlr, cpumerrsr, l2merrsr

    package var slot: StateSlot { StateSlot(cell: A64State.systemBase + rawValue) }
}

extension CPUState {
    package subscript(cell: SystemCell) -> UInt64 {
        get { self[cell.slot] }
        nonmutating set { self[cell.slot] = newValue }
    }
}

extension A64State {
    package static let layout = CPUStateLayout(
        cells: cells,
        names: (0..<31).map { ("x\($0)", x($0)) } + [
            ("sp", sp), ("pc", pc), ("nzcv", nzcv), ("pstate", pstate), ("flags", flags),
            ("fp", floatingPoint),
        ] + SystemCell.allCases.map { ("\($0)", $0.slot) } + (0..<32).map { ("v\($0)", v($0)) })
}
