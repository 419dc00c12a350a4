import Testing
import TestSupport

/// A file of guest instructions and the host code that is made of each. After a title, each example is the word and its
/// text, a line that counts host instructions (those that run when all goes well, and those out of line), and the code.
struct HostCodeFile: CustomTestStringConvertible, Sendable {
    struct Example: Equatable, Sendable {
        let word: UInt32
        var text: String
        /// The count and the code.
        var lines: [String]
    }

    let name: String
    let title: String
    var examples: [Example]
    var testDescription: String { name }

    private static let directory = GoldenDirectory("HostCode")
    static let all = directory.files(".txt").map { HostCodeFile(name: $0.name, content: $0.content) }

    init(name: String, content: String) {
        self.name = name
        let paragraphs = GoldenDirectory.paragraphs(content)
        title = paragraphs.first?.first ?? ""
        examples = paragraphs.dropFirst().compactMap { lines in
            guard let first = lines.first, let word = UInt32(first.prefix(8), radix: 16) else { return nil }
            return Example(word: word, text: String(first.dropFirst(9)), lines: Array(lines.dropFirst()))
        }
    }

    func write() throws {
        let paragraphs = examples.map { example in
            let digits = String(example.word, radix: 16)
            let word = String(repeating: "0", count: 8 - digits.count) + digits
            return (["\(word) \(example.text)"] + example.lines).joined(separator: "\n")
        }
        try Self.directory.write(name, paragraphs: [title] + paragraphs)
    }
}
