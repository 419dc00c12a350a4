/// What the architecture says of a test's outcome.
package enum Verdict: String, Sendable, CaseIterable {
    /// It may be seen.
    case allowed = "Allowed"
    /// It must never be seen.
    case forbidden = "Forbidden"
    /// It must be seen in every state.
    case required = "Required"

    /// Whether `positive` states of `positive + negative` agree with it.
    package func accepts(positive: Int, negative: Int) -> Bool {
        switch self {
        case .allowed: true
        case .forbidden: positive == 0
        case .required: negative == 0
        }
    }
}

/// The verdicts of many tests: lines `NAME Allowed`, `NAME Forbidden` or `NAME Required`; `#` begins a comment.
package struct VerdictList: Sendable {
    private var verdicts: [String: Verdict] = [:]

    /// A list without entries.
    package init() {}

    /// The list that `text` holds; `file` is named in messages.
    ///
    /// - Throws: `LitmusError` with file and line.
    package init(_ text: String, file: String) throws(LitmusError) {
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            if words.isEmpty { continue }
            guard words.count == 2, let verdict = Verdict(rawValue: String(words[1])) else {
                throw LitmusError(file, index + 1, "a line is a test's name and Allowed, Forbidden or Required")
            }
            guard verdicts.updateValue(verdict, forKey: String(words[0])) == nil else {
                throw LitmusError(file, index + 1, "'\(words[0])' has a verdict already")
            }
        }
    }

    /// The verdict of the test called `name`.
    package subscript(_ name: String) -> Verdict? { verdicts[name] }
    /// All names.
    package var names: [String] { verdicts.keys.sorted() }
}
