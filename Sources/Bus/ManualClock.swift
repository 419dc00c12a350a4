import Support

/// A clock that stands still until a test turns it.
package final class ManualClock: Clock {
    fileprivate struct State {
        var now: UInt64
        var alarms: [ManualAlarm] = []
    }

    fileprivate let state: Guarded<State>

    /// A clock that shows `start` nanoseconds.
    package init(start: UInt64 = 0) { state = Guarded(State(now: start)) }

    package var now: UInt64 { state.withLock { $0.now } }

    package func makeAlarm(_ action: @escaping @Sendable () -> Void) -> any Alarm {
        let alarm = ManualAlarm(self, action)
        state.withLock { $0.alarms.append(alarm) }
        return alarm
    }

    /// Turns the clock `nanoseconds` forward, stopping at each alarm on the way to let it fire.
    package func advance(_ nanoseconds: UInt64) {
        let end = now + nanoseconds
        while let due = takeNext(until: end) { due.action() }
        state.withLock { $0.now = end }
    }

    /// The alarm that is due first, if that is before or at `end`, with the clock moved to it.
    private func takeNext(until end: UInt64) -> ManualAlarm? {
        state.withLock { state in
            let waiting = state.alarms.filter { ($0.deadline ?? .max) <= end }
            guard let next = waiting.min(by: { ($0.deadline ?? 0) < ($1.deadline ?? 0) }) else { return nil }
            state.now = max(state.now, next.deadline ?? 0)
            next.deadline = nil
            return next
        }
    }
}

/// An alarm of a `ManualClock`; its deadline is guarded by the clock's lock.
private final class ManualAlarm: Alarm, @unchecked Sendable {
    let clock: ManualClock
    let action: @Sendable () -> Void
    var deadline: UInt64?

    init(_ clock: ManualClock, _ action: @escaping @Sendable () -> Void) {
        self.clock = clock
        self.action = action
    }

    func set(_ deadline: UInt64) { clock.state.withLock { _ in self.deadline = deadline } }

    func cancel() { clock.state.withLock { _ in deadline = nil } }
}
