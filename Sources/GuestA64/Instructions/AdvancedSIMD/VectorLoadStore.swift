import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores of one SIMD and floating-point register: literal, unsigned and unscaled offset, pre-
/// and post-indexed, register offset. Each in two rows: B, H, S and D by the size field, and Q.
extension DecodeTable<A64Translation> {
    mutating func defineVectorLoadStore() {
        defineVectorLiteral()
        defineVectorUnsignedOffset()
        defineVectorUnscaled()
        defineVectorPostIndex()
        defineVectorPreIndex()
        defineVectorRegisterOffset()
    }

    private mutating func defineVectorLiteral() {
        defineVector("LDR (literal, SIMD&FP, 32-bit)", "00011100iiiiiiiiiiiiiiiiiiittttt", "ldr {St}, {label19}") {
            word, t in t.loadVectorLiteral(word, .i32)
        }
        defineVector("LDR (literal, SIMD&FP, 64-bit)", "01011100iiiiiiiiiiiiiiiiiiittttt", "ldr {Dt}, {label19}") {
            word, t in t.loadVectorLiteral(word, .i64)
        }
        defineVector("LDR (literal, SIMD&FP, 128-bit)", "10011100iiiiiiiiiiiiiiiiiiittttt", "ldr {Qt}, {label19}") {
            word, t in t.loadVectorLiteral(word, .i128)
        }
    }

    private mutating func defineVectorUnsignedOffset() {
        defineVector(
            "STR (immediate, SIMD&FP, unsigned offset)", "zz11110100iiiiiiiiiiiinnnnnttttt",
            "str {Vt:L}, [{Xn|SP}{offset12}]"
        ) { word, t in t.storeVector(word, word.vectorMemoryType, .unsignedOffset) }
        defineVector(
            "LDR (immediate, SIMD&FP, unsigned offset)", "zz11110101iiiiiiiiiiiinnnnnttttt",
            "ldr {Vt:L}, [{Xn|SP}{offset12}]"
        ) { word, t in t.loadVector(word, word.vectorMemoryType, .unsignedOffset) }
        defineVector(
            "STR (immediate, SIMD&FP, unsigned offset, 128-bit)", "0011110110iiiiiiiiiiiinnnnnttttt",
            "str {Qt}, [{Xn|SP}{offset12q}]"
        ) { word, t in t.storeVector(word, .i128, .unsignedOffset) }
        defineVector(
            "LDR (immediate, SIMD&FP, unsigned offset, 128-bit)", "0011110111iiiiiiiiiiiinnnnnttttt",
            "ldr {Qt}, [{Xn|SP}{offset12q}]"
        ) { word, t in t.loadVector(word, .i128, .unsignedOffset) }
    }

    private mutating func defineVectorUnscaled() {
        defineVector("STUR (SIMD&FP)", "zz111100000iiiiiiiii00nnnnnttttt", "stur {Vt:L}, [{Xn|SP}{offset9}]") {
            word, t in t.storeVector(word, word.vectorMemoryType, .unscaled)
        }
        defineVector("LDUR (SIMD&FP)", "zz111100010iiiiiiiii00nnnnnttttt", "ldur {Vt:L}, [{Xn|SP}{offset9}]") {
            word, t in t.loadVector(word, word.vectorMemoryType, .unscaled)
        }
        defineVector("STUR (SIMD&FP, 128-bit)", "00111100100iiiiiiiii00nnnnnttttt", "stur {Qt}, [{Xn|SP}{offset9}]") {
            word, t in t.storeVector(word, .i128, .unscaled)
        }
        defineVector("LDUR (SIMD&FP, 128-bit)", "00111100110iiiiiiiii00nnnnnttttt", "ldur {Qt}, [{Xn|SP}{offset9}]") {
            word, t in t.loadVector(word, .i128, .unscaled)
        }
    }

    private mutating func defineVectorPostIndex() {
        defineVector(
            "STR (immediate, SIMD&FP, post-index)", "zz111100000iiiiiiiii01nnnnnttttt", "str {Vt:L}, [{Xn|SP}], {simm9}"
        ) { word, t in t.storeVector(word, word.vectorMemoryType, .postIndex) }
        defineVector(
            "LDR (immediate, SIMD&FP, post-index)", "zz111100010iiiiiiiii01nnnnnttttt", "ldr {Vt:L}, [{Xn|SP}], {simm9}"
        ) { word, t in t.loadVector(word, word.vectorMemoryType, .postIndex) }
        defineVector(
            "STR (immediate, SIMD&FP, post-index, 128-bit)", "00111100100iiiiiiiii01nnnnnttttt",
            "str {Qt}, [{Xn|SP}], {simm9}"
        ) { word, t in t.storeVector(word, .i128, .postIndex) }
        defineVector(
            "LDR (immediate, SIMD&FP, post-index, 128-bit)", "00111100110iiiiiiiii01nnnnnttttt",
            "ldr {Qt}, [{Xn|SP}], {simm9}"
        ) { word, t in t.loadVector(word, .i128, .postIndex) }
    }

    private mutating func defineVectorPreIndex() {
        defineVector(
            "STR (immediate, SIMD&FP, pre-index)", "zz111100000iiiiiiiii11nnnnnttttt", "str {Vt:L}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.storeVector(word, word.vectorMemoryType, .preIndex) }
        defineVector(
            "LDR (immediate, SIMD&FP, pre-index)", "zz111100010iiiiiiiii11nnnnnttttt", "ldr {Vt:L}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.loadVector(word, word.vectorMemoryType, .preIndex) }
        defineVector(
            "STR (immediate, SIMD&FP, pre-index, 128-bit)", "00111100100iiiiiiiii11nnnnnttttt",
            "str {Qt}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.storeVector(word, .i128, .preIndex) }
        defineVector(
            "LDR (immediate, SIMD&FP, pre-index, 128-bit)", "00111100110iiiiiiiii11nnnnnttttt",
            "ldr {Qt}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.loadVector(word, .i128, .preIndex) }
    }

    private mutating func defineVectorRegisterOffset() {
        defineVector(
            "STR (register, SIMD&FP)", "zz111100001mmmmmoooS10nnnnnttttt", "str {Vt:L}, [{Xn|SP}{index}]"
        ) { word, t in t.storeVector(word, word.vectorMemoryType, .registerOffset) }
        defineVector(
            "LDR (register, SIMD&FP)", "zz111100011mmmmmoooS10nnnnnttttt", "ldr {Vt:L}, [{Xn|SP}{index}]"
        ) { word, t in t.loadVector(word, word.vectorMemoryType, .registerOffset) }
        defineVector(
            "STR (register, SIMD&FP, 128-bit)", "00111100101mmmmmoooS10nnnnnttttt", "str {Qt}, [{Xn|SP}{indexq}]"
        ) { word, t in t.storeVector(word, .i128, .registerOffset) }
        defineVector(
            "LDR (register, SIMD&FP, 128-bit)", "00111100111mmmmmoooS10nnnnnttttt", "ldr {Qt}, [{Xn|SP}{indexq}]"
        ) { word, t in t.loadVector(word, .i128, .registerOffset) }
    }
}

extension UInt32 {
    /// size, bits 31 and 30, of a load or store of at most a doubleword.
    fileprivate var vectorMemoryType: ValueType {
        switch bits(30, 2) {
        case 0: .i8
        case 1: .i16
        case 2: .i32
        default: .i64
        }
    }
}

/// How a load or store of one register makes its address.
private enum VectorAddressing { case unsignedOffset, unscaled, postIndex, preIndex, registerOffset }

extension A64Translation {
    fileprivate mutating func loadVectorLiteral(_ word: UInt32, _ type: ValueType) -> Bool {
        let address = pc &+ UInt64(bitPattern: word.signedBits(5, 19) << 2)
        setLoadedVector(word.rt, ir.load(type, ir.constant(.i64, address), plainAccess))
        return true
    }

    fileprivate mutating func loadVector(_ word: UInt32, _ type: ValueType, _ addressing: VectorAddressing) -> Bool {
        guard addressing != .registerOffset || Self.isIndexValid(word) else { return false }
        let (base, offset) = vectorAddress(word, type, addressing)
        let value = ir.load(type, base, offset: offset, plainAccess)
        moveVectorBase(word, base, addressing)
        setLoadedVector(word.rt, value)
        return true
    }

    fileprivate mutating func storeVector(_ word: UInt32, _ type: ValueType, _ addressing: VectorAddressing) -> Bool {
        guard addressing != .registerOffset || Self.isIndexValid(word) else { return false }
        let (base, offset) = vectorAddress(word, type, addressing)
        ir.store(type, base, vectorLow(word.rt, type), offset: offset, plainAccess)
        moveVectorBase(word, base, addressing)
        return true
    }

    /// Writes a loaded value of any width, zero-extended.
    mutating func setLoadedVector(_ number: UInt32, _ value: Value) {
        if ir.type(of: value) == .i128 { return setV(number, value) }
        setVectorLow(number, value)
    }

    private mutating func vectorAddress(
        _ word: UInt32, _ type: ValueType, _ addressing: VectorAddressing
    ) -> (base: Value, offset: Int64) {
        switch addressing {
        case .unsignedOffset: (base(word.rn), Int64(word.imm12) * Int64(type.bytes))
        case .unscaled, .preIndex: (base(word.rn), word.simm9)
        case .postIndex: (base(word.rn), 0)
        case .registerOffset:
            (indexedAddress(word, scale: UInt32(truncatingIfNeeded: type.bytes.trailingZeroBitCount)), 0)
        }
    }

    private mutating func moveVectorBase(_ word: UInt32, _ base: Value, _ addressing: VectorAddressing) {
        guard addressing == .preIndex || addressing == .postIndex else { return }
        writeBack(word.rn, base, by: word.simm9)
    }
}
