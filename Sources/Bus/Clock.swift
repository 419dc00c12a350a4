/// Time as devices see it: nanoseconds since the machine's start, never going back.
///
/// Devices never ask the host. Tests give them a `ManualClock` and turn it by hand.
package protocol Clock: AnyObject, Sendable {
    /// Nanoseconds since the clock's start.
    var now: UInt64 { get }

    /// Makes an alarm, not yet set, that runs `action` on a thread of the clock. The action must be short and must
    /// bear coming late, or once more after `cancel`: look at the state, do not count calls.
    func makeAlarm(_ action: @escaping @Sendable () -> Void) -> any Alarm
}

/// One deadline at a time.
package protocol Alarm: AnyObject, Sendable {
    /// Fires once when the clock reaches `deadline` (at once if it has), in place of an earlier deadline.
    func set(_ deadline: UInt64)
    /// Forgets the deadline.
    func cancel()
}
