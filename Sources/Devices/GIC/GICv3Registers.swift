package import Bus
import Support

extension GICv3 {
    /// The distributor's registers as a bus device (64 KiB, GICD_*).
    package var distributor: any Device { Distributor(self) }
    /// The redistributors' registers as one bus device (128 KiB for each processor, GICR_*).
    package var redistributors: any Device { Redistributors(self) }

    /// Peripheral and component identification, from offset 0xffd0 of each frame; `part` tells the frames apart.
    fileprivate static func identification(_ offset: UInt64, part: UInt32) -> UInt32 {
        let words: [UInt32] = [0x44, 0, 0, 0, part, 0xb4, 0x3b, 0x00, 0x0d, 0xf0, 0x05, 0xb1]
        return words[Int(offset - 0xffd0) / 4]
    }

    /// GICD_IIDR and GICR_IIDR: Arm, no product.
    fileprivate static let implementer: UInt32 = 0x43b
}

/// A device whose registers are 32 bits wide, some with a 64-bit partner; accesses of 8 bytes are two of 4.
private protocol SplitDevice: Device {
    func word(_ offset: UInt64) -> UInt32
    func store(_ offset: UInt64, _ value: UInt32, lanes: UInt32)
}

extension SplitDevice {
    func read(_ access: BusAccess) -> UInt64? {
        if access.size < 8 { return access.extract(word(access.word)) }
        return UInt64(word(access.offset)) | UInt64(word(access.offset + 4)) << 32
    }

    func write(_ access: BusAccess, _ value: UInt64) -> Bool {
        if access.size < 8 {
            store(access.word, access.place(value), lanes: access.lanes)
        } else {
            store(access.offset, UInt32(truncatingIfNeeded: value), lanes: .max)
            store(access.offset + 4, UInt32(truncatingIfNeeded: value >> 32), lanes: .max)
        }
        return true
    }
}

/// GICD_*: IHI 0069 section 12.9.
private final class Distributor: SplitDevice {
    private let gic: GICv3
    let name = "gicd"

    init(_ gic: GICv3) { self.gic = gic }

    /// Resets the whole controller, redistributors and interfaces included.
    func reset() { gic.reset() }

    func word(_ offset: UInt64) -> UInt32 {
        switch offset {
        case 0x0000: gic.shared.withLock { $0.groups.rawValue } | 0x50  // ARE and DS
        case 0x0004: type
        case 0x0008: GICv3.implementer
        case 0x0080...0x03ff: bank(Int(offset & 0x7f) / 4) { $0.read(register(offset)) }
        case 0x0400...0x07ff: bank(Int(offset - 0x400) / 32) { $0.priorities(at: Int(offset & 0x1f)) }
        case 0x0c00...0x0cff: bank(Int(offset - 0xc00) / 8) { $0.configuration(half: Int(offset & 4) / 4) }
        case 0x6100...0x7fdf: route(offset)
        case 0xffd0...0xffff: GICv3.identification(offset, part: 0x92)
        default: 0
        }
    }

    func store(_ offset: UInt64, _ value: UInt32, lanes: UInt32) {
        switch offset {
        case 0x0000:
            gic.shared.withLock { state in
                state.groups = GroupEnables(rawValue: value & 3)
                gic.forwardAll(state)
            }
        case 0x0080...0x03ff:
            change(Int(offset & 0x7f) / 4) { $0.write(register(offset), value, lanes: lanes) }
        case 0x0400...0x07ff:
            change(Int(offset - 0x400) / 32) {
                $0.setPriorities(at: Int(offset & 0x1f), value, lanes: lanes, mask: PriorityStack.implemented)
            }
        case 0x0c00...0x0cff:
            change(Int(offset - 0xc00) / 8) {
                $0.setConfiguration(half: Int(offset & 4) / 4, value, lanes: lanes)
            }
        case 0x6100...0x7fdf: setRoute(offset, value)
        default: break
        }
    }

    /// GICD_TYPER: banks of interrupts, ten bits of interrupt numbers, affinity 3 valid, no interrupts for any
    /// processor.
    private var type: UInt32 {
        let banks = gic.shared.withLock { $0.banks.count }
        return UInt32(banks) | 9 << 19 | 1 << 24 | 1 << 25
    }

    private func register(_ offset: UInt64) -> InterruptBank.BitRegister {
        InterruptBank.BitRegister(rawValue: offset >> 7) ?? .group
    }

    /// Reads from a bank. The first is the redistributors' affair, and reads as zero, as those do that do not exist.
    private func bank(_ index: Int, _ body: (InterruptBank) -> UInt32) -> UInt32 {
        gic.shared.withLock { $0.banks.indices.contains(index - 1) ? body($0.banks[index - 1]) : 0 }
    }

    private func change(_ index: Int, _ body: (inout InterruptBank) -> Void) {
        gic.shared.withLock { state in
            guard state.banks.indices.contains(index - 1) else { return }
            body(&state.banks[index - 1])
            gic.forwardAll(state)
        }
    }

    /// One half of GICD_IROUTER, which is 64 bits wide.
    private func route(_ offset: UInt64) -> UInt32 {
        let spi = Int(offset - 0x6100) / 8
        let value = gic.shared.withLock { $0.routes.indices.contains(spi) ? $0.routes[spi] : 0 }
        return UInt32(truncatingIfNeeded: offset & 4 == 0 ? value : value >> 32)
    }

    private func setRoute(_ offset: UInt64, _ value: UInt32) {
        let spi = Int(offset - 0x6100) / 8
        gic.shared.withLock { state in
            guard state.routes.indices.contains(spi) else { return }
            let old = state.routes[spi]
            let new = offset & 4 == 0 ? old & ~0xffff_ffff | UInt64(value) : old & 0xffff_ffff | UInt64(value) << 32
            state.setRoute(spi, new)
            gic.forwardAll(state)
        }
    }
}

/// GICR_*: IHI 0069 section 12.11. For each processor one frame of 64 KiB for control and one for its private
/// interrupts.
private final class Redistributors: SplitDevice {
    private let gic: GICv3
    let name = "gicr"

    init(_ gic: GICv3) { self.gic = gic }

    /// The distributor resets the redistributors along with itself.
    func reset() {}

    func word(_ offset: UInt64) -> UInt32 {
        let cpu = Int(offset >> 17)
        guard cpu < gic.processors else { return 0 }
        return offset & 0x1_0000 == 0 ? control(offset & 0xffff, cpu) : interrupts(offset & 0xffff, cpu)
    }

    func store(_ offset: UInt64, _ value: UInt32, lanes: UInt32) {
        let cpu = Int(offset >> 17)
        guard cpu < gic.processors else { return }
        if offset & 0x1_0000 != 0 {
            storeInterrupts(offset & 0xffff, value, lanes: lanes, cpu)
        } else if offset & 0xffff == 0x14 {
            gic.withInterface(cpu) { $0.sleeps = value & 2 != 0 }
        }
    }

    // MARK: The control frame

    private func control(_ offset: UInt64, _ cpu: Int) -> UInt32 {
        switch offset {
        case 0x0004: GICv3.implementer
        case 0x0008: UInt32(cpu) << 8 | (cpu == gic.processors - 1 ? 1 << 4 : 0)  // GICR_TYPER.Last
        case 0x000c: packedAffinity(cpu)
        case 0x0014: gic.withInterface(cpu) { $0.sleeps ? 6 : 0 }  // ProcessorSleep, ChildrenAsleep
        case 0xffd0...0xffff: GICv3.identification(offset, part: 0x93)
        default: 0
        }
    }

    /// The upper half of GICR_TYPER: the four affinity fields in 32 bits.
    private func packedAffinity(_ cpu: Int) -> UInt32 {
        let affinity = gic.affinities[cpu]
        return UInt32(truncatingIfNeeded: affinity & 0xff_ffff | affinity >> 8 & 0xff00_0000)
    }

    // MARK: The private interrupts' frame

    private func interrupts(_ offset: UInt64, _ cpu: Int) -> UInt32 {
        gic.withInterface(cpu) { interface in
            switch offset {
            case 0x0400...0x041f: interface.bank.priorities(at: Int(offset & 0x1f))
            case 0x0c00, 0x0c04: interface.bank.configuration(half: Int(offset & 4) / 4)
            default: register(offset).map(interface.bank.read) ?? 0
            }
        }
    }

    private func storeInterrupts(_ offset: UInt64, _ value: UInt32, lanes: UInt32, _ cpu: Int) {
        gic.withInterface(cpu) { interface in
            switch offset {
            case 0x0400...0x041f:
                interface.bank.setPriorities(
                    at: Int(offset & 0x1f), value, lanes: lanes, mask: PriorityStack.implemented)
            case 0x0c04: interface.bank.setConfiguration(half: 1, value, lanes: lanes)
            default:
                if let register = register(offset) { interface.bank.write(register, value, lanes: lanes) }
            }
        }
    }

    /// The register with one bit for each of the 32 private interrupts at `offset`, if there is one.
    private func register(_ offset: UInt64) -> InterruptBank.BitRegister? {
        offset & 0x7f == 0 ? InterruptBank.BitRegister(rawValue: offset >> 7) : nil
    }
}
