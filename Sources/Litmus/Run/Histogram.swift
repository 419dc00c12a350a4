/// How often each final state was seen.
package struct Histogram: Sendable {
    /// One state, its values in the order of `LitmusTest.observed`.
    package struct Row: Sendable, Equatable {
        package let values: [LitmusValue]
        package fileprivate(set) var count: Int
    }

    /// In order of first sight.
    package private(set) var rows: [Row] = []
    private var places: [Int: [Int]] = [:]
    /// Where the last state was found: mostly the next one is the same.
    private var last = 0

    /// An empty histogram.
    package init() {}

    /// Counts `values` `count` times more.
    package mutating func add(_ values: [LitmusValue], count: Int = 1) {
        if last < rows.count, rows[last].values == values {
            rows[last].count += count
            return
        }
        let key = Self.key(values)
        for place in places[key] ?? [] where rows[place].values == values {
            rows[place].count += count
            last = place
            return
        }
        last = rows.count
        places[key, default: []].append(rows.count)
        rows.append(Row(values: values, count: count))
    }

    /// Counts everything that `other` has.
    package mutating func add(_ other: Histogram) {
        for row in other.rows { add(row.values, count: row.count) }
    }

    /// All states together.
    package var total: Int { rows.reduce(0) { $0 + $1.count } }

    private static func key(_ values: [LitmusValue]) -> Int {
        var key: UInt64 = 0
        for value in values {
            switch value {
            case .number(let bits): key = (key ^ bits) &* 0x9e37_79b9_7f4a_7c15
            case .address(let index): key = (key ^ UInt64(index) ^ 1 << 63) &* 0xbf58_476d_1ce4_e5b9
            }
            key ^= key >> 29
        }
        return Int(truncatingIfNeeded: key)
    }
}
