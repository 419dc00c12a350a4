import Bus
import Devices
import Testing

@Suite struct GICv2Tests {
    @Test func `A level-sensitive shared interrupt is signalled, taken once, and comes again while its wire is high`() {
        let machine = TestGICv2(processors: 1)
        machine.enable()
        machine.configure(33, priority: 0x80)
        let line = machine.gic.sharedLine(1)
        line.set(true)
        #expect(machine.irq[0].level)
        #expect(machine.interface()[GICC.hppir] == 33)
        #expect(machine.interface()[GICC.iar] == 33)
        #expect(!machine.irq[0].level, "an active interrupt is not signalled again")
        #expect(machine.interface()[GICC.iar] == 1023)
        #expect(machine.interface()[GICC.rpr] == 0x80)
        machine.interface()[GICC.eoir] = 33
        #expect(machine.irq[0].level, "the wire is still high")
        #expect(machine.interface()[GICC.iar] == 33)
        line.set(false)
        machine.interface()[GICC.eoir] = 33
        #expect(!machine.irq[0].level)
        #expect(machine.interface()[GICC.rpr] == 0xff)
    }

    @Test func `An edge is remembered after the wire has fallen, and one that comes while active is not lost`() {
        let machine = TestGICv2(processors: 1)
        machine.enable()
        machine.configure(34, priority: 0x80, edge: true)
        let line = machine.gic.sharedLine(2)
        line.set(true)
        line.set(false)
        #expect(machine.interface()[GICC.iar] == 34)
        line.set(true)
        line.set(false)
        #expect(!machine.irq[0].level)
        machine.interface()[GICC.eoir] = 34
        #expect(machine.irq[0].level)
        #expect(machine.interface()[GICC.iar] == 34)
        machine.interface()[GICC.eoir] = 34
        #expect(machine.interface()[GICC.iar] == 1023)
    }

    @Test func `A more urgent interrupt preempts, a less urgent one waits for the priority to drop`() {
        let machine = TestGICv2(processors: 1)
        machine.enable()
        machine.configure(40, priority: 0x80)
        machine.configure(41, priority: 0x40)
        machine.configure(42, priority: 0xa0)
        machine.gic.sharedLine(8).set(true)
        #expect(machine.interface()[GICC.iar] == 40)
        machine.gic.sharedLine(10).set(true)
        #expect(!machine.irq[0].level)
        machine.gic.sharedLine(9).set(true)
        #expect(machine.irq[0].level)
        #expect(machine.interface()[GICC.iar] == 41)
        #expect(machine.interface()[GICC.rpr] == 0x40)
        machine.gic.sharedLine(9).set(false)
        machine.interface()[GICC.eoir] = 41
        #expect(machine.interface()[GICC.rpr] == 0x80)
        #expect(machine.interface()[GICC.iar] == 1023)
        machine.gic.sharedLine(8).set(false)
        machine.interface()[GICC.eoir] = 40
        #expect(machine.interface()[GICC.iar] == 42)
    }

    @Test func `Priorities that differ only below the binary point do not preempt each other`() {
        let machine = TestGICv2(processors: 1)
        machine.enable()
        machine.interface()[GICC.bpr] = 5  // groups of 64
        machine.configure(40, priority: 0x90)
        machine.configure(41, priority: 0x80)
        machine.gic.sharedLine(8).set(true)
        #expect(machine.interface()[GICC.iar] == 40)
        machine.gic.sharedLine(9).set(true)
        #expect(machine.interface()[GICC.hppir] == 41)
        #expect(!machine.irq[0].level)
        #expect(machine.interface()[GICC.rpr] == 0x80, "the running priority is the group's")
    }

    @Test func `The priority mask holds back what is not more urgent than it`() {
        let machine = TestGICv2(processors: 1)
        machine.enable()
        machine.configure(40, priority: 0x80)
        machine.gic.sharedLine(8).set(true)
        machine.interface()[GICC.pmr] = 0x80
        #expect(!machine.irq[0].level)
        #expect(machine.interface()[GICC.iar] == 1023)
        machine.interface()[GICC.pmr] = 0x88
        #expect(machine.irq[0].level)
    }

    @Test func `Of equal priorities the lowest number comes first, over private and shared ones`() {
        let machine = TestGICv2(processors: 1)
        machine.enable()
        machine.configure(45, priority: 0x80)
        machine.configure(44, priority: 0x80)
        machine.distributor()[byte: GICD.ipriorityr + 27] = 0x80
        machine.distributor()[GICD.isenabler] = 1 << 27
        machine.gic.sharedLine(13).set(true)
        machine.gic.sharedLine(12).set(true)
        machine.gic.privateLine(27, cpu: 0).set(true)
        var order: [UInt32] = []
        for _ in 0..<3 {
            order.append(machine.interface()[GICC.iar])
            machine.gic.privateLine(27, cpu: 0).set(false)
            if order.last == 44 { machine.gic.sharedLine(12).set(false) }
            machine.interface()[GICC.eoir] = order.last ?? 0
        }
        #expect(order == [27, 44, 45])
    }

    @Test func `With EOImode the end of interrupt drops the priority only, and DIR deactivates`() {
        let machine = TestGICv2(processors: 1)
        machine.enable()
        machine.interface()[GICC.ctlr] = 1 | 1 << 9
        machine.configure(40, priority: 0x80)
        machine.gic.sharedLine(8).set(true)
        #expect(machine.interface()[GICC.iar] == 40)
        machine.interface()[GICC.eoir] = 40
        #expect(machine.interface()[GICC.rpr] == 0xff)
        #expect(!machine.irq[0].level, "still active")
        #expect(machine.distributor()[GICD.isactiver + 4] == 1 << 8)
        machine.interface()[GICC.dir] = 40
        #expect(machine.irq[0].level)
        #expect(machine.distributor()[GICD.isactiver + 4] == 0)
    }

    @Test func `Clearing the active bit lets an interrupt come again before its end`() {
        let machine = TestGICv2(processors: 1)
        machine.enable()
        machine.configure(40, priority: 0x80)
        machine.gic.sharedLine(8).set(true)
        #expect(machine.interface()[GICC.iar] == 40)
        machine.distributor()[GICD.icactiver + 4] = 1 << 8
        machine.interface()[GICC.eoir] = 40
        #expect(machine.interface()[GICC.iar] == 40)
    }

    @Test func `A shared interrupt for two processors goes to the one that takes it first`() {
        let machine = TestGICv2(processors: 2)
        machine.enable()
        machine.configure(40, priority: 0x80, targets: 3)
        machine.gic.sharedLine(8).set(true)
        #expect(machine.irq[0].level && machine.irq[1].level)
        #expect(machine.interface(1)[GICC.iar] == 40)
        #expect(!machine.irq[0].level && !machine.irq[1].level)
        #expect(machine.interface(0)[GICC.iar] == 1023)
        machine.gic.sharedLine(8).set(false)
        machine.interface(1)[GICC.eoir] = 40
        #expect(!machine.irq[0].level && !machine.irq[1].level)
    }

    @Test func `Changing the target moves a pending interrupt to the other processor`() {
        let machine = TestGICv2(processors: 2)
        machine.enable()
        machine.configure(40, priority: 0x80, targets: 1)
        machine.gic.sharedLine(8).set(true)
        machine.distributor()[byte: GICD.itargetsr + 40] = 2
        #expect(!machine.irq[0].level && machine.irq[1].level)
    }

    @Test func `Group 0 signals FIQ when asked to, and group 1 is only seen through the alias without AckCtl`() {
        let machine = TestGICv2(processors: 1)
        machine.distributor()[GICD.ctlr] = 3
        machine.interface()[GICC.pmr] = 0xff
        machine.interface()[GICC.ctlr] = 3 | 8
        machine.configure(40, priority: 0x80)
        machine.configure(41, priority: 0x90)
        machine.distributor()[GICD.igroupr + 4] = 1 << 9
        machine.gic.sharedLine(8).set(true)
        #expect(machine.fiq[0].level && !machine.irq[0].level)
        #expect(machine.interface()[GICC.iar] == 40)
        machine.gic.sharedLine(8).set(false)
        machine.interface()[GICC.eoir] = 40
        machine.gic.sharedLine(9).set(true)
        #expect(!machine.fiq[0].level && machine.irq[0].level)
        #expect(machine.interface()[GICC.iar] == 1022)
        #expect(machine.interface()[GICC.aiar] == 41)
        machine.gic.sharedLine(9).set(false)
        machine.interface()[GICC.aeoir] = 41
        #expect(machine.interface()[GICC.aiar] == 1023)
    }

    @Test func `Reset forgets everything but the levels of the wires`() {
        let machine = TestGICv2(processors: 2)
        machine.enable()
        machine.configure(40, priority: 0x80)
        machine.gic.sharedLine(8).set(true)
        #expect(machine.irq[0].level)
        machine.gic.reset()
        #expect(!machine.irq[0].level)
        #expect(machine.distributor()[GICD.isenabler + 4] == 0)
        machine.enable()
        machine.configure(40, priority: 0x80)
        #expect(machine.irq[0].level)
    }

    @Test func `A saved state brings back pending and active interrupts`() {
        let machine = TestGICv2(processors: 2)
        machine.enable()
        machine.configure(40, priority: 0x80)
        machine.configure(41, priority: 0x40, edge: true)
        machine.gic.sharedLine(8).set(true)
        #expect(machine.interface()[GICC.iar] == 40)
        machine.gic.sharedLine(9).set(true)
        let saved = machine.gic.state
        let copy = TestGICv2(processors: 2)
        copy.gic.state = saved
        #expect(copy.irq[0].level)
        #expect(copy.interface()[GICC.iar] == 41)
        #expect(copy.interface()[GICC.rpr] == 0x40)
    }
}
