import Support

/// The guest's signal dispositions, shared by its threads.
final class SignalActions: Sendable {
    /// `struct sigaction` as the kernel has it.
    struct Action: Equatable, Sendable {
        var handler: UInt64 = byDefault
        var flags: UInt64 = 0
        var restorer: UInt64 = 0
        var mask = SignalSet()

        static let byDefault: UInt64 = 0
        static let ignored: UInt64 = 1
        var isHandled: Bool { handler > Self.ignored }
    }

    static let count: Int32 = 64
    private let table = Guarded([Action](repeating: Action(), count: Int(count) + 1))

    subscript(number: Int32) -> Action {
        get { table.withLock { $0[Int(number)] } }
        set { table.withLock { $0[Int(number)] = newValue } }
    }

    /// All of them, to be put back after a vfork.
    var all: [Action] {
        get { table.withLock { $0 } }
        set { table.withLock { $0 = newValue } }
    }

    /// Takes over what the process was started with, and prepares for the host's own faults.
    func begin() {
        for number in 1...Self.count where number != 9 && number != 19 {
            if HostSignals.isIgnored(number) { self[number].handler = Action.ignored }
        }
        HostSignals.handle(7, guestFlags: 0)
        HostSignals.handle(11, guestFlags: 0)
    }

    /// Makes the host do for `number` what the guest asks for. Faults of the host's own are always handled by us.
    func adopt(_ number: Int32, _ action: Action) {
        self[number] = action
        if SignalSet.hostFaults.contains(SignalSet(signal: number)) { return }
        switch action.handler {
        case Action.byDefault: HostSignals.setDefault(number, guestFlags: action.flags)
        case Action.ignored: HostSignals.ignore(number, guestFlags: action.flags)
        default: HostSignals.handle(number, guestFlags: action.flags)
        }
    }
}
