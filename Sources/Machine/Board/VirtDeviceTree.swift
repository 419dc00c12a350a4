import Devices
import GuestA64

/// The device tree of the board `virt`.
///
/// Nodes, names and properties are those of QEMU's tree for what exists here; what this machine has not (flash chips,
/// PCI, fw_cfg, virtio, a PMU) is not in it. There is no `cpu-map`: Linux takes the topology from MPIDR as well, and
/// older kvm-unit-tests hang on a child of /cpus that is no cpu.
///
/// Source: Devicetree Specification 0.4, and the kernel's bindings of the devices named under `compatible`.
struct VirtDeviceTree {
    /// How many processors.
    let processors: Int
    /// Which controller.
    let gic: GICVersion
    /// What the processors call themselves.
    let cpu: CPUModel
    /// The bytes of RAM.
    let ramSize: UInt64

    private enum Handle {
        static let clock: UInt32 = 0x8000
        static let interruptController: UInt32 = 0x8001
        static let gpio: UInt32 = 0x8002
    }

    /// The tree as the board gives it, without what the loader adds to /chosen.
    func build() throws(DeviceTreeError) -> [UInt8] {
        var tree = DeviceTreeWriter(capacity: 0x4000 + 256 * processors)
        tree.node("") { tree in
            tree.property("interrupt-parent", Handle.interruptController)
            tree.flag("dma-coherent")
            tree.property("model", "linux,dummy-virt")
            tree.property("#size-cells", 2)
            tree.property("#address-cells", 2)
            tree.property("compatible", "linux,dummy-virt")
            psci(&tree)
            memory(&tree)
            gpioKeys(&tree)
            gpio(&tree)
            realTimeClock(&tree)
            uart(&tree)
            interruptController(&tree)
            cpus(&tree)
            timer(&tree)
            clock(&tree)
            tree.node("aliases") { $0.property("serial0", Self.uartPath) }
            tree.node("chosen") { $0.property("stdout-path", Self.uartPath) }
        }
        return try tree.finish()
    }

    private static let uartPath = "/pl011@9000000"

    // MARK: Processors

    private func psci(_ tree: inout DeviceTreeWriter) {
        tree.node("psci") {
            $0.property("migrate", 0xc400_0005)
            $0.property("cpu_on", 0xc400_0003)
            $0.property("cpu_off", 0x8400_0002)
            $0.property("cpu_suspend", 0xc400_0001)
            $0.property("method", "hvc")
            $0.property("compatible", "arm,psci-1.0", "arm,psci-0.2", "arm,psci")
        }
    }

    private func cpus(_ tree: inout DeviceTreeWriter) {
        tree.node("cpus") { tree in
            tree.property("#size-cells", 0)
            tree.property("#address-cells", 1)
            for index in 0..<processors {
                let affinity = UInt32(truncatingIfNeeded: VirtMap.affinity(index))
                tree.node("cpu@" + String(affinity, radix: 16)) {
                    $0.property("reg", affinity)
                    $0.property("enable-method", "psci")
                    $0.property("compatible", cpu == .max ? "arm,armv8" : "arm," + cpu.name)
                    $0.property("device_type", "cpu")
                }
            }
        }
    }

    private func timer(_ tree: inout DeviceTreeWriter) {
        tree.node("timer") { tree in
            // Secure physical, non-secure physical, virtual, hypervisor's physical.
            tree.property("interrupts", cells: [13, 14, 11, 10].flatMap { [1, $0, privateFlags] })
            tree.flag("always-on")
            tree.property("compatible", "arm,armv8-timer", "arm,armv7-timer")
        }
    }

    /// Level-sensitive, high; a GICv2 also wants the mask of the processors that have the private interrupt.
    private var privateFlags: UInt32 { gic == .v2 ? (1 << UInt32(processors) - 1) << 8 | 4 : 4 }

    private func interruptController(_ tree: inout DeviceTreeWriter) {
        tree.node("intc@8000000") { tree in
            tree.property("phandle", Handle.interruptController)
            if gic == .v2 {
                tree.ranges(VirtMap.distributor, VirtMap.processorInterface)
                tree.property("compatible", "arm,cortex-a15-gic")
            } else {
                tree.ranges(VirtMap.distributor, VirtMap.redistributors)
                tree.property("#redistributor-regions", 1)
                tree.property("compatible", "arm,gic-v3")
            }
            tree.flag("ranges")
            tree.property("#size-cells", 2)
            tree.property("#address-cells", 2)
            tree.flag("interrupt-controller")
            tree.property("#interrupt-cells", 3)
        }
    }

    // MARK: Memory and devices

    private func memory(_ tree: inout DeviceTreeWriter) {
        tree.node("memory@40000000") {
            $0.ranges(PhysicalRange(VirtMap.ram, ramSize))
            $0.property("device_type", "memory")
        }
    }

    private func clock(_ tree: inout DeviceTreeWriter) {
        tree.node("apb-pclk") {
            $0.property("phandle", Handle.clock)
            $0.property("clock-output-names", "clk24mhz")
            $0.property("clock-frequency", UInt32(PL011.referenceClock))
            $0.property("#clock-cells", 0)
            $0.property("compatible", "fixed-clock")
        }
    }

    private func uart(_ tree: inout DeviceTreeWriter) {
        tree.node("pl011@9000000") {
            $0.property("clock-names", "uartclk", "apb_pclk")
            $0.property("clocks", Handle.clock, Handle.clock)
            $0.property("interrupts", 0, UInt32(VirtMap.uartInterrupt), 4)
            $0.ranges(VirtMap.uart)
            $0.property("compatible", "arm,pl011", "arm,primecell")
        }
    }

    private func realTimeClock(_ tree: inout DeviceTreeWriter) {
        tree.node("pl031@9010000") {
            $0.property("clock-names", "apb_pclk")
            $0.property("clocks", Handle.clock)
            $0.property("interrupts", 0, UInt32(VirtMap.realTimeClockInterrupt), 4)
            $0.ranges(VirtMap.realTimeClock)
            $0.property("compatible", "arm,pl031", "arm,primecell")
        }
    }

    private func gpio(_ tree: inout DeviceTreeWriter) {
        tree.node("pl061@9030000") {
            $0.property("phandle", Handle.gpio)
            $0.property("clock-names", "apb_pclk")
            $0.property("clocks", Handle.clock)
            $0.property("interrupts", 0, UInt32(VirtMap.gpioInterrupt), 4)
            $0.flag("gpio-controller")
            $0.property("#gpio-cells", 2)
            $0.property("compatible", "arm,pl061", "arm,primecell")
            $0.ranges(VirtMap.gpio)
        }
    }

    private func gpioKeys(_ tree: inout DeviceTreeWriter) {
        tree.node("gpio-keys") { tree in
            tree.property("compatible", "gpio-keys")
            tree.node("poweroff") {
                $0.property("gpios", Handle.gpio, UInt32(VirtMap.powerKeyPin), 0)
                $0.property("linux,code", 116)  // KEY_POWER
                $0.property("label", "GPIO Key Poweroff")
            }
        }
    }
}
