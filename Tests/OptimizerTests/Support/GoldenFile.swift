import IR
import Optimizer
import Testing
import TestSupport

/// A file of examples. After a title and the line that names the passes, each example is its title as a comment, the
/// operations, `=>`, and what becomes of them. Around the operations stand an `insn` as operation 0 and, where they do
/// not end with a terminator, a jump.
struct GoldenFile: CustomTestStringConvertible, Sendable {
    struct Example: Sendable {
        let title: String
        let before: [String]
        var after: [String]

        func block() throws -> Block {
            try Parser(names: GoldenFile.names).parse(GoldenFile.wrapped(before))
        }
    }

    let name: String
    let header: [String]
    var examples: [Example]
    var testDescription: String { name }

    /// The registers of the examples; numbers below, flags and truth values above.
    static let names = StateNames(
        (0..<12).map { (name: "x\($0)", offset: $0 * 8) }
            + [("nzcv", 96), ("nzcv2", 104), ("t", 112), ("u", 120)])

    private static let directory = GoldenDirectory("Optimizer")
    static let all = directory.files(".ir").map { GoldenFile(name: $0.name, text: $0.content) }

    init(name: String, text: String) {
        self.name = name
        let paragraphs = GoldenDirectory.paragraphs(text)
        header = paragraphs.first ?? []
        examples = paragraphs.dropFirst().filter { !$0.isEmpty }.map { lines in
            let middle = lines.firstIndex(of: "=>") ?? lines.endIndex
            return Example(
                title: String(lines[0].dropFirst(2)), before: Array(lines[1..<middle]),
                after: Array(lines[middle...].dropFirst()))
        }
    }

    func write() throws {
        let paragraphs = examples.map { (["; \($0.title)"] + $0.before + ["=>"] + $0.after).joined(separator: "\n") }
        try Self.directory.write(name, paragraphs: [header.joined(separator: "\n")] + paragraphs)
    }

    /// What the header's line `; passes: ...` names.
    var passes: [Pass] {
        let words = header.first { $0.hasPrefix("; passes: ") }?.split(separator: " ").dropFirst(2) ?? []
        if words == ["standard"] { return Pipeline.standard }
        let steps: [Substring: ForwardSteps] = [
            "rules": .rules, "state": .state, "numbering": .numbering, "fences": .fences,
        ]
        let kinds: [Substring: DeadKinds] = ["code": .code, "deadstate": .state]
        let forward = words.compactMap { steps[$0] }.reduce(into: ForwardSteps()) { $0.formUnion($1) }
        let dead = words.compactMap { kinds[$0] }.reduce(into: DeadKinds()) { $0.formUnion($1) }
        return (forward.isEmpty ? [] : [.forward(forward)]) + (dead.isEmpty ? [] : [.removeDead(dead)])
    }

    private static let terminators = ["jump", "branch", "jumpind", "raise", "exit"]

    private static func wrapped(_ lines: [String]) -> String {
        let last = lines.last?.prefix { $0.isLetter } ?? ""
        let end = terminators.contains(String(last)) ? [] : ["jump 0x4000"]
        let count = 1 + lines.count { $0.hasPrefix("insn") }
        return (["block 0x1000, \(count) guest instructions", "insn 0x1000"] + lines + end).joined(separator: "\n")
    }

    /// The text of `block` without what `wrapped` put around it.
    static func lines(_ block: Block) -> [String] {
        let printer = Printer(names: names)
        let lines = block.instructions.enumerated().map { printer.text($0.element, index: $0.offset) }
        return Array(lines.dropFirst().filter { $0 != "jump 0x4000" })
    }
}
