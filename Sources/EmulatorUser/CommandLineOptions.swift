import Engine
import GuestA64
import Glibc
import Linux

/// What is wrong with a command line: one line.
struct OptionError: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

/// The options of the command line and of the environment (`QEMU_LD_PREFIX` and the like).
struct CommandLineOptions {
    private(set) var options = ProgramOptions()
    private var nameOverride: [UInt8]?
    private var logItems: String?
    private var wantsPerfMap = false
    private var wantsJITDump = false
    private var set: [[UInt8]] = []
    private var unset: [[UInt8]] = []

    static let version = "emu-aarch64 0.1.0"

    mutating func parse(_ words: [[UInt8]]) throws(OptionError) {
        readEnvironment()
        var rest = words[...]
        while let word = rest.first, word.first == UInt8(ascii: "-"), word.count > 1 {
            rest = rest.dropFirst()
            let name = String(decoding: word, as: UTF8.self)
            if name == "--" { break }
            try option(name, &rest)
        }
        guard let program = rest.first else { throw OptionError("no program to run") }
        options.program = program
        options.arguments = Array(rest)
        if let nameOverride { options.arguments[0] = nameOverride }
        options.environment = environment()
        try startLog()
        try startProfiles()
    }

    private mutating func startProfiles() throws(OptionError) {
        do throws(ProfileFile.Failure) {
            var observers: [any NativeObserver] = []
            if wantsPerfMap { observers.append(try PerfMap()) }
            if wantsJITDump { observers.append(try JITDump()) }
            options.vcpu.nativeObserver = NativeObservers(observers)
        } catch {
            throw OptionError(error.message)
        }
    }

    private mutating func startLog() throws(OptionError) {
        guard let logItems else { return }
        do throws(ProgramLog.UnknownItem) {
            options.vcpu.observer = try ProgramLog(items: logItems, descriptor: options.logDescriptor)
        } catch {
            throw OptionError(error.message)
        }
    }

    private mutating func option(_ name: String, _ rest: inout ArraySlice<[UInt8]>) throws(OptionError) {
        func value() throws(OptionError) -> [UInt8] {
            guard let value = rest.popFirst() else { throw OptionError("\(name) needs a value") }
            return value
        }
        func inherit(_ value: [UInt8]?) { options.inherited += [Array(name.utf8)] + (value.map { [$0] } ?? []) }
        switch name {
        case "-L":
            options.prefix = try value()
            inherit(options.prefix)
        case "--self-fd":
            let text = String(decoding: try value(), as: UTF8.self)
            options.ownDescriptor = Int(text)
        case ProgramOptions.descriptorOption:
            options.programDescriptor = Int32(String(decoding: try value(), as: UTF8.self))
        case "-0": nameOverride = try value()
        case "-E":
            set.append(try value())
            guard set.last?.contains(UInt8(ascii: "=")) == true else { throw OptionError("-E needs NAME=VALUE") }
        case "-U": unset.append(try value())
        case "-cpu":
            let model = try value()
            try setModel(String(decoding: model, as: UTF8.self))
            inherit(model)
        case "-accel", "--tier":
            let accelerator = try value()
            try options.vcpu.set(name, String(decoding: accelerator, as: UTF8.self))
            inherit(accelerator)
        case "-s", "-R":
            let size = try value()
            try setSize(name, String(decoding: size, as: UTF8.self))
            inherit(size)
        case "-d":
            let items = try value()
            logItems = String(decoding: items, as: UTF8.self)
            inherit(items)
        case "-g": options.debugger = String(decoding: try value(), as: UTF8.self)
        case "-B", "-p":
            try refuse(name, String(decoding: try value(), as: UTF8.self))
        case "-r":
            options.release = try value()
            inherit(options.release)
        case "-strace":
            options.traces = true
            inherit(nil)
        case "--quiet":
            options.explains = false
            inherit(nil)
        case "-D":
            let file = try value()
            try openLog(file)
            inherit(file)
        case "--cache":
            options.cache = try value()
            inherit(options.cache)
        case "--perfmap": wantsPerfMap = true
        case "--jitdump": wantsJITDump = true
        case "--stats":
            options.statistics = try value()
            options.vcpu.timesTranslations = true
        case "--version", "-version": finish(Self.version + "\n")
        case "--help", "-help", "-h": finish(Self.help)
        case "--print-binfmt": finish(Self.binaryFormat)
        default: throw OptionError("unknown option \(name)")
        }
    }

    private mutating func setModel(_ name: String) throws(OptionError) {
        if name == "help" { finish(CPUModel.all.map(\.name).joined(separator: "\n") + "\n") }
        guard let model = CPUModel.named(name) else {
            throw OptionError("no CPU model \(name): there are \(CPUModel.all.map(\.name).joined(separator: ", "))")
        }
        options.model = model
    }

    private mutating func setSize(_ name: String, _ text: String) throws(OptionError) {
        let units: [Character: UInt64] = ["k": 10, "K": 10, "m": 20, "M": 20, "g": 30, "G": 30, "t": 40, "T": 40]
        let shift = text.last.flatMap { units[$0] }
        let digits = shift == nil ? text[...] : text.dropLast()
        let number = digits.hasPrefix("0x") ? UInt64(digits.dropFirst(2), radix: 16) : UInt64(digits)
        guard let number, number > 0, number < (1 << 47) >> (shift ?? 0) else {
            throw OptionError("\(name) \(text): not a size")
        }
        let size = number << (shift ?? 0)
        if name == "-s" { options.stackSize = size } else { options.reserved = size }
    }

    /// Options that change nothing that a program could see.
    private func refuse(_ name: String, _ value: String) throws(OptionError) {
        switch name {
        case "-B":
            // Guest addresses are host addresses: the base is 0.
            guard value == "0" || value == "0x0" else { throw OptionError("-B \(value): the base is always 0") }
        default:
            guard value == "4096" else { throw OptionError("-p \(value): pages have 4096 bytes") }
        }
    }

    private mutating func openLog(_ file: [UInt8]) throws(OptionError) {
        let path = String(decoding: file, as: UTF8.self)
        // Far from the numbers that programs expect to be free.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw OptionError("-D \(path): \(String(cString: strerror(errno)))")
        }
        let high = fcntl(descriptor, F_DUPFD_CLOEXEC, 500)
        options.logDescriptor = high >= 0 ? high : descriptor
        if high >= 0 { close(descriptor) }
    }

    // MARK: Environment

    private mutating func readEnvironment() {
        if let prefix = getenv("QEMU_LD_PREFIX") { options.prefix = bytes(prefix) }
        if let release = getenv("QEMU_UNAME") { options.release = bytes(release) }
        if getenv("QEMU_STRACE") != nil { options.traces = true }
        if let cache = getenv("EMU_CACHE") { options.cache = bytes(cache) }
        if getenv("EMU_QUIET") != nil { options.explains = false }
    }

    private func bytes(_ text: UnsafeMutablePointer<CChar>) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }

    /// The guest's environment: ours as `-E` and `-U` change it.
    private func environment() -> [[UInt8]] {
        var result: [[UInt8]] = []
        var next = environ
        while let text = next.pointee {
            result.append(bytes(text))
            next += 1
        }
        func name(_ entry: [UInt8]) -> ArraySlice<UInt8> { entry.prefix { $0 != UInt8(ascii: "=") } }
        let removed = unset.map { $0[...] } + set.map(name)
        if !removed.isEmpty { result.removeAll { removed.contains(name($0)) } }
        return result + set
    }

    private func finish(_ text: String) -> Never {
        let bytes = Array(text.utf8)
        _ = write(STDOUT_FILENO, bytes, bytes.count)
        exit(0)
    }
}
