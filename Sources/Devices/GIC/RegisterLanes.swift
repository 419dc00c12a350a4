import Bus

/// Accesses of 1, 2 and 4 bytes to registers of 32 bits: which part of the aligned word they mean.
extension BusAccess {
    /// The offset of the word.
    var word: UInt64 { offset & ~3 }

    /// Ones in the bytes of the word that the access touches.
    var lanes: UInt32 { UInt32(truncatingIfNeeded: (1 << UInt64(8 * size) - 1) << (8 * (offset & 3))) }

    /// The part of `word` that the access asked for.
    func extract(_ word: UInt32) -> UInt64 { UInt64((word & lanes) >> UInt32(8 * (offset & 3))) }

    /// `value` moved to where it stands in the word.
    func place(_ value: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: value << (8 * (offset & 3))) }
}
