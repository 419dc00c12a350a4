import Engine
import Guest
import GuestA64
import Memory
import Support
import Testing

/// Floating-point results that the host makes otherwise than Arm, at every place of a chain of operations: NaNs of all
/// kinds, and numbers about the smallest normal one, whose flags differ.
@Suite(.timeLimit(.minutes(4))) struct FloatCheckTests {
    enum Format: CaseIterable {
        case single, double, singles2, singles4, doubles2

        var isDouble: Bool { self == .double || self == .doubles2 }
        var isScalar: Bool { self == .single || self == .double }
        var lanes: Int { isScalar ? 1 : self == .singles4 ? 4 : 2 }
        /// The bits that say so in an instruction.
        var bits: UInt32 {
            (isDouble ? 0x0040_0000 : 0) | (self == .singles4 || self == .doubles2 ? 0x4000_0000 : 0)
        }
    }

    /// An operation on v-registers: destination, then operands.
    enum Step {
        case add(UInt32, UInt32, UInt32)
        case subtract(UInt32, UInt32, UInt32)
        case multiply(UInt32, UInt32, UInt32)
        case divide(UInt32, UInt32, UInt32)
        /// The destination is the addend, too.
        case fused(UInt32, UInt32, UInt32)
        case difference(UInt32, UInt32, UInt32)
        case maximum(UInt32, UInt32, UInt32)
        case root(UInt32, UInt32)
        case negate(UInt32, UInt32)
        /// A whole register.
        case copy(UInt32, UInt32)
        /// add x1, x1, #1
        case count
        /// str q, [x0]
        case store(UInt32)

        func word(_ format: Format) -> UInt32 {
            func three(_ scalar: UInt32, _ vector: UInt32, _ d: UInt32, _ n: UInt32, _ m: UInt32) -> UInt32 {
                (format.isScalar ? scalar : vector) | format.bits | m << 16 | n << 5 | d
            }
            switch self {
            case .add(let d, let n, let m): return three(0x1e20_2800, 0x0e20_d400, d, n, m)
            case .subtract(let d, let n, let m): return three(0x1e20_3800, 0x0ea0_d400, d, n, m)
            case .multiply(let d, let n, let m): return three(0x1e20_0800, 0x2e20_dc00, d, n, m)
            case .divide(let d, let n, let m): return three(0x1e20_1800, 0x2e20_fc00, d, n, m)
            case .fused(let d, let n, let m): return three(0x1f00_0000 | d << 10, 0x0e20_cc00, d, n, m)
            case .difference(let d, let n, let m): return three(0x7ea0_d400, 0x2ea0_d400, d, n, m)
            case .maximum(let d, let n, let m): return three(0x1e20_4800, 0x0e20_f400, d, n, m)
            case .root(let d, let n): return three(0x1e21_c000, 0x2ea1_f800, d, n, 0)
            case .negate(let d, let n): return three(0x1e21_4000, 0x2ea0_f800, d, n, 0)
            case .copy(let d, let n): return 0x4ea0_1c00 | n << 16 | n << 5 | d
            case .count: return 0x9100_0421
            case .store(let n): return 0x3d80_0000 | n
            }
        }
    }

    /// Chains from v0 to v3: each kind of operation alone, first, in the middle and last; over operands; results that die;
    /// several chains at once; and what has to end a group of checks.
    static let chains: [[Step]] = [
        [.add(4, 0, 1)], [.multiply(4, 0, 1)], [.divide(4, 0, 1)], [.fused(2, 0, 1)], [.root(4, 0)],
        [.difference(4, 0, 1)],
        [.multiply(4, 0, 1), .add(5, 4, 2)], [.add(4, 0, 1), .multiply(5, 4, 2)],
        [.multiply(4, 0, 1), .multiply(5, 4, 2), .multiply(6, 5, 3)],
        [.add(4, 0, 1), .add(5, 4, 2), .subtract(6, 5, 3)], [.add(4, 0, 1), .subtract(5, 2, 3)],
        [.add(4, 0, 1), .subtract(5, 2, 3), .add(6, 0, 2)],
        [.multiply(0, 0, 1), .add(0, 0, 2), .multiply(0, 0, 3)], [.add(0, 0, 0), .multiply(0, 0, 0), .add(1, 0, 0)],
        [.multiply(4, 0, 1), .multiply(5, 2, 3), .add(4, 4, 5), .root(4, 4)],
        [.multiply(4, 0, 1), .fused(4, 2, 3), .fused(4, 0, 2), .divide(5, 3, 4)],
        [.subtract(4, 0, 1), .subtract(5, 2, 3), .multiply(6, 4, 4), .fused(6, 5, 5), .root(7, 6), .divide(4, 4, 7)],
        [.multiply(4, 0, 1), .count, .copy(5, 4), .add(4, 5, 2), .copy(0, 4)],
        [.multiply(4, 0, 1), .negate(5, 4), .add(6, 5, 2)], [.add(4, 0, 1), .maximum(5, 4, 2), .add(6, 5, 3)],
        [.multiply(4, 0, 1), .store(4), .add(5, 4, 2), .store(5)], [.multiply(4, 0, 1), .copy(0, 2), .add(5, 4, 1)],
        [.add(4, 0, 1), .multiply(5, 2, 3), .add(4, 2, 3), .multiply(5, 0, 1), .subtract(6, 4, 5)],
    ]

    /// Zeros, subnormals, numbers about the smallest normal one, such as have it as product, rounded or not; infinities, quiet
    /// and signalling NaNs.
    static let doubles: [UInt64] = [
        0, 1 << 63, 1, 0x000f_ffff_ffff_ffff, 0x0010_0000_0000_0000, 0x8010_0000_0000_0001, 0x3ff0_0000_0000_0000,
        0x3ff0_0000_0000_0001, 0xbfe0_0000_0000_0000, 0x4000_0000_0000_0000, 0x0020_0000_0000_0000,
        0x7fef_ffff_ffff_ffff, 0x7ff0_0000_0000_0000, 0xfff0_0000_0000_0000, 0x7ff8_0000_0000_0001,
        0xfff8_0000_0000_0000, 0x7ff0_0000_0000_0002, 0xfff4_0000_0000_0003, 0x4008_0000_0000_0000,
    ]
    static let singles: [UInt64] = [
        0, 1 << 31, 1, 0x007f_ffff, 0x0080_0000, 0x8080_0001, 0x3f80_0000, 0x3f80_0001, 0xbf00_0000, 0x4000_0000,
        0x0100_0000, 0x7f7f_ffff, 0x7f80_0000, 0xff80_0000, 0x7fc0_0001, 0xffc0_0000, 0x7f80_0002, 0xffa0_0003,
        0x4040_0000,
    ]

    private static func half(_ number: UInt32, _ half: Int) -> StateSlot {
        StateSlot(cell: A64State.v(number).offset / 8 + half)
    }

    /// What v0 to v3 are: the given numbers in one lane, ordinary ones or zeros in the others, and beyond the lanes anything.
    private static func operands(_ format: Format, _ special: [UInt64], using random: inout SplitMix64) -> [[UInt64]] {
        let lane = Int.random(in: 0..<format.lanes, using: &random)
        let others = Bool.random(using: &random) ? 0 : 6
        let numbers = format.isDouble ? doubles : singles
        return special.map { value in
            let size = format.isDouble ? 1 : 2
            var lanes = (0..<2 * size).map { _ in numbers.randomElement(using: &random) ?? 0 }
            for number in 0..<format.lanes { lanes[number] = number == lane ? value : numbers[others] }
            return format.isDouble ? lanes : [lanes[0] | lanes[1] << 32, lanes[2] | lanes[3] << 32]
        }
    }

    /// Registers, status, and what was stored.
    private static func run(_ machine: FlatMachine, _ operands: [[UInt64]], control: UInt64) throws -> [UInt64] {
        let vcpu = machine.vcpus[0]
        vcpu.pc = 0x1000_0000
        vcpu.state[A64State.x(0)] = 0x1000_8000
        vcpu.state[A64State.x(1)] = 0
        vcpu.state[A64State.x(2)] = 2
        vcpu.state[A64State.floatingPoint] = control
        for number in 0..<8 as Range<UInt32> {
            for part in 0...1 {
                vcpu.state[half(number, part)] =
                    Int(number) < operands.count ? operands[Int(number)][part] : UInt64(number)
            }
        }
        vcpu.run()
        let registers = (0..<16).map { vcpu.state[half(UInt32($0 / 2), $0 % 2)] }
        let stored = try machine.memory.copyOut(16, at: 0x1000_8000).map { UInt64($0) }
        return registers + [vcpu.state[A64State.floatingPoint], vcpu.state[A64State.x(1)], vcpu.pc] + stored
    }

    /// The chain, and in `loops`, where guest registers are pinned, a second turn with what has become of the operands.
    private static func code(_ steps: [Step], _ format: Format, loops: Bool) -> [UInt32] {
        let back = UInt32(bitPattern: -Int32(steps.count + 1)) & 0x7ffff
        // subs x2, x2, #1; b.ne; brk
        let turn: [UInt32] = loops ? [0xf100_0442, 0x5400_0001 | back << 5] : []
        return steps.map { $0.word(format) } + turn + [0xd420_0000]
    }

    @Test(
        "Native code's results and flags are the interpreter's at every place of a chain", arguments: Format.allCases,
        [false, true])
    func chain(format: Format, loops: Bool) throws {
        let numbers = format.isDouble ? Self.doubles : Self.singles
        var random = SplitMix64(seed: 0x666c_6f61)
        for (number, steps) in Self.chains.enumerated() {
            if format.isScalar && steps.contains(where: { if case .store = $0 { true } else { false } }) { continue }
            let machines = try TierUnderTest.allCases.map { try FlatMachine(size: 1 << 16, options: $0.options) }
            for machine in machines { try machine.load(Self.code(steps, format, loops: loops)) }
            var outcomes: Set<UInt64> = []
            for x in numbers {
                for y in numbers {
                    let rest = (0..<2).map { _ in numbers.randomElement(using: &random) ?? 0 }
                    let operands = Self.operands(format, [x, y] + rest, using: &random)
                    let control = UInt64.random(in: 0...3, using: &random)
                    let ends = try machines.map { try Self.run($0, operands, control: control) }
                    #expect(ends[0] == ends[1], "chain \(number) of \(operands), rounding \(control)")
                    outcomes.insert(ends[0][16] >> 32)
                }
            }
            #expect(machines[1].vcpus[0].nativeBlocks > 0)
            // Flags of several kinds were met.
            #expect(outcomes.count > 2, "chain \(number)")
        }
    }
}
