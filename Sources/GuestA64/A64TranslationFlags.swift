/// What the translation of a block depends on besides its address: `A64.translationFlags`, part of the block's key.
///
/// Whoever writes a register that one of these is taken from must refresh `A64State.flags` and leave the block.
package struct A64TranslationFlags: OptionSet, Equatable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Bits 1 and 0: the current exception level.
    package static let exceptionLevel0 = A64TranslationFlags([])
    package static let exceptionLevel1 = A64TranslationFlags(rawValue: 1)
    private static let exceptionLevelMask: UInt64 = 3

    /// SCTLR_EL1.SA or SA0: an access whose base is SP faults unless SP is 16-byte aligned (Arm ARM D1.8.2).
    /// A block's flags have it only where SP is misaligned on entry, so that ordinary code has no checks at all: a block
    /// that moves SP by anything but a multiple of 16 ends there.
    package static let checksStackAlignment = A64TranslationFlags(rawValue: 1 << 2)
    /// SCTLR_EL1.A: every unaligned access faults (Arm ARM B2.5.2).
    package static let checksAlignment = A64TranslationFlags(rawValue: 1 << 3)
    /// CPACR_EL1.FPEN traps FP and SIMD at this level.
    package static let floatingPointTrapped = A64TranslationFlags(rawValue: 1 << 4)

    /// FPCR.FZ: native code for floating point assumes that it is clear.
    package static let flushesSubnormals = A64TranslationFlags(rawValue: 1 << 16)

    /// 0 or 1: no higher level is implemented.
    package var exceptionLevel: UInt32 { UInt32(truncatingIfNeeded: rawValue & Self.exceptionLevelMask) }
}
