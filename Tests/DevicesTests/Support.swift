import Bus
import Devices
import Synchronization

/// A device driven by register offsets, as a guest would.
struct Registers {
    let device: any Device
    var cpu = 0

    init(_ device: any Device, cpu: Int = 0) {
        self.device = device
        self.cpu = cpu
    }

    /// The 32-bit register at `offset`.
    subscript(_ offset: UInt64) -> UInt32 {
        get { UInt32(truncatingIfNeeded: device.read(BusAccess(offset: offset, size: 4, cpu: cpu)) ?? 0xdead_dead) }
        nonmutating set { _ = device.write(BusAccess(offset: offset, size: 4, cpu: cpu), UInt64(newValue)) }
    }

    /// The byte at `offset`.
    subscript(byte offset: UInt64) -> UInt8 {
        get { UInt8(truncatingIfNeeded: device.read(BusAccess(offset: offset, size: 1, cpu: cpu)) ?? 0xde) }
        nonmutating set { _ = device.write(BusAccess(offset: offset, size: 1, cpu: cpu), UInt64(newValue)) }
    }
}

/// One of a processor's inputs.
struct InputView {
    let inputs: InterruptInputs
    let bit: UInt32
    var level: Bool { inputs.levels & bit != 0 }
}

/// A GICv2 with wires that remember their levels, and its registers by processor.
struct TestGICv2 {
    let gic: GICv2
    let irq: [InputView]
    let fiq: [InputView]

    init(processors: Int, spis: Int = 64) {
        let inputs = (0..<processors).map { _ in InterruptInputs() }
        irq = inputs.map { InputView(inputs: $0, bit: InterruptInputs.irq) }
        fiq = inputs.map { InputView(inputs: $0, bit: InterruptInputs.fiq) }
        gic = GICv2(spis: spis, outputs: inputs)
    }

    func distributor(_ cpu: Int = 0) -> Registers { Registers(gic.distributor, cpu: cpu) }
    func interface(_ cpu: Int = 0) -> Registers { Registers(gic.processorInterface, cpu: cpu) }

    /// Distributor and all interfaces on for group 0, everything unmasked.
    func enable() {
        distributor()[GICD.ctlr] = 1
        for cpu in 0..<gic.processors {
            interface(cpu)[GICC.pmr] = 0xff
            interface(cpu)[GICC.ctlr] = 1
        }
    }

    /// Makes shared interrupt `id` (32 and up) enabled, with this priority and these targets.
    func configure(_ id: UInt64, priority: UInt8, targets: UInt8 = 1, edge: Bool = false) {
        distributor()[byte: GICD.ipriorityr + id] = priority
        distributor()[byte: GICD.itargetsr + id] = targets
        let bit: UInt32 = 2 << UInt32(2 * (id % 16))
        let offset = GICD.icfgr + id / 16 * 4
        distributor()[offset] = edge ? distributor()[offset] | bit : distributor()[offset] & ~bit
        distributor()[GICD.isenabler + id / 32 * 4] = 1 << UInt32(id % 32)
    }
}

/// Offsets of the distributor's registers.
enum GICD {
    static let ctlr: UInt64 = 0x000
    static let typer: UInt64 = 0x004
    static let iidr: UInt64 = 0x008
    static let igroupr: UInt64 = 0x080
    static let isenabler: UInt64 = 0x100
    static let icenabler: UInt64 = 0x180
    static let ispendr: UInt64 = 0x200
    static let icpendr: UInt64 = 0x280
    static let isactiver: UInt64 = 0x300
    static let icactiver: UInt64 = 0x380
    static let ipriorityr: UInt64 = 0x400
    static let itargetsr: UInt64 = 0x800
    static let icfgr: UInt64 = 0xc00
    static let sgir: UInt64 = 0xf00
    static let cpendsgir: UInt64 = 0xf10
    static let spendsgir: UInt64 = 0xf20
    static let pidr2: UInt64 = 0xfe8
}

/// Offsets of the CPU interface's registers.
enum GICC {
    static let ctlr: UInt64 = 0x00
    static let pmr: UInt64 = 0x04
    static let bpr: UInt64 = 0x08
    static let iar: UInt64 = 0x0c
    static let eoir: UInt64 = 0x10
    static let rpr: UInt64 = 0x14
    static let hppir: UInt64 = 0x18
    static let aiar: UInt64 = 0x20
    static let aeoir: UInt64 = 0x24
    static let apr: UInt64 = 0xd0
    static let iidr: UInt64 = 0xfc
    static let dir: UInt64 = 0x1000
}

/// A lock for the tests' own notes.
final class Guard: Sendable {
    private let mutex = Mutex(())
    func run<Result>(_ body: () -> Result) -> Result { mutex.withLock { _ in body() } }
}
