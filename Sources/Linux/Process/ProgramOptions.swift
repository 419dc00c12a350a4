package import Engine
package import GuestA64

/// How a program is to be run: what the command line says.
package struct ProgramOptions: Sendable {
    /// `-L`: the root of the guest's libraries and programs.
    package var prefix: [UInt8] = []
    package var program: [UInt8] = []
    /// With the program's own name first.
    package var arguments: [[UInt8]] = []
    package var environment: [[UInt8]] = []
    package var model = CPUModel.max
    /// `-g`: the port or socket at which a debugger is waited for.
    package var debugger: String?
    /// `-s`: bytes of stack; nil: what the host's limit says.
    package var stackSize: UInt64?
    /// `-strace`.
    package var traces = false
    /// Whether an abnormal end is explained on standard error; not after `--quiet`.
    package var explains = true
    /// `-r`: the kernel release that uname reports.
    package var release: [UInt8]?
    /// The options of the command line that a program started by this one needs as well.
    package var inherited: [[UInt8]] = []
    package var vcpu = VCPUOptions()
    /// `-R`: bytes of guest address space, at most what there is.
    package var reserved: UInt64?

    /// `--self-fd`: a descriptor of the emulator's own executable, from the emulator that started this one.
    package var ownDescriptor: Int?
    /// `--program-fd`: a descriptor of the program, made by the emulator that started this one; closed once it is loaded.
    package var programDescriptor: Int32?
    package static let descriptorOption = "--program-fd"
    /// Where `-strace` writes: `-D FILE` or standard error.
    package var logDescriptor: Int32 = 2

    /// `--cache`: the directory of translations for later runs.
    package var cache: [UInt8]?

    /// `--stats`: the file to be written when the program ends.
    package var statistics: [UInt8]?

    /// The log's descriptor where it is none that the guest has.
    var ownLog: Int? { logDescriptor > 2 ? Int(logDescriptor) : nil }

    package init() { vcpu.native = .program }
}

extension NativeOptions {
    /// For a program: as many threads as it likes share what is reserved, which costs no memory before it is used. Those
    /// beyond are interpreted.
    package static var program: NativeOptions {
        var options = NativeOptions()
        options.setSlice(bytes: 16 << 20)
        options.background = .whenFree
        options.linksPages = true
        // Programs begin with much code that is run a few times; see Docs/Measuring.md.
        options.threshold = 400
        options.youth = 40_000_000
        return options
    }

    /// Gives each of 64 threads `bytes` for its native code.
    package mutating func setSlice(bytes: Int) {
        sliceBytes = bytes
        codeBytes = 64 * bytes
    }
}
