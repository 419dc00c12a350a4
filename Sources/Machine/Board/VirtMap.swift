import GuestA64

/// Where the board `virt` has its devices, and on which interrupts: QEMU's `virt`, so that a guest built for one runs
/// on the other.
package enum VirtMap {
    /// Two banks of flash, here always erased.
    package static let flash = [PhysicalRange(0x0, 0x400_0000), PhysicalRange(0x400_0000, 0x400_0000)]
    package static let distributor = PhysicalRange(0x0800_0000, 0x1_0000)
    package static let processorInterface = PhysicalRange(0x0801_0000, 0x1_0000)
    /// Room for 123 redistributors of two 64 KiB frames each.
    package static let redistributors = PhysicalRange(0x080a_0000, 0xf6_0000)
    package static let uart = PhysicalRange(0x0900_0000, 0x1000)
    package static let realTimeClock = PhysicalRange(0x0901_0000, 0x1000)
    package static let gpio = PhysicalRange(0x0903_0000, 0x1000)
    /// Where RAM begins.
    package static let ram: UInt64 = 0x4000_0000
    /// The most RAM: up to where QEMU's map has other things above.
    package static let maximumRAM: UInt64 = 255 << 30
    /// The same without `highmem`: what 32-bit addresses reach.
    package static let maximumLowRAM: UInt64 = 3 << 30

    /// How many shared interrupts the controller has.
    package static let sharedInterrupts = 256
    /// Shared interrupts, counted from 0.
    package static let uartInterrupt = 1
    package static let realTimeClockInterrupt = 2
    package static let gpioInterrupt = 7
    /// Private interrupts of the timers.
    package static let virtualTimerInterrupt = 27
    package static let physicalTimerInterrupt = 30
    /// The pin of the GPIO that the power key pulls.
    package static let powerKeyPin = 3

    /// The affinity value of processor `index`: its MPIDR_EL1 without the bits that are no affinity.
    package static func affinity(_ index: Int) -> UInt64 { A64.affinity(index) & 0xff_00ff_ffff }
}
