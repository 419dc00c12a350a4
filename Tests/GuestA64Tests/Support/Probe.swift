import Engine
import Dispatch
import Foundation
import Guest
import GuestA64
import Memory

/// Something to run on two emulators alike: a few instructions in a given state, ended by an exception.
struct ProbeCase {
    var name: String
    var code: [UInt32]
    var spsr: UInt64 = 0x3c5
    var sctlr = Probe.control
    var cpacr: UInt64 = 0
    var cntkctl: UInt64 = 0
    var tcr = Probe.translationControl
    var stack: UInt64 = 0x8000
    var x0: UInt64 = 0
    var x1: UInt64 = 0

    init(_ name: String, _ code: [UInt32]) {
        self.name = name
        self.code = code
    }
}

/// How a case ended: a line of the probe's output.
struct ProbeResult: Equatable, CustomStringConvertible {
    var vector: UInt64 = 0
    var esr: UInt64 = 0
    var elr: UInt64 = 0
    var spsr: UInt64 = 0
    var far: UInt64 = 0
    var x0: UInt64 = 0
    var x1: UInt64 = 0
    var par: UInt64 = 0

    init?(_ line: Substring) {
        let fields = line.split(separator: " ").compactMap { UInt64($0, radix: 16) }
        guard fields.count == 8 else { return nil }
        (vector, esr, elr, spsr) = (fields[0], fields[1], fields[2], fields[3])
        (far, x0, x1, par) = (fields[4], fields[5], fields[6], fields[7])
    }

    /// Without SPSR.BTYPE where the architecture leaves it to the processor to zero it (shared pseudocode
    /// `AArch64.TakeException`): all but branch target, illegal state and fetch exceptions, and breakpoints.
    var comparable: ProbeResult {
        var result = self
        if ![0x0d, 0x0e, 0x20, 0x21, 0x22, 0x3c].contains(esr >> 26) { result.spsr &= ~(3 << 10) }
        return result
    }

    var description: String {
        let fields = [
            ("vector", vector), ("esr", esr), ("elr", elr), ("spsr", spsr), ("far", far), ("x0", x0), ("x1", x1),
            ("par", par),
        ]
        return fields.map { "\($0.0)=" + String($0.1, radix: 16) }.joined(separator: " ")
    }
}

/// The memory image that `Probe/probe.S` works through.
struct Probe {
    static let ramBase: UInt64 = 0x4000_0000
    static let casesBase: UInt64 = 0x4020_0000
    static let codeBase: UInt64 = 0x4100_0000
    private static let slotBytes = 32
    /// MMU, stack alignment checks, instruction and data cache, no WFI and WFE traps, and what is one anyway.
    static let control: UInt64 = 0x30c5_1999 | 1
    /// 39-bit halves, 4 KB granule, 40-bit addresses, upper half off.
    static let translationControl: UInt64 = 25 | 25 << 16 | 1 << 23 | 2 << 30 | 2 << 32

    let cases: [ProbeCase]
    /// Index 0 normal write-back, 1 Device-nGnRnE, 2 Device-nGnRE, 3 normal non-cacheable.
    private static let attributes: UInt64 = 0x44_04_00_ff

    /// The address of the code of case `index`.
    static func code(_ index: Int) -> UInt64 { codeBase + UInt64(index * slotBytes) }

    /// What has to be loaded besides the program, and where.
    func images(tables: ProbeTables) -> [(address: UInt64, bytes: [UInt8])] {
        var header: [UInt64] = [
            Self.attributes, Self.translationControl, ProbeTables.base, ProbeTables.base, Self.control,
        ]
        var code: [UInt32] = []
        for (index, item) in cases.enumerated() {
            header += [
                Self.code(index), item.spsr, item.sctlr, item.cpacr, item.cntkctl, item.tcr, item.stack, item.x0,
                item.x1,
            ]
            let words = item.code + [0xd41f_ffe1]
            precondition(words.count <= Self.slotBytes / 4, "\(item.name): too much code")
            code += words + Array(repeating: 0xd41f_ffe1, count: Self.slotBytes / 4 - words.count)
        }
        return [
            (Self.casesBase, bytes(header + [0])), (Self.codeBase, code.flatMap { bytes([UInt64($0)]).prefix(4) }),
            (ProbeTables.base, bytes(tables.entries)),
        ]
    }

    private func bytes(_ words: [UInt64]) -> [UInt8] {
        words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) } }
    }
}

/// Page tables: devices and RAM where they are, and a region at 0x80000000 in which every page is another case.
struct ProbeTables {
    static let base: UInt64 = 0x40f0_0000
    /// The leaves of the region, one a page.
    static let region: UInt64 = 0x8000_0000
    static let target: UInt64 = 0x4060_0000
    /// Whole 2 MB of RAM behind table descriptors with these attributes (bits 63 to 59), from 0x80400000 on.
    static let tableAttributes: [UInt64] = [0, 1 << 59, 1 << 60, 1 << 61, 1 << 62, 3 << 61]
    static func tableRegion(_ index: Int) -> UInt64 { 0x8040_0000 + UInt64(index) << 21 }

    private(set) var entries = [UInt64](repeating: 0, count: 512 * 5)

    init(leaves: [UInt64]) {
        let level2 = Self.base + 0x1000
        let regionLevel2 = Self.base + 0x2000
        let regionLevel3 = Self.base + 0x3000
        let sharedLevel3 = Self.base + 0x4000
        entries[0] = 0x0060_0000_0000_0405
        entries[1] = level2 | 3
        entries[2] = regionLevel2 | 3
        for block in 0..<128 {
            // From 0x41000000 on code that both levels may run; before it the probe, which only EL1 may touch. All of it
            // is read-only, so that it can run with WXN.
            let permissions: UInt64 = block >= 8 ? 3 << 6 : 2 << 6
            entries[512 + block] = 0x4000_0000 + UInt64(block) << 21 | 0x701 | permissions
        }
        entries[1024] = regionLevel3 | 3
        entries[1025] = Self.target | 0x741
        for (index, attributes) in Self.tableAttributes.enumerated() {
            entries[1026 + index] = sharedLevel3 | 3 | attributes
        }
        for (index, leaf) in leaves.enumerated() { entries[1536 + index] = leaf }
        entries[2048] = Self.target | 0x743
    }
}

// MARK: Running it

extension Probe {
    struct Failure: Error, CustomStringConvertible { let description: String }

    /// The program, built by the toolchain's clang and lld.
    static func buildProgram(in directory: URL) throws -> URL {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Probe")
        let object = directory.appendingPathComponent("probe.o")
        let program = directory.appendingPathComponent("probe.elf")
        try runTool(
            "clang",
            ["--target=aarch64-none-elf", "-c", sources.appendingPathComponent("probe.S").path, "-o", object.path])
        try runTool(
            "ld.lld", ["-T", sources.appendingPathComponent("link.ld").path, object.path, "-o", program.path])
        return program
    }

    static func results(_ output: String) -> [ProbeResult] {
        output.split(whereSeparator: \.isNewline).compactMap { ProbeResult($0) }
    }

    func runPeer(cpu: String, program: URL, tables: ProbeTables, in directory: URL) throws -> [ProbeResult] {
        let output = directory.appendingPathComponent("output.txt")
        var arguments = [
            "-M", "virt", "-cpu", cpu, "-m", "256", "-nodefaults", "-display", "none", "-monitor", "none", "-serial",
            "file:" + output.path, "-kernel", program.path,
        ]
        for (address, bytes) in images(tables: tables) {
            let file = directory.appendingPathComponent(String(address, radix: 16) + ".bin")
            try Data(bytes).write(to: file)
            arguments += ["-device", "loader,addr=0x\(String(address, radix: 16)),force-raw=on,file=" + file.path]
        }
        try Self.runTool("qemu-system-aarch64", arguments)
        return Self.results(try String(contentsOf: output, encoding: .utf8))
    }

    func runOurs(model: CPUModel, program: URL, tables: ProbeTables) throws -> [ProbeResult] {
        let machine = try ProbeMachine(model)
        let entry = try machine.load(program)
        for (address, bytes) in images(tables: tables) { try machine.memory.copyIn(bytes, at: address) }
        machine.run(from: entry)
        return Self.results(String(decoding: machine.output, as: UTF8.self))
    }

    static func tool(_ name: String) -> URL? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    static var isPossible: Bool {
        ["clang", "ld.lld", "qemu-system-aarch64"].allSatisfy { tool($0) != nil }
    }

    private static func runTool(_ name: String, _ arguments: [String]) throws {
        guard let tool = tool(name) else { throw Failure(description: "no \(name) on the path") }
        let process = Process()
        process.executableURL = tool
        process.arguments = arguments
        try process.run()
        // A case that never ends must not hang the tests. QEMU in a loop of exceptions hears no SIGTERM.
        let identifier = process.processIdentifier
        let watchdog = DispatchWorkItem { kill(identifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: watchdog)
        process.waitUntilExit()
        watchdog.cancel()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(name) ended with status \(process.terminationStatus)")
        }
    }
}

/// One vCPU, RAM and the data register of a UART.
private final class ProbeMachine: MachinePort, @unchecked Sendable {
    let memory: PhysicalMemory
    private(set) var output: [UInt8] = []
    private var vcpu: VCPU<A64>?
    private let group = ProcessorGroup()

    init(_ model: CPUModel) throws {
        memory = try PhysicalMemory(base: Probe.ramBase, size: 256 << 20)
        let vcpu = VCPU<A64>(index: 0, group: group, port: self, memory: memory)
        self.vcpu = vcpu
        A64.setModel(model, vcpu.state)
        A64.reset(vcpu.state, environment: vcpu)
        group.install([vcpu])
    }

    /// Copies the loadable segments of an ELF file and returns its entry.
    func load(_ file: URL) throws -> UInt64 {
        let data = [UInt8](try Data(contentsOf: file))
        func word(_ offset: Int, _ count: Int) -> UInt64 {
            (0..<count).reduce(0) { $0 | UInt64(data[offset + $1]) << UInt64($1 * 8) }
        }
        let headers = Int(word(32, 8))
        for index in 0..<Int(word(56, 2)) {
            let header = headers + index * 56
            guard word(header, 4) == 1 else { continue }
            let (offset, size) = (Int(word(header + 8, 8)), Int(word(header + 32, 8)))
            try memory.copyIn(Array(data[offset..<offset + size]), at: word(header + 24, 8))
        }
        return word(24, 8)
    }

    func run(from entry: UInt64) {
        vcpu?.state[A64State.pc] = entry
        vcpu?.run()
    }

    func read(physical: UInt64, size: Int, vcpu: Int) -> UInt64? { nil }
    func write(physical: UInt64, _ value: UInt64, size: Int, vcpu: Int) -> Bool {
        guard physical == 0x0900_0000 else { return false }
        output.append(UInt8(truncatingIfNeeded: value))
        return true
    }
    func readTimer(_ register: TimerRegister, vcpu: Int) -> UInt64 { 0 }
    func writeTimer(_ register: TimerRegister, _ value: UInt64, vcpu: Int) {}
    func readInterruptController(_ register: UInt32, vcpu: Int) -> UInt64? { nil }
    func writeInterruptController(_ register: UInt32, _ value: UInt64, vcpu: Int) -> Bool { false }
    func interruptLines(vcpu: Int) -> InterruptLines { [] }
    func nextEventStreamTick(vcpu: Int) -> UInt64? { 1000 }
    func callFirmware(_ conduit: FirmwareConduit, _ arguments: [UInt64], vcpu: Int) -> [UInt64]? {
        self.vcpu?.quit()
        return [0, 0, 0, 0]
    }
    func guestDied(_ report: GuestDeath, vcpu: Int) { output += Array("\(report)\n".utf8) }
}
