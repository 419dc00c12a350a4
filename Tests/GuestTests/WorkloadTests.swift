import Testing

/// Every workload on the emulator, with the checksum that the same source built for the host has.
@Suite(.serialized) struct WorkloadTests {
    static let list = try? WorkloadList()
    static let names: [String] = list?.workloads.map(\.name) ?? []

    @Test("There is something to test")
    func listIsRead() { #expect(Self.names.count >= 19) }

    @Test("Each workload gives the native checksum at 1, 2, 4 and 8 vCPUs", arguments: names)
    func checksum(name: String) throws {
        let list = try #require(Self.list)
        let variant = try #require(list.workloads.first { $0.name == name }?.variants.first)
        let expected = try #require(list.checksum(name, variant, scale: 100))
        for smp in [1, 2, 4, 8] {
            let run = try Emulator.run(name, smp: smp, "variant=\(variant) scale=100")
            #expect(run.status == 0, "\(name) at \(smp): \(run.error)")
            #expect(run.result("checksum") == expected, "\(name) at \(smp): \(run.output)")
        }
    }

    @Test(
        "Floating point and vectors give the native checksum in each format and tier",
        arguments: ["nbody", "mandelbrot", "lu", "fft", "spectral", "saxpy", "dot", "stencil", "bytes"],
        ["interp", "native"])
    func formats(name: String, accelerator: String) throws {
        let list = try #require(Self.list)
        for variant in try #require(list.workloads.first { $0.name == name }?.variants) {
            let run = try Emulator.run(name, smp: 2, "variant=\(variant) scale=100", accelerator: accelerator)
            #expect(run.result("checksum") == list.checksum(name, variant, scale: 100), "\(variant): \(run.error)")
        }
    }

    @Test("With the MMU off the work is the same", arguments: ["sieve", "lz", "lock", "barrier"])
    func withoutMMU(name: String) throws {
        let list = try #require(Self.list)
        let variant = try #require(list.workloads.first { $0.name == name }?.variants.first)
        let run = try Emulator.run(name, smp: 2, "variant=\(variant) scale=100 mmu=off")
        #expect(run.result("checksum") == list.checksum(name, variant, scale: 100))
        #expect(run.result("mmu") == "off")
    }

    @Test("The plain loop does what threaded code does", arguments: ["sieve", "sha256", "bytecode", "lock"])
    func plainLoop(name: String) throws {
        let list = try #require(Self.list)
        let variant = try #require(list.workloads.first { $0.name == name }?.variants.first)
        let run = try Emulator.run(name, smp: 2, "variant=\(variant) scale=100", accelerator: "interp,loop=plain")
        #expect(run.result("checksum") == list.checksum(name, variant, scale: 100))
    }

    @Test("A lock keeps its counter exact", arguments: ["tas", "ticket", "mcs", "wfe", "ldxr", "lse", "acqrel"])
    func locksAreExact(variant: String) throws {
        for smp in [2, 4, 8] {
            let run = try Emulator.run("lock", smp: smp, "variant=\(variant) scale=20")
            #expect(run.status == 0, "\(variant) at \(smp): \(run.error)")
            let counted = try #require(run.result("counted").flatMap { Int($0) }, "\(variant) at \(smp): \(run.output)")
            #expect(counted == run.result("work").flatMap { Int($0) })
        }
    }

    @Test(
        "Structures without locks, and locks of loads and stores, stay whole",
        arguments: ["stack", "queue", "clh", "seqlock", "rcu", "dekker", "peterson", "hazard"], ["interp", "native"])
    func lockFreeStaysWhole(variant: String, accelerator: String) throws {
        for smp in [2, 8] {
            let run = try Emulator.run("lockfree", smp: smp, "variant=\(variant) scale=20", accelerator: accelerator)
            #expect(run.status == 0, "\(variant) at \(smp): \(run.error)")
            #expect(run.result("variant") == variant, "\(variant) at \(smp): \(run.output)")
        }
    }

    @Test("Without a lock updates are lost: the vCPUs really run at the same time")
    func unlockedCounterLosesUpdates() throws {
        // A loaded host may run the vCPUs one after the other; that ten runs in a row lose nothing would be no chance.
        let lost = try (0..<10).contains { _ in
            let run = try Emulator.run("lock", smp: 4, "variant=none scale=1000")
            return run.result("lost").flatMap { Int($0) } ?? 0 > 0
        }
        #expect(lost)
    }
}
