import Guest
import GuestA64
import IR
package import Support

/// Random words of the decode table's rows, rare rows as often as common ones.
package struct WordGenerator: Sendable {
    package struct Row: Sendable {
        package let name: String
        let mask: UInt32
        let value: UInt32
        /// No word of it is for EL0: all that it does there is to raise an exception.
        package let isPrivileged: Bool
    }

    /// The rows that words are taken from.
    package private(set) var rows: [Row]

    /// All rows that can stand in a program and that `filter` takes by name.
    package init(where filter: (String) -> Bool = { _ in true }) {
        rows = Self.all.filter { filter($0.name) }
    }

    /// Every row of the table that can stand in a program.
    private static let all: [Row] = A64.table.rows.compactMap { row in
        var random = SplitMix64(seed: UInt64(row.value))
        let words = (0..<512).map { _ in row.value | fields(row.mask, &random) & ~row.mask }
        let runs = words.contains { word in
            if case .omitted = InstructionClass(word) { return false }
            return isOwn(word, row.mask, row.value)
        }
        guard runs else { return nil }
        // Few of the words of MRS, MSR and SYS name anything; the generator knows which.
        let isSystem = words.contains { [.systemRegister, .systemOperation].contains(InstructionClass($0)) }
        let isPrivileged = !isSystem && !words.contains(where: isDefined)
        return Row(name: "\(row.name)", mask: row.mask, value: row.value, isPrivileged: isPrivileged)
    }

    private static func isOwn(_ word: UInt32, _ mask: UInt32, _ value: UInt32) -> Bool {
        A64.table.row(for: word).map { $0.mask == mask && $0.value == value } ?? false
    }

    /// Whether an EL0 program on the CPU model `max` may run `word`.
    package static func isDefined(_ word: UInt32) -> Bool {
        var context = A64Translation(ir: Builder(capacity: 64), flags: [])
        return A64.table.translate(word, &context)
    }

    /// A word of any row, each as likely as the others, that does the same on every processor; with the row's number.
    package func next(_ random: inout SplitMix64) -> (row: Int, word: UInt32) {
        while true {
            let row = random.below(rows.count)
            if let word = word(ofRow: row, tries: 50, &random) { return (row, word) }
        }
    }

    package func word(ofRow index: Int, tries: Int = 1000, _ random: inout SplitMix64) -> UInt32? {
        let row = rows[index]
        for _ in 0..<tries {
            let word = row.value | Self.fields(row.mask, &random) & ~row.mask
            guard Self.isOwn(word, row.mask, row.value), Predictability.holds(word) else { continue }
            switch InstructionClass(word) {
            case .omitted: continue
            case .systemRegister, .systemOperation: return word
            default: if row.isPrivileged || Self.isDefined(word) { return word }
            }
        }
        return nil
    }

    /// Random bits; whole register fields often name one of a few registers, so that results are used.
    private static func fields(_ mask: UInt32, _ random: inout SplitMix64) -> UInt32 {
        var bits = random.word()
        switch random.below(12) {
        case 0: bits = 0
        case 1: bits = .max
        case 2: bits |= 31
        case 3: bits |= 31 << 5
        default: break
        }
        for low: UInt32 in [0, 5, 10, 16] where mask >> low & 31 == 0 && random.chance(60) {
            bits = bits & ~(31 << low) | (UInt32(random.below(8)) << low)
        }
        return bits
    }
}
