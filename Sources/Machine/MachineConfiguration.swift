package import Engine
package import GuestA64

/// The version of the interrupt controller.
package enum GICVersion: Sendable, Equatable { case v2, v3 }

/// What the user asked for, as a plain value: the command line fills it, `validate` judges it, `Machine` builds it.
package struct MachineConfiguration: Sendable, Equatable {
    /// Where the serial port's output goes and its input comes from.
    package enum Serial: Sendable, Equatable {
        /// The process's standard output and input.
        case stdio
        /// Output is lost, no input.
        case null
        /// Output goes into this file, which is made anew; no input.
        case file(String)
    }

    /// A guest that is in memory already, in place of the file `kernel`.
    package struct Program: Sendable, Equatable {
        /// Guest physical address of the first byte, which is also the first instruction.
        package var base: UInt64
        /// What is copied there.
        package var bytes: [UInt8]
        /// How much memory it takes, at least its bytes; the rest is zero.
        package var size: UInt64

        /// A program of `bytes` at `base` that uses `size` bytes from there on.
        package init(base: UInt64, bytes: [UInt8], size: UInt64) {
            self.base = base
            self.bytes = bytes
            self.size = size
        }
    }

    /// Which way the threaded code is driven.
    package enum Loop: Sendable, Equatable { case threaded, plain }

    /// The most vCPUs.
    package static let maximumProcessors = 64

    /// How many vCPUs, 1 to 64.
    package var processors = 1
    /// What the vCPUs are.
    package var cpu = CPUModel.max
    /// The controller asked for; nil chooses GICv2 for up to 8 vCPUs and GICv3 for more.
    package var gicRequest: GICVersion?
    /// Whether RAM may reach above 4 GiB.
    package var highMemory = true
    /// Bytes of RAM, a multiple of 4 KiB.
    package var ramSize: UInt64 = 128 << 20

    /// Files to load; an ELF, an arm64 Image or a flat binary as the kernel.
    package var kernel: String?
    /// A guest without a file.
    package var program: Program?
    package var initialRAMDisk: String?
    /// A device tree in place of the board's own.
    package var deviceTree: String?
    /// /chosen's bootargs.
    package var commandLine = ""
    /// Makes /chosen's seeds repeatable; nil takes them from the host.
    package var seed: UInt64?

    /// The serial port.
    package var serial = Serial.stdio
    /// Whether a reset ends the run.
    package var endsOnReset = false

    /// The interpreter's driver.
    package var loop = Loop.threaded
    /// Whether each vCPU's thread stays on one core of the host, for guests whose vCPUs must meet at each moment.
    package var bindsProcessors = false
    /// Whether RAM is asked for in large pages of the host, for short runs that touch much of it.
    package var usesHugePages = false
    /// The native tier; nil: all guest code is interpreted.
    package var native: NativeOptions? {
        get { hasNative ? nativeOptions : nil }
        set {
            hasNative = newValue != nil
            if let newValue { nativeOptions = newValue }
        }
    }
    // Apart, for a stored optional was copied without its tag: Swift 6.3 made nil of an `-accel interp,loop=plain` into zeros.
    private var hasNative = true
    private var nativeOptions = NativeOptions()
    /// Write /tmp/perf-PID.map, by which `perf` names native code.
    package var perfMap = false
    /// Write /tmp/jit-PID.dump, which gives native code to perf.
    package var jitDump = false
    /// Whether the optimiser runs over each block.
    package var optimizes = true
    /// When store-exclusives of open sequences fail (`exclusives=`).
    package var exclusives = ExclusiveScheme.exact

    /// The machine that an empty command line asks for.
    package init() {}

    /// The controller that the machine gets.
    package var gic: GICVersion { gicRequest ?? (processors <= 8 ? .v2 : .v3) }

    /// Refuses what no machine can be made of.
    ///
    /// - Throws: `MachineError` that names the option.
    package func validate() throws(MachineError) {
        guard (1...Self.maximumProcessors).contains(processors) else {
            throw MachineError("-smp \(processors): the machine has 1 to \(Self.maximumProcessors) vCPUs")
        }
        if gicRequest == .v2 && processors > 8 {
            throw MachineError(
                "-smp \(processors): GICv2 serves at most 8 vCPUs; use -machine virt,gic-version=3 or no gic-version")
        }
        let limit = highMemory ? VirtMap.maximumRAM : VirtMap.maximumLowRAM
        guard ramSize >= 1 << 20 else { throw MachineError("-m: less than 1 MiB of RAM cannot hold a guest") }
        guard ramSize % 4096 == 0 else { throw MachineError("-m: \(ramSize) bytes is not a multiple of 4 KiB") }
        guard ramSize <= limit else {
            let hint = highMemory ? "" : " without highmem"
            throw MachineError("-m: the machine holds at most \(limit >> 30) GiB of RAM\(hint)")
        }
        if kernel == nil {
            for (option, value) in [("-initrd", initialRAMDisk), ("-append", commandLine.isEmpty ? nil : "")]
            where value != nil { throw MachineError("\(option): only together with -kernel") }
        }
        if native != nil && loop == .plain {
            throw MachineError("-accel loop=plain: the plain loop is the interpreter's; use it with -accel interp")
        }
        if commandLine.utf8.contains(0) { throw MachineError("-append: a command line holds no zero byte") }
    }
}
