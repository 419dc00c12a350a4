/// The ID registers (Arm ARM D17.2): a field says what is implemented, nothing else.
extension CPUModel {
    private func field(_ feature: CPUFeatures, _ value: UInt64, at low: UInt64) -> UInt64 {
        features.isSuperset(of: feature) ? value << low : 0
    }

    /// EL0 and EL1 in AArch64 only; `hasInterruptController`: the GIC CPU interface has system registers.
    func processorFeatures0(hasInterruptController: Bool) -> UInt64 {
        let floatingPoint: UInt64 = features.contains(.floatingPoint) ? 0 : 0xff << 16
        // An emulated CPU does not speculate: branch targets and privileged loads leak nothing (CSV2, CSV3).
        let unspeculative: UInt64 = features.contains(.atomics) ? 0x11 << 56 : 0
        return 0x11 | floatingPoint | unspeculative | (hasInterruptController ? 1 << 24 : 0)
            | field(.dataIndependentTiming, 1, at: 48)
    }

    var processorFeatures1: UInt64 { field(.speculativeStoreBypassSafe, 2, at: 4) }

    /// Armv8 debug with two breakpoints and two watchpoints, the fewest there can be; no PMU, no trace.
    var debugFeatures0: UInt64 { 0x6 | 1 << 12 | 1 << 20 }

    var instructionSet0: UInt64 {
        field(.crc32, 1, at: 16) | field(.atomics, 2, at: 20) | field(.flagManipulation, 2, at: 52)
    }

    var instructionSet1: UInt64 {
        field(.persistence, 1, at: 0) | field(.speculationBarrier, 1, at: 36)
            | (features.contains(.loadAcquirePCOffset) ? 2 << 20 : field(.loadAcquirePC, 1, at: 20))
    }

    /// 16-bit ASIDs, little-endian only, granules of 4 KB and 64 KB always.
    var memoryModel0: UInt64 { physicalRange | 2 << 4 | field(.granule16, 1, at: 20) }

    var memoryModel1: UInt64 {
        field(.hardwareAccessFlag, 2, at: 0) | field(.hierarchicalPermissionDisable, 1, at: 12)
            | field(.privilegedAccessNever, 2, at: 20)
    }

    var memoryModel2: UInt64 { field(.commonNotPrivate, 1, at: 0) | field(.userHalfDisable, 1, at: 60) }

    // MARK: Caches

    /// Lines of 64 bytes everywhere, PIPT instruction cache, exclusives and write-back granule of 16 words.
    static let cacheType: UInt64 = 0x8444_c004
    /// Blocks that DC ZVA zeroes, and cache maintenance works on, in bytes.
    static let cacheLine: UInt64 = 64
    /// DCZID_EL0.BS: log2 of the words in a block.
    static let zeroBlock: UInt64 = 4
    /// Split level 1, unified level 2.
    static let cacheLevels: UInt64 = 0x0a20_0023

    /// CCSIDR_EL1 for a CSSELR_EL1: 32 KB data, 48 KB instructions, 2 MB level 2.
    static func cacheSize(selection: UInt64) -> UInt64 {
        switch selection & 0xf {
        case 0: 0x701f_e00a
        case 1: 0x201f_e012
        case 2: 0x70ff_e07a
        default: 0
        }
    }
}
