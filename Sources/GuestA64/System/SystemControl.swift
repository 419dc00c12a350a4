/// The fields of SCTLR_EL1 and TCR_EL1 that mean something here (Arm ARM D17.2).
enum SystemControl {
    static let mmu: UInt64 = 1 << 0
    static let alignment: UInt64 = 1 << 1
    static let stackAlignment: UInt64 = 1 << 3
    static let stackAlignmentEL0: UInt64 = 1 << 4
    static let unalignedOrdered: UInt64 = 1 << 6
    static let userMaskAccess: UInt64 = 1 << 9
    static let userCacheZero: UInt64 = 1 << 14
    static let userCacheType: UInt64 = 1 << 15
    static let userWaitInterrupt: UInt64 = 1 << 16
    static let userWaitEvent: UInt64 = 1 << 18
    static let writeExecuteNever: UInt64 = 1 << 19
    /// Clear: PAN is set on exceptions to EL1.
    static let setPrivilegedAccessNever: UInt64 = 1 << 23
    static let userCacheMaintenance: UInt64 = 1 << 26
    static let userMemoryOperations: UInt64 = 1 << 33
    static let strictLandingsEL0: UInt64 = 1 << 35
    static let strictLandings: UInt64 = 1 << 36
    static let speculativeStoreBypassSafe: UInt64 = 1 << 44

    /// Bits that a v8.0 CPU with AArch64 only reads as 1: ITD, SED, EOS, TSCXT, SPAN where there is no PAN, nTLSMD, LSMAOE.
    static let ones: UInt64 = 1 << 7 | 1 << 8 | 1 << 11 | 1 << 20 | 1 << 22 | 1 << 28 | 1 << 29

    /// What can be written: the fields above and those that only steer caches, which have no effect here.
    static let writable: UInt64 =
        mmu | alignment | 1 << 2 | stackAlignment | stackAlignmentEL0 | userMaskAccess | 1 << 12 | userCacheZero
        | userCacheType | userWaitInterrupt | userWaitEvent | writeExecuteNever | setPrivilegedAccessNever
        | userCacheMaintenance

    static func writableBits(_ features: CPUFeatures) -> UInt64 {
        var mask = writable
        if features.contains(.speculativeStoreBypassSafe) { mask |= speculativeStoreBypassSafe }
        if features.contains(.unalignedAtomics) { mask |= unalignedOrdered }
        if features.contains(.memoryOperations) { mask |= userMemoryOperations }
        if features.contains(.branchTargets) { mask |= strictLandingsEL0 | strictLandings }
        if features.contains(.pointerAuthentication) { mask |= AddressKey.allCases.reduce(0) { $0 | $1.enable } }
        return mask
    }

    /// Everything off; EL0 may wait, and SP alignment is checked.
    static func reset(_ features: CPUFeatures) -> UInt64 {
        oneBits(features) | stackAlignment | stackAlignmentEL0 | userWaitInterrupt | userWaitEvent
            | setPrivilegedAccessNever
    }

    static func oneBits(_ features: CPUFeatures) -> UInt64 {
        ones | (features.contains(.privilegedAccessNever) ? 0 : setPrivilegedAccessNever)
    }
}

enum TranslationControl {
    /// The ASID is that of TTBR1_EL1.
    static let asidFromUpper: UInt64 = 1 << 22
    static let intermediateSize: UInt64 = 32
    static let tagsInLowerHalf: UInt64 = 1 << 37
    static let tagsInUpperHalf: UInt64 = 1 << 38
    static let hardwareAccessFlag: UInt64 = 1 << 39
    static let hardwareDirty: UInt64 = 1 << 40

    /// All fields of a v8.0 CPU: up to TBI1, but for the reserved bits 6 and 35.
    static let writable: UInt64 = 0x7f_ffff_ffff & ~(1 << 6 | 1 << 35)

    static func writableBits(_ features: CPUFeatures) -> UInt64 {
        var mask = writable
        if features.contains(.hardwareAccessFlag) { mask |= hardwareAccessFlag | hardwareDirty }
        if features.contains(.hierarchicalPermissionDisable) { mask |= 3 << 41 }
        if features.contains(.userHalfDisable) { mask |= 3 << 55 }
        if features.contains(.pointerAuthentication) { mask |= tagsOfDataOnly * 3 }
        return mask
    }

    /// TBID0; TBID1 lies above it.
    private static let tagsOfDataOnly: UInt64 = 1 << 51

    /// Whether the top byte of addresses in one half of the address space is a tag.
    static func isTagged(_ control: UInt64, isUpper: Bool, isInstruction: Bool) -> Bool {
        let tagged = isUpper ? tagsInUpperHalf : tagsInLowerHalf
        let dataOnly = isUpper ? tagsOfDataOnly << 1 : tagsOfDataOnly
        return control & tagged != 0 && !(isInstruction && control & dataOnly != 0)
    }
}
