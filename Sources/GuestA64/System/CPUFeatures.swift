/// The optional parts of the architecture that a CPU model has. What is missing here is missing in every model.
///
/// They are part of the translation flags (bits 63 to 16), so that the translation of an instruction may depend on
/// them, which costs nothing: they never change while a machine runs.
package struct CPUFeatures: OptionSet, Hashable, Sendable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package static let crc32 = CPUFeatures(rawValue: 1 << 0)
    /// FEAT_LSE.
    package static let atomics = CPUFeatures(rawValue: 1 << 1)
    /// FEAT_LRCPC.
    package static let loadAcquirePC = CPUFeatures(rawValue: 1 << 2)
    /// FEAT_PAN and FEAT_PAN2.
    package static let privilegedAccessNever = CPUFeatures(rawValue: 1 << 3)
    /// FEAT_DIT.
    package static let dataIndependentTiming = CPUFeatures(rawValue: 1 << 4)
    /// FEAT_SSBS with its MSR and MRS (FEAT_SSBS2).
    package static let speculativeStoreBypassSafe = CPUFeatures(rawValue: 1 << 5)
    /// FEAT_SB.
    package static let speculationBarrier = CPUFeatures(rawValue: 1 << 6)
    /// FEAT_DPB: DC CVAP.
    package static let persistence = CPUFeatures(rawValue: 1 << 7)
    /// FEAT_HPDS: TCR_EL1.HPD0 and HPD1.
    package static let hierarchicalPermissionDisable = CPUFeatures(rawValue: 1 << 8)
    /// FEAT_HAFDBS: the MMU sets access flag and dirty state.
    package static let hardwareAccessFlag = CPUFeatures(rawValue: 1 << 9)
    /// FEAT_FlagM and FEAT_FlagM2.
    package static let flagManipulation = CPUFeatures(rawValue: 1 << 10)
    /// The 16 KB translation granule.
    package static let granule16 = CPUFeatures(rawValue: 1 << 11)
    /// The implementation defined registers of Arm's v8.0 cores that firmware and kernels touch.
    package static let coreControlRegisters = CPUFeatures(rawValue: 1 << 12)
    /// FEAT_FP and FEAT_AdvSIMD.
    package static let floatingPoint = CPUFeatures(rawValue: 1 << 13)
    /// FEAT_TTCNP.
    package static let commonNotPrivate = CPUFeatures(rawValue: 1 << 14)
    /// FEAT_LRCPC2.
    package static let loadAcquirePCOffset = CPUFeatures(rawValue: 1 << 15)
    /// FEAT_FP16: half precision arithmetic.
    package static let halfPrecision = CPUFeatures(rawValue: 1 << 17)
    /// FEAT_AES and FEAT_PMULL.
    package static let aes = CPUFeatures(rawValue: 1 << 18)
    /// FEAT_SHA1 and FEAT_SHA256.
    package static let sha256 = CPUFeatures(rawValue: 1 << 19)
    /// FEAT_SHA512.
    package static let sha512 = CPUFeatures(rawValue: 1 << 20)
    /// FEAT_SHA3.
    package static let sha3 = CPUFeatures(rawValue: 1 << 21)
    /// FEAT_SM3 and FEAT_SM4.
    package static let sm3sm4 = CPUFeatures(rawValue: 1 << 22)
    /// FEAT_RDM.
    package static let roundingDoublingMultiply = CPUFeatures(rawValue: 1 << 23)
    /// FEAT_DotProd.
    package static let dotProduct = CPUFeatures(rawValue: 1 << 24)
    /// FEAT_FHM.
    package static let halfMultiplyLong = CPUFeatures(rawValue: 1 << 25)
    /// FEAT_FCMA.
    package static let complexNumbers = CPUFeatures(rawValue: 1 << 26)
    /// FEAT_JSCVT.
    package static let javaScriptConversion = CPUFeatures(rawValue: 1 << 27)
    /// FEAT_FRINTTS.
    package static let roundToRange = CPUFeatures(rawValue: 1 << 28)
    /// FEAT_BF16.
    package static let bfloat16 = CPUFeatures(rawValue: 1 << 29)
    /// FEAT_I8MM.
    package static let int8MatrixMultiply = CPUFeatures(rawValue: 1 << 30)
    /// FEAT_E0PD: TCR_EL1.E0PD0 and E0PD1.
    package static let userHalfDisable = CPUFeatures(rawValue: 1 << 16)
}

extension A64TranslationFlags {
    init(_ features: CPUFeatures) { self.init(rawValue: features.rawValue << 16) }

    /// What the CPU model of the block's vCPU has.
    package var features: CPUFeatures { CPUFeatures(rawValue: rawValue >> 16) }
    /// EL1 of a CPU with all features.
    package static let everything = A64TranslationFlags(CPUFeatures(rawValue: .max >> 16)).union(.exceptionLevel1)
    /// PSTATE.IL: every instruction raises an illegal state exception.
    static let illegalState = A64TranslationFlags(rawValue: 1 << 5)
    /// TCR_EL1.TBI0 and TBI1: the top byte of an address in the lower or upper half is a tag, which a pc never has.
    static let tagsInLowerHalf = A64TranslationFlags(rawValue: 1 << 6)
    static let tagsInUpperHalf = A64TranslationFlags(rawValue: 1 << 7)
}
