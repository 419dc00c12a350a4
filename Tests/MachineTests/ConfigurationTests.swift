import Engine
import GuestA64
import Machine
import Testing

@Suite struct ConfigurationTests {
    private typealias Change = @Sendable (inout MachineConfiguration) throws -> Void

    private func configured(_ change: Change) throws -> MachineConfiguration {
        var configuration = MachineConfiguration()
        try change(&configuration)
        try configuration.validate()
        return configuration
    }

    @Test func `Nothing said means one processor, 128 MiB and a GICv2`() throws {
        let configuration = try configured { _ in }
        #expect(configuration.processors == 1)
        #expect(configuration.ramSize == 128 << 20)
        #expect(configuration.gic == .v2)
    }

    @Test(arguments: [
        ("4", 4), ("cpus=3", 3), ("8,sockets=1,cores=8,threads=1", 8), ("sockets=2,cores=3", 6), ("64", 64),
        ("cpus=2,maxcpus=2", 2),
    ])
    func `smp takes a number or a topology that agrees with it`(text: String, count: Int) throws {
        #expect(try configured { try $0.set(smp: text) }.processors == count)
    }

    @Test(arguments: [
        ("512", 512 << 20), ("512M", 512 << 20), ("2G", 2 << 30), ("65536k", 64 << 20), ("size=1g", 1 << 30),
    ])
    func `m takes MiB, or a suffix`(text: String, bytes: UInt64) throws {
        #expect(try configured { try $0.set(memory: text) }.ramSize == bytes)
    }

    @Test func `machine chooses the controller and where its tree is written`() throws {
        var configuration = MachineConfiguration()
        #expect(try configuration.set(machine: "virt") == nil)
        #expect(configuration.gicRequest == nil)
        #expect(try configuration.set(machine: "virt,dumpdtb=a.dtb") == "a.dtb")
        #expect(try configured { _ = try $0.set(machine: "virt,gic-version=2") }.gic == .v2)
        #expect(try configured { _ = try $0.set(machine: "virt-10.0,gic-version=3") }.gic == .v3)
        #expect(try configured { _ = try $0.set(machine: "virt,gic-version=max,highmem=off") }.gic == .v3)
        #expect(try configured { _ = try $0.set(machine: "virt,virtualization=off,secure=off") }.gic == .v2)
    }

    @Test func `More than eight processors get a GICv3 by themselves`() throws {
        #expect(try configured { try $0.set(smp: "8") }.gic == .v2)
        #expect(try configured { try $0.set(smp: "9") }.gic == .v3)
    }

    @Test func `cpu, serial and accel take what there is`() throws {
        #expect(try configured { try $0.set(cpu: "cortex-a57") }.cpu == .cortexA57)
        #expect(try configured { try $0.set(serial: "file:/tmp/x") }.serial == .file("/tmp/x"))
        #expect(try configured { try $0.set(serial: "mon:stdio") }.serial == .stdio)
        #expect(try configured { try $0.set(serial: "none") }.serial == .null)
        let plain = try configured { try $0.set(accelerator: "interp,loop=plain,opt=off") }
        #expect(plain.loop == .plain)
        #expect(!plain.optimizes)
        #expect(plain.exclusives == .exact)
        var compared = MachineConfiguration()
        try compared.set(accelerator: "interp,exclusives=cas")
        #expect(compared.exclusives == .valueCompare)
        try compared.set(accelerator: "native,exclusives=hash")
        #expect(compared.exclusives == .storeTest)
        #expect(throws: MachineError.self) { try compared.set(accelerator: "interp,exclusives=maybe") }
        #expect(try configured { try $0.set(accelerator: "tcg,thread=multi") }.loop == .threaded)
    }

    @Test func `accel sets what native code may take, and whether it counts`() throws {
        let small = try configured { try $0.set(accelerator: "auto,code-size=1,regions=off,counts=on") }
        #expect(small.native?.sliceBytes == 1 << 20)
        #expect(small.native?.regionBlocks == 1)
        #expect(small.native?.counts == true)
        let large = try configured { try $0.set(accelerator: "native,code-size=1024") }
        #expect(large.native?.sliceBytes == 1 << 30)
        #expect(large.native?.counts == false)
    }

    /// An option that makes no sense, and the words that the one line about it must have.
    private static let refused: [(change: Change, words: [String])] = [
        ({ try $0.set(smp: "0") }, ["-smp 0", "1 to 64"]),
        ({ try $0.set(smp: "65") }, ["-smp 65", "1 to 64"]),
        ({ try $0.set(smp: "four") }, ["-smp", "four"]),
        ({ try $0.set(smp: "-1") }, ["-smp", "number"]),
        ({ try $0.set(smp: "") }, ["-smp"]),
        ({ try $0.set(smp: "4,cores=3") }, ["-smp", "3"]),
        ({ try $0.set(smp: "4,maxcpus=8") }, ["maxcpus"]),
        ({ try $0.set(smp: "4,dies=1") }, ["-smp", "dies"]),
        ({ try $0.set(smp: "9999999999999999999999") }, ["-smp", "number"]),
        (
            {
                try $0.set(smp: "9"); _ = try $0.set(machine: "virt,gic-version=2")
            }, ["-smp 9", "gic-version=3"]
        ),
        ({ try $0.set(memory: "1X") }, ["-m 1X", "512M"]),
        ({ try $0.set(memory: "") }, ["-m"]),
        ({ try $0.set(memory: "-5") }, ["-m -5"]),
        ({ try $0.set(memory: "0") }, ["-m", "1 MiB"]),
        ({ try $0.set(memory: "1025K") }, ["4 KiB"]),
        ({ try $0.set(memory: "256G") }, ["-m", "255 GiB"]),
        ({ try $0.set(memory: "99999999999999G") }, ["-m"]),
        (
            {
                try $0.set(memory: "4G"); _ = try $0.set(machine: "virt,highmem=off")
            }, ["-m", "3 GiB", "highmem"]
        ),
        ({ _ = try $0.set(machine: "pc") }, ["-machine pc", "virt"]),
        ({ _ = try $0.set(machine: "virt,gic-version=4") }, ["gic-version=4", "2, 3"]),
        ({ _ = try $0.set(machine: "virt,color=red") }, ["color", "gic-version"]),
        ({ _ = try $0.set(machine: "virt,secure=on") }, ["secure=on", "EL1"]),
        ({ _ = try $0.set(machine: "virt,highmem=maybe") }, ["highmem=maybe", "on or off"]),
        ({ try $0.set(cpu: "z80") }, ["-cpu z80", "cortex-a57"]),
        ({ try $0.set(accelerator: "kvm") }, ["-accel kvm", "interp"]),
        ({ try $0.set(accelerator: "native,threshold=0") }, ["threshold 0", "at least 1"]),
        ({ try $0.set(accelerator: "auto,code-size=0") }, ["code-size=0", "1 to 1024"]),
        ({ try $0.set(accelerator: "auto,code-size=1025") }, ["code-size=1025", "1 to 1024"]),
        ({ try $0.set(accelerator: "auto,code-size=much") }, ["much"]),
        ({ try $0.set(accelerator: "interp,background=much") }, ["background=much", "on, off or always"]),
        ({ try $0.set(accelerator: "auto,counts=maybe") }, ["counts=maybe", "on or off"]),
        ({ try $0.set(accelerator: "interp,thread=single") }, ["thread=single"]),
        ({ try $0.set(accelerator: "interp,loop=square") }, ["loop=square", "threaded"]),
        ({ try $0.set(serial: "tcp::1234") }, ["-serial tcp::1234", "file:PATH"]),
        ({ try $0.set(serial: "file:") }, ["-serial file:"]),
        ({ $0.commandLine = "x" }, ["-append", "-kernel"]),
        ({ $0.initialRAMDisk = "x" }, ["-initrd", "-kernel"]),
    ]

    @Test func `Each option that makes no sense is refused in one line that names it`() {
        for (index, row) in Self.refused.enumerated() {
            let line = failure { _ = try configured(row.change) }
            #expect(!line.isEmpty, "row \(index)")
            #expect(row.words.allSatisfy(line.contains), "row \(index): \(line)")
            #expect(!line.contains("\n"), "row \(index)")
        }
    }
}
