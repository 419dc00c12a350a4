import Support
import Guest
import GuestA64
import IR

/// The encodings of the manual, and which rows of the decode table implement them.
package struct EncodingIndex: Sendable {
    package struct Entry: Sendable {
        package let group: String
        package let name: String
        fileprivate let pattern: WordPattern
        /// The rows that take words of this encoding and no more special one's; none where it is not implemented.
        package private(set) var rows: [String]

        fileprivate init(_ group: String, _ name: String, _ pattern: WordPattern) {
            (self.group, self.name, self.pattern, rows) = (group, name, pattern, [])
        }

        /// Why it is not implemented, or in no random program; empty where it is both, or just missing.
        package var remark: String {
            if rows.isEmpty { return MissingEncoding.reason(name) ?? "" }
            guard case .omitted(let why) = InstructionClass(pattern.value) else { return "" }
            return why.rawValue
        }

        fileprivate mutating func takes(_ row: String) {
            if !rows.contains(row) { rows.append(row) }
        }
    }

    package struct Malformed: Error, CustomStringConvertible {
        package let description: String
    }

    package private(set) var entries: [Entry]

    /// Words of each encoding that are looked up.
    private static let samples = 4000

    /// - Parameter text: a line for each encoding, as `Scripts/list-encodings` writes them.
    package init(_ text: String) throws {
        entries = try text.split(separator: "\n").map { line in
            let fields = line.split(separator: " ")
            guard fields.count == 3, let pattern = WordPattern(fields[2]) else {
                throw Malformed(description: "no group, name and pattern of 32 bits: \(line)")
            }
            return Entry("\(fields[0])", "\(fields[1])", pattern)
        }
        var random = SplitMix64(seed: 1)
        for index in entries.indices { findRows(index, &random) }
    }

    private mutating func findRows(_ index: Int, _ random: inout SplitMix64) {
        let pattern = entries[index].pattern
        let special = entries.map(\.pattern).filter { pattern.isGeneral(of: $0) }
        for _ in 0..<Self.samples {
            let word = pattern.value | random.word() & ~pattern.mask
            if special.contains(where: { $0.fits(word) }) { continue }
            if Self.isImplemented(word), let row = A64.table.row(for: word) { entries[index].takes("\(row.name)") }
        }
    }

    /// By the CPU model `max`, at EL0 or EL1.
    private static func isImplemented(_ word: UInt32) -> Bool {
        if WordGenerator.isDefined(word) { return true }
        var context = A64Translation(ir: Builder(capacity: 64), flags: .exceptionLevel1)
        return A64.table.translate(word, &context)
    }
}
