import Glibc
import Synchronization

/// The data page of the vDSO: how far CLOCK_REALTIME is from CLOCK_MONOTONIC, in nanoseconds, and the monotonic time until
/// which that is to be trusted.
///
/// The distance is constant unless somebody sets the clock; adjusting its rate moves both. It is measured anew every
/// millisecond, by the system call that the vDSO falls back to, so that a set clock is noticed; a new measurement that
/// agrees with the old one but for its own uncertainty changes nothing, so that time never goes back. The program sees the
/// page at another address, read-only, and may unmap it there.
struct ClockPage: @unchecked Sendable {
    private let words: UnsafeMutablePointer<Atomic<UInt64>>

    private static let lifetime: UInt64 = 1_000_000
    /// The longest time between two readings of the clock that a measurement may take, in nanoseconds.
    private static let longest: UInt64 = 500
    private static let tries = 3

    /// nil when the host has no page.
    init?() {
        let flags = MAP_SHARED | MAP_ANONYMOUS
        guard let page = mmap(nil, 4096, PROT_READ | PROT_WRITE, flags, -1, 0), page != MAP_FAILED else { return nil }
        words = page.bindMemory(to: Atomic<UInt64>.self, capacity: 512)
    }

    /// Shows the page at `place` as well, instead of what is mapped there; false when the host refuses.
    func show(at place: UInt64) -> Bool {
        // With an old size of 0 a shared mapping is doubled: MREMAP_MAYMOVE and MREMAP_FIXED.
        let result = hostCall(.mremap, Int(bitPattern: words), 0, 4096, 3, Int(address: place))
        return result == Int(address: place) && hostCall(.mprotect, result, 4096, Int(PROT_READ)) == 0
    }

    /// Measures the distance.
    func renew() {
        var best: (distance: UInt64, width: UInt64, end: UInt64)?
        for _ in 0..<Self.tries {
            let start = Self.nanoseconds(CLOCK_MONOTONIC)
            let real = Self.nanoseconds(CLOCK_REALTIME)
            let end = Self.nanoseconds(CLOCK_MONOTONIC)
            if end - start < best?.width ?? (Self.longest + 1) {
                best = (real &- (start + (end - start) / 2), end - start, end)
            }
        }
        guard let best else { return }
        let known = words[1].load(ordering: .relaxed)
        if (best.distance &- known &+ Self.longest) > 2 * Self.longest {
            words[1].store(best.distance, ordering: .releasing)
        }
        words[0].store(best.end + Self.lifetime, ordering: .releasing)
    }

    /// The clock has been set.
    func expire() { words[0].store(0, ordering: .releasing) }

    private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
