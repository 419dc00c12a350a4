import IR

/// What native code finds in memory instead of making it: part of the execution context, which it can address.
package struct NativeConstants: BitwiseCopyable {
    /// The sign bit of every lane, and all others, of single and double format.
    package var signs32 = SIMD4<UInt32>(repeating: 1 << 31)
    package var signs64 = SIMD2<UInt64>(repeating: 1 << 63)
    package var magnitudes32 = SIMD4<UInt32>(repeating: ~(1 << 31))
    package var magnitudes64 = SIMD2<UInt64>(repeating: ~(1 << 63))
    package var smallestNormal32 = SIMD4<UInt32>(repeating: 1 << 23)
    package var smallestNormal64 = SIMD2<UInt64>(repeating: 1 << 52)
    /// MXCSR with all exceptions masked, by the rounding mode in the guest's control word (`FPControl`): to nearest, up,
    /// down, toward zero (Intel SDM vol. 1, 10.2.3).
    package var roundingControls = SIMD4<UInt32>(0x1f80, 0x5f80, 0x3f80, 0x7f80)
    /// Of guest addresses that are host addresses: by the binary logarithm of an access's size, the bits that are set in none
    /// that native code may use as it is (`NativeLayout.addressMasks`).
    package var addressMasks = SIMD4<UInt64>()

    /// Guest addresses below `limit`, a power of two, are host addresses.
    package mutating func setAddressMasks(below limit: UInt64) {
        for size in 0..<4 { addressMasks[size] = ~(limit - 1) | (1 << UInt64(size) - 1) }
    }
    package init() {}
}
