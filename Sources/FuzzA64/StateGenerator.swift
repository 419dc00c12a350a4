import Support

/// Random registers, with the values that matter more often than chance would have them.
struct StateGenerator {
    /// AHP, DN, FZ, RMode, FZ16.
    static let controlMask: UInt64 = 0x07c8_0000
    /// QC, IDC, IXC, UFC, OFC, DZC, IOC.
    static let statusMask: UInt64 = 0x0800_009f

    private static let integers: [UInt64] = [
        0, 1, 2, 7, 31, 32, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
        0x1_0000_0000, 0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, 0xffff_ffff_8000_0000, .max - 1, .max,
    ]

    // Zero, subnormals, least and greatest normal numbers, ones, halves, infinities, NaNs: half, single, double.
    private static let halves: [UInt64] = [
        0, 0x0001, 0x03ff, 0x0400, 0x3800, 0x3c00, 0x3c01, 0x4000, 0x7bff, 0x7c00, 0x7c01, 0x7dff, 0x7e00, 0x7fff,
    ]
    private static let singles: [UInt64] = [
        0, 0x0000_0001, 0x007f_ffff, 0x0080_0000, 0x0100_0000, 0x3f00_0000, 0x3f7f_ffff, 0x3f80_0000, 0x3f80_0001,
        0x4000_0000, 0x4b00_0000, 0x4f00_0000, 0x5f00_0000, 0x7f7f_ffff, 0x7f80_0000, 0x7f80_0001, 0x7fbf_ffff,
        0x7fc0_0000, 0x7fff_ffff, 0x4780_0000, 0x3880_0000, 0x3300_0000,
    ]
    private static let doubles: [UInt64] = [
        0, 1, 0x000f_ffff_ffff_ffff, 0x0010_0000_0000_0000, 0x3fe0_0000_0000_0000, 0x3fef_ffff_ffff_ffff,
        0x3ff0_0000_0000_0000, 0x3ff0_0000_0000_0001, 0x4000_0000_0000_0000, 0x41e0_0000_0000_0000,
        0x43e0_0000_0000_0000, 0x7fef_ffff_ffff_ffff, 0x7ff0_0000_0000_0000, 0x7ff0_0000_0000_0001,
        0x7ff7_ffff_ffff_ffff, 0x7ff8_0000_0000_0000, 0x7fff_ffff_ffff_ffff, 0x47f0_0000_0000_0000,
        0x3810_0000_0000_0000, 0x36a0_0000_0000_0000, 0x3e70_0000_0000_0000,
    ]

    static func state(_ random: inout SplitMix64) -> FuzzState {
        var state = FuzzState()
        for number in 0..<31 { state.x[number] = integer(&random) }
        state.sp = HarnessLayout.window + UInt64(random.below(224) + 16) * 16
        state.flags = random.next() & 0xf000_0000
        state.floatControl = control(&random)
        state.floatStatus = random.chance(30) ? random.next() & statusMask : 0
        for number in 0..<32 { state.v[number] = vector(&random) }
        return state
    }

    /// An address in the middle of the window.
    static func pointer(_ random: inout SplitMix64) -> UInt64 {
        let offset = UInt64(random.below(0x800) + 0x400)
        return HarnessLayout.window + (random.chance(75) ? offset & ~15 : offset)
    }

    private static func integer(_ random: inout SplitMix64) -> UInt64 {
        switch random.below(10) {
        case 0, 1, 2: pointer(&random)
        case 3, 4: random.pick(integers)
        case 5: UInt64(random.below(64))
        case 6: UInt64(bitPattern: Int64(random.below(512) - 256))
        default: random.next()
        }
    }

    /// Mostly the modes of most programs: none.
    private static func control(_ random: inout SplitMix64) -> UInt64 {
        random.chance(50) ? 0 : random.next() & controlMask
    }

    /// Lanes of one size, or anything.
    private static func vector(_ random: inout SplitMix64) -> SIMD2<UInt64> {
        switch random.below(7) {
        case 0, 1: SIMD2(lanes(16, halves, &random), lanes(16, halves, &random))
        case 2, 3: SIMD2(lanes(32, singles, &random), lanes(32, singles, &random))
        case 4, 5: SIMD2(lanes(64, doubles, &random), lanes(64, doubles, &random))
        default: SIMD2(random.next(), random.next())
        }
    }

    /// Each lane an edge with a random sign, a neighbour of one, or random.
    private static func lanes(_ bits: UInt64, _ edges: [UInt64], _ random: inout SplitMix64) -> UInt64 {
        var result: UInt64 = 0
        let mask: UInt64 = .max >> (64 - bits)
        for place in stride(from: 0 as UInt64, to: 64, by: Int(bits)) {
            var value = random.pick(edges)
            switch random.below(6) {
            case 0: value = random.next()
            case 1: value = value &+ UInt64(bitPattern: Int64(random.below(5) - 2))
            case 2: value = value ^ random.next() & mask >> (bits == 16 ? 6 : bits == 32 ? 9 : 12)
            default: break
            }
            if random.chance(40) { value ^= 1 << (bits - 1) }
            result |= (value & mask) << place
        }
        return result
    }
}
