package import IR

/// What the translation of one A64 instruction works on.
package struct A64Translation: ~Copyable {
    package var ir: Builder
    /// Address of the instruction that is being translated.
    package var pc: UInt64 = 0
    package let flags: A64TranslationFlags
    /// What the CPU model has.
    let features: CPUFeatures
    /// SP is known to be 16-byte aligned here: it was checked and has moved by multiples of 16 since.
    package var stackPointerIsChecked = false
    /// The instruction may have left SP misaligned: the block ends behind it, and the next one is looked up by what SP
    /// is then (`A64TranslationFlags.checksStackAlignment`).
    package var stackPointerMayBeMisaligned = false

    /// The load-exclusive whose sequence the block is in, until it is known where it is left.
    var exclusive: OpenedExclusive?

    package init(ir: consuming Builder, flags: A64TranslationFlags = []) {
        self.ir = ir
        self.flags = flags
        features = flags.features
    }

    /// Ends the translation and gives the builder back.
    consuming func finish() -> Builder { ir }
}
