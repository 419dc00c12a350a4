/// Finds the row of an instruction word: a hash of the word's most telling bits picks a short run of candidates, most
/// fixed bits first.
///
/// The runs lie in memory that is never given back: one index serves a guest for the life of the process, and every
/// vCPU thread reads it without touching a reference count.
@usableFromInline struct DecodeIndex: @unchecked Sendable {
    private struct Candidate {
        var mask: UInt32
        var value: UInt32
        var row: UInt32
    }

    /// Bucket `i` is `candidates[starts[i]..<starts[i + 1]]`.
    private let starts: UnsafeMutablePointer<UInt32>
    private let candidates: UnsafeMutablePointer<Candidate>

    init(_ patterns: [(mask: UInt32, value: UInt32)]) {
        var buckets = [[Candidate]](repeating: [], count: 1 << Self.bits)
        let order = patterns.indices.sorted {
            patterns[$0].mask.nonzeroBitCount > patterns[$1].mask.nonzeroBitCount
        }
        for row in order {
            let (mask, value) = patterns[row]
            let candidate = Candidate(mask: mask, value: value, row: UInt32(row))
            Self.forEachBucket(mask: mask, value: value) { buckets[$0].append(candidate) }
        }
        unsafe starts = .allocate(capacity: buckets.count + 1)
        unsafe candidates = .allocate(capacity: max(1, buckets.reduce(0) { $0 + $1.count }))
        var next = 0
        for (bucket, list) in buckets.enumerated() {
            unsafe starts[bucket] = UInt32(next)
            for candidate in list {
                unsafe candidates[next] = candidate
                next += 1
            }
        }
        unsafe starts[buckets.count] = UInt32(next)
    }

    @usableFromInline
    func find(_ word: UInt32) -> Int? {
        let bucket = Self.bucket(word)
        var index = unsafe Int(starts[bucket])
        let end = unsafe Int(starts[bucket &+ 1])
        while index < end {
            let candidate = unsafe candidates[index]
            if word & candidate.mask == candidate.value { return Int(candidate.row) }
            index &+= 1
        }
        return nil
    }

    /// Every bucket whose bits the pattern leaves possible.
    private static func forEachBucket(mask: UInt32, value: UInt32, _ body: (Int) -> Void) {
        let fixed = bucket(mask)
        let free = ~fixed & (1 << bits - 1)
        var subset = 0
        repeat {
            body(bucket(value) | subset)
            subset = (subset &- free) & free
        } while subset != 0
    }

    private static var bits: Int { 12 }

    /// Bits 31 to 21 and 10: they tell most A64 groups apart.
    @inline(__always)
    private static func bucket(_ word: UInt32) -> Int {
        Int(truncatingIfNeeded: (word &>> 21) &<< 1 | word &>> 10 & 1) & (1 &<< bits &- 1)
    }
}
