import GuestA64

/// Reads a line from left to right and puts what its references say into a word.
///
/// A bit is put once; putting it again must agree. That is how the second register of an instruction must be as wide as
/// the first.
struct Encoder {
    private let line: [UInt8]
    private var place = 0
    private(set) var word: UInt32
    private var known: UInt32
    /// Registers and modifiers as written, to be compared with how the finished word is written.
    private var written: [(reference: String, text: String)] = []
    let pc: UInt64
    let labels: Assembler.Labels

    init(_ line: [UInt8], pc: UInt64, labels: Assembler.Labels, mask: UInt32, value: UInt32) {
        self.line = line
        self.pc = pc
        self.labels = labels
        word = value
        known = mask
    }

    var isAtEnd: Bool { place == line.count }

    /// The word with the bits filled in that no reference put: N repeats sf in bit fields, a second operand that the text
    /// leaves out is the first; the rest, rarely any, is tried.
    var completions: [UInt32] {
        var unknown = ~known
        var base = word
        if unknown & 1 << 22 != 0 {
            unknown &= ~(1 << 22)
            base |= (word >> 31) << 22
        }
        if unknown >> 16 & 31 == 31 {
            unknown &= ~(31 << 16)
            base |= (word >> 5 & 31) << 16
        }
        let bits = (0..<32).filter { unknown >> UInt32($0) & 1 == 1 }
        guard bits.count <= 4 else { return [] }
        return (0..<1 << bits.count).map { choice in
            bits.indices.reduce(base) { $0 | UInt32(choice >> $1 & 1) << UInt32(bits[$1]) }
        }
    }

    /// Whether the disassembler writes registers and modifiers of `word` as the line does.
    func isFaithful(_ word: UInt32) -> Bool {
        let disassembler = Disassembler(word: word, pc: pc)
        return written.allSatisfy { entry in
            guard let text = disassembler.operand(Substring(entry.reference)) else { return false }
            return text.filter { $0 != " " } == entry.text
        }
    }

    // MARK: Text

    mutating func skip(_ bytes: [UInt8]) -> Bool {
        guard line[place...].starts(with: bytes) else { return false }
        place += bytes.count
        return true
    }

    mutating func skip(_ text: String) -> Bool { skip(Array(text.utf8)) }

    /// A run of letters, digits, `_` and `.`.
    mutating func identifier() -> String? {
        let run = line[place...].prefix { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            }
        }
        guard !run.isEmpty else { return nil }
        place += run.count
        return String(decoding: run, as: UTF8.self)
    }

    /// `#12`, `12`, `#-0x8`.
    mutating func number() -> Int64? {
        _ = skip("#")
        let isNegative = skip("-")
        guard let text = identifier(), let magnitude = Self.magnitude(text) else { return nil }
        let value = Int64(bitPattern: magnitude)
        return isNegative ? 0 &- value : value
    }

    static func magnitude(_ text: String) -> UInt64? {
        text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
    }

    mutating func remember(_ reference: String, _ text: String) { written.append((reference, text)) }

    // MARK: Bits

    /// Puts the low `count` bits of `bits` at `low`; false if they are there already and differ.
    mutating func put(_ bits: UInt32, _ low: UInt32, _ count: UInt32) -> Bool {
        let field: UInt32 = (count == 32 ? .max : (1 << count) - 1) << low
        let wanted = bits << low & field
        guard (word ^ wanted) & known & field == 0 else { return false }
        word = word & ~(field & ~known) | wanted
        known |= field
        return true
    }

    /// Puts a number that must fit `count` bits without sign.
    mutating func put(unsigned value: Int64?, _ low: UInt32, _ count: UInt32) -> Bool {
        guard let value, value >= 0, value < 1 << Int64(count) else { return false }
        return put(UInt32(value), low, count)
    }

    /// Puts a number that must fit `count` bits with sign.
    mutating func put(signed value: Int64?, _ low: UInt32, _ count: UInt32) -> Bool {
        guard let value, value >= -(1 << Int64(count - 1)), value < 1 << Int64(count - 1) else { return false }
        return put(UInt32(truncatingIfNeeded: value), low, count)
    }

    /// The operation's width as far as it is known.
    var isWide: Bool { word >> 31 == 1 }
}
