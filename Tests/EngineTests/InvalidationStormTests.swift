import Engine
import Guest
import GuestA64
import Support
import Testing

/// Code that is changed while eight vCPUs run it, with code memory that always runs out: invalidation, promotion, linking
/// and eviction at once.
@Suite(.timeLimit(.minutes(3))) struct InvalidationStormTests {
    private static let code: UInt64 = 0x1000_0000
    private static let shared = code + 0x1000
    private static func own(_ vcpu: Int) -> UInt64 { code + 0x2000 + UInt64(vcpu) * 0x1000 }

    /// x0 turns, x1 the vCPU's own function, x2 the one that all share, x11 and x12 its two first words, x14 whether to
    /// change it. x4 counts calls of the shared function, x7 sums what the own one returned.
    private static let program: [UInt32] = [
        0x9240_3c08,  // 1: and x8, x0, #0xffff
        0x52ba_5005, 0x321f_04a5, 0x2a08_14a5,  // the word of mov x6, #x8
        0xb900_0025,  // str w5, [x1]
        0xd50b_7b21, 0xd503_3b9f, 0xd50b_7521, 0xd503_3b9f, 0xd503_3fdf,  // dc cvau, x1; dsb; ic ivau, x1; dsb; isb
        0xd280_00ca,  // mov x10, #6
        0xd63f_0020, 0x8b06_00e7,  // 2: blr x1; add x7, x7, x6
        0xd63f_0040,  // blr x2
        0xf100_054a, 0x54ff_ff81,  // subs x10, x10, #1; b.ne 2b
        0xb400_014e,  // cbz x14, 3f
        0xb900_004b,  // str w11, [x2]
        0x2a0b_03ed, 0x2a0c_03eb, 0x2a0d_03ec,  // exchanges w11 and w12
        0xd50b_7b22, 0xd503_3b9f, 0xd50b_7522, 0xd503_3b9f, 0xd503_3fdf,
        0xf100_0400, 0x54ff_fca1,  // 3: subs x0, x0, #1; b.ne 1b
        0xd400_0002,  // hvc #0
    ]
    private static let increments: [UInt32] = [0x9100_0484, 0xcb09_0084]  // add x4, x4, #1; sub x4, x4, x9
    private static let ret: UInt32 = 0xd65f_03c0

    private func machine(_ options: VCPUOptions, vcpus: Int, turns: UInt64) throws -> FlatMachineOf<A64> {
        let machine = try FlatMachineOf<A64>(count: vcpus, options: options)
        try machine.load(Self.program)
        try machine.load([Self.increments[0], Self.ret], at: Self.shared)
        for vcpu in machine.vcpus {
            try machine.load([Self.ret, Self.ret], at: Self.own(vcpu.index))
            vcpu.pc = Self.code
            vcpu.state[A64State.x(0)] = turns
            vcpu.state[A64State.x(1)] = Self.own(vcpu.index)
            vcpu.state[A64State.x(2)] = Self.shared
            vcpu.state[A64State.x(9)] = .max
            vcpu.state[A64State.x(11)] = UInt64(Self.increments[1])
            vcpu.state[A64State.x(12)] = UInt64(Self.increments[0])
            vcpu.state[A64State.x(14)] = vcpu.index % 2 == 0 ? 1 : 0
        }
        return machine
    }

    private static func options(slice: Int, threshold: Int, _ background: BackgroundMode) -> VCPUOptions {
        var options = VCPUOptions()
        options.native = NativeOptions()
        options.native?.background = background
        options.native?.compiledBefore = 0
        options.native?.threshold = threshold
        options.native?.sliceBytes = slice
        options.native?.codeBytes = 8 * slice
        return options
    }

    @Test("Every call runs a version of the function that was there", arguments: [8192, 12288, 1 << 20], [1, 3])
    func storm(slice: Int, threshold: Int) throws {
        let machine = try storm(Self.options(slice: slice, threshold: threshold, .off))
        let figures = machine.vcpus.map { "\($0.nativeBlocks) regions, \($0.flushes) flushes" }
        #expect(machine.vcpus.contains { $0.nativeBlocks > 100 }, "\(figures)")
        // Small slices must have run out while all vCPUs ran.
        if slice < 1 << 20 { #expect(machine.vcpus.contains { $0.flushes > 0 }, "\(figures)") }
    }

    @Test("And so with the thread that compiles beside the vCPUs", arguments: [8192, 12288, 1 << 20], [1, 3])
    func stormBeside(slice: Int, threshold: Int) throws {
        let machine = try storm(Self.options(slice: slice, threshold: threshold, .always))
        #expect(machine.group.backgroundPromotions > 0)
    }

    /// x0 turns; x4 counts calls of a function that waits for all other vCPUs.
    private static let waiting: [UInt32] = [
        0x9400_0004,  // 1: bl 2f
        0xf100_0400, 0x54ff_ffc1,  // subs x0, x0, #1; b.ne 1b
        0xd400_0002,  // hvc #0
        0xd508_831f, 0xd503_3b9f,  // 2: tlbi vmalle1is; dsb ish
        0x9100_0484, 0xd65f_03c0,  // add x4, x4, #1; ret
    ]

    /// x0 rounds of 200 loops, one after the other, of three turns each, which x4 counts: more code than there is room for.
    private static var filling: [UInt32] {
        let loop: [UInt32] = [
            0xd280_0062,  // mov x2, #3
            0x9100_0484, 0xf100_0442, 0x54ff_ffc1,  // 1: add x4, x4, #1; subs x2, x2, #1; b.ne 1b
        ]
        let loops = (0..<200).flatMap { _ in loop }
        let back = UInt32(bitPattern: -Int32(loops.count + 1)) & 0x7ffff
        return loops + [0xf100_0400, 0x5400_0001 | back << 5, 0xd400_0002]
    }

    @Test("All code is thrown away under no vCPU that waits in a DSB", arguments: [BackgroundMode.off, .always])
    func flushDuringBarriers(background: BackgroundMode) throws {
        let machine = try FlatMachineOf<A64>(count: 4, options: Self.options(slice: 8192, threshold: 1, background))
        for vcpu in machine.vcpus {
            let waits = vcpu.index % 2 == 0
            try machine.load(waits ? Self.waiting : Self.filling, at: Self.own(vcpu.index))
            vcpu.pc = Self.own(vcpu.index)
            vcpu.state[A64State.x(0)] = waits ? 2000 : 40
        }
        let threads = machine.vcpus.map { vcpu in HostThread(name: "vCPU \(vcpu.index)") { vcpu.run() } }
        for thread in threads { thread?.join() }
        for vcpu in machine.vcpus {
            #expect(machine.ends[vcpu.index]?.conduit == .hvc)
            #expect(vcpu.state[A64State.x(4)] == (vcpu.index % 2 == 0 ? 2000 : 40 * 200 * 3))
        }
        #expect(machine.vcpus.reduce(0) { $0 + $1.flushes } > 0)
    }

    private func storm(_ options: VCPUOptions) throws -> FlatMachineOf<A64> {
        let turns: UInt64 = 300
        let machine = try machine(options, vcpus: 8, turns: turns)
        let threads = machine.vcpus.map { vcpu in HostThread(name: "vCPU \(vcpu.index)") { vcpu.run() } }
        for thread in threads { thread?.join() }
        for vcpu in machine.vcpus {
            #expect(machine.ends[vcpu.index]?.conduit == .hvc)
            // Six calls a turn, of whichever version: each adds one.
            #expect(vcpu.state[A64State.x(4)] == 6 * turns)
            // The own function returns the turn's number, which no other vCPU and no older version does.
            #expect(vcpu.state[A64State.x(7)] == 6 * turns * (turns + 1) / 2)
        }
        return machine
    }
}
