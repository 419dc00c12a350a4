/// The map from physical addresses to devices.
///
/// Immutable once made, so that vCPU threads look up without a lock. RAM is not on it: processors reach RAM directly
/// and come here with what is not RAM.
package final class Bus: Sendable {
    /// A device and where it sits.
    package struct Region: Sendable {
        /// The first physical address.
        package let base: UInt64
        /// The length in bytes.
        package let size: UInt64
        /// What answers there, with offsets from `base`.
        package let device: any Device

        /// `device` at `size` bytes from `base` on.
        package init(_ base: UInt64, size: UInt64, _ device: any Device) {
            self.base = base
            self.size = size
            self.device = device
        }
    }

    /// All regions by rising address.
    package let regions: [Region]

    /// A bus with these regions, in any order.
    ///
    /// - Precondition: no region is empty, wraps the address space or overlaps another; the board is wrong otherwise.
    package init(_ regions: [Region]) {
        let sorted = regions.sorted { $0.base < $1.base }
        var free: UInt64 = 0
        for region in sorted {
            precondition(region.size > 0 && region.base >= free, "bus: \(region.device.name) overlaps its neighbour")
            let (end, wraps) = region.base.addingReportingOverflow(region.size)
            precondition(!wraps, "bus: \(region.device.name) wraps the address space")
            free = end
        }
        self.regions = sorted
    }

    /// Reads `size` (1, 2, 4, 8) bytes at physical `address` for vCPU `cpu`; nil is a bus error: nothing decodes the
    /// address, or the access is not aligned to its size, or the device refuses it.
    package func read(_ address: UInt64, size: Int, cpu: Int = 0) -> UInt64? {
        guard let region = region(of: address, size: size) else { return nil }
        return region.device.read(BusAccess(offset: address &- region.base, size: size, cpu: cpu))
    }

    /// Writes the low `size` bytes of `value`; false is a bus error, as for `read`.
    package func write(_ address: UInt64, _ value: UInt64, size: Int, cpu: Int = 0) -> Bool {
        guard let region = region(of: address, size: size) else { return false }
        return region.device.write(BusAccess(offset: address &- region.base, size: size, cpu: cpu), value)
    }

    /// Resets every device.
    package func reset() {
        for region in regions { region.device.reset() }
    }

    /// The region that holds all `size` bytes at `address`, which must be aligned to `size`.
    private func region(of address: UInt64, size: Int) -> Region? {
        guard address & UInt64(size &- 1) == 0 else { return nil }
        var low = 0
        var high = regions.count
        while low < high {
            let middle = (low &+ high) >> 1
            if regions[middle].base <= address { low = middle &+ 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        let found = regions[low &- 1]
        let offset = address &- found.base
        return offset < found.size && UInt64(size) <= found.size &- offset ? found : nil
    }
}
