import Foundation
import Testing

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

    private static let directory = URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../GoldenTests/Cases/HostCode").standardizedFileURL

    static let all: [HostCodeFile] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return files.filter { $0.hasSuffix(".txt") }.sorted().compactMap { name in
            (try? String(contentsOf: directory.appendingPathComponent(name), encoding: .utf8)).map {
                HostCodeFile(name: name, content: $0)
            }
        }
    }()

    init(name: String, content: String) {
        self.name = name
        let paragraphs = content.components(separatedBy: "\n\n").map { $0.split(separator: "\n").map(String.init) }
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
        let content = ([title] + paragraphs).joined(separator: "\n\n") + "\n"
        try content.write(to: Self.directory.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
}
