/// The framing of GDB's remote serial protocol (GDB manual, appendix E.1): `$data#checksum`, acknowledged by `+`.
struct PacketReader {
    enum Item: Equatable {
        case packet([UInt8])
        /// The debugger's Ctrl-C.
        case interrupt
        /// A packet with a wrong checksum, to be asked for again.
        case damaged
    }

    private var bytes: [UInt8] = []
    /// Longer packets than a debugger may send are thrown away.
    private static let longest = 1 << 17

    mutating func feed(_ more: [UInt8]) { bytes += more }

    /// Takes an interrupt that comes next. Packets stay: one may have come before the target first stopped.
    mutating func takeInterrupt() -> Bool {
        bytes = Array(bytes.drop { $0 != 0x03 && $0 != UInt8(ascii: "$") })
        guard bytes.first == 0x03 else { return false }
        bytes.removeFirst()
        return true
    }

    /// The next complete item.
    mutating func next() -> Item? {
        while let first = bytes.first {
            switch first {
            case 0x03:
                bytes.removeFirst()
                return .interrupt
            case UInt8(ascii: "$"): return packet()
            default: bytes.removeFirst()
            }
        }
        return nil
    }

    private mutating func packet() -> Item? {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "#")), end + 2 < bytes.count else {
            if bytes.count > Self.longest { bytes.removeAll() }
            return nil
        }
        let content = bytes[1..<end]
        let sum = Hex.bytes(bytes[(end + 1)...(end + 2)])?.first
        defer { bytes.removeFirst(end + 3) }
        return sum == Packet.checksum(content) ? .packet(Array(content)) : .damaged
    }
}

enum Packet {
    static func checksum(_ content: some Sequence<UInt8>) -> UInt8 { content.reduce(0, &+) }

    /// `content` as it goes over the line.
    static func framed(_ content: [UInt8]) -> [UInt8] {
        [UInt8(ascii: "$")] + content + [UInt8(ascii: "#")] + Hex.text([checksum(content)])
    }

    /// Binary data: `#`, `$`, `}` and `*` are sent as `}` and the byte with bit 5 turned.
    static func escaped(_ data: [UInt8]) -> [UInt8] {
        data.flatMap { byte -> [UInt8] in
            [0x23, 0x24, 0x7d, 0x2a].contains(byte) ? [0x7d, byte ^ 0x20] : [byte]
        }
    }

    static func unescaped(_ data: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var isEscaped = false
        for byte in data {
            if byte == 0x7d && !isEscaped {
                isEscaped = true
            } else {
                result.append(isEscaped ? byte ^ 0x20 : byte)
                isEscaped = false
            }
        }
        return result
    }
}

/// Hexadecimal digits.
enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    /// nil when `text` is not pairs of digits.
    static func bytes(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 2 == 0 else { return nil }
        var result: [UInt8] = []
        var high: UInt8?
        for character in text {
            guard let digit = digit(character) else { return nil }
            if let first = high {
                result.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return result
    }

    static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case 0x30...0x39: character - 0x30
        case 0x61...0x66: character - 0x57
        case 0x41...0x46: character - 0x37
        default: nil
        }
    }

    /// A number, most significant digit first; nil when there is none or it is too large.
    static func number(_ text: some Collection<UInt8>) -> UInt64? {
        guard !text.isEmpty, text.count <= 16 else { return nil }
        var value: UInt64 = 0
        for character in text {
            guard let digit = digit(character) else { return nil }
            value = value << 4 | UInt64(digit)
        }
        return value
    }

    static func text(_ value: UInt64) -> String { String(value, radix: 16) }
}
