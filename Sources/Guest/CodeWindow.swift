/// The instruction bytes around a pc, within its page, as the translator may see them.
///
/// Other vCPUs may write them at the same time: each word is read once, atomically.
@safe package struct CodeWindow {
    private let base: UnsafeRawPointer
    /// Bytes available from the pc on, and before it.
    package let count: Int
    package let before: Int
    /// Guest addresses of load-linked instructions whose sequences are known to be left and entered again.
    private let openSequences: Set<UInt64>

    /// `base` points at the pc's byte; `before` bytes in front of it and `count` from it on must be readable.
    package init(base: UnsafeRawPointer, count: Int, before: Int = 0, openSequences: Set<UInt64> = []) {
        unsafe self.base = unsafe base
        self.count = count
        self.before = before
        self.openSequences = openSequences
    }

    /// Whether the load-linked at guest address `pc` must be tracked whatever seems to follow it.
    package func isOpenSequence(at pc: UInt64) -> Bool { openSequences.contains(pc) }

    /// The little-endian word at byte `offset` from the pc, a multiple of 4; nil outside.
    package func word(at offset: Int) -> UInt32? {
        guard offset >= -before && offset &+ 4 <= count && offset & 3 == 0 else { return nil }
        return unsafe UInt32(littleEndian: base.load(fromByteOffset: offset, as: UInt32.self))
    }
}
