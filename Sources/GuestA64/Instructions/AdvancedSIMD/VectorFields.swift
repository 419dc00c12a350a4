import IR
import Support

/// The fields of Advanced SIMD encodings, in the manual's terms.
extension UInt32 {
    /// Q: the operands are 128 bits wide, not 64.
    var isQuad: Bool { bit(30) }
    /// Lanes that fill the operands.
    var vectorWidth: Lanes.Width { bit(30) ? .full : .half }
    /// size, bits 23 and 22.
    var laneSize: Lanes.Size { Lanes.Size(rawValue: UInt8(truncatingIfNeeded: bits(22, 2))) ?? .b }
    /// sz, bit 22: single or double precision.
    var floatSize: Lanes.Size { bit(22) ? .d : .s }

    /// What imm5 says: the lowest bit set tells the size, those above it which lane.
    var elementIndex: (size: Lanes.Size, index: UInt32)? {
        let imm5 = bits(16, 5)
        guard let size = Lanes.Size(rawValue: UInt8(truncatingIfNeeded: imm5.trailingZeroBitCount)), size != .q,
            imm5 != 0
        else { return nil }
        return (size, imm5 >> (UInt32(size.rawValue) + 1))
    }

    /// What the highest bit set in immh says.
    var shiftSize: Lanes.Size? {
        let immh = bits(19, 4)
        return immh == 0 ? nil : Lanes.Size(rawValue: UInt8(truncatingIfNeeded: 31 - immh.leadingZeroBitCount))
    }

    /// The lane of a load or store of single structures: opcode, S, size and Q together; nil where reserved.
    var structureElement: (size: Lanes.Size, index: UInt32)? {
        let index = bits(30, 1) << 3 | bits(12, 1) << 2 | bits(10, 2)
        switch bits(14, 2) {
        case 0: return (.b, index)
        case 1: return index & 1 == 0 ? (.h, index >> 1) : nil
        case 2 where index & 3 == 0: return (.s, index >> 2)
        case 2 where index & 7 == 1: return (.d, index >> 3)
        default: return nil
        }
    }
}
