import Guest
import Support

/// ERET (Arm ARM D1.3.7, shared pseudocode `AArch64.ExceptionReturn`).
extension A64 {
    /// Restores PSTATE from SPSR_EL1 and returns the address to go on at, `target` without its tag.
    static func returnFromException(
        to target: UInt64, _ state: CPUState, environment: any GuestEnvironment
    ) -> UInt64 {
        let saved = state[.spsr]
        setProcessState(restoredState(saved, state), state)
        setConditionFlags(saved, state)
        environment.clearExclusiveMonitor()
        environment.setLocalEvent()
        environment.recheckInterrupts()
        let pc = branchAddress(target, A64TranslationFlags(rawValue: translationFlags(state)))
        state[A64State.pc] = pc
        return pc
    }

    /// An SPSR that names a state which does not exist keeps level and stack and sets IL, which makes the next
    /// instruction raise an illegal state exception; masks and flags are restored all the same.
    private static func restoredState(_ saved: UInt64, _ state: CPUState) -> ProcessState {
        let optional = ProcessState.optionalBits(model(state).features)
        let always = ProcessState.interruptMasks
        if isLegal(saved) {
            return ProcessState(saved & (always | optional | ProcessState.modeMask | ProcessState.illegal))
        }
        let current = processState(state).bits
        let restoredOptions = optional & (ProcessState.privilegedAccessNever | ProcessState.branchType)
        let kept = ProcessState.modeMask | optional & ~restoredOptions
        let restored = always | restoredOptions
        return ProcessState(current & kept | saved & restored | ProcessState.illegal)
    }

    /// EL0t, EL1t and EL1h exist; AArch32 and higher levels do not.
    private static func isLegal(_ saved: UInt64) -> Bool {
        switch saved & ProcessState.modeMask {
        case 0b00000, 0b00100, 0b00101: true
        default: false
        }
    }

    /// A tagged address loses its tag on the way to the pc (shared pseudocode `AArch64.BranchAddr`).
    static func branchAddress(_ address: UInt64, _ flags: A64TranslationFlags) -> UInt64 {
        let isUpper = address.bit(55)
        guard flags.contains(isUpper ? .tagsInUpperHalf : .tagsInLowerHalf) else { return address }
        return address.inserting(isUpper ? 0xff : 0, 56, 8)
    }
}
