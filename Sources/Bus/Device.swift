/// One access to a device's registers.
package struct BusAccess: Sendable, Equatable {
    /// Bytes from the start of the device's range.
    package var offset: UInt64
    /// 1, 2, 4 or 8 bytes; the access never crosses a multiple of its size.
    package var size: Int
    /// The index of the vCPU that makes the access, for registers that are banked per CPU; 0 for other masters.
    package var cpu: Int

    /// An access of `size` bytes at `offset` by vCPU `cpu`.
    package init(offset: UInt64, size: Int, cpu: Int = 0) {
        self.offset = offset
        self.size = size
        self.cpu = cpu
    }
}

/// What sits behind a range of physical addresses: registers, a state, usually one interrupt line and a clock.
///
/// A device knows neither its address nor its bus nor the machine. It is called by any vCPU thread at any time and
/// guards its state by a lock of its own.
package protocol Device: AnyObject, Sendable {
    /// A short name for traces and errors, such as `pl011`.
    var name: String { get }

    /// The value of the register, zero-extended, or nil when the device does not decode the access: the bus then
    /// answers with an error, which a processor takes as an external abort.
    func read(_ access: BusAccess) -> UInt64?

    /// Writes the low `access.size` bytes of `value`; false when the device does not decode the access.
    func write(_ access: BusAccess, _ value: UInt64) -> Bool

    /// Back to the state after power-on. No vCPU runs meanwhile.
    func reset()
}

/// Registers of four bytes seen through narrower or wider accesses.
///
/// PrimeCell devices sit on a 32-bit bus: a narrower read takes its lane of the register, a narrower write is one of
/// the whole register with the other lanes zero, a wider one is split by the bus bridge, low word first.
package protocol WordDevice: Device {
    /// Reads the register at `offset`, a multiple of 4.
    func readWord(_ offset: UInt64) -> UInt32
    /// Writes the register at `offset`, a multiple of 4.
    func writeWord(_ offset: UInt64, _ value: UInt32)
}

extension WordDevice {
    package func read(_ access: BusAccess) -> UInt64? {
        let word = access.offset & ~3
        if access.size == 8 {
            let low = readWord(word)
            return UInt64(low) | UInt64(readWord(word + 4)) << 32
        }
        let lane = UInt64(readWord(word)) >> ((access.offset & 3) * 8)
        return lane & (1 << UInt64(access.size * 8) - 1)
    }

    package func write(_ access: BusAccess, _ value: UInt64) -> Bool {
        let word = access.offset & ~3
        if access.size == 8 {
            writeWord(word, UInt32(truncatingIfNeeded: value))
            writeWord(word + 4, UInt32(truncatingIfNeeded: value >> 32))
        } else {
            let bits = value & (1 << UInt64(access.size * 8) - 1)
            writeWord(word, UInt32(truncatingIfNeeded: bits << ((access.offset & 3) * 8)))
        }
        return true
    }
}
