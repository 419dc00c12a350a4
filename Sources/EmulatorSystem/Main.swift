import ArgumentParser
import Glibc
import Machine

/// `emu-system-aarch64`: boots a machine. Options as `qemu-system-aarch64` spells them.
@main
struct EmulatorSystem: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emu-system-aarch64",
        abstract: "Runs an AArch64 machine, every vCPU on a host thread of its own.",
        usage: "emu-system-aarch64 -M virt -cpu max -smp 4 -m 256 -nographic -kernel guest.elf",
        version: "emu-system-aarch64 0.1.0",
        helpNames: [.long, .short, .customLong("help", withSingleDash: true)])

    @Option(
        name: [.customLong("machine", withSingleDash: true), .customShort("M")],
        help: "virt[,gic-version=2|3|max][,highmem=on|off][,dumpdtb=FILE]")
    var machine: [String] = []

    @Option(name: .customLong("cpu", withSingleDash: true), help: "The processor's model, for example max.")
    var cpu: String?

    @Option(name: .customLong("smp", withSingleDash: true), help: "How many vCPUs: N or cpus=N, 1 to 64.")
    var smp: String?

    @Option(name: .customShort("m"), help: "RAM in MiB, or with a suffix K, M or G.")
    var memory: String?

    @Option(name: .customLong("kernel", withSingleDash: true), help: "An ELF, an arm64 Image or a flat binary.")
    var kernel: String?

    @Option(name: .customLong("initrd", withSingleDash: true), help: "The initial RAM disk.")
    var initialRAMDisk: String?

    @Option(name: .customLong("append", withSingleDash: true), help: "The kernel's command line.")
    var append: String?

    @Option(name: .customLong("dtb", withSingleDash: true), help: "A device tree in place of the machine's own.")
    var deviceTree: String?

    @Option(
        name: .customLong("accel", withSingleDash: true),
        help: """
            auto|interp|native|tcg[,threshold=N][,background=on|off][,regions=on|off][,strips=on|off][,code-size=MiB][,thread=multi][,loop=threaded|plain]\
            [,opt=on|off][,exclusives=exact|cas|hash][,counts=on|off]
            """)
    var accelerator: [String] = []

    @Option(name: .customLong("tier"), help: "auto (the default), interp or native: as -accel.")
    var tier: String?

    @Option(name: .customLong("jit-threshold"), help: "Entries of a block after which it becomes native code.")
    var jitThreshold: Int?

    @Flag(
        name: [.customLong("perfmap", withSingleDash: true), .customLong("perfmap")],
        help: "Writes /tmp/perf-PID.map, which names native code to perf.")
    var perfMap = false

    @Flag(
        name: [.customLong("jitdump", withSingleDash: true), .customLong("jitdump")],
        help: "Writes /tmp/jit-PID.dump, from which perf inject --jit takes native code.")
    var jitDump = false

    @Option(name: .customLong("serial", withSingleDash: true), help: "stdio, null, none or file:PATH.")
    var serial: String?

    @Option(name: .customLong("display", withSingleDash: true), help: "none: the machine has no display.")
    var display: String?

    @Option(name: .customLong("monitor", withSingleDash: true), help: "none: there is no monitor.")
    var monitor: String?

    @Option(name: .customLong("seed", withSingleDash: true), help: "Makes the guest's random seeds repeatable.")
    var seed: UInt64?

    @Option(name: .customShort("d"), help: "What to log: in_asm, op, op_opt, out_asm.")
    var logItems: String?

    @Option(name: .customShort("D"), help: "Where to log to, in place of stderr.")
    var logFile: String?

    @Option(name: .customLong("stats"), help: "Writes what the vCPUs did into this file, as JSON.")
    var statistics: String?

    @Flag(name: .customLong("nographic", withSingleDash: true), help: "The serial port is the terminal, as always.")
    var noGraphic = false

    @Flag(name: .customLong("nodefaults", withSingleDash: true), help: "Accepted: there are no default devices.")
    var noDefaults = false

    @Flag(name: .customLong("no-reboot", withSingleDash: true), help: "A reset of the guest ends the run.")
    var noReboot = false

    @Flag(name: .customLong("version", withSingleDash: true), help: "Shows the version.")
    var showsVersion = false

    /// In place of the parser's own: whatever is wrong is one line.
    static func main() {
        do {
            let command = try parse()
            if command.showsVersion { print(configuration.version) } else { try command.start() }
        } catch let error as MachineError {
            fail(error.description)
        } catch {
            if exitCode(for: error).isSuccess { exit(withError: error) }
            let line = message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
            fail(line + " (-help lists the options)")
        }
    }

    private func start() throws(MachineError) {
        var (configuration, dump) = try configured()
        if let dump {
            try writeHostFile(dump, try Machine.deviceTree(configuration), option: "-machine dumpdtb")
            return
        }
        if noReboot { configuration.endsOnReset = true }
        let session = Session(configuration, try log(), statistics: statistics)
        if let signal = try session.run() { leave(128 + signal) }
    }

    /// The machine that the options ask for, and where its device tree shall go if that is all that is wanted.
    private func configured() throws(MachineError) -> (MachineConfiguration, dump: String?) {
        var configuration = MachineConfiguration()
        var dump: String?
        for text in machine { dump = try configuration.set(machine: text) ?? dump }
        for text in accelerator { try configuration.set(accelerator: text) }
        if let tier { try configuration.set(tier: tier, option: "--tier \(tier)") }
        if let jitThreshold { try configuration.set(threshold: jitThreshold) }
        configuration.perfMap = perfMap
        configuration.jitDump = jitDump
        if let cpu { try configuration.set(cpu: cpu) }
        if let smp { try configuration.set(smp: smp) }
        if let memory { try configuration.set(memory: memory) }
        if let serial { try configuration.set(serial: serial) }
        try refuse("-display", display, unless: ["none"])
        try refuse("-monitor", monitor, unless: ["none", "null"])
        configuration.kernel = kernel
        configuration.initialRAMDisk = initialRAMDisk
        configuration.deviceTree = deviceTree
        configuration.commandLine = append ?? ""
        configuration.seed = seed
        return (configuration, dump)
    }

    private func refuse(_ option: String, _ value: String?, unless allowed: [String]) throws(MachineError) {
        guard let value, !allowed.contains(value) else { return }
        throw MachineError("\(option) \(value): must be none")
    }

    private func log() throws(MachineError) -> TranslationLog? {
        guard let logItems else { return nil }
        return try TranslationLog(items: logItems, file: logFile)
    }
}

/// Ends the process with one line on stderr.
func fail(_ line: String) -> Never {
    let bytes = Array("emu-system-aarch64: \(line)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
    leave(1)
}

/// `exit`, which inside of a command means something else.
func leave(_ status: Int32) -> Never { exit(status) }
