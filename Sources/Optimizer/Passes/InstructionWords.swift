import IR

/// An operation as the eight 32-bit words it lies in memory as.
///
/// The walks copy an operation and change its operands at once. Written field by field, the copy could not be copied on
/// for some 15 cycles: processors forward a store to a load only if one store holds all that is loaded. So the operands
/// are changed in a vector register and the whole is written at once, which made the forward walk twice as fast.
struct InstructionWords: Equatable {
    private var words: SIMD8<UInt32>

    /// Word 0 is opcode, type and attribute; a, b, c; two words each for imm and imm2.
    @inline(__always)
    init(_ instruction: borrowing Instruction) {
        words = unsafe withUnsafeBytes(of: instruction) { bytes in
            unsafe bytes.loadUnaligned(as: SIMD8<UInt32>.self)
        }
    }

    @inline(__always)
    func store(to instruction: inout Instruction) {
        unsafe withUnsafeMutableBytes(of: &instruction) { bytes in
            unsafe bytes.storeBytes(of: words, as: SIMD8<UInt32>.self)
        }
    }

    /// Replaces each operand by what `map` has for it.
    @inline(__always)
    mutating func rename(_ map: borrowing ValueMap) {
        words[1] = map[words[1]]
        words[2] = map[words[2]]
        words[3] = map[words[3]]
    }

    /// Well mixed in the low bits.
    @inline(__always)
    var hash: Int {
        let pairs = unsafe unsafeBitCast(words, to: SIMD4<UInt64>.self)
        var hash = pairs[0] &* 0x9e37_79b9_7f4a_7c15 ^ pairs[1] &* 0xd6e8_feb8_6659_fd93
        hash ^= pairs[2] &* 0xa076_1d64_78bd_642f ^ pairs[3] &* 0xe703_7ed1_a0b4_28db
        return Int(truncatingIfNeeded: hash &>> 40)
    }
}
