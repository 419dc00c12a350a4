import GuestA64

/// One row's or alias's text, cut into what must be there and what is read, with the bits that it fixes.
struct AssemblyForm: Sendable {
    enum Piece: Equatable {
        case literal([UInt8])
        case reference(String)
    }

    private let pieces: [Piece]
    private let mask: UInt32
    private let value: UInt32
    private let condition: @Sendable (UInt32) -> Bool

    init(
        _ text: StaticString, mask: UInt32, value: UInt32,
        condition: @escaping @Sendable (UInt32) -> Bool = { _ in true }
    ) {
        pieces = Self.cut("\(text)")
        self.mask = mask
        self.value = value
        self.condition = condition
    }

    /// Whether all that it holds is read.
    var isReadable: Bool {
        pieces.allSatisfy { piece in
            guard case .reference(let name) = piece else { return true }
            return Encoder.reads(name)
        }
    }

    /// Whether the mnemonic could be this form's.
    func begins(_ line: CanonicalText) -> Bool {
        guard case .literal(let bytes)? = pieces.first else { return false }
        let mnemonic = bytes.prefix { $0 != UInt8(ascii: " ") }
        return line.mnemonic == String(decoding: mnemonic, as: UTF8.self)
    }

    /// The word that `line`, a canonical text, says, if it is this form's.
    func match(_ line: [UInt8], _ pc: UInt64, _ labels: Assembler.Labels) -> UInt32? {
        // Most forms are out at once.
        if case .literal(let bytes)? = pieces.first, !line.starts(with: bytes) { return nil }
        var encoder = Encoder(line, pc: pc, labels: labels, mask: mask, value: value)
        for piece in pieces {
            switch piece {
            case .literal(let bytes): guard encoder.skip(bytes) else { return nil }
            case .reference(let name): guard encoder.read(name) else { return nil }
            }
        }
        guard encoder.isAtEnd else { return nil }
        return encoder.completions.first { condition($0) && A64.isDefined($0) && encoder.isFaithful($0) }
    }

    private static func cut(_ text: String) -> [Piece] {
        // These two write their mnemonic as part of the operand.
        switch text {
        case "{dsb}": return cut("dsb {barrier}")
        case "{hint}": return cut("hint {hint}")
        default: break
        }
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        var sawBlank = false
        var rest = Substring(text)
        while let character = rest.popFirst() {
            if character == "{", let close = rest.firstIndex(of: "}") {
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = []
                pieces.append(.reference(String(rest[..<close])))
                rest = rest[rest.index(after: close)...]
            } else if character != " " || !sawBlank {
                if character == " " { sawBlank = true }
                literal += Array(character.lowercased().utf8)
            }
        }
        return literal.isEmpty ? pieces : pieces + [.literal(literal)]
    }
}
