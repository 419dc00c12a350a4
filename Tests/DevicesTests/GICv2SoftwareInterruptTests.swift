import Bus
import Devices
import Testing

@Suite struct GICv2SoftwareInterruptTests {
    @Test func `Each sender of a software-generated interrupt is heard, in the order of their numbers`() {
        let machine = TestGICv2(processors: 4)
        machine.enable()
        for sender in [3, 1, 2] { machine.distributor(sender)[GICD.sgir] = 1 << 16 | 5 }
        #expect(machine.distributor()[GICD.cpendsgir + 4] == 0x0e00)
        #expect(machine.irq[0].level)
        for sender: UInt32 in [1, 2, 3] {
            #expect(machine.interface()[GICC.iar] == sender << 10 | 5)
            #expect(!machine.irq[0].level, "active: the next sender waits")
            machine.interface()[GICC.eoir] = sender << 10 | 5
        }
        #expect(machine.interface()[GICC.iar] == 1023)
    }

    @Test(arguments: [
        (filter: 0 as UInt32, list: 0b1010 as UInt32, reached: [1, 3]),
        (filter: 1, list: 0, reached: [0, 1, 3]),
        (filter: 2, list: 0, reached: [2]),
        (filter: 3, list: 0xf, reached: []),
    ])
    func `The target list filter reaches the listed, the others, or oneself`(
        filter: UInt32, list: UInt32, reached: [Int]
    ) {
        let machine = TestGICv2(processors: 4)
        machine.enable()
        machine.distributor(2)[GICD.sgir] = filter << 24 | list << 16 | 3
        #expect((0..<4).filter { machine.irq[$0].level } == reached)
    }

    @Test func `A list that names absent processors reaches the present ones`() {
        let machine = TestGICv2(processors: 2)
        machine.enable()
        machine.distributor()[GICD.sgir] = 0xff << 16 | 1
        #expect(machine.irq[0].level && machine.irq[1].level)
    }

    @Test func `Software-generated interrupts can be set and taken back by their senders' bits`() {
        let machine = TestGICv2(processors: 2)
        machine.enable()
        machine.distributor(1)[byte: GICD.spendsgir + 7] = 0b11
        #expect(machine.irq[1].level && !machine.irq[0].level, "pending registers are banked")
        machine.distributor(1)[byte: GICD.cpendsgir + 7] = 0b01
        #expect(machine.interface(1)[GICC.iar] == 1 << 10 | 7)
        machine.interface(1)[GICC.eoir] = 1 << 10 | 7
        #expect(!machine.irq[1].level)
    }

    @Test func `Software-generated interrupts are always enabled, edge-triggered, and not pending by ISPENDR`() {
        let machine = TestGICv2(processors: 1)
        machine.enable()
        machine.distributor()[GICD.icenabler] = 0xffff
        #expect(machine.distributor()[GICD.isenabler] == 0xffff)
        machine.distributor()[GICD.icfgr] = 0
        #expect(machine.distributor()[GICD.icfgr] == 0xaaaa_aaaa)
        machine.distributor()[GICD.ispendr] = 0xffff
        #expect(machine.distributor()[GICD.ispendr] == 0)
    }

    @Test func `Private interrupts belong to their processor`() {
        let machine = TestGICv2(processors: 2)
        machine.enable()
        for cpu in 0..<2 {
            machine.distributor(cpu)[byte: GICD.ipriorityr + 27] = 0x80
            machine.distributor(cpu)[GICD.isenabler] = 1 << 27
        }
        machine.gic.privateLine(27, cpu: 1).set(true)
        #expect(!machine.irq[0].level && machine.irq[1].level)
        #expect(machine.distributor(0)[GICD.ispendr] == 0)
        #expect(machine.distributor(1)[GICD.ispendr] == 1 << 27)
        #expect(machine.interface(1)[GICC.iar] == 27)
        machine.gic.privateLine(27, cpu: 1).set(false)
        machine.interface(1)[GICC.eoir] = 27
        #expect(!machine.irq[1].level)
    }

    @Test func `Processors that send to each other from many threads lose nothing`() async {
        let processors = 8
        let rounds = 2000
        let machine = TestGICv2(processors: processors)
        machine.enable()
        // Every processor sends to its neighbour and waits for its own interrupt, in a ring.
        let counts = await withTaskGroup(of: Int.self) { group in
            for cpu in 0..<processors {
                group.addTask {
                    var taken = 0
                    for _ in 0..<rounds {
                        machine.distributor(cpu)[GICD.sgir] = 1 << UInt32(16 + (cpu + 1) % processors) | 1
                        let value = machine.interface(cpu)[GICC.iar]
                        guard value & 0x3ff == 1 else { continue }
                        taken += 1
                        machine.interface(cpu)[GICC.eoir] = value
                    }
                    return taken
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts.allSatisfy { $0 <= rounds })
        for cpu in 0..<processors {
            // At most one is left pending for each; after it the processor is idle.
            let last = machine.interface(cpu)[GICC.iar]
            #expect(last == 1023 || last & 0x3ff == 1)
            if last != 1023 { machine.interface(cpu)[GICC.eoir] = last }
            #expect(machine.interface(cpu)[GICC.iar] == 1023)
            #expect(machine.interface(cpu)[GICC.rpr] == 0xff)
            #expect(!machine.irq[cpu].level)
        }
        #expect(counts.reduce(0, +) > 0)
    }
}
