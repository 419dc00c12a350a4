/// Immediates and the modifiers of a last register operand.
extension Encoder {
    /// nil when `name` is none of these.
    mutating func immediate(_ name: String) -> Bool? {
        switch name {
        case "imm12": return arithmetic()
        case "imm16": return moveWide()
        case "imm5": return put(unsigned: number(), 16, 5)
        case "imm6": return put(unsigned: number(), 15, 6)
        case "xarbits", "lsb", "imms": return put(unsigned: number(), 10, 6)
        case "immr": return put(unsigned: number(), 16, 6)
        case "nzcv", "mask": return put(unsigned: number(), 0, 4)
        case "bit": return bitNumber()
        case "bitmask": return number().map { bitmask(UInt64(bitPattern: $0)) } ?? false
        case "movz", "movn", "movi": return number().map { moved(name, UInt64(bitPattern: $0)) } ?? false
        case "shift": return shift()
        case "extend": return extend()
        default: return bitField(name)
        }
    }

    /// `#n` with an optional `,lsl#12`, which is also chosen for a number that needs it.
    private mutating func arithmetic() -> Bool {
        guard skip("#"), let value = number() else { return false }
        if skip(",lsl#") {
            guard let amount = number(), amount == 0 || amount == 12 else { return false }
            return put(unsigned: value, 10, 12) && put(amount == 12 ? 1 : 0, 22, 1)
        }
        if value > 4095 && value & 4095 == 0 { return put(unsigned: value >> 12, 10, 12) && put(1, 22, 1) }
        return put(unsigned: value, 10, 12) && put(0, 22, 1)
    }

    private mutating func moveWide() -> Bool {
        guard put(unsigned: number(), 5, 16) else { return false }
        guard skip(",lsl#") else { return put(0, 21, 2) }
        guard let amount = number(), amount % 16 == 0 else { return false }
        return put(unsigned: amount / 16, 21, isWide ? 2 : 1) && (isWide || put(0, 22, 1))
    }

    private mutating func bitNumber() -> Bool {
        guard let value = number(), value >= 0, value < 64 else { return false }
        return put(UInt32(value) & 31, 19, 5) && put(UInt32(value) >> 5, 31, 1)
    }

    // MARK: Moves

    private mutating func moved(_ name: String, _ value: UInt64) -> Bool {
        if name == "movi" { return bitmask(value) }
        let bits = (name == "movz" ? value : ~value) & widthMask
        // A number that is too wide for the register is not cut.
        guard isWide || value <= 0xffff_ffff || value >= 0xffff_ffff_8000_0000 else { return false }
        for part: UInt64 in 0..<(isWide ? 4 : 2) where bits & ~(0xffff << (16 * part)) == 0 {
            return put(UInt32(bits >> (16 * part)), 5, 16) && put(UInt32(part), 21, 2)
        }
        return false
    }

    private var widthMask: UInt64 { isWide ? .max : 0xffff_ffff }

    /// Arm ARM, DecodeBitMasks, backwards: elements of 2 to 64 bits, each a rotated run of ones.
    private mutating func bitmask(_ value: UInt64) -> Bool {
        guard isWide || value <= 0xffff_ffff || value >= 0xffff_ffff_8000_0000 else { return false }
        let low = value & 0xffff_ffff
        let wanted = isWide ? value : low | low << 32
        for size: UInt64 in [2, 4, 8, 16, 32, 64] {
            for ones in 1..<size {
                for rotation in 0..<size where Self.element(size, ones, rotation) == wanted {
                    let imms = UInt32(truncatingIfNeeded: ~(2 * size - 1) & 0x3f | (ones - 1))
                    return put(size == 64 ? 1 : 0, 22, 1) && put(UInt32(rotation), 16, 6) && put(imms, 10, 6)
                }
            }
        }
        return false
    }

    /// A run of `ones` bits, rotated right within `size` bits, repeated over 64.
    private static func element(_ size: UInt64, _ ones: UInt64, _ rotation: UInt64) -> UInt64 {
        let run: UInt64 = (1 << ones) - 1
        var bits = run >> rotation | (rotation == 0 ? 0 : run << (size - rotation))
        if size < 64 { bits &= (1 << size) - 1 }
        var filled = size
        while filled < 64 {
            bits |= bits << filled
            filled *= 2
        }
        return bits
    }

    // MARK: Modifiers

    /// `,lsl#3` and its like; nothing is LSL by zero.
    private mutating func shift() -> Bool {
        guard skip(",") else { return put(0, 22, 2) && put(0, 10, 6) }
        guard let code = identifier(), let kind = ["lsl", "lsr", "asr", "ror"].firstIndex(of: code) else {
            return false
        }
        return put(UInt32(kind), 22, 2) && skip("#") && put(unsigned: number(), 10, 6)
    }

    /// Of add/subtract (extended register). Which registers allow LSL, the comparison at the end checks.
    private mutating func extend() -> Bool {
        let natural: UInt32 = isWide ? 3 : 2
        guard skip(",") else {
            remember("extend", "")
            return put(natural, 13, 3) && put(0, 10, 3)
        }
        let codes = ["uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx"]
        guard let code = identifier() else { return false }
        guard let option = code == "lsl" ? natural : codes.firstIndex(of: code).map(UInt32.init) else { return false }
        return put(option, 13, 3) && put(unsigned: skip("#") ? number() : 0, 10, 3)
    }

    // MARK: Bit fields

    private mutating func bitField(_ name: String) -> Bool? {
        let width: Int64 = isWide ? 64 : 32
        switch name {
        case "lslamount":
            guard let amount = number(), amount >= 0, amount < width else { return false }
            return put(unsigned: width - 1 - amount, 10, 6) && put(unsigned: (width - amount) % width, 16, 6)
        case "insertlsb":
            guard let low = number(), low >= 0, low < width else { return false }
            return put(unsigned: (width - low) % width, 16, 6)
        case "insertwidth": return put(unsigned: number().map { $0 - 1 }, 10, 6)
        case "extractwidth": return put(unsigned: number().map { $0 + Int64(word >> 16 & 63) - 1 }, 10, 6)
        default: return nil
        }
    }
}
