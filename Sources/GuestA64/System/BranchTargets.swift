package import Guest
import IR
import Support

/// Branch target identification (FEAT_BTI; Arm ARM D8.3.6, shared pseudocode `BTypeCompatible_BTI`).
///
/// PSTATE.BTYPE says how the branch before came: it is an entry mode of blocks, so that only the block that a branch
/// through a register enters depends on it, and only in a guarded page. SPSR_EL1.BTYPE is exact for the exceptions that
/// the manual wants it for.
extension A64 {
    /// Where PSTATE and SPSR hold BTYPE.
    private static let placeInPSTATE: UInt64 = 10

    package static func setEntryMode(_ mode: UInt64, _ state: CPUState) {
        let others = state[A64State.pstate] & ~ProcessState.branchType
        state[A64State.pstate] = others | ((mode & EntryMode.mask) >> EntryMode.shift) << placeInPSTATE
    }

    /// PSTATE.BTYPE where the translation flags have it.
    static func entryMode(_ state: CPUState) -> UInt64 {
        ((state[A64State.pstate] & ProcessState.branchType) >> placeInPSTATE) << EntryMode.shift
    }

    package static func blockFlags(_ flags: UInt64, first: UInt32, guarded: Bool) -> UInt64 {
        var result = A64TranslationFlags(rawValue: flags)
        if guarded && result.features.contains(.branchTargets) { result.insert(.guardedPage) }
        let matters = isBreakpoint(first) || result.contains(.illegalState) || !isLanding(first, result)
        return matters ? result.rawValue : result.rawValue & ~EntryMode.mask
    }

    /// Whether the instruction `word` may be entered as the flags say.
    static func isLanding(_ word: UInt32, _ flags: A64TranslationFlags) -> Bool {
        guard flags.branchType != 0, flags.contains(.guardedPage) else { return true }
        switch word {
        // BTI c, BTI j, BTI jc.
        case 0xd503_245f: return flags.branchType != 3
        case 0xd503_249f: return flags.branchType != 2
        case 0xd503_24df: return true
        // PACIASP, PACIBSP.
        case 0xd503_233f, 0xd503_237f: return flags.branchType != 3 || !flags.contains(.strictLandings)
        default: return isBreakpoint(word) || word & 0xffe0_001f == 0xd440_0000
        }
    }

    /// BRK, whose exception reports BTYPE.
    static func isBreakpoint(_ word: UInt32) -> Bool { word & 0xffe0_001f == 0xd420_0000 }
}

extension A64Translation {
    /// The PSTATE.BTYPE that BR or BLR through `register` leaves.
    func branchType(_ register: UInt32, _ kind: BranchKind) -> UInt64 {
        guard has(.branchTargets) else { return 0 }
        switch kind {
        case .call: return 2
        case .return: return 0
        case .jump: return flags.contains(.guardedPage) && register != 16 && register != 17 ? 3 : 1
        }
    }
}
