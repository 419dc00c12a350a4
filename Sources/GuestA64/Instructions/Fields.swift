import IR
import Support

/// The fields that many A64 encodings share, in the manual's terms.
extension UInt32 {
    var rd: UInt32 { self & 31 }
    /// The transfer register of a load or store.
    var rt: UInt32 { self & 31 }
    var rn: UInt32 { bits(5, 5) }
    var ra: UInt32 { bits(10, 5) }
    /// The second transfer register of a pair.
    var rt2: UInt32 { bits(10, 5) }
    var rm: UInt32 { bits(16, 5) }
    /// The status or compare register of an exclusive or atomic.
    var rs: UInt32 { bits(16, 5) }

    /// The sf bit: 64-bit operands.
    var is64: Bool { bit(31) }
    /// The operand width that the sf bit chooses.
    var width: ValueType { bit(31) ? .i64 : .i32 }
    var imm12: UInt32 { bits(10, 12) }
    var simm9: Int64 { signedBits(12, 9) }
    var immr: UInt32 { bits(16, 6) }
    var imms: UInt32 { bits(10, 6) }
    var condition: UInt32 { bits(12, 4) }
}
