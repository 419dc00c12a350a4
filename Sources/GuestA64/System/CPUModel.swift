/// A processor that a guest may believe to run on: its identity and its optional features.
///
/// The ID registers follow from the features and so tell the truth about what is implemented, which is less than the
/// real cores have.
package struct CPUModel: Hashable, Sendable {
    package let name: String
    /// MIDR_EL1.
    package let identity: UInt64
    package let features: CPUFeatures
    /// ID_AA64MMFR0_EL1.PARange.
    let physicalRange: UInt64

    private init(_ name: String, _ identity: UInt64, physicalRange: UInt64, _ features: CPUFeatures) {
        self.name = name
        self.identity = identity
        self.physicalRange = physicalRange
        self.features = features
    }

    package static let max = CPUModel(
        "max", 0x000f_0510, physicalRange: 5,
        armv82.union([
            .dataIndependentTiming, .speculationBarrier, .flagManipulation, .flagConversion, .granule16,
            .speculativeStoreBypassSafe, .loadAcquirePCOffset, .userHalfDisable, .excessiveLatency,
            .outerInvalidation, .rangeInvalidation, .commonShortSequences, .hintedBranches, .waitWithTimeout,
            .unalignedAtomics, .deepPersistence, .pointerAuthentication, .branchTargets, .halfMultiplyLong,
            .complexNumbers,
            .javaScriptConversion, .roundToRange, .bfloat16, .int8MatrixMultiply, .sha512, .sha3, .sm3sm4,
            .memoryOperations, .randomNumbers,
        ]))
    package static let cortexA53 = CPUModel("cortex-a53", 0x410f_d034, physicalRange: 2, armv80)
    package static let cortexA57 = CPUModel("cortex-a57", 0x411f_d070, physicalRange: 4, armv80)
    package static let cortexA72 = CPUModel("cortex-a72", 0x410f_d083, physicalRange: 4, armv80)
    package static let cortexA76 = CPUModel("cortex-a76", 0x414f_d0b1, physicalRange: 2, armv82.union(.granule16))
    package static let neoverseN1 = CPUModel("neoverse-n1", 0x414f_d0c1, physicalRange: 5, armv82.union(.granule16))

    private static let armv80: CPUFeatures = [.crc32, .coreControlRegisters, .floatingPoint, .aes, .sha256]
    private static let armv82: CPUFeatures = [
        .crc32, .atomics, .loadAcquirePC, .privilegedAccessNever, .persistence, .hierarchicalPermissionDisable,
        .hardwareAccessFlag, .commonNotPrivate, .limitedOrdering, .userAccessOverride, .floatingPoint, .halfPrecision,
        .roundingDoublingMultiply, .dotProduct, .aes, .sha256,
    ]

    /// All models; the state of a vCPU holds the index of its own. The first is what an untouched state means.
    package static let all = [max, cortexA53, cortexA57, cortexA72, cortexA76, neoverseN1]

    package static func named(_ name: String) -> CPUModel? { all.first { $0.name == name } }

    /// The number of physical address bits (Arm ARM D17.2, ID_AA64MMFR0_EL1.PARange and TCR_EL1.IPS).
    var physicalBits: UInt64 { Self.addressBits(physicalRange) }

    /// Address bits that code `range` of PARange or IPS means, at most 48: larger addresses are not implemented.
    static func addressBits(_ range: UInt64) -> UInt64 {
        switch range {
        case 0: 32
        case 1: 36
        case 2: 40
        case 3: 42
        case 4: 44
        default: 48
        }
    }
}
