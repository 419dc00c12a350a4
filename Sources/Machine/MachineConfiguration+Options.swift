import Devices
import Engine
import GuestA64

/// The options of the command line, in QEMU's spelling, one function for each. All throw `MachineError` with one line
/// that names the option and says what it takes.
extension MachineConfiguration {
    /// `-machine` or `-M`: `virt[,gic-version=2|3|max][,highmem=on|off]`. Returns the file named by `dumpdtb=`.
    package mutating func set(machine text: String) throws(MachineError) -> String? {
        let option = OptionText("-machine", text)
        var dump: String?
        guard let name = option.first, name == "virt" || name.hasPrefix("virt-") else {
            throw MachineError("-machine \(text): no such machine; there is: virt")
        }
        for (key, value) in option.pairs {
            switch key {
            case "gic-version": gicRequest = try gicVersion(value)
            case "highmem": highMemory = try option.switched(key, value)
            case "dumpdtb": dump = value
            case "virtualization", "secure", "mte":
                guard try !option.switched(key, value) else {
                    throw MachineError("-machine \(key)=\(value): the machine has EL1 and EL0 only; leave it out")
                }
            default: throw option.unknown(key, known: "gic-version, highmem, dumpdtb")
            }
        }
        return dump
    }

    private func gicVersion(_ value: String) throws(MachineError) -> GICVersion? {
        switch value {
        case "2": return .v2
        case "3", "max", "host": return .v3
        default: throw MachineError("-machine gic-version=\(value): must be 2, 3 or max")
        }
    }

    /// `-cpu`: a model's name. Feature switches behind it are refused.
    package mutating func set(cpu text: String) throws(MachineError) {
        guard let model = CPUModel.named(text) else {
            throw MachineError(
                "-cpu \(text): no such model; there are: \(CPUModel.all.map(\.name).joined(separator: ", "))")
        }
        cpu = model
    }

    /// `-smp`: `N`, or `cpus=N`; `maxcpus`, `sockets`, `clusters`, `cores` and `threads` must agree with it.
    package mutating func set(smp text: String) throws(MachineError) {
        let option = OptionText("-smp", text)
        var count = try option.first.map { text throws(MachineError) in try option.number("cpus", text) }
        var maximum: Int?
        var product: Int?
        for (key, value) in option.pairs {
            let number = try option.number(key, value)
            switch key {
            case "cpus": count = number
            case "maxcpus": maximum = number
            case "sockets", "clusters", "cores", "threads":
                product = (product ?? 1).multipliedReportingOverflow(by: number).partialValue
            default: throw option.unknown(key, known: "cpus, maxcpus, sockets, clusters, cores, threads")
            }
        }
        guard let wanted = count ?? product ?? maximum else { throw MachineError("-smp: how many? for example -smp 4") }
        if let product, product != (maximum ?? wanted) {
            throw MachineError("-smp \(text): sockets x clusters x cores x threads is \(product), not \(wanted)")
        }
        if let maximum, maximum != wanted {
            throw MachineError("-smp \(text): vCPUs cannot be added later; leave out maxcpus")
        }
        guard (1...Self.maximumProcessors).contains(wanted) else {
            throw MachineError("-smp \(text): the machine has 1 to \(Self.maximumProcessors) vCPUs")
        }
        processors = wanted
    }

    /// `-m`: a size in MiB, or with a suffix K, M, G or T.
    package mutating func set(memory text: String) throws(MachineError) {
        let option = OptionText("-m", text)
        var size = option.first
        for (key, value) in option.pairs {
            guard key == "size" else { throw option.unknown(key, known: "size") }
            size = value
        }
        guard let bytes = Self.bytes(size ?? "") else {
            throw MachineError("-m \(text): not a size; for example 512 (MiB), 512M or 2G")
        }
        ramSize = bytes
    }

    /// The bytes that `text` means, nil when it is no size.
    private static func bytes(_ text: String) -> UInt64? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let number = UInt64(digits) else { return nil }
        let shift: UInt64
        switch text.dropFirst(digits.count).lowercased() {
        case "k": shift = 10
        case "", "m": shift = 20
        case "g": shift = 30
        case "t": shift = 40
        default: return nil
        }
        return number > UInt64.max >> shift ? nil : number << shift
    }

    /// `-accel`: `interp`, the interpreter alone; `auto` or `tcg`, hot code becomes native; `native`, nearly all does.
    package mutating func set(accelerator text: String) throws(MachineError) {
        let option = OptionText("-accel", text)
        try set(tier: option.first ?? "", option: "-accel \(text)")
        for (key, value) in option.pairs {
            switch (key, value) {
            case ("thread", "multi"): break
            case ("thread", "single"):
                throw MachineError("-accel thread=single: every vCPU has a host thread of its own; leave it out")
            case ("loop", "threaded"): loop = .threaded
            case ("loop", "plain"): loop = .plain
            case ("exclusives", _):
                guard let scheme = ExclusiveScheme(rawValue: value) else {
                    throw MachineError("-accel exclusives=\(value): must be exact, cas or hash")
                }
                exclusives = scheme
            case ("opt", _): optimizes = try option.switched(key, value)
            case ("threshold", _): try set(threshold: try option.number(key, value))
            case ("background", _):
                var options = native ?? NativeOptions()
                guard options.set(background: value) else {
                    throw MachineError("-accel background=\(value): must be on, off or always")
                }
                if native != nil { native = options }
            case ("regions", _): native?.regionBlocks = try option.switched(key, value) ? 32 : 1
            case ("strips", _): native?.usesStrips = try option.switched(key, value)
            case ("counts", _): native?.counts = try option.switched(key, value)
            case ("code-size", _):
                let mebibytes = try option.number(key, value)
                guard (1...1024).contains(mebibytes) else {
                    throw MachineError("-accel code-size=\(value): must be 1 to 1024, MiB of native code per vCPU")
                }
                native?.sliceBytes = mebibytes << 20
            case ("thread", _), ("loop", _), ("exclusives", _):
                let choices = ["loop": "threaded or plain", "exclusives": "exact or cas"][key] ?? "multi"
                throw MachineError("-accel \(key)=\(value): must be \(choices)")
            default:
                throw option.unknown(
                    key,
                    known: "thread, loop, opt, exclusives, threshold, background, regions, strips, code-size, counts")
            }
        }
    }

    /// `--tier`: as `-accel`.
    package mutating func set(tier text: String, option: String) throws(MachineError) {
        switch text {
        case "interp": native = nil
        case "auto", "tcg":
            native = NativeOptions()
            native?.background = .whenFree
        case "native":
            native = NativeOptions()
            native?.threshold = NativeOptions.eagerThreshold
        default: throw MachineError("\(option): no such accelerator; there are: interp, native, auto, tcg")
        }
    }

    /// `--jit-threshold`: entries of a block after which it is compiled.
    package mutating func set(threshold: Int) throws(MachineError) {
        guard threshold >= 1 else { throw MachineError("--jit-threshold \(threshold): must be at least 1") }
        native?.threshold = threshold
    }

    /// `-serial`: `stdio`, `mon:stdio`, `null`, `none` or `file:PATH`.
    package mutating func set(serial text: String) throws(MachineError) {
        switch text {
        case "stdio", "mon:stdio": serial = .stdio
        case "null", "none": serial = .null
        default:
            guard text.hasPrefix("file:"), text.utf8.count > 5 else {
                throw MachineError("-serial \(text): must be stdio, null, none or file:PATH")
            }
            serial = .file(String(text.dropFirst(5)))
        }
    }
}

/// The text of one option: `first,key=value,key=value`.
private struct OptionText {
    let option: String
    /// What stands in front, without a key.
    let first: String?
    /// The rest. A key without a value means `on`, a key behind `no` without one means `off`.
    let pairs: [(key: String, value: String)]

    init(_ option: String, _ text: String) {
        self.option = option
        var parts = text.split(separator: ",", omittingEmptySubsequences: true)[...]
        first = parts.first.flatMap { $0.contains("=") ? nil : String($0) }
        if first != nil { parts.removeFirst() }
        pairs = parts.map { part in
            guard let equals = part.firstIndex(of: "=") else { return (String(part), "on") }
            return (String(part[..<equals]), String(part[part.index(after: equals)...]))
        }
    }

    func unknown(_ key: String, known: String) -> MachineError {
        MachineError("\(option): no such property '\(key)'; there are: \(known)")
    }

    func number(_ key: String, _ value: String) throws(MachineError) -> Int {
        guard let number = Int(value), number >= 0 else {
            throw MachineError("\(option): \(key) must be a number, not '\(value)'")
        }
        return number
    }

    func switched(_ key: String, _ value: String) throws(MachineError) -> Bool {
        switch value {
        case "on", "yes", "true": return true
        case "off", "no", "false": return false
        default: throw MachineError("\(option) \(key)=\(value): must be on or off")
        }
    }
}
