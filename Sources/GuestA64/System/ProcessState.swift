import Guest
import IR

/// PSTATE in the format of SPSR_EL1 (Arm ARM C5.2.18).
struct ProcessState: Equatable, Sendable {
    var bits: UInt64

    init(_ bits: UInt64) { self.bits = bits }

    /// M[0]: SP is that of the current level instead of SP_EL0's.
    static let ownStack: UInt64 = 1 << 0
    static let modeMask: UInt64 = 0x1f
    static let execution32: UInt64 = 1 << 4
    static let fiqMask: UInt64 = 1 << 6
    static let irqMask: UInt64 = 1 << 7
    static let errorMask: UInt64 = 1 << 8
    static let debugMask: UInt64 = 1 << 9
    static let interruptMasks: UInt64 = 0xf << 6
    static let branchType: UInt64 = 3 << 10
    static let speculativeStoreBypassSafe: UInt64 = 1 << 12
    static let illegal: UInt64 = 1 << 20
    static let softwareStep: UInt64 = 1 << 21
    static let privilegedAccessNever: UInt64 = 1 << 22
    static let userAccessOverride: UInt64 = 1 << 23
    static let dataIndependentTiming: UInt64 = 1 << 24
    static let conditionFlags: UInt64 = 0xf << 28

    /// EL1 with its own stack, everything masked: where a CPU starts and where exceptions are taken to.
    static let exceptionEntry: UInt64 = 0b0101 | interruptMasks

    var exceptionLevel: UInt32 { UInt32(truncatingIfNeeded: bits >> 2 & 3) }

    func has(_ mask: UInt64) -> Bool { bits & mask != 0 }

    /// Which bank `A64State.sp` belongs to.
    var stack: SystemCell { exceptionLevel == 0 || !has(Self.ownStack) ? .spEL0 : .spEL1 }

    /// The PSTATE bits that exist with `features`, besides mode, masks, IL and flags.
    static func optionalBits(_ features: CPUFeatures) -> UInt64 {
        var mask: UInt64 = 0
        if features.contains(.privilegedAccessNever) { mask |= privilegedAccessNever }
        if features.contains(.userAccessOverride) { mask |= userAccessOverride }
        if features.contains(.dataIndependentTiming) { mask |= dataIndependentTiming }
        if features.contains(.branchTargets) { mask |= branchType }
        if features.contains(.speculativeStoreBypassSafe) { mask |= speculativeStoreBypassSafe }
        return mask
    }
}

extension A64 {
    static func processState(_ state: CPUState) -> ProcessState { ProcessState(state[A64State.pstate]) }

    /// Makes `new` the PSTATE, banks SP accordingly and refreshes the translation flags. Not the condition flags.
    static func setProcessState(_ new: ProcessState, _ state: CPUState) {
        let old = processState(state)
        if old.stack != new.stack {
            state[old.stack] = state[A64State.sp]
            state[A64State.sp] = state[new.stack]
        }
        state[A64State.pstate] = new.bits & ~ProcessState.conditionFlags
        refreshFlags(state)
    }

    /// PSTATE with the condition flags: what SPSR_EL1 gets.
    static func savedProcessState(_ state: CPUState) -> UInt64 {
        let flags = Flags(rawValue: UInt32(truncatingIfNeeded: state[A64State.nzcv]))
        return state[A64State.pstate] | UInt64(flags.statusWord)
    }

    static func setConditionFlags(_ word: UInt64, _ state: CPUState) {
        state[A64State.nzcv] = UInt64(Flags(statusWord: UInt32(truncatingIfNeeded: word)).rawValue)
    }

    static func model(_ state: CPUState) -> CPUModel {
        let index = Int(truncatingIfNeeded: state[.model])
        return CPUModel.all.indices.contains(index) ? CPUModel.all[index] : .max
    }

    /// Recomputes `A64State.flags` after a change of anything it is taken from.
    static func refreshFlags(_ state: CPUState) {
        let process = processState(state)
        let control = state[.sctlr]
        let isEL0 = process.exceptionLevel == 0
        var flags: A64TranslationFlags = isEL0 ? .exceptionLevel0 : .exceptionLevel1
        flags.formUnion(.model(state[.model]))
        if control & (isEL0 ? SystemControl.stackAlignmentEL0 : SystemControl.stackAlignment) != 0 {
            flags.insert(.checksStackAlignment)
        }
        if control & SystemControl.alignment != 0 { flags.insert(.checksAlignment) }
        if control & SystemControl.unalignedOrdered != 0 { flags.insert(.allowsUnalignedOrdered) }
        if trapsFloatingPoint(state[.cpacr], isEL0: isEL0) { flags.insert(.floatingPointTrapped) }
        let tables = state[.tcr]
        if TranslationControl.isTagged(tables, isUpper: false, isInstruction: true) { flags.insert(.tagsInLowerHalf) }
        if TranslationControl.isTagged(tables, isUpper: true, isInstruction: true) { flags.insert(.tagsInUpperHalf) }
        if control & (isEL0 ? SystemControl.strictLandingsEL0 : SystemControl.strictLandings) != 0 {
            flags.insert(.strictLandings)
        }
        for key in AddressKey.allCases where control & key.enable != 0 { flags.insert(.enabled(key)) }
        if !isEL0 && process.has(ProcessState.userAccessOverride) { flags.insert(.userAccessOverride) }
        if process.has(ProcessState.illegal) { flags.insert(.illegalState) }
        state[A64State.flags] = UInt64(flags.rawValue)
    }

    /// CPACR_EL1.FPEN: 1 traps EL0 only, 3 nothing, 0 and 2 both levels.
    private static func trapsFloatingPoint(_ control: UInt64, isEL0: Bool) -> Bool {
        switch control >> 20 & 3 {
        case 3: false
        case 1: isEL0
        default: true
        }
    }
}
