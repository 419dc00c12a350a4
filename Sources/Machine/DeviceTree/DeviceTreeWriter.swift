import CFDT

/// Writes a flattened device tree from top to bottom, by libfdt's sequential interface.
///
/// libfdt keeps the first error and refuses all that follows, so that only `finish` reports.
struct DeviceTreeWriter: ~Copyable {
    private let buffer: UnsafeMutableRawBufferPointer
    private var status: Int32 = 0

    /// A writer of a tree of at most `capacity` bytes.
    init(capacity: Int) {
        buffer = .allocate(byteCount: capacity, alignment: 8)
        status = fdt_create(buffer.baseAddress, Int32(capacity))
        note(fdt_finish_reservemap(buffer.baseAddress))
    }

    deinit { buffer.deallocate() }

    private mutating func note(_ result: Int32) {
        if status == 0 && result < 0 { status = result }
    }

    /// A node and, by `body`, what it contains; the root's name is empty.
    mutating func node(_ name: String, _ body: (inout DeviceTreeWriter) -> Void) {
        note(fdt_begin_node(buffer.baseAddress, name))
        body(&self)
        note(fdt_end_node(buffer.baseAddress))
    }

    /// A property without a value.
    mutating func flag(_ name: String) { property(name, bytes: []) }

    /// A property of bytes.
    mutating func property(_ name: String, bytes: [UInt8]) {
        note(fdt_property(buffer.baseAddress, name, bytes, Int32(bytes.count)))
    }

    /// A property of 32-bit cells.
    mutating func property(_ name: String, cells: [UInt32]) { property(name, bytes: deviceTreeBytes(cells)) }

    /// A property of 32-bit cells.
    mutating func property(_ name: String, _ cells: UInt32...) { property(name, cells: cells) }

    /// A property of one or more strings.
    mutating func property(_ name: String, _ strings: String...) {
        property(name, bytes: strings.flatMap { Array($0.utf8) + [0] })
    }

    /// `reg` for ranges of a bus with two address and two size cells.
    mutating func ranges(_ ranges: PhysicalRange...) {
        property("reg", cells: ranges.flatMap { halves($0.base) + halves($0.size) })
    }

    /// Ends the tree.
    ///
    /// - Throws: `DeviceTreeError` when anything did not fit.
    consuming func finish() throws(DeviceTreeError) -> [UInt8] {
        note(fdt_finish(buffer.baseAddress))
        guard status == 0 else { throw DeviceTreeError(status) }
        // The header's second word is the size of the whole (Devicetree Specification, section 5.2).
        let size = buffer.loadUnaligned(fromByteOffset: 4, as: UInt32.self).byteSwapped
        return Array(buffer.prefix(Int(size)))
    }
}

/// A range of guest physical addresses.
package struct PhysicalRange: Sendable, Equatable {
    /// The first address.
    package var base: UInt64
    /// The length in bytes.
    package var size: UInt64

    /// `size` bytes from `base` on.
    package init(_ base: UInt64, _ size: UInt64) {
        self.base = base
        self.size = size
    }

    /// The first address behind.
    package var end: UInt64 { base + size }
}

/// What libfdt could not do.
struct DeviceTreeError: Error, CustomStringConvertible {
    /// libfdt's message.
    let description: String
    init(_ code: Int32) { description = String(cString: fdt_strerror(code)) }
}

/// Cells as a device tree stores them, big-endian.
func deviceTreeBytes(_ cells: [UInt32]) -> [UInt8] {
    cells.flatMap { cell in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: cell >> $0) } }
}

/// The two cells of a 64-bit number.
func halves(_ value: UInt64) -> [UInt32] {
    [UInt32(truncatingIfNeeded: value >> 32), UInt32(truncatingIfNeeded: value)]
}
