import Guest
import GuestA64
import IR
import Support

/// Random words of the decode table's rows, rare rows as often as common ones.
package struct WordGenerator: Sendable {
    package struct Row: Sendable {
        package let name: String
        let mask: UInt32
        let value: UInt32
    }

    /// The rows that programs are made of.
    package private(set) var rows: [Row]
    /// How often each was used.
    package private(set) var hits: [Int]

    /// All rows that can run in a program but those with a name in `without`.
    package init(without: Set<String> = []) {
        rows = A64.table.rows.map { Row(name: "\($0.name)", mask: $0.mask, value: $0.value) }.filter { row in
            !without.contains(row.name) && Self.isRunnable(row)
        }
        hits = [Int](repeating: 0, count: rows.count)
    }

    /// Some word of the row is not excluded.
    private static func isRunnable(_ row: Row) -> Bool {
        var random = FuzzRandom(seed: UInt64(row.value))
        return (0..<64).contains { _ in
            let word = row.value | random.word() & ~row.mask
            return isOwn(word, row) && ![.excluded, .special].contains(InstructionClass(word))
        }
    }

    private static func isOwn(_ word: UInt32, _ row: Row) -> Bool {
        A64.table.row(for: word).map { $0.mask == row.mask && $0.value == row.value } ?? false
    }

    /// Whether an EL0 program on the CPU model `max` may run `word`.
    package static func isDefined(_ word: UInt32) -> Bool {
        var context = A64Translation(ir: Builder(capacity: 64), flags: [])
        return A64.table.translate(word, &context)
    }

    /// A defined and predictable word of a row that has been used less than others.
    package mutating func next(_ random: inout FuzzRandom) -> UInt32 {
        while true {
            let first = random.below(rows.count)
            let second = random.below(rows.count)
            let index = hits[first] <= hits[second] ? first : second
            for _ in 0..<20 {
                guard let word = Self.word(rows[index], &random) else { continue }
                hits[index] += 1
                return word
            }
            // A row that takes few words is not to be tried for ever.
            hits[index] += 1
        }
    }

    package func word(ofRow index: Int, _ random: inout FuzzRandom) -> UInt32? {
        for _ in 0..<200 {
            if let word = Self.word(rows[index], &random) { return word }
        }
        return nil
    }

    private static func word(_ row: Row, _ random: inout FuzzRandom) -> UInt32? {
        let word = row.value | fields(row.mask, &random) & ~row.mask
        guard isOwn(word, row), Predictability.holds(word), isDefined(word) else { return nil }
        switch InstructionClass(word) {
        case .excluded, .special: return nil
        default: return word
        }
    }

    /// Random bits; whole register fields often name one of a few registers, so that results are used.
    private static func fields(_ mask: UInt32, _ random: inout FuzzRandom) -> UInt32 {
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
