import Support
package import Bus

/// The EL1 part of one processor's generic timer: the system counter, the physical and the virtual timer, the event
/// stream. Not a bus device: the processor's system-register code reads and writes it, and its outputs drive the two
/// private interrupts.
///
/// The counter runs at 62.5 MHz, so that a tick is 16 ns of the clock, and CNTVOFF is 0: both counters agree.
///
/// Source: Arm ARM (DDI 0487), chapter D12 "The Generic Timer in AArch64 state".
package final class GenericTimer: Sendable {
    /// Ticks per second, what CNTFRQ_EL0 reads.
    package static let frequency: UInt64 = 62_500_000
    /// Nanoseconds per tick.
    package static let nanosecondsPerTick: UInt64 = 16

    /// The registers, by their architectural names.
    package enum Register: Sendable, CaseIterable {
        case cntfrq, cntpct, cntvct, cntkctl
        case cntpCtl, cntpCval, cntpTval
        case cntvCtl, cntvCval, cntvTval
    }

    /// Which of the two timers.
    package enum Kind: Int, Sendable { case physical, virtual }

    /// The registers of one timer.
    package struct Comparator: Sendable, Equatable {
        /// CTL.ENABLE.
        package var enabled = false
        /// CTL.IMASK.
        package var masked = false
        /// CVAL, in ticks.
        package var compare: UInt64 = 0

        /// CTL.ISTATUS: the condition is met at counter value `count`.
        func isDue(at count: UInt64) -> Bool { enabled && count >= compare }

        /// The level of the output at counter value `count`.
        func output(at count: UInt64) -> Bool { isDue(at: count) && !masked }

        /// The clock's time at which the output rises by itself after counter value `count`; nil when it does not.
        func deadline(after count: UInt64) -> UInt64? {
            guard enabled, !masked, compare > count else { return nil }
            let (nanoseconds, overflow) = compare.multipliedReportingOverflow(by: GenericTimer.nanosecondsPerTick)
            return overflow ? nil : nanoseconds
        }
    }

    /// All that a snapshot must keep; the counter belongs to the clock.
    package struct State: Sendable, Equatable {
        /// CNTP_*_EL0.
        package var physical = Comparator()
        /// CNTV_*_EL0.
        package var virtual = Comparator()
        /// CNTKCTL_EL1.
        package var kernelControl: UInt64 = 0
    }

    private let clock: any Clock
    private let lines: [any InterruptLine]
    private let guarded = Guarded(State())
    private let alarms = Guarded<[any Alarm]>([])

    /// A timer that counts by `clock` and drives the lines of the physical timer (PPI 30) and the virtual one (PPI 27).
    package init(clock: any Clock, physical: any InterruptLine, virtual: any InterruptLine) {
        self.clock = clock
        lines = [physical, virtual]
        let made = [Kind.physical, .virtual].map { kind in
            clock.makeAlarm { [weak self] in self?.fire(kind) }
        }
        alarms.withLock { $0 = made }
    }

    /// The counter, in ticks.
    package var count: UInt64 { clock.now / GenericTimer.nanosecondsPerTick }

    /// The registers' values. Setting them drives the lines.
    package var state: State {
        get { guarded.withLock { $0 } }
        set {
            guarded.withLock { state in
                state = newValue
                update(.physical, state.physical)
                update(.virtual, state.virtual)
            }
        }
    }

    /// Both timers off, no event stream.
    package func reset() { state = State() }

    /// The value of `register`.
    package func read(_ register: Register) -> UInt64 {
        switch register {
        case .cntfrq: GenericTimer.frequency
        case .cntpct, .cntvct: count
        case .cntkctl: guarded.withLock { $0.kernelControl }
        case .cntpCtl: control(of: guarded.withLock { $0.physical })
        case .cntvCtl: control(of: guarded.withLock { $0.virtual })
        case .cntpCval: guarded.withLock { $0.physical.compare }
        case .cntvCval: guarded.withLock { $0.virtual.compare }
        case .cntpTval: remaining(of: guarded.withLock { $0.physical })
        case .cntvTval: remaining(of: guarded.withLock { $0.virtual })
        }
    }

    /// Writes `register`; the counters and the frequency ignore it.
    package func write(_ register: Register, _ value: UInt64) {
        switch register {
        case .cntfrq, .cntpct, .cntvct: break
        case .cntkctl: guarded.withLock { $0.kernelControl = value & 0x3ff }
        case .cntpCtl: change(.physical) { $0.setControl(value) }
        case .cntvCtl: change(.virtual) { $0.setControl(value) }
        case .cntpCval: change(.physical) { $0.compare = value }
        case .cntvCval: change(.virtual) { $0.compare = value }
        case .cntpTval: setRemaining(.physical, value)
        case .cntvTval: setRemaining(.virtual, value)
        }
    }

    // MARK: Registers

    private func control(of timer: Comparator) -> UInt64 {
        (timer.enabled ? 1 : 0) | (timer.masked ? 2 : 0) | (timer.isDue(at: count) ? 4 : 0)
    }

    /// TVAL: the signed low 32 bits of CVAL minus the counter.
    private func remaining(of timer: Comparator) -> UInt64 {
        UInt64(UInt32(truncatingIfNeeded: timer.compare &- count))
    }

    private func setRemaining(_ kind: Kind, _ value: UInt64) {
        let ticks = UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: value)))
        let compare = count &+ ticks
        change(kind) { $0.compare = compare }
    }

    // MARK: Outputs

    private func change(_ kind: Kind, _ body: (inout Comparator) -> Void) {
        guarded.withLock { state in
            switch kind {
            case .physical:
                body(&state.physical)
                update(kind, state.physical)
            case .virtual:
                body(&state.virtual)
                update(kind, state.virtual)
            }
        }
    }

    private func fire(_ kind: Kind) {
        guarded.withLock { state in update(kind, kind == .physical ? state.physical : state.virtual) }
    }

    /// Drives the line and sets the alarm. Called with the state locked, so that levels reach the line in order.
    private func update(_ kind: Kind, _ timer: Comparator) {
        let count = count
        lines[kind.rawValue].set(timer.output(at: count))
        alarms.withLock { alarms in
            guard alarms.indices.contains(kind.rawValue) else { return }
            if let deadline = timer.deadline(after: count) {
                alarms[kind.rawValue].set(deadline)
            } else {
                alarms[kind.rawValue].cancel()
            }
        }
    }
}

extension GenericTimer.Comparator {
    /// CTL: ENABLE and IMASK; ISTATUS is read-only.
    fileprivate mutating func setControl(_ value: UInt64) {
        enabled = value & 1 != 0
        masked = value & 2 != 0
    }
}

extension GenericTimer {
    /// The clock's time of the next event of the event stream after now, at which a processor waiting in WFE wakes;
    /// nil when CNTKCTL_EL1.EVNTEN is 0.
    ///
    /// The event is the change of counter bit EVNTI, 0 to 1 for EVNTDIR 0, 1 to 0 for EVNTDIR 1.
    package var nextEvent: UInt64? {
        let control = guarded.withLock { $0.kernelControl }
        guard control & 4 != 0 else { return nil }
        let bit: UInt64 = 1 << ((control >> 4) & 15)
        let period = bit << 1
        let phase = control & 8 == 0 ? bit : 0
        let ticks = (count &+ period &- phase) / period * period &+ phase
        return ticks * GenericTimer.nanosecondsPerTick
    }
}
