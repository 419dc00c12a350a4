import Devices
import GuestA64
import Machine
import Support

/// Runs a test on machines of ours, in this process: for each run a machine is made, its guest runs all iterations of
/// all instances, and the host reads the final states out of its memory.
package struct LitmusRunner {
    private let test: LitmusTest
    private let options: HarnessOptions
    private let processors: Int
    /// Of the host: vCPU i is on core i modulo these.
    private let cores: Int
    private let layout: GuestLayout
    private let registers: [ThreadRegisters]
    private let code: (words: [UInt32], labels: [String: UInt64])
    private let configuration: MachineConfiguration

    /// - Throws: `LitmusError` when the test cannot be run so; `MachineError` for a machine that cannot be.
    package init(_ test: LitmusTest, _ options: HarnessOptions, _ assembler: Assembler) throws {
        try options.validate()
        let processors = options.processors ?? test.threads.count
        guard processors >= test.threads.count else {
            throw LitmusError("\(test.file): \(test.threads.count) threads need --smp \(test.threads.count) or more")
        }
        let instances = processors / test.threads.count
        let cores = HostCore.count
        let options = options.settled(processors: processors, instances: instances, cores: cores)
        var registers: [ThreadRegisters] = []
        for thread in test.threads.indices { registers.append(try ThreadRegisters(test, thread: thread)) }
        let layout = GuestLayout(
            instances: instances, iterations: options.size,
            scriptWords: registers.map { $0.addresses.count + 1 }, logWords: registers.map(\.logged.count),
            arenaSize: RunPlan.arenaSize(test, options), locations: test.locations.count)
        self.test = test
        self.options = options
        self.processors = processors
        self.cores = cores
        self.registers = registers
        self.layout = layout
        configuration = try Self.configuration(options, processors: processors, layout)
        code = try HarnessCode(
            test: test, layout: layout, registers: registers, processors: processors, options: options
        ).assemble(assembler)
    }

    private static func configuration(
        _ options: HarnessOptions, processors: Int, _ layout: GuestLayout
    ) throws -> MachineConfiguration {
        var configuration = MachineConfiguration()
        if let accelerator = options.accelerator { try configuration.set(accelerator: accelerator) }
        configuration.processors = processors
        configuration.serial = .null
        configuration.endsOnReset = true
        configuration.bindsProcessors = options.binds
        configuration.usesHugePages = true
        // Room for what the loader puts behind the program.
        let needed = (layout.size + (64 << 20)) & ~0xfffff
        guard needed <= 896 << 20 else {
            throw LitmusError(
                "--size \(options.size): its memory does not fit into 1 GiB; use a smaller one and more --runs")
        }
        configuration.ramSize = max(needed, 64 << 20)
        return configuration
    }

    /// All runs. `verdict` is what must come of it.
    ///
    /// - Throws: `LitmusError` when the guest fails or does not end.
    package func run(verdict: Verdict?) throws -> Outcome {
        var random = SplitMix64(seed: options.seed)
        var histogram = Histogram()
        var nanoseconds: UInt64 = 0
        for _ in 0..<options.runs { nanoseconds += try single(&histogram, &random) }
        return Outcome(
            test: test, histogram: histogram, verdict: verdict ?? test.question.impliedVerdict,
            seconds: Double(nanoseconds) / 1e9, runs: options.runs)
    }

    /// One machine; the time that it ran, in nanoseconds.
    private func single(_ histogram: inout Histogram, _ random: inout SplitMix64) throws -> UInt64 {
        let plan = RunPlan(test, layout, options, seats: Seats(processors, cores: cores), &random)
        var configuration = configuration
        configuration.program = MachineConfiguration.Program(
            base: GuestLayout.base,
            bytes: GuestImage.build(test, layout, plan, registers: registers, code: code, &random), size: layout.size)
        let machine = try Machine(configuration, sink: NullSink())
        let start = machine.now
        let report = try TimeLimit(seconds: options.timeLimit, machine).run()
        let end = machine.now
        try check(report, machine)
        for instance in 0..<layout.instances {
            try StateReader(machine, test, layout, plan, instance: instance).count(into: &histogram)
        }
        return end - start
    }

    /// Nothing but a power-off without an exception is a good end.
    private func check(_ report: Machine.Report, _ machine: Machine) throws {
        switch report.end {
        case .systemOff: break
        case .stopped:
            throw LitmusError(
                "\(test.file): no end after \(options.timeLimit) s; does a thread wait for ever? (--time-limit)")
        case .systemReset: throw LitmusError("\(test.file): the guest has reset itself")
        case .guestDied(let reason): throw LitmusError("\(test.file): the guest died: \(reason)")
        }
        let words = try machine.contents(24, at: GuestLayout.fault).withUnsafeBytes { bytes in
            (0..<3).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self) }
        }
        guard words[0] != 0 else { return }
        throw LitmusError(
            "\(test.file): \(instruction(words[1])) took an exception \(hex(words[0])) at \(hex(words[2]))")
    }

    /// The instruction at guest address `address` as text.
    private func instruction(_ address: UInt64) -> String {
        let index = address >= GuestLayout.base ? (address - GuestLayout.base) / 4 : .max
        guard index < UInt64(code.words.count) else { return "pc \(hex(address))" }
        return "'" + A64.disassemble(code.words[Int(index)], pc: address) + "'"
    }

    private func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
}

/// Runs a machine and stops it when it takes too long.
private struct TimeLimit {
    let seconds: Int
    let machine: Machine

    init(seconds: Int, _ machine: Machine) {
        self.seconds = seconds
        self.machine = machine
    }

    func run() throws(MachineError) -> Machine.Report {
        let parker = Parker()
        let nanoseconds = UInt64(seconds) * 1_000_000_000
        let watch = HostThread(name: "time limit") { [machine] in
            parker.park(nanoseconds: nanoseconds)
            machine.stop()
        }
        defer {
            parker.wake()
            watch?.join()
        }
        return try machine.run()
    }
}
