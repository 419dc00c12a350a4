/// 32 interrupts in a row as the distributor keeps them: one bit each in every mask, and their priorities.
///
/// The registers of the distributor (GICv2, GICv3) and of a redistributor (GICv3) are views of such banks.
package struct InterruptBank: Sendable, Equatable {
    /// May be forwarded (ISENABLER).
    package var enabled: UInt32 = 0
    /// Pending by an edge, by a software-generated interrupt or by a write to ISPENDR.
    package var latched: UInt32 = 0
    /// The present level of the input wires.
    package var level: UInt32 = 0
    /// Acknowledged and not yet deactivated.
    package var active: UInt32 = 0
    /// Edge-triggered rather than level-sensitive (ICFGR).
    package var edge: UInt32 = 0
    /// In group 1 rather than group 0 (IGROUPR).
    package var group1: UInt32 = 0
    /// Lower is more urgent; only the implemented bits are ever set.
    package var priority = SIMD32<UInt8>()

    /// An interrupt is pending by its latch, or, level-sensitive, by its wire.
    package var pending: UInt32 { latched | (level & ~edge) }

    /// What may be forwarded to a processor when the groups of `groups` are enabled.
    func candidates(_ groups: GroupEnables) -> UInt32 {
        let allowed = (groups.contains(.group0) ? ~group1 : 0) | (groups.contains(.group1) ? group1 : 0)
        return pending & enabled & ~active & allowed
    }

    /// The most urgent of the interrupts in `mask`, the lowest number first; this bank starts at interrupt `first`.
    func best(of mask: UInt32, first: UInt32) -> PendingInterrupt {
        var rest = mask
        var best = PendingInterrupt.none
        while rest != 0 {
            let index = rest.trailingZeroBitCount
            rest &= rest &- 1
            let isGroup1 = group1 >> UInt32(index) & 1 != 0
            best = min(
                best, PendingInterrupt(id: first + UInt32(index), priority: priority[index], isGroup1: isGroup1))
        }
        return best
    }

    /// The wires of `mask` take `level`; a rising one latches where the interrupt is edge-triggered.
    mutating func setLevel(_ mask: UInt32, _ high: Bool) {
        if high {
            latched |= mask & edge & ~level
            level |= mask
        } else {
            level &= ~mask
        }
    }

    /// Pending becomes active; a level-sensitive one stays pending as well while its wire is high.
    mutating func acknowledge(_ mask: UInt32) {
        latched &= ~mask
        active |= mask
    }
}

/// Which interrupt groups are enabled, as in the low bits of GICD_CTLR and GICC_CTLR.
package struct GroupEnables: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    /// EnableGrp0.
    package static let group0 = GroupEnables(rawValue: 1)
    /// EnableGrp1.
    package static let group1 = GroupEnables(rawValue: 2)
}

/// A pending interrupt as a processor's interface sees it, ordered by urgency; `none` is the least urgent of all.
package struct PendingInterrupt: Sendable, Equatable, Comparable {
    private let key: UInt32

    /// No interrupt.
    package static let none = PendingInterrupt(key: .max)

    private init(key: UInt32) { self.key = key }

    /// Interrupt `id` (0 to 1019).
    init(id: UInt32, priority: UInt8, isGroup1: Bool) {
        key = UInt32(priority) << 16 | id << 1 | (isGroup1 ? 1 : 0)
    }

    package var isNone: Bool { key == .max }
    package var id: UInt32 { key >> 1 & 0x3ff }
    package var priority: UInt8 { UInt8(truncatingIfNeeded: key >> 16) }
    package var isGroup1: Bool { key & 1 != 0 }

    package static func < (left: PendingInterrupt, right: PendingInterrupt) -> Bool { left.key < right.key }
}

extension InterruptBank {
    /// The registers with one bit per interrupt, numbered by bits 9:7 of their offset in the distributor.
    enum BitRegister: UInt64 {
        case group = 1
        case setEnable, clearEnable, setPending, clearPending, setActive, clearActive
    }

    /// The value of one of the registers with a bit per interrupt.
    func read(_ register: BitRegister) -> UInt32 {
        switch register {
        case .group: group1
        case .setEnable, .clearEnable: enabled
        case .setPending, .clearPending: pending
        case .setActive, .clearActive: active
        }
    }

    /// Writes one of the registers with a bit per interrupt; `lanes` has ones in the bytes that the access writes.
    mutating func write(_ register: BitRegister, _ value: UInt32, lanes: UInt32) {
        let bits = value & lanes
        switch register {
        case .group: group1 = group1 & ~lanes | bits
        case .setEnable: enabled |= bits
        case .clearEnable: enabled &= ~bits
        case .setPending: latched |= bits
        case .clearPending: latched &= ~bits
        case .setActive: active |= bits
        case .clearActive: active &= ~bits
        }
    }

    /// IPRIORITYR: the priorities of the four interrupts from `index` on.
    func priorities(at index: Int) -> UInt32 {
        var word: UInt32 = 0
        for lane in 0..<4 { word |= UInt32(priority[index + lane]) << UInt32(8 * lane) }
        return word
    }

    /// Writes the bytes in `lanes` of the priorities of the four interrupts from `index` on; unimplemented bits, those
    /// not in `mask`, stay zero.
    mutating func setPriorities(at index: Int, _ value: UInt32, lanes: UInt32, mask: UInt8) {
        for lane in 0..<4 where lanes >> UInt32(8 * lane) & 0xff != 0 {
            priority[index + lane] = UInt8(truncatingIfNeeded: value >> UInt32(8 * lane)) & mask
        }
    }

    /// ICFGR: two bits each for the 16 interrupts of one half (0 or 1), the upper of which says edge-triggered.
    func configuration(half: Int) -> UInt32 {
        var word: UInt32 = 0
        for index in 0..<16 where edge >> UInt32(16 * half + index) & 1 != 0 { word |= 2 << UInt32(2 * index) }
        return word
    }

    /// Writes the bytes in `lanes` of ICFGR for one half.
    mutating func setConfiguration(half: Int, _ value: UInt32, lanes: UInt32) {
        for index in 0..<16 where lanes >> UInt32(2 * index) & 2 != 0 {
            let bit: UInt32 = 1 << UInt32(16 * half + index)
            edge = value >> UInt32(2 * index) & 2 != 0 ? edge | bit : edge & ~bit
        }
    }
}
