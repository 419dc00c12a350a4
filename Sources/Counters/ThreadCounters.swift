import CPFM
import Glibc

/// The counters of one thread, through libpfm4 and perf_event_open(2).
///
/// Create, start and read it on the thread to be counted. What the host cannot count is absent from the reading, never
/// zero, and `unavailable` says why in one line. Opening ten events takes tens of microseconds: once per thread, not
/// per measurement.
///
///     let counters = ThreadCounters()
///     counters.start()
///     ... run the vCPU ...
///     let cycles = counters.read()[.cycles]          // UInt64?
package final class ThreadCounters {
    private var groups: [CounterGroup] = []
    private var refusals: [(event: CounterEvent, reason: String)] = []

    /// Opens the events for the calling thread, stopped. Never fails: what cannot be opened stays unavailable.
    package init(events: [CounterEvent] = CounterEvent.allCases) {
        for family in 0..<CounterEvent.groupCount {
            open(events.filter { $0.group == family })
        }
    }

    /// Why some event is not counted, in one line for the user; nil when all are.
    package var unavailable: String? {
        guard let first = refusals.first else { return nil }
        let names = refusals.map(\.event.csvName).joined(separator: ", ")
        return "the host does not count \(names) (\(first.reason))"
    }

    /// Sets all events to zero and lets them count.
    package func start() {
        for group in groups { group.start() }
    }

    /// Holds the values still, so that later work on the thread does not count.
    package func stop() {
        for group in groups { group.stop() }
    }

    /// Counts since `start()`; `taskClock` in nanoseconds. An event that the host does not count has no entry.
    package func read() -> [CounterEvent: UInt64] {
        var values: [CounterEvent: UInt64] = [:]
        for group in groups {
            for (event, value) in zip(group.events, group.read()) { values[event] = value }
        }
        return values
    }

    /// Opens one family of events, in as few groups as the hardware takes.
    private func open(_ events: [CounterEvent]) {
        var group = CounterGroup()
        for event in events {
            guard let description = EventEncoding.shared[event] else {
                refusals.append((event, EventEncoding.shared.failure ?? "libpfm4 does not know it"))
                continue
            }
            var refusal = group.add(event, description)
            if refusal == EINVAL, !group.events.isEmpty {
                // The hardware has fewer counters than the family has events: the kernel will take turns.
                groups.append(group)
                group = CounterGroup()
                refusal = group.add(event, description)
            }
            if refusal != 0 { refusals.append((event, String(cString: strerror(refusal)))) }
        }
        if !group.events.isEmpty { groups.append(group) }
    }
}

extension CounterEvent {
    /// The reading as one JSON object over all events, in their order; `null` for what was not counted.
    package static func json(_ values: [CounterEvent: UInt64]) -> String {
        let members = allCases.map { "\"\($0.csvName)\":\(values[$0].map(String.init) ?? "null")" }
        return "{\(members.joined(separator: ","))}"
    }
}
