import Devices
import Glibc
import Machine

/// One run of a machine as a process: its terminal, its signals, its statistics, and its exit status.
struct Session {
    private let configuration: MachineConfiguration
    private let log: TranslationLog?
    private let statistics: String?

    init(_ configuration: MachineConfiguration, _ log: TranslationLog?, statistics: String?) {
        self.configuration = configuration
        self.log = log
        self.statistics = statistics
    }

    /// Runs the machine to its end.
    ///
    /// Returns the signal that ended it, if one did.
    ///
    /// - Throws: `MachineError` when it cannot be made, and when the guest dies.
    func run() throws(MachineError) -> Int32? {
        // Before there are threads that would inherit another mask.
        let signals = SignalWatch()
        let before = ProcessTime()
        let machine = try Machine(configuration, sink: try sink())
        let made = before.elapsed &- machine.now
        let terminal = configuration.serial == .stdio ? Terminal() : nil
        let input = configuration.serial == .stdio ? ConsoleInput(descriptor: STDIN_FILENO, uart: machine.uart) : nil
        signals.start { machine.stop() }
        defer {
            input?.stop()
            terminal?.restore()
        }
        let report = try machine.run(counting: statistics != nil, observer: log)
        if let statistics {
            let startup = Double(made &+ report.startedAfter) / 1e9
            let text = StatisticsText(report: report, startup: startup).json
            try writeHostFile(statistics, Array(text.utf8), option: "--stats")
        }
        if case .guestDied(let reason) = report.end { throw MachineError("the guest died: \(reason)") }
        return signals.received
    }

    private func sink() throws(MachineError) -> any CharacterSink {
        switch configuration.serial {
        case .stdio: return FileSink(descriptor: STDOUT_FILENO)
        case .null: return NullSink()
        case .file(let path):
            return FileSink(descriptor: try createHostFile(path, option: "-serial file"), closes: true)
        }
    }
}

/// Time since the process's start, as nearly as it can be told: the CPU time that it took to get here, then the clock.
private struct ProcessTime {
    private let used = ProcessTime.read(CLOCK_PROCESS_CPUTIME_ID)
    private let start = ProcessTime.read(CLOCK_MONOTONIC)

    /// Nanoseconds until now.
    var elapsed: UInt64 { used &+ ProcessTime.read(CLOCK_MONOTONIC) &- start }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
