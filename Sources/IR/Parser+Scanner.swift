extension Parser {
    /// The words and signs of one line.
    struct Scanner {
        private var rest: Substring
        private let line: Int

        init(_ text: Substring, line: Int) {
            rest = text
            self.line = line
            skipSpace()
        }

        var isAtEnd: Bool { rest.isEmpty }
        var next: Character? { rest.first }

        func error(_ message: String) -> ParseError { ParseError(line: line, message: message) }

        private mutating func skipSpace() { rest = rest.drop { $0 == " " || $0 == "\t" } }

        /// Everything to the next sign or blank.
        mutating func word() -> Substring {
            let word = rest.prefix { $0.isLetter || $0.isNumber || "._|+".contains($0) }
            rest = rest.dropFirst(word.count)
            skipSpace()
            return word
        }

        mutating func skip(_ text: String) -> Bool {
            guard rest.hasPrefix(text) else { return false }
            rest = rest.dropFirst(text.count)
            skipSpace()
            return true
        }

        mutating func expect(_ text: String) throws(ParseError) {
            if !skip(text) { throw error("expected '\(text)' before '\(rest)'") }
        }

        mutating func expectEnd() throws(ParseError) {
            if !isAtEnd { throw error("unexpected '\(rest)'") }
        }

        mutating func value() throws(ParseError) -> Value {
            try expect("%")
            let index = try number()
            guard index < UInt32.max else { throw error("%\(index) is not a value") }
            return Value(Int(index))
        }

        /// Decimal, or hexadecimal after `0x`.
        mutating func number() throws(ParseError) -> UInt64 {
            let word = rest.prefix { $0.isLetter || $0.isNumber }
            let number = word.hasPrefix("0x") ? UInt64(word.dropFirst(2), radix: 16) : UInt64(word)
            guard let number else { throw error("expected a number before '\(rest)'") }
            rest = rest.dropFirst(word.count)
            skipSpace()
            return number
        }
    }
}
