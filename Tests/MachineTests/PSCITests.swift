import Machine
import Synchronization
import Testing

/// Remembers how it was switched on.
private final class Switch: ProcessorPower, Sendable {
    private let calls = Mutex<[[UInt64]]>([])
    var starts: [[UInt64]] { calls.withLock { $0 } }
    func powerOn(entry: UInt64, context: UInt64) { calls.withLock { $0.append([entry, context]) } }
}

@Suite struct PSCITests {
    private let psci = PSCI(affinities: [0, 1, 0x100, 0x101]) { (0x4000_0000..<0x5000_0000).contains($0) }
    private let switches = (0..<4).map { _ in Switch() }

    init() {
        for (index, processor) in switches.enumerated() { psci.attach(processor, index: index) }
    }

    private func call(
        _ function: UInt64, _ x1: UInt64 = 0, _ x2: UInt64 = 0, _ x3: UInt64 = 0, by caller: Int = 0
    ) -> PSCI.Outcome {
        psci.call(caller, function, x1, x2, x3)
    }

    @Test func `The version is 1.0`() { #expect(call(0x8400_0000) == .return(0x1_0000)) }

    @Test func `CPU_ON starts a processor once, with entry and context`() {
        #expect(call(0xc400_0003, 1, 0x4000_1000, 77) == .return(.success))
        #expect(switches[1].starts == [[0x4000_1000, 77]])
        #expect(call(0xc400_0003, 1, 0x4000_1000, 78) == .return(.alreadyOn))
        #expect(switches[1].starts.count == 1)
        #expect(call(0xc400_0003, 0, 0x4000_1000) == .return(.alreadyOn), "the caller itself")
    }

    @Test func `The 32-bit call looks at 32 bits only, the 64-bit call at all`() {
        #expect(call(0x8400_0003, 0xffff_ffff_0000_0001, 0xf_4000_1000, 1 << 32 | 5) == .return(.success))
        #expect(switches[1].starts == [[0x4000_1000, 5]])
        #expect(call(0xc400_0003, 1 << 40 | 0x100, 0x4000_1000) == .return(.invalidParameters))
    }

    @Test func `An affinity without a processor, and an entry that cannot be, are refused`() {
        #expect(call(0xc400_0003, 2, 0x4000_1000) == .return(.invalidParameters))
        #expect(call(0xc400_0003, 1, 0x1000) == .return(.invalidAddress))
        #expect(call(0xc400_0003, 1, 0x4000_1002) == .return(.invalidAddress))
        #expect(PSCI.Status.invalidAddress.bits == 0xffff_ffff_ffff_fff7)
    }

    @Test func `CPU_OFF and CPU_ON alternate`() {
        #expect(call(0xc400_0003, 1, 0x4000_1000) == .return(.success))
        #expect(call(0x8400_0002, by: 1) == .powerOff)
        #expect(psci.power(of: 1) == .off)
        #expect(call(0xc400_0003, 1, 0x4000_2000) == .return(.success))
        #expect(switches[1].starts == [[0x4000_1000, 0], [0x4000_2000, 0]])
    }

    @Test func `AFFINITY_INFO tells of one processor, or of all that share the upper fields`() {
        #expect(call(0xc400_0004, 0, 0) == .return(0))
        #expect(call(0xc400_0004, 1, 0) == .return(1))
        #expect(call(0x8400_0004, 0x100, 1) == .return(1), "both of cluster 1 are off")
        #expect(call(0xc400_0003, 0x101, 0x4000_0000) == .return(.success))
        #expect(call(0xc400_0004, 0x100, 1) == .return(0))
        #expect(call(0xc400_0004, 0x100, 0) == .return(1))
        #expect(call(0xc400_0004, 0x200, 1) == .return(.invalidParameters))
        #expect(call(0xc400_0004, 0, 4) == .return(.invalidParameters))
    }

    @Test func `The machine's calls end it, and suspending waits for an interrupt`() {
        #expect(call(0x8400_0008) == .systemOff)
        #expect(call(0x8400_0009) == .systemReset)
        #expect(call(0xc400_0001) == .standby)
        #expect(call(0x8400_0001) == .standby)
        #expect(call(0x8400_0006) == .return(2), "no trusted system that would migrate")
    }

    @Test func `FEATURES tells what there is, and the rest is not supported`() {
        for function: UInt64 in [0x8400_0000, 0x8400_0002, 0xc400_0003, 0xc400_0004, 0x8400_0008, 0x8400_000a] {
            #expect(call(0x8400_000a, function) == .return(0))
        }
        for function: UInt64 in [0x8400_0005, 0xc400_0012, 0x8400_1001, 1337] {
            #expect(call(0x8400_000a, function) == .return(.notSupported))
            #expect(call(function) == .return(.notSupported))
        }
        #expect(!PSCI.isCall(1337))
        #expect(PSCI.isCall(0x8400_0000))
    }

    @Test func `The numbers of version 0.1 work as well`() {
        #expect(call(0x95c1_ba60, 1, 0x4000_1000, 9) == .return(.success))
        #expect(switches[1].starts == [[0x4000_1000, 9]])
        #expect(call(0x95c1_ba5f, by: 1) == .powerOff)
        #expect(call(0x95c1_ba5e) == .standby)
    }

    @Test func `Of many that switch on the same processor, one succeeds`() async {
        for _ in 0..<100 {
            psci.reset()
            let outcomes = await withTaskGroup(of: PSCI.Outcome.self) { group in
                for _ in 0..<8 { group.addTask { psci.call(0, 0xc400_0003, 1, 0x4000_1000, 0) } }
                return await group.reduce(into: [PSCI.Outcome]()) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == .return(.success) }.count == 1)
            #expect(outcomes.filter { $0 == .return(.alreadyOn) }.count == 7)
        }
        #expect(switches[1].starts.count == 100)
    }

    @Test func `Reset leaves the first processor on`() {
        #expect(call(0xc400_0003, 1, 0x4000_1000) == .return(.success))
        psci.reset()
        #expect((0..<4).map { psci.power(of: $0) } == [.on, .off, .off, .off])
    }
}
