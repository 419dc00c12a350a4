/// Lists of processor counts as users write them: `4`, `1,2,4,8`, `1..8`, `1..4,8`.
package enum IntegerList {
    /// - Parameters:
    ///   - text: what the user typed.
    ///   - option: the option's name, for the error.
    ///   - limits: the smallest and largest value allowed.
    /// - Returns: the values in ascending order, each once.
    /// - Throws: ``BenchError`` naming the part that is wrong.
    package static func parse(_ text: String, option: String, limits: ClosedRange<Int>) throws -> [Int] {
        var values: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let range = bounds(part.trimmed), range.low <= range.high else {
                throw BenchError("\(option): '\(part)' is no number and no range; write 4, 1,2,4,8 or 1..8")
            }
            guard limits.contains(range.low), limits.contains(range.high) else {
                throw BenchError(
                    "\(option): '\(part)' is outside \(limits.lowerBound)..\(limits.upperBound); choose values inside")
            }
            values.formUnion(range.low...range.high)
        }
        return values.sorted()
    }

    private static func bounds(_ part: Substring) -> (low: Int, high: Int)? {
        guard let dots = part.utf8.indexPair(of: UInt8(ascii: ".")) else {
            return Int(part).map { ($0, $0) }
        }
        guard let low = Int(part[..<dots.lower]), let high = Int(part[dots.upper...]) else { return nil }
        return (low, high)
    }
}

extension Substring.UTF8View {
    /// Where two equal bytes stand next to each other: the first's index and the index after the second.
    fileprivate func indexPair(of byte: UInt8) -> (lower: Index, upper: Index)? {
        guard let first = firstIndex(of: byte) else { return nil }
        let second = index(after: first)
        guard second < endIndex, self[second] == byte else { return nil }
        return (first, index(after: second))
    }
}
