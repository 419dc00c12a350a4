import Bus
import Devices
import Testing

/// What kvm-unit-tests' `gicv2-mmio` looks at, and QEMU 10.0.2 gets wrong in part.
@Suite struct GICv2RegisterTests {
    @Test(arguments: 1...8)
    func `TYPER tells processors and interrupts, and is read-only as the identification is`(processors: Int) {
        let registers = TestGICv2(processors: processors, spis: 256).distributor()
        #expect(registers[GICD.typer] >> 5 & 7 == UInt32(processors - 1))
        #expect((registers[GICD.typer] & 31 + 1) * 32 == 288)
        for offset in [GICD.typer, GICD.iidr, GICD.pidr2] {
            let before = registers[offset]
            for value: UInt32 in [0xffff_ffff, 0xa5a5_5a5a, 0] {
                registers[offset] = value
                #expect(registers[offset] == before)
            }
        }
        #expect(registers[GICD.pidr2] >> 4 & 15 == 2, "architecture version 2")
    }

    @Test func `Five bits of each priority byte are kept, bytes can be written alone, and there is an end`() {
        let registers = TestGICv2(processors: 2).distributor()
        registers[GICD.ipriorityr + 32] = 0xffff_ffff
        #expect(registers[GICD.ipriorityr + 32] == 0xf8f8_f8f8)
        registers[GICD.ipriorityr + 32] = 0xff7f_bf3f
        #expect(registers[GICD.ipriorityr + 32] == 0xf878_b838)
        #expect(registers[byte: GICD.ipriorityr + 33] == 0xb8)
        registers[byte: GICD.ipriorityr + 34] = 0x1f
        #expect(registers[GICD.ipriorityr + 32] == 0xf818_b838)
        registers[GICD.ipriorityr + 92] = 0x0808_0808
        #expect(registers[GICD.ipriorityr + 92] == 0x0808_0808, "the last implemented ones")
        registers[GICD.ipriorityr + 96] = 0xffff_ffff
        #expect(registers[GICD.ipriorityr + 96] == 0)
    }

    @Test(arguments: 2...8)
    func `Target bits of absent processors stay zero`(processors: Int) {
        let registers = TestGICv2(processors: processors).distributor()
        let mask = UInt32(1 << processors - 1) * 0x0101_0101
        registers[GICD.itargetsr + 32] = 0xffff_ffff
        #expect(registers[GICD.itargetsr + 32] == mask)
        registers[GICD.itargetsr + 32] = 0x0103_020f
        #expect(registers[GICD.itargetsr + 32] == 0x0103_020f & mask)
        registers[byte: GICD.itargetsr + 34] = 0x1f
        #expect(registers[GICD.itargetsr + 32] == 0x011f_020f & mask)
        registers[GICD.itargetsr + 96] = 0xffff_ffff
        #expect(registers[GICD.itargetsr + 96] == 0, "beyond the last interrupt")
    }

    @Test func `With one processor the targets read as zero, ignore writes, and all interrupts go to it`() {
        let machine = TestGICv2(processors: 1)
        machine.enable()
        for offset in stride(from: GICD.itargetsr, to: GICD.itargetsr + 96, by: 4) {
            machine.distributor()[offset] = 0xffff_ffff
            #expect(machine.distributor()[offset] == 0)
        }
        machine.configure(50, priority: 0x80, targets: 0)
        machine.gic.sharedLine(18).set(true)
        #expect(machine.interface()[GICC.iar] == 50)
    }

    @Test func `The targets of private interrupts name the processor that asks, and cannot be changed`() {
        let machine = TestGICv2(processors: 4)
        for cpu in 0..<4 {
            machine.distributor(cpu)[GICD.itargetsr + 28] = 0xffff_ffff
            #expect(machine.distributor(cpu)[GICD.itargetsr + 28] == 0x0101_0101 << UInt32(cpu))
        }
    }

    @Test func `Set and clear registers change the bits that are one`() {
        let registers = TestGICv2(processors: 2).distributor()
        registers[GICD.isenabler + 4] = 0xff
        registers[GICD.isenabler + 4] = 0xf00
        registers[GICD.icenabler + 4] = 0x0f
        #expect(registers[GICD.isenabler + 4] == 0xff0)
        #expect(registers[GICD.icenabler + 4] == 0xff0)
        registers[GICD.isactiver + 4] = 0x30
        registers[GICD.icactiver + 4] = 0x10
        #expect(registers[GICD.isactiver + 4] == 0x20)
    }

    @Test func `Clearing the pending bit of a level-sensitive interrupt does not lower its wire`() {
        let machine = TestGICv2(processors: 2)
        let registers = machine.distributor()
        registers[GICD.ispendr + 4] = 1 << 3
        #expect(registers[GICD.ispendr + 4] == 1 << 3)
        machine.gic.sharedLine(3).set(true)
        registers[GICD.icpendr + 4] = 1 << 3
        #expect(registers[GICD.ispendr + 4] == 1 << 3)
        machine.gic.sharedLine(3).set(false)
        #expect(registers[GICD.ispendr + 4] == 0)
    }

    @Test func `The interface tells that it is version 2, and its binary point has a least value`() {
        let interface = TestGICv2(processors: 1).interface()
        #expect(interface[GICC.iidr] & 0xf_0fff == 0x2_043b)
        interface[GICC.bpr] = 0
        #expect(interface[GICC.bpr] == 2)
        interface[GICC.pmr] = 0xff
        #expect(interface[GICC.pmr] == 0xf8)
    }

    @Test func `An access of eight bytes, or by a processor that is not there, is refused`() {
        let gic = TestGICv2(processors: 2).gic
        #expect(gic.distributor.read(BusAccess(offset: 0, size: 8)) == nil)
        #expect(gic.distributor.read(BusAccess(offset: 0, size: 4, cpu: 2)) == nil)
        #expect(!gic.processorInterface.write(BusAccess(offset: 0, size: 4, cpu: 2), 0))
    }
}
