import Glibc

extension StringProtocol {
    /// Without white space at either end.
    package var trimmed: SubSequence {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return self[endIndex..<endIndex] }
        return self[first...last]
    }
}

extension String {
    /// The number with that many digits after the point, as printf's `%.*f`.
    package init(_ value: Double, decimals: Int) {
        self = Self.printed("%.*f", CInt(decimals), value)
    }

    /// The number with that many significant digits, as printf's `%.*g`.
    package init(_ value: Double, significant: Int) {
        self = Self.printed("%.*g", CInt(significant), value)
    }

    private static func printed(_ format: String, _ precision: CInt, _ value: Double) -> String {
        // The longest Double in %f has 309 digits before the point.
        var buffer = [CChar](repeating: 0, count: 400)
        let length = withVaList([precision, value]) { vsnprintf(&buffer, buffer.count, format, $0) }
        return String(decoding: buffer.prefix(Swift.max(0, Int(length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Filled with blanks to a width; text that is longer stays as it is.
    package func padded(_ width: Int, right: Bool = false) -> String {
        let blanks = String(repeating: " ", count: Swift.max(0, width - count))
        return right ? blanks + self : self + blanks
    }
}

/// A duration with its unit, three significant digits: `1.23 s`, `45.6 ms`, `789 us`, `12.0 ns`.
package func durationText(_ seconds: Double) -> String {
    let units: [(scale: Double, name: String)] = [(1, "s"), (1e3, "ms"), (1e6, "us"), (1e9, "ns")]
    let unit = units.first { abs(seconds * $0.scale) >= 0.9995 } ?? (1e9, "ns")
    let value = seconds * unit.scale
    let decimals = abs(value) >= 99.95 ? 0 : abs(value) >= 9.995 ? 1 : 2
    return "\(String(value, decimals: decimals)) \(unit.name)"
}
