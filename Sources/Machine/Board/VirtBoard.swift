import Bus
import Devices
import Glibc
import Memory

/// The board `virt`, wired: devices on the bus, their lines to the interrupt controller, its lines to the processors.
struct VirtBoard {
    let wiring: Processors.Wiring
    let uart: PL011
    let gpio: PL061

    init(_ configuration: MachineConfiguration, memory: PhysicalMemory, sink: any CharacterSink) {
        let clock = HostClock()
        let inputs = (0..<configuration.processors).map { _ in InterruptInputs() }
        let controller = Controller(configuration.gic, inputs)
        let gic = controller.lines
        uart = PL011(line: gic.sharedLine(VirtMap.uartInterrupt), sink: sink, clock: clock)
        gpio = PL061(line: gic.sharedLine(VirtMap.gpioInterrupt))
        let realTimeClock = PL031(
            epoch: UInt32(truncatingIfNeeded: time(nil)), line: gic.sharedLine(VirtMap.realTimeClockInterrupt),
            clock: clock)
        let timers = inputs.indices.map { cpu in
            GenericTimer(
                clock: clock, physical: gic.privateLine(VirtMap.physicalTimerInterrupt, cpu: cpu),
                virtual: gic.privateLine(VirtMap.virtualTimerInterrupt, cpu: cpu))
        }
        let bus = Bus(
            controller.regions + [
                Self.region(VirtMap.flash[0], ErasedFlash()),
                Self.region(VirtMap.flash[1], ErasedFlash()),
                Self.region(VirtMap.uart, uart),
                Self.region(VirtMap.realTimeClock, realTimeClock),
                Self.region(VirtMap.gpio, gpio),
            ])
        let psci = PSCI(affinities: inputs.indices.map(VirtMap.affinity)) { memory.contains($0, count: 4) }
        wiring = Processors.Wiring(
            memory: memory, bus: bus, timers: timers, inputs: inputs, psci: psci,
            gicRegisters: controller.registers, clock: clock)
    }

    private static func region(_ range: PhysicalRange, _ device: any Device) -> Bus.Region {
        Bus.Region(range.base, size: range.size, device)
    }

    /// The interrupt controller of either version, with its places on the bus.
    private struct Controller {
        let lines: any InterruptController
        let regions: [Bus.Region]
        let registers: (any SystemRegisterInterface)?

        init(_ version: GICVersion, _ inputs: [InterruptInputs]) {
            switch version {
            case .v2:
                let gic = GICv2(spis: VirtMap.sharedInterrupts, outputs: inputs)
                lines = gic
                registers = nil
                regions = [
                    VirtBoard.region(VirtMap.distributor, gic.distributor),
                    VirtBoard.region(VirtMap.processorInterface, gic.processorInterface),
                ]
            case .v3:
                let affinities = inputs.indices.map(VirtMap.affinity)
                let gic = GICv3(spis: VirtMap.sharedInterrupts, affinities: affinities, outputs: inputs)
                lines = gic
                registers = gic
                regions = [
                    VirtBoard.region(VirtMap.distributor, gic.distributor),
                    VirtBoard.region(VirtMap.redistributors, gic.redistributors),
                ]
            }
        }
    }
}

extension GICv3: SystemRegisterInterface {}
