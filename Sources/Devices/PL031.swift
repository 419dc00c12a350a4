package import Bus
import Support

/// Arm's PrimeCell real time clock: a counter of seconds, and an alarm when it equals the match register.
///
/// Source: Arm DDI 0224 "PrimeCell Real Time Clock (PL031) Technical Reference Manual".
package final class PL031: WordDevice {
    /// All that a snapshot must keep.
    package struct State: Sendable, Equatable {
        /// What DR reads when the machine's clock is at 0.
        package var offset: UInt32
        /// MR.
        package var match: UInt32 = 0
        /// LR: the value last loaded.
        package var load: UInt32 = 0
        /// IMSC and RIS.
        package var mask = false
        package var raw = false
    }

    package let name = "pl031"
    private let line: any InterruptLine
    private let clock: any Clock
    private let guarded: Guarded<State>
    private let alarm = Guarded<(any Alarm)?>(nil)

    /// A clock that shows `epoch` seconds when the machine's clock is at 0, and interrupts by `line`.
    package init(epoch: UInt32, line: any InterruptLine, clock: any Clock) {
        self.line = line
        self.clock = clock
        guarded = Guarded(State(offset: epoch))
        let made = clock.makeAlarm { [weak self] in self?.fire() }
        alarm.withLock { $0 = made }
    }

    /// The registers' values. Setting them drives the line and sets the alarm.
    package var state: State {
        get { guarded.withLock { $0 } }
        set {
            guarded.withLock { state in
                state = newValue
                setAlarm(state)
                updateLine(state)
            }
        }
    }

    /// The time of day survives a reset, as it would with a battery.
    package func reset() {
        var cleared = State(offset: state.offset)
        cleared.load = state.load
        state = cleared
    }

    package func readWord(_ offset: UInt64) -> UInt32 {
        switch offset {
        case 0x00: guarded.withLock { $0.offset &+ seconds }
        case 0x04: guarded.withLock { $0.match }
        case 0x08: guarded.withLock { $0.load }
        case 0x0c: 1  // always enabled
        case 0x10: guarded.withLock { $0.mask ? 1 : 0 }
        case 0x14: guarded.withLock { $0.raw ? 1 : 0 }
        case 0x18: guarded.withLock { $0.raw && $0.mask ? 1 : 0 }
        case 0xfe0...0xfff: primeCellIdentification(offset, part: 0x31, revision: 0x04)
        default: 0
        }
    }

    package func writeWord(_ offset: UInt64, _ value: UInt32) {
        guarded.withLock { state in
            switch offset {
            case 0x04:
                state.match = value
                setAlarm(state)
            case 0x08:
                state.load = value
                state.offset = value &- seconds
                setAlarm(state)
            case 0x10: state.mask = value & 1 != 0
            case 0x1c: if value & 1 != 0 { state.raw = false }
            default: break
            }
            updateLine(state)
        }
    }

    private var seconds: UInt32 { UInt32(truncatingIfNeeded: clock.now / 1_000_000_000) }

    private func updateLine(_ state: State) { line.set(state.raw && state.mask) }

    /// The match is met once in 2^32 seconds, the next time counted from now.
    private func setAlarm(_ state: State) {
        let now = clock.now
        let wait = state.match &- (state.offset &+ UInt32(truncatingIfNeeded: now / 1_000_000_000))
        let deadline = wait == 0 ? now : (now / 1_000_000_000 + UInt64(wait)) * 1_000_000_000
        alarm.withLock { $0?.set(deadline) }
    }

    private func fire() {
        guarded.withLock { state in
            guard state.offset &+ seconds == state.match else { return }
            state.raw = true
            updateLine(state)
        }
    }
}
