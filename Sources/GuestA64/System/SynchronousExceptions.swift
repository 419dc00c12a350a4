package import Guest
import IR

/// What translated code and memory accesses raise.
extension A64 {
    package static func raise(
        kind: UInt16, payload: UInt64, pc: UInt64, _ state: CPUState, environment: any GuestEnvironment
    ) {
        let kind = A64ExceptionKind(rawValue: kind) ?? .undefined
        // What the block entered with is what SPSR_EL1 reports.
        if kind == .branchTarget || kind == .illegalState { setEntryMode(payload << EntryMode.shift, state) }
        if kind == .breakpoint { setEntryMode((payload >> 16) << EntryMode.shift, state) }
        takeSynchronous(
            syndrome(kind, payload), faultAddress: kind == .pcAlignment ? pc : nil,
            returnAddress: kind == .supervisorCall ? pc &+ 4 : pc, state, environment: environment)
    }

    /// HVC and SMC that no firmware answers and HLT outside a debugger are undefined instructions.
    private static func syndrome(_ kind: A64ExceptionKind, _ payload: UInt64) -> UInt64 {
        switch kind {
        case .undefined, .hypervisorCall, .monitorCall, .halt: Syndrome.encode(.unknown)
        case .supervisorCall: Syndrome.encode(.supervisorCall, payload & 0xffff)
        case .breakpoint: Syndrome.encode(.breakpoint, payload & 0xffff)
        case .stackAlignment: Syndrome.encode(.stackAlignment)
        case .pcAlignment: Syndrome.encode(.pcAlignment)
        case .trappedSystemAccess: Syndrome.encode(.systemAccess, payload)
        case .trappedWait: Syndrome.encode(.wait, payload)
        case .trappedFloatingPoint: Syndrome.encode(.floatingPoint, Syndrome.floatingPoint)
        case .authenticationFailed: Syndrome.encode(.authentication, payload & 3)
        case .branchTarget: Syndrome.encode(.branchTarget, payload & 3)
        case .illegalState: Syndrome.encode(.illegalState)
        case .memoryOperation: Syndrome.encode(.memoryOperation, payload)
        }
    }

    package static func deliver(
        _ fault: MemoryFault, pc: UInt64, _ state: CPUState, environment: any GuestEnvironment
    ) {
        // A fetch from a misaligned pc never gets as far as the memory.
        if fault.access == .fetch && fault.cause == .alignment {
            return raise(
                kind: A64ExceptionKind.pcAlignment.rawValue, payload: 0, pc: pc, state, environment: environment)
        }
        // The branch that led to a tagged address would have removed the tag from the pc.
        let flags = A64TranslationFlags(rawValue: translationFlags(state))
        let isFetch = fault.access == .fetch
        takeSynchronous(
            syndrome(fault, fromEL0: flags.exceptionLevel == 0),
            faultAddress: isFetch ? branchAddress(fault.address, flags) : fault.address,
            returnAddress: isFetch ? branchAddress(pc, flags) : pc, state, environment: environment)
    }

    private static func syndrome(_ fault: MemoryFault, fromEL0: Bool) -> UInt64 {
        let code = status(fault.cause)
        let status = UInt64(code & 0x3f)
        if fault.access == .fetch {
            return Syndrome.encode(fromEL0 ? .instructionAbortLower : .instructionAbortSame, status)
        }
        var specific = status
        if fault.access == .write { specific |= Syndrome.writeNotRead }
        if code & FaultStatus.byMaintenance != 0 { specific |= Syndrome.cacheMaintenance | Syndrome.writeNotRead }
        return Syndrome.encode(fromEL0 ? .dataAbortLower : .dataAbortSame, specific)
    }

    private static func status(_ cause: FaultCause) -> UInt32 {
        switch cause {
        case .translation(let code): code
        case .alignment: FaultStatus.alignment
        case .external: FaultStatus.external
        }
    }
}
