/// An unsigned integer of a width the IR computes in.
@usableFromInline package protocol MachineWord: FixedWidthInteger, UnsignedInteger, BitwiseCopyable, Sendable {
    associatedtype Signed: FixedWidthInteger & SignedInteger
    init(bitPattern: Signed)
    var signed: Signed { get }
}

extension MachineWord {
    @inlinable @inline(always) package var isNegative: Bool { signed < 0 }

    /// All bits where `condition` holds, without a branch: in a loop over lanes it becomes the host's vector comparison.
    @inlinable @inline(always)
    package static func ones(where condition: Bool) -> Self { 0 &- Self(truncatingIfNeeded: condition.word) }
}

extension UInt8: MachineWord {
    @inlinable @inline(always) package var signed: Int8 { Int8(bitPattern: self) }
}
extension UInt16: MachineWord {
    @inlinable @inline(always) package var signed: Int16 { Int16(bitPattern: self) }
}
extension UInt32: MachineWord {
    @inlinable @inline(always) package var signed: Int32 { Int32(bitPattern: self) }
}
extension UInt64: MachineWord {
    @inlinable @inline(always) package var signed: Int64 { Int64(bitPattern: self) }
}
