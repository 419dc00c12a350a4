import Engine
import Guest
import GuestA64
import IR
import Memory
import SoftFloat

/// A64 without a system: one flat address space, and any exception ends the run. Tests of the engine need no more but what
/// they are about.
protocol FlatArchitecture: GuestArchitecture {}

enum FlatA64: FlatArchitecture {
    static var floatEnvironment: StateSlot? { A64State.floatingPoint }
    static var conditionFlags: StateSlot? { A64State.nzcv }
    /// EL1, how the block is entered, and whether FPCR.FZ is set.
    static func translationFlags(_ state: CPUState) -> UInt64 {
        let flushes = FPEnvironment(rawValue: state[A64State.floatingPoint]).control.flushToZero
        return 1 | entryMode(state) | (flushes ? A64TranslationFlags.flushesSubnormals.rawValue : 0)
    }
    static func flushesSubnormals(_ flags: UInt64) -> Bool { A64.flushesSubnormals(flags) }
    static func translate(pc: UInt64, code: CodeWindow, flags: UInt64, limit: Int, into builder: inout Builder) {
        A64.translateBlock(pc: pc, code: code, flags: flags, limit: limit, into: &builder)
    }
}

extension FlatArchitecture {
    static var layout: CPUStateLayout { CPUStateLayout(cells: A64State.cells, names: []) }
    static var programCounter: StateSlot { A64State.pc }
    static var mmuIndexCount: Int { 1 }
    static var unprivilegedMMUIndex: Int { 0 }
    static func reset(_ state: CPUState, environment: any GuestEnvironment) {}
    /// EL1, and how the block is entered.
    static func translationFlags(_ state: CPUState) -> UInt64 { 1 | entryMode(state) }
    /// PSTATE.BTYPE.
    static func entryMode(_ state: CPUState) -> UInt64 { (state[A64State.pstate] >> 10 & 3) << EntryMode.shift }
    static func setEntryMode(_ mode: UInt64, _ state: CPUState) { A64.setEntryMode(mode, state) }
    static func blockFlags(_ flags: UInt64, first: UInt32, guarded: Bool) -> UInt64 {
        A64.blockFlags(flags, first: first, guarded: guarded)
    }
    static func mmuIndex(_ state: CPUState) -> Int { 0 }

    static func translate(pc: UInt64, code: CodeWindow, flags: UInt64, limit: Int, into builder: inout Builder) {
        A64.translate(pc: pc, code: code, flags: flags, limit: limit, into: &builder)
    }

    static func translateAddress(
        _ address: UInt64, _ access: AccessKind, mmuIndex: Int, _ state: CPUState, environment: any GuestEnvironment
    ) -> Result<PageTranslation, MemoryFaultError> {
        .success(PageTranslation(physical: address))
    }

    static func callHelper(
        _ number: Int, _ a: UInt64, _ b: UInt64, _ c: UInt64, pc: UInt64, _ state: CPUState,
        environment: any GuestEnvironment
    ) -> HelperOutcome { .value(0) }

    /// The firmware call carries every end of a run to the test's port.
    static func raise(
        kind: UInt16, payload: UInt64, pc: UInt64, _ state: CPUState, environment: any GuestEnvironment
    ) {
        state[programCounter] = pc
        _ = environment.callFirmware(.hvc, [UInt64(kind), payload, pc])
    }

    static func deliver(_ fault: MemoryFault, pc: UInt64, _ state: CPUState, environment: any GuestEnvironment) {
        state[programCounter] = pc
        _ = environment.callFirmware(.smc, [fault.address, UInt64(fault.access.rawValue), pc])
    }

    static func deliverInterrupt(
        _ lines: InterruptLines, _ state: CPUState, environment: any GuestEnvironment
    ) -> Bool { false }
    static func wakes(_ lines: InterruptLines, _ state: CPUState) -> Bool { true }
    static func disassemble(_ word: UInt32, pc: UInt64) -> String { "" }
}

typealias FlatMachine = FlatMachineOf<FlatA64>

/// A machine of RAM and vCPUs; what ends a vCPU's run is kept.
final class FlatMachineOf<G: GuestArchitecture>: @unchecked Sendable {
    let memory: PhysicalMemory
    let group = ProcessorGroup()
    var ends: [(conduit: FirmwareConduit, arguments: [UInt64])?]
    var vcpus: [VCPU<G>] = []
    /// What the device at `device` saw, of one vCPU.
    fileprivate(set) var busAccesses: [BusAccess] = []

    /// A page of registers; each byte reads as the low byte of its address.
    static var device: UInt64 { 0x0a00_0000 }

    struct BusAccess: Equatable {
        let address: UInt64
        let size: Int
        /// What was written; nil for a read.
        var written: UInt64?
    }

    init(count: Int = 1, size: UInt64 = 1 << 20, options: VCPUOptions = VCPUOptions()) throws {
        memory = try PhysicalMemory(base: 0x1000_0000, size: size)
        ends = Array(repeating: nil, count: count)
        let port = FlatPort(machine: self)
        for index in 0..<count {
            vcpus.append(VCPU(index: index, group: group, port: port, memory: memory, options: options))
        }
        group.install(vcpus)
    }

    /// Adds a vCPU while others may run.
    func addVCPU(_ options: VCPUOptions) {
        ends.append(nil)
        vcpus.append(
            VCPU(
                index: vcpus.count, group: group, port: FlatPort(machine: self), memory: memory, options: options))
        group.add(vcpus[vcpus.count - 1])
    }

    /// Without this the vCPUs and their group would keep each other, and what they have of the host's memory.
    deinit { group.install([]) }

    func load(_ words: [UInt32], at address: UInt64 = 0x1000_0000) throws {
        try memory.copyIn(
            words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }, at: address)
    }

    fileprivate func end(_ conduit: FirmwareConduit, _ arguments: [UInt64], vcpu: Int) {
        ends[vcpu] = (conduit, arguments)
        vcpus[vcpu].quit()
    }
}

/// What the vCPUs of a `FlatMachineOf` see of it: they do not keep it.
private final class FlatPort<G: GuestArchitecture>: MachinePort, @unchecked Sendable {
    private weak var machine: FlatMachineOf<G>?
    init(machine: FlatMachineOf<G>) { self.machine = machine }

    func read(physical: UInt64, size: Int, vcpu: Int) -> UInt64? {
        guard physical >> 12 == FlatMachineOf<G>.device >> 12 else { return nil }
        machine?.busAccesses.append(.init(address: physical, size: size))
        return (0..<UInt64(size)).reduce(0) { $0 | ((physical &+ $1) & 0xff) << ($1 * 8) }
    }
    func write(physical: UInt64, _ value: UInt64, size: Int, vcpu: Int) -> Bool {
        guard physical >> 12 == FlatMachineOf<G>.device >> 12 else { return false }
        machine?.busAccesses.append(.init(address: physical, size: size, written: value))
        return true
    }
    func readTimer(_ register: TimerRegister, vcpu: Int) -> UInt64 { 0 }
    func writeTimer(_ register: TimerRegister, _ value: UInt64, vcpu: Int) {}
    func readInterruptController(_ register: UInt32, vcpu: Int) -> UInt64? { nil }
    func writeInterruptController(_ register: UInt32, _ value: UInt64, vcpu: Int) -> Bool { false }
    func interruptLines(vcpu: Int) -> InterruptLines { [] }
    func nextEventStreamTick(vcpu: Int) -> UInt64? { nil }
    func callFirmware(_ conduit: FirmwareConduit, _ arguments: [UInt64], vcpu: Int) -> [UInt64]? {
        machine?.end(conduit, arguments, vcpu: vcpu)
        return nil
    }
    func guestDied(_ report: GuestDeath, vcpu: Int) {}
}
