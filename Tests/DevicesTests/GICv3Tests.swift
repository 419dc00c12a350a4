import Bus
import Devices
import Testing

/// A GICv3 with wires that remember their levels.
private struct TestGICv3 {
    let gic: GICv3
    let irq: [InputView]
    let fiq: [InputView]

    /// Eight processors to a cluster.
    init(processors: Int) {
        let inputs = (0..<processors).map { _ in InterruptInputs() }
        irq = inputs.map { InputView(inputs: $0, bit: InterruptInputs.irq) }
        fiq = inputs.map { InputView(inputs: $0, bit: InterruptInputs.fiq) }
        let affinities = (0..<processors).map { UInt64($0 / 8) << 8 | UInt64($0 % 8) }
        gic = GICv3(spis: 64, affinities: affinities, outputs: inputs)
    }

    var distributor: Registers { Registers(gic.distributor) }
    /// The redistributor's frame with the private interrupts.
    var redistributors: Registers { Registers(gic.redistributors) }

    func read(_ register: UInt32, _ cpu: Int = 0) -> UInt64? { gic.readRegister(register, cpu: cpu) }
    func write(_ register: UInt32, _ value: UInt64, _ cpu: Int = 0) {
        #expect(gic.writeRegister(register, value, cpu: cpu))
    }

    /// Everything on and in group 1, as Linux has it.
    func enable() {
        distributor[GICD.ctlr] = 3
        for bank: UInt64 in 1...2 { distributor[GICD.igroupr + 4 * bank] = .max }
        for cpu in 0..<gic.processors {
            redistributors[privateFrame(cpu) + GICD.igroupr] = .max
            redistributors[privateFrame(cpu) + GICD.isenabler] = .max
            write(ICC.pmr, 0xff, cpu)
            write(ICC.igrpen0, 1, cpu)
            write(ICC.igrpen1, 1, cpu)
        }
    }

    func privateFrame(_ cpu: Int) -> UInt64 { UInt64(cpu) << 17 | 0x1_0000 }

    func configure(_ id: UInt64, priority: UInt8, route: UInt64) {
        distributor[byte: GICD.ipriorityr + id] = priority
        _ = gic.distributor.write(BusAccess(offset: 0x6000 + 8 * id, size: 8), route)
        distributor[GICD.isenabler + id / 32 * 4] = 1 << UInt32(id % 32)
    }
}

/// Encodings of the interface's registers, op0:op1:CRn:CRm:op2.
private enum ICC {
    static func key(_ crn: UInt32, _ crm: UInt32, _ op2: UInt32) -> UInt32 { 3 << 14 | crn << 7 | crm << 3 | op2 }
    static let pmr = key(4, 6, 0)
    static let iar0 = key(12, 8, 0)
    static let eoir0 = key(12, 8, 1)
    static let ap1r0 = key(12, 9, 0)
    static let dir = key(12, 11, 1)
    static let rpr = key(12, 11, 3)
    static let sgi1r = key(12, 11, 5)
    static let sgi0r = key(12, 11, 7)
    static let iar1 = key(12, 12, 0)
    static let eoir1 = key(12, 12, 1)
    static let hppir1 = key(12, 12, 2)
    static let bpr1 = key(12, 12, 3)
    static let ctlr = key(12, 12, 4)
    static let sre = key(12, 12, 5)
    static let igrpen0 = key(12, 12, 6)
    static let igrpen1 = key(12, 12, 7)
}

@Suite struct GICv3Tests {
    @Test func `A shared interrupt goes to the processor of its route, by IRQ for group 1`() {
        let machine = TestGICv3(processors: 12)
        machine.enable()
        machine.configure(40, priority: 0x80, route: 0x101)
        machine.gic.sharedLine(8).set(true)
        #expect((0..<12).filter { machine.irq[$0].level } == [9])
        #expect(machine.read(ICC.iar0, 9) == 1023, "not in group 0")
        #expect(machine.read(ICC.iar1, 9) == 40)
        #expect(machine.read(ICC.rpr, 9) == 0x80)
        #expect(machine.read(ICC.ap1r0, 9) == 1 << 16)
        machine.gic.sharedLine(8).set(false)
        machine.write(ICC.eoir1, 40, 9)
        #expect(machine.read(ICC.rpr, 9) == 0xff)
        #expect(machine.read(ICC.iar1, 9) == 1023)
    }

    @Test func `A route to nobody keeps the interrupt pending until it leads somewhere`() {
        let machine = TestGICv3(processors: 2)
        machine.enable()
        machine.configure(40, priority: 0x80, route: 0x700)
        machine.gic.sharedLine(8).set(true)
        #expect(!machine.irq[0].level && !machine.irq[1].level)
        machine.configure(40, priority: 0x80, route: 1)
        #expect(machine.irq[1].level)
    }

    @Test func `Group 0 signals FIQ`() {
        let machine = TestGICv3(processors: 1)
        machine.enable()
        machine.distributor[GICD.igroupr + 4] = 0
        machine.configure(40, priority: 0x80, route: 0)
        machine.gic.sharedLine(8).set(true)
        #expect(machine.fiq[0].level && !machine.irq[0].level)
        #expect(machine.read(ICC.hppir1) == 1023)
        #expect(machine.read(ICC.iar0) == 40)
        machine.gic.sharedLine(8).set(false)
        machine.write(ICC.eoir1, 40)
        #expect(machine.read(ICC.rpr) == 0x80, "the end in the wrong group is ignored")
        machine.write(ICC.eoir0, 40)
        #expect(machine.read(ICC.rpr) == 0xff)
    }

    @Test func `With EOImode DIR deactivates, and without it does nothing`() {
        let machine = TestGICv3(processors: 1)
        machine.enable()
        machine.write(ICC.ctlr, 2)
        machine.configure(40, priority: 0x80, route: 0)
        machine.gic.sharedLine(8).set(true)
        #expect(machine.read(ICC.iar1) == 40)
        machine.write(ICC.eoir1, 40)
        #expect(!machine.irq[0].level)
        machine.write(ICC.dir, 40)
        #expect(machine.irq[0].level)
    }

    @Test func `SGI1R reaches the listed processors of one cluster, or all others`() {
        let machine = TestGICv3(processors: 64)
        machine.enable()
        machine.write(ICC.sgi1r, 3 << 24 | 2 << 16 | 0b1010_0001, 5)
        let reached = (0..<64).filter { machine.irq[$0].level }
        #expect(reached == [16, 21, 23])
        for cpu in reached {
            #expect(machine.read(ICC.iar1, cpu) == 3)
            machine.write(ICC.eoir1, 3, cpu)
        }
        machine.write(ICC.sgi1r, 1 << 40 | 2 << 24, 5)
        #expect((0..<64).filter { !machine.irq[$0].level } == [5])
    }

    @Test func `A software-generated interrupt of the other group is not sent`() {
        let machine = TestGICv3(processors: 2)
        machine.enable()
        machine.write(ICC.sgi0r, 3 << 24 | 0b10, 0)
        #expect(!machine.irq[1].level && !machine.fiq[1].level)
        machine.redistributors[machine.privateFrame(1) + GICD.igroupr] = 0
        machine.write(ICC.sgi0r, 3 << 24 | 0b10, 0)
        #expect(machine.fiq[1].level)
    }

    @Test func `Private interrupts are configured in their redistributor`() {
        let machine = TestGICv3(processors: 2)
        machine.enable()
        let frame = machine.privateFrame(1)
        machine.redistributors[byte: frame + GICD.ipriorityr + 27] = 0x55
        #expect(machine.redistributors[byte: frame + GICD.ipriorityr + 27] == 0x50)
        #expect(machine.redistributors[frame + GICD.icfgr] == 0xaaaa_aaaa)
        machine.gic.privateLine(27, cpu: 1).set(true)
        #expect(!machine.irq[0].level && machine.irq[1].level)
        machine.redistributors[frame + GICD.icenabler] = 1 << 27
        #expect(!machine.irq[1].level)
        #expect(machine.redistributors[frame + GICD.ispendr] == 1 << 27)
    }

    @Test func `TYPER of each redistributor tells its affinity, and the last one that it is`() {
        let machine = TestGICv3(processors: 10)
        for cpu in 0..<10 {
            let type = machine.gic.redistributors.read(BusAccess(offset: UInt64(cpu) << 17 | 8, size: 8)) ?? 0
            #expect(type >> 32 == UInt64(cpu / 8) << 8 | UInt64(cpu % 8))
            #expect(type >> 8 & 0xffff == UInt64(cpu))
            #expect(type >> 4 & 1 == (cpu == 9 ? 1 : 0))
        }
        #expect(machine.redistributors[0xffe8] >> 4 == 3, "architecture version 3")
        #expect(machine.distributor[0xffe8] >> 4 == 3)
    }

    @Test func `A redistributor wakes when told to`() {
        let machine = TestGICv3(processors: 1)
        #expect(machine.redistributors[0x14] == 6)
        machine.redistributors[0x14] = 0
        #expect(machine.redistributors[0x14] == 0)
    }

    @Test func `The distributor says that affinity routing is on and that there is one security state`() {
        let machine = TestGICv3(processors: 1)
        machine.distributor[GICD.ctlr] = 0
        #expect(machine.distributor[GICD.ctlr] == 0x50)
        #expect(machine.distributor[GICD.typer] & 31 == 2)
        machine.distributor[GICD.isenabler] = .max
        #expect(machine.distributor[GICD.isenabler] == 0, "private interrupts are not here")
    }

    @Test func `A common binary point shows in BPR1, which then cannot be written`() {
        let machine = TestGICv3(processors: 1)
        machine.write(ICC.bpr1, 0)
        #expect(machine.read(ICC.bpr1) == 3)
        machine.write(ICC.ctlr, 1)
        #expect(machine.read(ICC.ctlr) == 1 << 15 | 4 << 8 | 1)
        machine.write(ICC.bpr1, 6)
        #expect(machine.read(ICC.bpr1) == 3)
        machine.write(ICC.ctlr, 0)
        #expect(machine.read(ICC.bpr1) == 3)
    }

    @Test func `What can only be written is not read, what can only be read is not written, and the rest is not there`()
    {
        let gic = TestGICv3(processors: 1).gic
        #expect(gic.readRegister(ICC.eoir1, cpu: 0) == nil)
        #expect(!gic.writeRegister(ICC.iar1, 0, cpu: 0))
        #expect(gic.readRegister(ICC.ap1r0 + 1, cpu: 0) == nil)
        #expect(gic.readRegister(ICC.sre, cpu: 0) == 7)
        #expect(gic.writeRegister(ICC.sre, 0, cpu: 0) && gic.readRegister(ICC.sre, cpu: 0) == 7)
    }

    @Test func `A saved state brings back what is pending`() {
        let machine = TestGICv3(processors: 2)
        machine.enable()
        machine.configure(40, priority: 0x80, route: 1)
        machine.gic.sharedLine(8).set(true)
        machine.write(ICC.sgi1r, 3 << 24 | 0b1, 1)
        let copy = TestGICv3(processors: 2)
        copy.gic.state = machine.gic.state
        #expect(copy.read(ICC.iar1, 0) == 3)
        #expect(copy.read(ICC.iar1, 1) == 40)
        copy.gic.reset()
        #expect(!copy.irq[0].level && !copy.irq[1].level)
    }
}
