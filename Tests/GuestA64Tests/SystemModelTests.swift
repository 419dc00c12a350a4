import Guest
import GuestA64
import Testing

/// What the CPU models say about themselves.
struct SystemModelTests {
    private func read(_ model: CPUModel, _ crm: UInt32, _ op2: UInt32, vcpu: Int = 0) -> UInt64 {
        let machine = SystemMachine(model, vcpu: vcpu)
        #expect(machine.run(systemMove(3, 0, 0, crm, op2, x: 0, read: true)) == .next)
        return machine[x: 0]
    }

    @Test("MIDR names the model", arguments: CPUModel.all)
    func identity(_ model: CPUModel) {
        #expect(read(model, 0, 0) == model.identity)
        #expect(CPUModel.named(model.name) == model)
    }

    @Test("No model has the name of none")
    func unknown() { #expect(CPUModel.named("cortex-a1") == nil) }

    @Test("MPIDR counts eight processors to a cluster")
    func affinity() {
        #expect(read(.max, 0, 5, vcpu: 0) == 0x8000_0000)
        #expect(read(.max, 0, 5, vcpu: 7) == 0x8000_0007)
        #expect(read(.max, 0, 5, vcpu: 8) == 0x8000_0100)
        #expect(read(.max, 0, 5, vcpu: 63) == 0x8000_0707)
    }

    @Test("AArch64 at EL0 and EL1, nothing above, no AArch32, FP only with its feature", arguments: CPUModel.all)
    func levels(_ model: CPUModel) {
        let value = read(model, 4, 0)
        #expect(value & 0xffff == 0x11)
        let withFloatingPoint: UInt64 = model.features.contains(.halfPrecision) ? 0x11 : 0x00
        #expect(value >> 16 & 0xff == (model.features.contains(.floatingPoint) ? withFloatingPoint : 0xff))
    }

    @Test("Instruction set fields follow the features", arguments: CPUModel.all)
    func instructionSet(_ model: CPUModel) {
        let first = read(model, 6, 0)
        #expect(first >> 16 & 15 == (model.features.contains(.crc32) ? 1 : 0))
        #expect(first >> 20 & 15 == (model.features.contains(.atomics) ? 2 : 0))
        let second = read(model, 6, 1)
        #expect((second >> 20 & 15 != 0) == model.features.contains(.loadAcquirePC))
        #expect((second & 15 != 0) == model.features.contains(.persistence))
    }

    @Test("Memory model: 16-bit ASIDs, 4 KB and 64 KB granules, 16 KB where claimed", arguments: CPUModel.all)
    func memoryModel(_ model: CPUModel) {
        let value = read(model, 7, 0)
        #expect(value >> 4 & 15 == 2)
        #expect(value >> 28 & 15 == 0)
        #expect(value >> 24 & 15 == 0)
        #expect(value >> 20 & 15 == (model.features.contains(.granule16) ? 1 : 0))
        #expect((read(model, 7, 1) >> 20 & 15 != 0) == model.features.contains(.privilegedAccessNever))
    }

    @Test("Debug: architecture 8.0, two breakpoints, two watchpoints, no PMU", arguments: CPUModel.all)
    func debug(_ model: CPUModel) { #expect(read(model, 5, 0) == 0x10_1006) }

    @Test("What a model lacks is undefined")
    func missing() {
        let machine = SystemMachine(.cortexA57)
        for word: UInt32 in [
            systemMove(3, 0, 4, 2, 3, x: 0, read: true), systemMove(3, 3, 4, 2, 5, x: 0, read: true),
            systemMove(3, 3, 4, 2, 6, x: 0, read: true),
            0xd500_419f, 0xd503_415f, 0xd503_413f, 0xd503_30ff, 0xd508_7900, 0xd50b_7c20,
        ] {
            let outcome = machine.run(word)
            #expect(outcome == .raised(.undefined, UInt64(word)), "\(String(word, radix: 16))")
        }
    }

    @Test("Reset: EL1h, everything masked, MMU off, registers zero, the model kept")
    func reset() {
        let machine = SystemMachine(.neoverseN1, vcpu: 3)
        machine[x: 5] = 77
        machine[.ttbr0] = 5
        A64.reset(machine.state, environment: machine.environment)
        #expect(machine[x: 5] == 0)
        #expect(machine[.ttbr0] == 0)
        #expect(machine.pstate == 0x3c5)
        #expect(machine[.sctlr] & 1 == 0)
        #expect(machine[.mpidr] == 0x8000_0003)
        #expect(A64.mmuIndex(machine.state) == 1)
        #expect(machine.run(systemMove(3, 0, 0, 0, 0, x: 0, read: true)) == .next)
        #expect(machine[x: 0] == CPUModel.neoverseN1.identity)
    }

    @Test("Cache geometry: CCSIDR follows CSSELR")
    func caches() {
        let machine = SystemMachine()
        var sizes: Set<UInt64> = []
        for selection: UInt64 in 0...2 {
            machine[x: 1] = selection
            #expect(machine.run(systemMove(3, 2, 0, 0, 0, x: 1, read: false)) == .next)
            #expect(machine.run(systemMove(3, 1, 0, 0, 0, x: 2, read: true)) == .next)
            // Line size field: 64 bytes.
            #expect(machine[x: 2] & 7 == 2)
            sizes.insert(machine[x: 2])
        }
        #expect(sizes.count == 3)
    }
}
