import IR

/// What native code finds in memory instead of making it: part of the execution context, which it can address.
package struct NativeConstants: BitwiseCopyable {
    /// The sign bit of every lane, and all others, of single and double format.
    package var signs32 = SIMD4<UInt32>(repeating: 1 << 31)
    package var signs64 = SIMD2<UInt64>(repeating: 1 << 63)
    package var magnitudes32 = SIMD4<UInt32>(repeating: ~(1 << 31))
    package var magnitudes64 = SIMD2<UInt64>(repeating: ~(1 << 63))
    /// Twice the bits of the smallest normal number.
    package var twiceSmallest32 = SIMD4<UInt32>(repeating: 1 << 24)
    package var twiceSmallest64 = SIMD2<UInt64>(repeating: 1 << 53)
    /// MXCSR with all exceptions masked, by the rounding mode in the guest's control word (`FPControl`): to nearest, up,
    /// down, toward zero (Intel SDM vol. 1, 10.2.3).
    package var roundingControls = SIMD4<UInt32>(0x1f80, 0x5f80, 0x3f80, 0x7f80)
    package init() {}
}
