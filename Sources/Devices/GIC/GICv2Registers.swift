package import Bus
import Support

extension GICv2 {
    /// The distributor's registers as a bus device (4 KiB, GICD_*).
    package var distributor: any Device { Distributor(self) }
    /// The CPU interfaces' registers as a bus device (8 KiB, GICC_*), banked by the accessing processor.
    package var processorInterface: any Device { ProcessorRegisters(self) }
}

/// GICD_*: section 4.3 of the specification.
private final class Distributor: Device {
    private let gic: GICv2
    let name = "gicd"

    init(_ gic: GICv2) { self.gic = gic }

    /// Resets the whole controller, interfaces included.
    func reset() { gic.reset() }

    func read(_ access: BusAccess) -> UInt64? {
        guard access.size <= 4, access.cpu < gic.processors else { return nil }
        return access.extract(word(access.word, cpu: access.cpu))
    }

    func write(_ access: BusAccess, _ value: UInt64) -> Bool {
        guard access.size <= 4, access.cpu < gic.processors else { return false }
        store(access.word, access.place(value), lanes: access.lanes, cpu: access.cpu)
        return true
    }

    // MARK: Reading

    private func word(_ offset: UInt64, cpu: Int) -> UInt32 {
        switch offset {
        case 0x000: gic.shared.withLock { $0.groups.rawValue }
        case 0x004: type
        case 0x008: 0x0200_143b  // GICD_IIDR of a GIC-400 r0p1
        case 0x080...0x3ff: bank(Int(offset & 0x7f) / 4, cpu: cpu) { $0.read(register(offset)) }
        case 0x400...0x7ff:
            bank(Int(offset - 0x400) / 32, cpu: cpu) { $0.priorities(at: Int(offset & 0x1f)) }
        case 0x800...0xbff: targets(Int(offset - 0x800), cpu: cpu)
        case 0xc00...0xcff:
            bank(Int(offset - 0xc00) / 8, cpu: cpu) { $0.configuration(half: Int(offset & 4) / 4) }
        case 0xf10...0xf2f: sources(Int(offset & 0xf), cpu: cpu)
        case 0xfd0...0xfff: Self.identification[Int(offset - 0xfd0) / 4]
        default: 0
        }
    }

    /// GICD_TYPER: banks of interrupts, processors, no security.
    private var type: UInt32 {
        let banks = gic.shared.withLock { $0.banks.count }
        return UInt32(banks) | UInt32(gic.processors - 1) << 5
    }

    /// Peripheral and component identification of a GIC-400, from offset 0xfd0.
    private static let identification: [UInt32] = [
        0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0x00, 0x0d, 0xf0, 0x05, 0xb1,
    ]

    private func register(_ offset: UInt64) -> InterruptBank.BitRegister {
        InterruptBank.BitRegister(rawValue: offset >> 7) ?? .group
    }

    /// Reads from a bank: 0 is the processor's own, the others are shared, those that do not exist read as zero.
    private func bank(_ index: Int, cpu: Int, _ body: (InterruptBank) -> UInt32) -> UInt32 {
        if index == 0 { return gic.withInterface(cpu) { body($0.bank) } }
        return gic.shared.withLock { $0.banks.indices.contains(index - 1) ? body($0.banks[index - 1]) : 0 }
    }

    /// GICD_ITARGETSR for the four interrupts from `first` on. Private interrupts read as their own processor. With one
    /// processor there is nothing to choose, and all read as zero (section 4.3.12).
    private func targets(_ first: Int, cpu: Int) -> UInt32 {
        if gic.processors == 1 { return 0 }
        if first < 32 { return 0x0101_0101 << UInt32(cpu) }
        return gic.shared.withLock { state in
            guard first - 32 < state.targetMasks.count else { return 0 }
            return (0..<4).reduce(0) { $0 | UInt32(state.targetMasks[first - 32 + $1]) << UInt32(8 * $1) }
        }
    }

    /// GICD_CPENDSGIR and GICD_SPENDSGIR.
    private func sources(_ first: Int, cpu: Int) -> UInt32 {
        gic.withInterface(cpu) { interface in
            (0..<4).reduce(0) { $0 | UInt32(interface.sources[first + $1]) << UInt32(8 * $1) }
        }
    }

    // MARK: Writing

    private func store(_ offset: UInt64, _ value: UInt32, lanes: UInt32, cpu: Int) {
        switch offset {
        case 0x000:
            gic.shared.withLock { state in
                state.groups = GroupEnables(rawValue: value & 3)
                gic.forward(state, to: state.allProcessors)
            }
        case 0x080...0x3ff:
            let register = register(offset)
            let index = Int(offset & 0x7f) / 4
            // Software-generated interrupts are always enabled, and pending by their senders only.
            let fixed: UInt32 = index == 0 && register.isFixedForSoftware ? 0xffff : 0
            change(index, cpu: cpu) { $0.write(register, value & ~fixed, lanes: lanes) }
        case 0x400...0x7ff:
            change(Int(offset - 0x400) / 32, cpu: cpu) {
                $0.setPriorities(at: Int(offset & 0x1f), value, lanes: lanes, mask: PriorityStack.implemented)
            }
        case 0x820...0xbff: setTargets(Int(offset - 0x820), value, lanes: lanes)
        case 0xc04...0xcff:
            change(Int(offset - 0xc00) / 8, cpu: cpu) {
                $0.setConfiguration(half: Int(offset & 4) / 4, value, lanes: lanes)
            }
        case 0xf00: generate(value, from: cpu)
        case 0xf10...0xf1f: changeSources(Int(offset & 0xf), value, cpu: cpu) { $0.withdraw($1, from: $2) }
        case 0xf20...0xf2f: changeSources(Int(offset & 0xf), value, cpu: cpu) { $0.send($1, from: $2) }
        default: break
        }
    }

    private func change(_ index: Int, cpu: Int, _ body: (inout InterruptBank) -> Void) {
        if index == 0 {
            gic.withInterface(cpu) { body(&$0.bank) }
            return
        }
        gic.shared.withLock { state in
            guard state.banks.indices.contains(index - 1) else { return }
            body(&state.banks[index - 1])
            gic.forward(state, to: state.allProcessors)
        }
    }

    /// GICD_ITARGETSR for the four SPIs from `first` (0 is interrupt 32) on; bits of absent processors stay zero.
    private func setTargets(_ first: Int, _ value: UInt32, lanes: UInt32) {
        if gic.processors == 1 { return }
        gic.shared.withLock { state in
            guard first < state.targetMasks.count else { return }
            for lane in 0..<4 where lanes >> UInt32(8 * lane) & 0xff != 0 {
                let mask = UInt8(truncatingIfNeeded: value >> UInt32(8 * lane))
                state.targetMasks[first + lane] = mask & state.allProcessors
            }
            gic.forward(state, to: state.allProcessors)
        }
    }

    /// GICD_SGIR: sends a software-generated interrupt to the listed processors, all others, or oneself.
    private func generate(_ value: UInt32, from sender: Int) {
        let own: UInt32 = 1 << UInt32(sender)
        let targets: UInt32 =
            switch value >> 24 & 3 {
            case 0: value >> 16 & 0xff
            case 1: 0xff & ~own
            case 2: own
            default: 0
            }
        for cpu in 0..<gic.processors where targets >> UInt32(cpu) & 1 != 0 {
            gic.withInterface(cpu) { $0.send(Int(value & 15), from: UInt8(truncatingIfNeeded: own)) }
        }
    }

    private func changeSources(
        _ first: Int, _ value: UInt32, cpu: Int, _ body: (inout GICv2.ProcessorInterface, Int, UInt8) -> Void
    ) {
        gic.withInterface(cpu) { interface in
            for lane in 0..<4 {
                body(&interface, first + lane, UInt8(truncatingIfNeeded: value >> UInt32(8 * lane)))
            }
        }
    }
}

extension InterruptBank.BitRegister {
    /// Whether software-generated interrupts ignore writes to this register in version 2 of the architecture.
    fileprivate var isFixedForSoftware: Bool {
        switch self {
        case .setEnable, .clearEnable, .setPending, .clearPending: true
        case .group, .setActive, .clearActive: false
        }
    }
}

/// GICC_*: section 4.4 of the specification.
private final class ProcessorRegisters: Device {
    private let gic: GICv2
    let name = "gicc"

    init(_ gic: GICv2) { self.gic = gic }

    /// The distributor resets the interfaces along with itself.
    func reset() {}

    func read(_ access: BusAccess) -> UInt64? {
        guard access.size <= 4, access.cpu < gic.processors else { return nil }
        return access.extract(word(access.word, access.cpu))
    }

    func write(_ access: BusAccess, _ value: UInt64) -> Bool {
        guard access.size <= 4, access.cpu < gic.processors else { return false }
        store(access.word, access.place(value), access.cpu)
        return true
    }

    private func word(_ offset: UInt64, _ cpu: Int) -> UInt32 {
        switch offset {
        case 0x00: gic.withInterface(cpu) { $0.control }
        case 0x04: gic.withInterface(cpu) { UInt32($0.priorityMask) }
        case 0x08: gic.withInterface(cpu) { $0.priorities.binaryPoint0 }
        case 0x0c: gic.acknowledge(cpu, alias: false)
        case 0x14: gic.withInterface(cpu) { min($0.priorities.running, 0xff) }
        case 0x18: gic.withInterface(cpu) { $0.pendingNumber(alias: false) }
        case 0x1c: gic.withInterface(cpu) { $0.priorities.binaryPoint1 }
        case 0x20: gic.acknowledge(cpu, alias: true)
        case 0x28: gic.withInterface(cpu) { $0.pendingNumber(alias: true) }
        case 0xd0: gic.withInterface(cpu) { $0.priorities.active[0] }
        case 0xe0: gic.withInterface(cpu) { $0.priorities.active[1] }
        case 0xfc: 0x0202_143b  // GICC_IIDR of a GIC-400 r0p1
        default: 0
        }
    }

    private func store(_ offset: UInt64, _ value: UInt32, _ cpu: Int) {
        let minimum = PriorityStack.minimumBinaryPoint
        switch offset {
        case 0x00: gic.withInterface(cpu) { $0.setControl(value) }
        case 0x04:
            gic.withInterface(cpu) { $0.priorityMask = UInt8(truncatingIfNeeded: value) & PriorityStack.implemented }
        case 0x08: gic.withInterface(cpu) { $0.priorities.binaryPoint0 = max(value & 7, minimum) }
        case 0x10, 0x24: gic.endOfInterrupt(cpu, id: value & 0x3ff, isDeactivation: false)
        case 0x1c: gic.withInterface(cpu) { $0.priorities.binaryPoint1 = max(value & 7, minimum + 1) }
        case 0xd0: gic.withInterface(cpu) { $0.priorities.active[0] = value }
        case 0xe0: gic.withInterface(cpu) { $0.priorities.active[1] = value }
        case 0x1000: gic.endOfInterrupt(cpu, id: value & 0x3ff, isDeactivation: true)
        default: break
        }
    }
}
