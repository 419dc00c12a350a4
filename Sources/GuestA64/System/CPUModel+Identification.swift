/// The ID registers (Arm ARM D17.2): a field says what is implemented, nothing else.
extension CPUModel {
    private func has(_ feature: CPUFeatures) -> Bool { features.isSuperset(of: feature) }

    private func field(_ feature: CPUFeatures, _ value: UInt64, at low: UInt64) -> UInt64 {
        has(feature) ? value << low : 0
    }

    /// A field that has one value with `feature` and a greater one with `more`.
    private func field(
        _ feature: CPUFeatures, _ value: UInt64, or more: CPUFeatures, _ greater: UInt64, at low: UInt64
    ) -> UInt64 {
        has(more) ? greater << low : field(feature, value, at: low)
    }

    /// EL0 and EL1 in AArch64 only; `hasInterruptController`: the GIC CPU interface has system registers.
    func processorFeatures0(hasInterruptController: Bool) -> UInt64 {
        // 15 is "not implemented", 1 "with half precision".
        let width: UInt64 = has(.floatingPoint) ? (has(.halfPrecision) ? 1 : 0) : 15
        // An emulated CPU does not speculate: branch targets and privileged loads leak nothing (CSV2, CSV3).
        let unspeculative: UInt64 = has(.atomics) ? 0x11 << 56 : 0
        return 0x11 | width << 16 | width << 20 | unspeculative | (hasInterruptController ? 1 << 24 : 0)
            | field(.dataIndependentTiming, 1, at: 48)
    }

    var processorFeatures1: UInt64 {
        field(.branchTargets, 1, at: 0) | field(.speculativeStoreBypassSafe, 2, at: 4)
    }

    /// Armv8 debug with two breakpoints and two watchpoints, the fewest there can be; no PMU, no trace.
    var debugFeatures0: UInt64 { 0x6 | 1 << 12 | 1 << 20 }

    var instructionSet0: UInt64 {
        let cryptography =
            field(.aes, 2, at: 4) | field(.sha256, 1, at: 8) | field(.sha256, 1, or: .sha512, 2, at: 12)
            | field(.sha3, 1, at: 32) | field(.sm3sm4, 1, at: 36) | field(.sm3sm4, 1, at: 40)
        let vectors =
            field(.roundingDoublingMultiply, 1, at: 28) | field(.dotProduct, 1, at: 44)
            | field(.halfMultiplyLong, 1, at: 48)
        return cryptography | vectors | field(.crc32, 1, at: 16) | field(.atomics, 2, at: 20)
            | field(.flagManipulation, 1, or: .flagConversion, 2, at: 52)
            | field(.outerInvalidation, 1, or: .rangeInvalidation, 2, at: 56) | field(.randomNumbers, 1, at: 60)
    }

    var instructionSet1: UInt64 {
        let vectors =
            field(.javaScriptConversion, 1, at: 12) | field(.complexNumbers, 1, at: 16)
            | field(.roundToRange, 1, at: 32) | field(.bfloat16, 1, at: 44)
            | field(.int8MatrixMultiply, 1, at: 52)
        // APA: QARMA5 with FEAT_FPACCOMBINE; GPA: QARMA5.
        let authentication = field(.pointerAuthentication, 5, at: 4) | field(.pointerAuthentication, 1, at: 24)
        return vectors | authentication | field(.persistence, 1, or: .deepPersistence, 2, at: 0)
            | field(.loadAcquirePC, 1, or: .loadAcquirePCOffset, 2, at: 20) | field(.speculationBarrier, 1, at: 36)
            | field(.predictionRestriction, 1, at: 40) | field(.excessiveLatency, 1, at: 56)
    }

    var instructionSet2: UInt64 {
        field(.waitWithTimeout, 2, at: 0) | field(.memoryOperations, 1, at: 16) | field(.hintedBranches, 1, at: 20)
            | field(.commonShortSequences, 1, at: 52)
    }

    /// 16-bit ASIDs, little-endian only, granules of 4 KB and 64 KB always.
    var memoryModel0: UInt64 { physicalRange | 2 << 4 | field(.granule16, 1, at: 20) }

    var memoryModel1: UInt64 {
        field(.hardwareAccessFlag, 2, at: 0) | field(.hierarchicalPermissionDisable, 1, at: 12)
            | field(.limitedOrdering, 1, at: 16) | field(.privilegedAccessNever, 2, at: 20)
    }

    var memoryModel2: UInt64 {
        field(.commonNotPrivate, 1, at: 0) | field(.userAccessOverride, 1, at: 4) | field(.unalignedAtomics, 1, at: 32)
            | field(.userHalfDisable, 1, at: 60)
    }

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
