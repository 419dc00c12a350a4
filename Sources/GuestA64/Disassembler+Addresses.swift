import Support

/// The offsets of loads and stores. `offset` forms begin with the comma and are absent when zero.
extension Disassembler {
    func address(_ name: Substring) -> String? {
        switch name {
        case "offset12": offset(Int64(word.imm12) << Int64(word.bits(30, 2)))
        case "offset12q": offset(Int64(word.imm12) << 4)
        case "offset9": offset(word.simm9)
        case "simm9": literal(word.simm9)
        case "offset10": offset(authenticatedOffset)
        case "simm10": literal(authenticatedOffset)
        case "offset7": offset(pairOffset)
        case "simm7": literal(pairOffset)
        case "vectoroffset7": offset(vectorPairOffset)
        case "vectorsimm7": literal(vectorPairOffset)
        case "index": index(scale: word.bits(30, 2))
        case "indexq": index(scale: 4)
        default: nil
        }
    }

    private func offset(_ value: Int64) -> String { value == 0 ? "" : ", " + literal(value) }

    /// Of LDRAA and LDRAB.
    private var authenticatedOffset: Int64 { (word.bit(22) ? -4096 : 0) + Int64(word.bits(12, 9)) * 8 }

    private var pairOffset: Int64 { word.signedBits(15, 7) * (word.is64 ? 8 : 4) }

    private var vectorPairOffset: Int64 { word.signedBits(15, 7) << Int64(word.bits(30, 2) + 2) }

    /// `, Xm, lsl #3` and its like; an unshifted Xm stands alone.
    private func index(scale: UInt32) -> String {
        let (option, isShifted) = (word.bits(13, 3), word.bit(12))
        let register = ", " + Self.general(word.rm, isWide: option & 1 == 1)
        if option == 3 { return register + (isShifted ? ", lsl #\(scale)" : "") }
        return register + ", " + Self.extends[Int(option)] + (isShifted ? " #\(scale)" : "")
    }
}
