import IR

/// The optional parts of the architecture that a CPU model has. What is missing here is missing in every model.
///
/// The translation of an instruction may depend on them, which costs nothing: they never change while a machine runs.
package struct CPUFeatures: OptionSet, Hashable, Sendable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    private init(bit: UInt64) { rawValue = 1 << bit }

    package static let everything = CPUFeatures(rawValue: .max)
}

/// What software may or may not see of the system.
extension CPUFeatures {
    /// FEAT_PAN and FEAT_PAN2.
    package static let privilegedAccessNever = CPUFeatures(bit: 0)
    /// FEAT_UAO.
    package static let userAccessOverride = CPUFeatures(bit: 1)
    /// FEAT_DIT.
    package static let dataIndependentTiming = CPUFeatures(bit: 2)
    /// FEAT_SSBS with its MSR and MRS (FEAT_SSBS2).
    package static let speculativeStoreBypassSafe = CPUFeatures(bit: 3)
    /// FEAT_HPDS: TCR_EL1.HPD0 and HPD1.
    package static let hierarchicalPermissionDisable = CPUFeatures(bit: 4)
    /// FEAT_HAFDBS: the MMU sets access flag and dirty state.
    package static let hardwareAccessFlag = CPUFeatures(bit: 5)
    /// The 16 KB translation granule.
    package static let granule16 = CPUFeatures(bit: 6)
    /// FEAT_TTCNP.
    package static let commonNotPrivate = CPUFeatures(bit: 7)
    /// FEAT_E0PD: TCR_EL1.E0PD0 and E0PD1.
    package static let userHalfDisable = CPUFeatures(bit: 8)
    /// The implementation defined registers of Arm's v8.0 cores that firmware and kernels touch.
    package static let coreControlRegisters = CPUFeatures(bit: 9)
    /// FEAT_LOR: LDLAR, STLLR and the registers of limited ordering regions, of which there are none.
    package static let limitedOrdering = CPUFeatures(bit: 10)
}

/// General instructions.
extension CPUFeatures {
    package static let crc32 = CPUFeatures(bit: 12)
    /// FEAT_LSE.
    package static let atomics = CPUFeatures(bit: 13)
    /// FEAT_LSE2.
    package static let unalignedAtomics = CPUFeatures(bit: 14)
    /// FEAT_LRCPC.
    package static let loadAcquirePC = CPUFeatures(bit: 15)
    /// FEAT_LRCPC2.
    package static let loadAcquirePCOffset = CPUFeatures(bit: 16)
    /// FEAT_SB.
    package static let speculationBarrier = CPUFeatures(bit: 17)
    /// FEAT_DPB: DC CVAP.
    package static let persistence = CPUFeatures(bit: 18)
    /// FEAT_DPB2: DC CVADP.
    package static let deepPersistence = CPUFeatures(bit: 19)
    /// FEAT_FlagM.
    package static let flagManipulation = CPUFeatures(bit: 20)
    /// FEAT_FlagM2.
    package static let flagConversion = CPUFeatures(bit: 21)
    /// FEAT_PAuth with QARMA5 for addresses and generic codes.
    package static let pointerAuthentication = CPUFeatures(bit: 22)
    /// FEAT_BTI.
    package static let branchTargets = CPUFeatures(bit: 23)
    /// FEAT_CSSC.
    package static let commonShortSequences = CPUFeatures(bit: 24)
    /// FEAT_MOPS.
    package static let memoryOperations = CPUFeatures(bit: 25)
    /// FEAT_RNG.
    package static let randomNumbers = CPUFeatures(bit: 26)
    /// FEAT_WFxT.
    package static let waitWithTimeout = CPUFeatures(bit: 27)
    /// FEAT_HBC: BC.cond.
    package static let hintedBranches = CPUFeatures(bit: 28)
    /// FEAT_XS: barriers and TLB maintenance with the nXS qualifier.
    package static let excessiveLatency = CPUFeatures(bit: 29)
    /// FEAT_SPECRES: CFP RCTX, DVP RCTX, CPP RCTX.
    package static let predictionRestriction = CPUFeatures(bit: 30)
    /// FEAT_TLBIOS: TLB maintenance in the outer shareable domain.
    package static let outerInvalidation = CPUFeatures(bit: 31)
    /// FEAT_TLBIRANGE.
    package static let rangeInvalidation = CPUFeatures(bit: 32)
}

/// Floating point and vectors.
extension CPUFeatures {
    /// FEAT_FP and FEAT_AdvSIMD.
    package static let floatingPoint = CPUFeatures(bit: 36)
    /// FEAT_FP16: half precision arithmetic.
    package static let halfPrecision = CPUFeatures(bit: 37)
    /// FEAT_RDM.
    package static let roundingDoublingMultiply = CPUFeatures(bit: 38)
    /// FEAT_DotProd.
    package static let dotProduct = CPUFeatures(bit: 39)
    /// FEAT_FHM.
    package static let halfMultiplyLong = CPUFeatures(bit: 40)
    /// FEAT_FCMA.
    package static let complexNumbers = CPUFeatures(bit: 41)
    /// FEAT_JSCVT.
    package static let javaScriptConversion = CPUFeatures(bit: 42)
    /// FEAT_FRINTTS.
    package static let roundToRange = CPUFeatures(bit: 43)
    /// FEAT_BF16.
    package static let bfloat16 = CPUFeatures(bit: 44)
    /// FEAT_I8MM.
    package static let int8MatrixMultiply = CPUFeatures(bit: 45)
    /// FEAT_AES and FEAT_PMULL.
    package static let aes = CPUFeatures(bit: 46)
    /// FEAT_SHA1 and FEAT_SHA256.
    package static let sha256 = CPUFeatures(bit: 47)
    /// FEAT_SHA512.
    package static let sha512 = CPUFeatures(bit: 48)
    /// FEAT_SHA3.
    package static let sha3 = CPUFeatures(bit: 49)
    /// FEAT_SM3 and FEAT_SM4.
    package static let sm3sm4 = CPUFeatures(bit: 50)
}

extension A64TranslationFlags {
    /// Bits 63 to 56: which CPU model it is, by its place in `CPUModel.all`.
    static func model(_ index: UInt64) -> A64TranslationFlags {
        A64TranslationFlags(rawValue: index << 56)
    }

    /// What the CPU model of the block's vCPU has.
    package var features: CPUFeatures {
        let index = Int(rawValue >> 56)
        if CPUModel.all.indices.contains(index) { return CPUModel.all[index].features }
        return self.contains(.modelMask) ? .everything : []
    }
    private static let modelMask = A64TranslationFlags(rawValue: 0xff << 56)

    /// EL1 of a CPU with all features, which no model is.
    package static let everything = modelMask.union(.exceptionLevel1)
    /// EL0 of a CPU with no optional feature at all, which no model is either.
    package static let nothing = A64TranslationFlags(rawValue: 0xfe << 56)
    /// PSTATE.IL: every instruction raises an illegal state exception.
    static let illegalState = A64TranslationFlags(rawValue: 1 << 5)
    /// TCR_EL1.TBI0 and TBI1 without TBID0 and TBID1: the top byte of an instruction address in the lower or upper half is
    /// a tag, which a pc never has.
    static let tagsInLowerHalf = A64TranslationFlags(rawValue: 1 << 6)
    static let tagsInUpperHalf = A64TranslationFlags(rawValue: 1 << 7)
    /// PSTATE.UAO: unprivileged accesses of EL1 have its permissions (Arm ARM D8.4.2).
    static let userAccessOverride = A64TranslationFlags(rawValue: 1 << 8)
    /// SCTLR_EL1.nAA: load-acquire and store-release may be unaligned.
    package static let allowsUnalignedOrdered = A64TranslationFlags(rawValue: 1 << 9)
    /// The block lies in a guarded page: branches to it through registers must find a landing (Arm ARM D8.3.6).
    static let guardedPage = A64TranslationFlags(rawValue: 1 << 14)
    /// SCTLR_EL1.BT0 or BT1: PACIASP and PACIBSP are no landing for BR.
    static let strictLandings = A64TranslationFlags(rawValue: 1 << 15)
    /// PSTATE.BTYPE on entry.
    var branchType: UInt64 { (rawValue & EntryMode.mask) >> EntryMode.shift }
    /// SCTLR_EL1.EnIA and its kin, in bits 13 to 10.
    static func enabled(_ key: AddressKey) -> A64TranslationFlags {
        A64TranslationFlags(rawValue: 1 << (10 + key.rawValue))
    }
}
