/// A word, number or sign of the initial state or the question, with its line.
struct Token: Equatable {
    let text: String
    let line: Int

    var isWord: Bool { text.unicodeScalars.first.map { $0 == "_" || $0.properties.isAlphabetic } ?? false }
    /// The number that it is, as 64 bits.
    var number: UInt64? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let magnitude =
            digits.lowercased().hasPrefix("0x") ? UInt64(digits.dropFirst(2), radix: 16) : UInt64(digits)
        return magnitude.map { text.hasPrefix("-") ? 0 &- $0 : $0 }
    }
}

/// The tokens of a text, taken one by one.
struct TokenStream {
    private let file: String
    private let tokens: [Token]
    private var place = 0
    /// The line of what was taken last.
    private(set) var line: Int

    /// The tokens of `lines`, behind which is line `end`.
    ///
    /// - Throws: `LitmusError` at a character that begins nothing.
    init(_ lines: [(number: Int, text: String)], file: String, end: Int) throws(LitmusError) {
        self.file = file
        line = lines.first?.number ?? end
        var tokens: [Token] = []
        for entry in lines {
            var rest = Substring(entry.text)
            while let first = rest.first {
                if first.isWhitespace {
                    rest.removeFirst()
                    continue
                }
                guard let text = Self.next(rest) else {
                    throw LitmusError(file, entry.number, "'\(first)' does not belong here")
                }
                tokens.append(Token(text: text, line: entry.number))
                rest = rest.dropFirst(text.count)
            }
        }
        self.tokens = tokens
    }

    private static func next(_ rest: Substring) -> String? {
        for sign in ["/\\", "\\/", "=>"] where rest.hasPrefix(sign) { return sign }
        guard let first = rest.first else { return nil }
        if first.isNumber || first == "-" {
            let digits = rest.dropFirst().prefix { $0.isHexDigit || $0 == "x" || $0 == "X" }
            return first == "-" && digits.isEmpty ? nil : String(first) + digits
        }
        if first.isLetter || first == "_" {
            return String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." })
        }
        return ";:=[](){},~*".contains(first) ? String(first) : nil
    }

    var isAtEnd: Bool { place == tokens.count }
    var next: Token? { place < tokens.count ? tokens[place] : nil }
    /// The one behind the next.
    var second: Token? { place + 1 < tokens.count ? tokens[place + 1] : nil }

    mutating func take() -> Token? {
        guard let token = next else { return nil }
        place += 1
        line = token.line
        return token
    }

    /// Takes the next token if it is `text`.
    mutating func take(_ text: String) -> Bool {
        guard next?.text == text else { return false }
        _ = take()
        return true
    }

    mutating func expect(_ text: String) throws(LitmusError) {
        if !take(text) { throw wrong("'\(text)'") }
    }

    /// The error that says what was wanted in place of the next token.
    func wrong(_ wanted: String) -> LitmusError {
        let found = next.map { "'\($0.text)'" } ?? "the end"
        return LitmusError(file, next?.line ?? line, "\(wanted) was expected, not \(found)")
    }

    func error(_ reason: String) -> LitmusError { LitmusError(file, line, reason) }
}
