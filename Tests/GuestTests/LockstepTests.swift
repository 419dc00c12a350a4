import Engine
import Interp
import Testing

/// Native code and interpreter run each guest program side by side, and must agree wherever both stop.
@Suite(.serialized) struct LockstepTests {
    /// `ipi` needs an interrupt controller, `message` a second processor.
    static let names = WorkloadTests.names.filter { !["ipi", "message"].contains($0) }

    /// Stops behind every block.
    private static var interpreter: VCPUOptions {
        var options = VCPUOptions()
        options.generator.links = false
        return options
    }

    private static func native(_ change: (inout VCPUOptions) -> Void = { _ in }) -> VCPUOptions {
        var options = VCPUOptions()
        options.native = NativeOptions()
        // Loops are known when they are compiled, and most of a short program is.
        options.native?.threshold = 3
        options.native?.sliceBytes = 8 << 20
        options.native?.codeBytes = 8 << 20
        change(&options)
        return options
    }

    private func compare(_ name: String, _ variant: String, scale: Int, _ options: VCPUOptions) throws {
        let words = "variant=\(variant) scale=\(scale)"
        let lockstep = try Lockstep(name, words, leader: options, follower: Self.interpreter)
        defer {
            lockstep.leader.giveBack()
            lockstep.follower.giveBack()
        }
        lockstep.run()
        let difference = lockstep.difference
        #expect(difference == nil, "\(name) \(variant): \(difference ?? "")")
        #expect(lockstep.leader.death == nil)
        #expect(String(decoding: lockstep.leader.output, as: UTF8.self).contains("RESULT"))
        #expect(lockstep.compared > 500 && lockstep.compared > lockstep.skipped * 9)
        #expect(lockstep.leader.vcpu?.nativeBlocks ?? 0 > 10)
        print(
            "lockstep \(name) \(variant): \(lockstep.compared) states compared, \(lockstep.skipped) not,",
            "\(lockstep.memoriesCompared) memories, \(lockstep.follower.vcpu?.guestInstructions ?? 0) instructions")
    }

    @Test("Each guest program, in all its variants of work", arguments: names)
    func program(name: String) throws {
        let variants = WorkloadTests.list?.workloads.first { $0.name == name }?.variants ?? []
        // Programs that synchronise differ in how they wait: the first few show all there is for one processor.
        for variant in variants.prefix(8) { try compare(name, variant, scale: 2, Self.native()) }
    }

    @Test("Block by block, and without the optimiser", arguments: names)
    func otherWays(name: String) throws {
        let variant = WorkloadTests.list?.workloads.first { $0.name == name }?.variants.first ?? ""
        try compare(name, variant, scale: 1, Self.native { $0.native?.regionBlocks = 1 })
        try compare(name, variant, scale: 1, Self.native { $0.optimizes = false })
    }
}
