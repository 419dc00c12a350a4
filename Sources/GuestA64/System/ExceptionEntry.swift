import Guest

/// Taking exceptions to EL1 (Arm ARM D1.3, shared pseudocode `AArch64.TakeException`).
extension A64 {
    /// The four kinds of exception, by their offset in the vector table.
    enum Vector: UInt64 {
        case synchronous = 0x000
        case irq = 0x080
        case fiq = 0x100
        case systemError = 0x180
    }

    /// Enters the handler of `vector`; `returnAddress` goes to ELR_EL1. Syndrome and fault address stay as they are.
    static func takeException(
        _ vector: Vector, returnAddress: UInt64, _ state: CPUState, environment: any GuestEnvironment
    ) {
        let source = processState(state)
        state[.spsr] = savedProcessState(state)
        state[.elr] = returnAddress
        state[A64State.pc] = vectorAddress(vector, from: source, state)
        setProcessState(handlerState(from: source, state), state)
        environment.clearExclusiveMonitor()
    }

    /// As above for a synchronous exception, with its syndrome and, where it has one, its fault address.
    static func takeSynchronous(
        _ syndrome: UInt64, faultAddress: UInt64? = nil, returnAddress: UInt64, _ state: CPUState,
        environment: any GuestEnvironment
    ) {
        state[.esr] = syndrome
        if let faultAddress { state[.far] = faultAddress }
        takeException(.synchronous, returnAddress: returnAddress, state, environment: environment)
    }

    /// The table's quarters: same level with SP_EL0, same level with SP_EL1, lower level in AArch64.
    private static func vectorAddress(_ vector: Vector, from source: ProcessState, _ state: CPUState) -> UInt64 {
        let quarter: UInt64
        if source.exceptionLevel == 0 {
            quarter = 0x400
        } else {
            quarter = source.has(ProcessState.ownStack) ? 0x200 : 0x000
        }
        return state[.vbar] &+ quarter &+ vector.rawValue
    }

    /// PSTATE in the handler. IL and SS clear; PAN set unless SCTLR_EL1.SPAN; SSBS from SCTLR_EL1.DSSBS; DIT kept.
    private static func handlerState(from source: ProcessState, _ state: CPUState) -> ProcessState {
        let features = model(state).features
        let control = state[.sctlr]
        var bits = ProcessState.exceptionEntry
        bits |= source.bits & (ProcessState.privilegedAccessNever | ProcessState.dataIndependentTiming)
        if features.contains(.privilegedAccessNever) && control & SystemControl.setPrivilegedAccessNever == 0 {
            bits |= ProcessState.privilegedAccessNever
        }
        if features.contains(.speculativeStoreBypassSafe) && control & SystemControl.speculativeStoreBypassSafe != 0 {
            bits |= ProcessState.speculativeStoreBypassSafe
        }
        return ProcessState(bits)
    }
}
