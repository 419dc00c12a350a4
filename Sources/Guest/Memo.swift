/// The last results of a costly function that depends on its four operands alone: one for each place that a hash of the first
/// two gives. For one thread.
package final class Memo {
    private struct Entry {
        var a: UInt64 = 0
        var b: UInt64 = 0
        var c: UInt64 = 0
        var d: UInt64 = 0
        var result: UInt64?
    }
    /// None until the first use: most vCPUs have none.
    private var entries: [Entry] = []

    package init() {}

    package func value(
        _ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64, _ compute: (UInt64, UInt64, UInt64, UInt64) -> UInt64
    ) -> UInt64 {
        if entries.isEmpty { entries = Array(repeating: Entry(), count: 256) }
        let hash = (a &+ b &* 0x9e37_79b9_7f4a_7c15) &* 0xbf58_476d_1ce4_e5b9
        let place = Int(truncatingIfNeeded: hash &>> 56)
        let entry = entries[place]
        if let result = entry.result, (entry.a, entry.b, entry.c, entry.d) == (a, b, c, d) { return result }
        let result = compute(a, b, c, d)
        entries[place] = Entry(a: a, b: b, c: c, d: d, result: result)
        return result
    }
}
