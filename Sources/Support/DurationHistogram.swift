import Glibc

/// How many durations of which length there were, without keeping each: lengths share a bin when they differ by less than
/// one part in sixteen.
package struct DurationHistogram: Sendable {
    private static let binsPerOctave = 16
    private var bins: [UInt32] = []
    package private(set) var count = 0
    /// Nanoseconds of all together, and of the longest.
    package private(set) var total: UInt64 = 0
    package private(set) var longest: UInt64 = 0

    package init() {}

    /// Adds one of `nanoseconds`.
    package mutating func add(_ nanoseconds: UInt64) {
        let bin = Self.bin(nanoseconds)
        while bins.count <= bin { bins.append(0) }
        bins[bin] += 1
        count += 1
        total &+= nanoseconds
        longest = max(longest, nanoseconds)
    }

    /// Adds all of `other`.
    package mutating func add(_ other: DurationHistogram) {
        while bins.count < other.bins.count { bins.append(0) }
        for (bin, number) in other.bins.enumerated() { bins[bin] += number }
        count += other.count
        total &+= other.total
        longest = max(longest, other.longest)
    }

    /// The length in nanoseconds that `share` (0 to 1) of the durations do not exceed, at most a sixteenth too long; 0 when
    /// there are none.
    package func quantile(_ share: Double) -> UInt64 {
        let wanted = Int((share * Double(count)).rounded(.up))
        var seen = 0
        for (bin, number) in bins.enumerated() where number > 0 {
            seen += Int(number)
            if seen >= wanted { return min(Self.end(bin), longest) }
        }
        return longest
    }

    private static func bin(_ nanoseconds: UInt64) -> Int {
        if nanoseconds < UInt64(binsPerOctave) { return Int(nanoseconds) }
        let octave = 63 - nanoseconds.leadingZeroBitCount
        return (octave - 3) * binsPerOctave + Int((nanoseconds >> UInt64(octave - 4)) & 15)
    }

    /// The longest duration in `bin`.
    private static func end(_ bin: Int) -> UInt64 {
        if bin < binsPerOctave { return UInt64(bin) }
        let octave = bin / binsPerOctave + 3
        return (UInt64(16 + bin % binsPerOctave) + 1) << UInt64(octave - 4) - 1
    }
}

/// The host's clock that only goes on.
package enum HostTime {
    /// Nanoseconds since some moment.
    package static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
