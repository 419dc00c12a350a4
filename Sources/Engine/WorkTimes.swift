import Glibc
package import Support

/// How long pieces of work took: each by the clock, as whoever waits for it sees it, and all together in processor time,
/// as a machine with other work sees it too.
package struct WorkTimes: Sendable {
    package private(set) var lengths = DurationHistogram()
    /// The same in processor time.
    package private(set) var processorLengths = DurationHistogram()
    /// Nanoseconds of the processor, all together.
    package var processor: UInt64 { processorLengths.total }

    /// When work begins.
    struct Moment {
        fileprivate let clock = HostTime.now
        fileprivate let processor = WorkTimes.threadTime
    }

    /// Processor time of the calling thread, in nanoseconds.
    static var threadTime: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    /// Adds work of this thread that began at `start`.
    mutating func add(since start: Moment) {
        let end = Moment()
        lengths.add(end.clock &- start.clock)
        processorLengths.add(end.processor &- start.processor)
    }

    mutating func add(_ other: WorkTimes) {
        lengths.add(other.lengths)
        processorLengths.add(other.processorLengths)
    }
}
