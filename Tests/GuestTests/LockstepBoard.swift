import Engine
import Foundation
import Guest
import GuestA64
import Machine
import Memory

/// One vCPU with RAM, a serial port and a clock that goes on by a step whenever it is read: what two of them do with the
/// same guest is the same, however long either takes.
final class LockstepBoard: MachinePort, @unchecked Sendable {
    static let ramSize: UInt64 = 64 << 20

    let memory: PhysicalMemory
    let group = ProcessorGroup()
    private(set) var output: [UInt8] = []
    /// Why the guest cannot go on, if so.
    private(set) var death: String?
    private(set) var vcpu: VCPU<A64>?
    private var clock: UInt64 = 0

    /// With the guest program `name` and its arguments in RAM.
    init(_ name: String, _ words: String, _ options: VCPUOptions) throws {
        memory = try PhysicalMemory(base: VirtMap.ram, size: Self.ramSize)
        var configuration = MachineConfiguration()
        configuration.kernel = Emulator.root.appending(path: ".build/guests/\(name).elf").path
        configuration.commandLine = words
        configuration.ramSize = Self.ramSize
        configuration.seed = 1
        let loader = KernelLoader(
            ram: PhysicalRange(VirtMap.ram, Self.ramSize), deviceTree: try Machine.deviceTree(configuration),
            configuration: configuration)
        let image = try loader.load()
        for blob in image.blobs { try memory.copyIn(Array(blob.bytes), at: blob.base) }
        let vcpu = VCPU<A64>(index: 0, group: group, port: self, memory: memory, options: options)
        group.install([vcpu])
        A64.setModel(configuration.cpu, vcpu.state)
        A64.reset(vcpu.state, environment: vcpu)
        vcpu.pc = image.entry
        vcpu.state[A64State.x(0)] = image.deviceTree
        self.vcpu = vcpu
    }

    /// Lets go of the vCPU, which holds the board as well: without it both stay as long as the process.
    func giveBack() {
        vcpu = nil
        group.install([])
    }

    /// Whether the RAM of both has the same content.
    func hasSameMemory(as other: LockstepBoard) -> Bool {
        memcmp(memory.host, other.memory.host, Int(Self.ramSize)) == 0
    }

    // MARK: MachinePort

    func read(physical: UInt64, size: Int, vcpu: Int) -> UInt64? {
        // PL011: nothing received, room to send (UARTFR.RXFE and TXFE).
        if physical == VirtMap.uart.base + 0x18 { return 0x90 }
        return answers(physical) ? 0 : nil
    }

    func write(physical: UInt64, _ value: UInt64, size: Int, vcpu: Int) -> Bool {
        if physical == VirtMap.uart.base { output.append(UInt8(truncatingIfNeeded: value)) }
        return answers(physical)
    }

    /// The serial port, and an interrupt controller that takes anything and never interrupts.
    private func answers(_ physical: UInt64) -> Bool {
        [VirtMap.uart, VirtMap.distributor, VirtMap.processorInterface].contains { physical &- $0.base < $0.size }
    }

    func readTimer(_ register: TimerRegister, vcpu: Int) -> UInt64 {
        switch register {
        case .frequency: return 62_500_000
        case .physicalCount, .virtualCount:
            clock += 1000
            return clock
        default: return 0
        }
    }

    func writeTimer(_ register: TimerRegister, _ value: UInt64, vcpu: Int) {}
    func readInterruptController(_ register: UInt32, vcpu: Int) -> UInt64? { nil }
    func writeInterruptController(_ register: UInt32, _ value: UInt64, vcpu: Int) -> Bool { false }
    func interruptLines(vcpu: Int) -> InterruptLines { [] }
    func nextEventStreamTick(vcpu: Int) -> UInt64? { nil }

    /// PSCI of a machine with one processor: whatever it is about, the guest is done with it.
    func callFirmware(_ conduit: FirmwareConduit, _ arguments: [UInt64], vcpu: Int) -> [UInt64]? {
        self.vcpu?.quit()
        return arguments
    }

    func guestDied(_ report: GuestDeath, vcpu: Int) {
        death = "\(report.reason), pc 0x\(String(report.pc, radix: 16))"
    }
}
