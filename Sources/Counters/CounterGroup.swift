import CPFM
import Glibc

/// Events that the kernel schedules together and returns in one read(2).
///
/// Not thread-safe, and bound to the thread that opened it: the kernel counts that thread and no other.
final class CounterGroup {
    private var descriptors: [CInt] = []
    private(set) var events: [CounterEvent] = []

    deinit {
        for descriptor in descriptors.reversed() { close(descriptor) }
    }

    /// Adds an event for the calling thread.
    ///
    /// - Returns: 0, or the `errno` with which the kernel refused it; the group is then as before.
    func add(_ event: CounterEvent, _ description: perf_event_attr) -> CInt {
        var attributes = description
        attributes.size = UInt32(MemoryLayout<perf_event_attr>.size)
        attributes.disabled = descriptors.isEmpty ? 1 : 0
        attributes.read_format =
            UInt64(PERF_FORMAT_TOTAL_TIME_ENABLED.rawValue) | UInt64(PERF_FORMAT_TOTAL_TIME_RUNNING.rawValue)
            | UInt64(PERF_FORMAT_GROUP.rawValue)
        var descriptor = emu_perf_open_self(&attributes, descriptors.first ?? -1)
        if descriptor < 0, errno == EACCES || errno == EPERM, attributes.exclude_kernel == 0, !event.happensInKernel {
            // kernel.perf_event_paranoid >= 2 without privileges: user mode alone may still be counted.
            attributes.exclude_kernel = 1
            descriptor = emu_perf_open_self(&attributes, descriptors.first ?? -1)
        }
        guard descriptor >= 0 else { return errno }
        descriptors.append(descriptor)
        events.append(event)
        return 0
    }

    func start() {
        guard let leader = descriptors.first else { return }
        _ = emu_perf_reset_group(leader)
        _ = emu_perf_enable_group(leader)
    }

    func stop() {
        guard let leader = descriptors.first else { return }
        _ = emu_perf_disable_group(leader)
    }

    /// The values in the order of `events`; empty when the group never got onto the hardware.
    ///
    /// A group that shared the hardware with others ran for `running` of `enabled` nanoseconds: its values are scaled
    /// up to the whole interval (perf_event_open(2), "Reading results").
    func read() -> [UInt64] {
        guard let leader = descriptors.first else { return [] }
        let headerWords = 3
        var words = [UInt64](repeating: 0, count: headerWords + events.count)
        let wanted = words.count * MemoryLayout<UInt64>.size
        let got = words.withUnsafeMutableBytes { Glibc.read(leader, $0.baseAddress, wanted) }
        let (enabled, running) = (words[1], words[2])
        guard got == wanted, words[0] == UInt64(events.count), running > 0 else { return [] }
        return words[headerWords...].map { scaled($0, enabled: enabled, running: running) }
    }
}

/// `count` of `running` nanoseconds, extrapolated to `enabled` nanoseconds; exact when both are equal.
package func scaled(_ count: UInt64, enabled: UInt64, running: UInt64) -> UInt64 {
    guard running > 0, enabled > running else { return count }
    let product = count.multipliedFullWidth(by: enabled)
    guard product.high < running else { return .max }
    return running.dividingFullWidth(product).quotient
}
