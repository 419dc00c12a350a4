import Machine
import Testing

@Suite struct DeviceTreeTests {
    private func tree(
        processors: Int = 4, _ change: (inout MachineConfiguration) -> Void = { _ in }
    ) throws -> TreeReader {
        var configuration = MachineConfiguration()
        configuration.processors = processors
        configuration.ramSize = 1 << 30
        change(&configuration)
        return TreeReader(bytes: try Machine.deviceTree(configuration))
    }

    @Test func `The root and the devices are those of QEMU's virt`() throws {
        let tree = try tree()
        #expect(tree.strings("/", "compatible") == ["linux,dummy-virt"])
        #expect(tree.cells("/", "#address-cells") == [2])
        #expect(tree.cells("/", "#size-cells") == [2])
        #expect(tree.bytes("/", "dma-coherent") == [])
        #expect(tree.cells("/memory@40000000", "reg") == [0, 0x4000_0000, 0, 0x4000_0000])
        #expect(tree.strings("/memory@40000000", "device_type") == ["memory"])
        #expect(tree.cells("/pl011@9000000", "reg") == [0, 0x900_0000, 0, 0x1000])
        #expect(tree.cells("/pl011@9000000", "interrupts") == [0, 1, 4])
        #expect(tree.strings("/pl011@9000000", "compatible") == ["arm,pl011", "arm,primecell"])
        #expect(tree.strings("/pl011@9000000", "clock-names") == ["uartclk", "apb_pclk"])
        #expect(tree.cells("/pl031@9010000", "interrupts") == [0, 2, 4])
        #expect(tree.cells("/pl061@9030000", "interrupts") == [0, 7, 4])
        #expect(tree.strings("/aliases", "serial0") == ["/pl011@9000000"])
        #expect(tree.strings("/chosen", "stdout-path") == ["/pl011@9000000"])
        #expect(tree.cells("/apb-pclk", "clock-frequency") == [24_000_000])
    }

    @Test func `Handles lead where they should`() throws {
        let tree = try tree()
        let clock = try #require(tree.cells("/apb-pclk", "phandle"))
        let controller = try #require(tree.cells("/intc@8000000", "phandle"))
        let gpio = try #require(tree.cells("/pl061@9030000", "phandle"))
        #expect(Set(clock + controller + gpio).count == 3)
        #expect(tree.cells("/", "interrupt-parent") == controller)
        #expect(tree.cells("/pl031@9010000", "clocks") == clock)
        #expect(tree.cells("/pl011@9000000", "clocks") == clock + clock)
        #expect(tree.cells("/gpio-keys/poweroff", "gpios") == gpio + [3, 0])
        #expect(tree.cells("/gpio-keys/poweroff", "linux,code") == [116])
    }

    @Test func `PSCI is called by HVC`() throws {
        let tree = try tree()
        #expect(tree.strings("/psci", "compatible") == ["arm,psci-1.0", "arm,psci-0.2", "arm,psci"])
        #expect(tree.strings("/psci", "method") == ["hvc"])
        #expect(tree.cells("/psci", "cpu_on") == [0xc400_0003])
        #expect(tree.cells("/psci", "cpu_off") == [0x8400_0002])
        #expect(tree.cells("/psci", "cpu_suspend") == [0xc400_0001])
        #expect(tree.cells("/psci", "migrate") == [0xc400_0005])
    }

    @Test(arguments: [(1, 0x104), (4, 0xf04), (8, 0xff04)])
    func `GICv2 interrupts carry the mask of processors`(processors: Int, flags: UInt32) throws {
        let tree = try tree(processors: processors)
        #expect(tree.strings("/intc@8000000", "compatible") == ["arm,cortex-a15-gic"])
        #expect(tree.cells("/intc@8000000", "reg") == [0, 0x800_0000, 0, 0x1_0000, 0, 0x801_0000, 0, 0x1_0000])
        #expect(tree.cells("/timer", "interrupts") == [1, 13, flags, 1, 14, flags, 1, 11, flags, 1, 10, flags])
        #expect(tree.bytes("/timer", "always-on") == [])
    }

    @Test func `GICv3 has redistributors, and interrupts without a mask`() throws {
        let tree = try tree { $0.gicRequest = .v3 }
        #expect(tree.strings("/intc@8000000", "compatible") == ["arm,gic-v3"])
        #expect(tree.cells("/intc@8000000", "reg") == [0, 0x800_0000, 0, 0x1_0000, 0, 0x80a_0000, 0, 0xf6_0000])
        #expect(tree.cells("/intc@8000000", "#redistributor-regions") == [1])
        #expect(tree.cells("/timer", "interrupts") == [1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4])
    }

    @Test func `More than eight processors get a GICv3, and affinities of eight to a cluster`() throws {
        let tree = try tree(processors: 64)
        #expect(tree.strings("/intc@8000000", "compatible") == ["arm,gic-v3"])
        let names = tree.children("/cpus")
        #expect(names.count == 64)
        #expect(names.first == "cpu@0")
        #expect(names.last == "cpu@707")
        for name in names {
            let affinity = try #require(UInt32(name.dropFirst(4), radix: 16))
            #expect(tree.cells("/cpus/" + name, "reg") == [affinity])
            #expect(tree.strings("/cpus/" + name, "enable-method") == ["psci"])
            #expect(tree.strings("/cpus/" + name, "device_type") == ["cpu"])
        }
    }

    @Test func `Every child of cpus is a processor, as old test kernels demand`() throws {
        #expect(try tree().children("/cpus") == ["cpu@0", "cpu@1", "cpu@2", "cpu@3"])
    }

    @Test func `Chosen has seeds, repeatable when asked for, and the command line`() throws {
        let first = try tree { $0.seed = 1 }
        #expect(first.bytes("/chosen", "rng-seed")?.count == 32)
        #expect(first.bytes("/chosen", "kaslr-seed")?.count == 8)
        #expect(try tree { $0.seed = 1 }.bytes == first.bytes)
        #expect(try tree { $0.seed = 2 }.bytes != first.bytes)
        #expect(try tree().bytes("/chosen", "rng-seed") != tree().bytes("/chosen", "rng-seed"))
        #expect(first.bytes("/chosen", "bootargs") == nil)
        let line = String(repeating: "quiet ", count: 500)
        let told = try tree {
            $0.kernel = "a kernel that is not read"
            $0.commandLine = line
        }
        #expect(told.strings("/chosen", "bootargs") == [line])
    }

    @Test func `RAM above 4 GiB shows in both cells`() throws {
        let tree = try tree { $0.ramSize = 5 << 30 }
        #expect(tree.cells("/memory@40000000", "reg") == [0, 0x4000_0000, 1, 0x4000_0000])
    }

    @Test func `A tree of the user's own is taken, and gets the command line`() throws {
        let file = try TemporaryFile(try tree(processors: 2).bytes)
        let tree = try tree(processors: 4) {
            $0.deviceTree = file.path
            $0.kernel = "a kernel that is not read"
            $0.commandLine = "hello"
        }
        #expect(tree.children("/cpus").count == 2)
        #expect(tree.strings("/chosen", "bootargs") == ["hello"])
    }

    @Test func `What is no device tree is refused in one line`() throws {
        for bytes in [[], [1, 2, 3], Array(repeating: 0x5a, count: 4096)] as [[UInt8]] {
            let file = try TemporaryFile(bytes)
            let line = failure { _ = try tree { $0.deviceTree = file.path } }
            #expect(line.hasPrefix("-dtb \(file.path): is no device tree"))
            #expect(!line.contains("\n"))
        }
    }
}
