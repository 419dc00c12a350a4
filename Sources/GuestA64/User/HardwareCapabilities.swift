/// What Linux tells a program of its processor in the auxiliary vector (arch/arm64 `uapi/asm/hwcap.h`).
extension CPUModel {
    /// AT_HWCAP.
    package var hardwareCapabilities: UInt64 {
        // FP and AdvSIMD: the Linux ABI has no processor without. EVTSTRM and CPUID: what `A64User` does.
        var bits: UInt64 = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 11
        for (feature, bit) in Self.firstWord where features.isSuperset(of: feature) { bits |= 1 << bit }
        return bits
    }

    /// Whether it has the instructions of FEAT_PAuth.
    package var hasPointerAuthentication: Bool { features.contains(.pointerAuthentication) }

    /// AT_HWCAP2.
    package var hardwareCapabilities2: UInt64 {
        var bits: UInt64 = 0
        for (feature, bit) in Self.secondWord where features.isSuperset(of: feature) { bits |= 1 << bit }
        return bits
    }

    private static let firstWord: [(CPUFeatures, UInt64)] = [
        (.aes, 3), (.aes, 4), (.sha256, 5), (.sha256, 6), (.crc32, 7), (.atomics, 8), (.halfPrecision, 9),
        (.halfPrecision, 10), (.roundingDoublingMultiply, 12), (.javaScriptConversion, 13), (.complexNumbers, 14),
        (.loadAcquirePC, 15), (.persistence, 16), (.sha3, 17), (.sm3sm4, 18), (.sm3sm4, 19), (.dotProduct, 20),
        (.sha512, 21), (.halfMultiplyLong, 23), (.dataIndependentTiming, 24), (.unalignedAtomics, 25),
        (.loadAcquirePCOffset, 26), (.flagManipulation, 27), (.speculativeStoreBypassSafe, 28),
        (.speculationBarrier, 29), (.pointerAuthentication, 30), (.pointerAuthentication, 31),
    ]

    private static let secondWord: [(CPUFeatures, UInt64)] = [
        (.deepPersistence, 0), (.flagConversion, 7), (.roundToRange, 8), (.int8MatrixMultiply, 13), (.bfloat16, 14),
        (.randomNumbers, 16), (.branchTargets, 17), (.waitWithTimeout, 31), (.commonShortSequences, 34),
        (.memoryOperations, 43), (.hintedBranches, 44),
    ]
}
