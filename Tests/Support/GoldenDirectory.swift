import Foundation

/// A directory of files that say what the code under test is to give; BLESS=1 has the tests write them anew.
package struct GoldenDirectory: Sendable {
    private let url: URL

    /// The directory `name` of Tests/GoldenTests/Cases.
    package init(_ name: String) {
        url =
            URL(fileURLWithPath: #filePath).appendingPathComponent("../../GoldenTests/Cases/\(name)")
            .standardizedFileURL
    }

    /// The names, sorted, and the contents of the files whose name ends in `suffix`.
    package func files(_ suffix: String) -> [(name: String, content: String)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        return names.filter { $0.hasSuffix(suffix) }.sorted().compactMap { name in
            (try? String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)).map { (name, $0) }
        }
    }

    /// The lines of each paragraph; an empty line ends one.
    package static func paragraphs(_ content: String) -> [[String]] {
        content.components(separatedBy: "\n\n").map { $0.split(separator: "\n").map(String.init) }
    }

    package func write(_ name: String, paragraphs: [String]) throws {
        let content = paragraphs.joined(separator: "\n\n") + "\n"
        try content.write(to: url.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
}
