import Glibc

/// The guest's RAM: one contiguous range of guest physical addresses, backed by one anonymous host mapping.
///
/// Pages cost nothing until the guest touches them (`MAP_NORESERVE`), and read as zero before. The checked accessors
/// below are for loaders, devices and tests; translated code goes through a software TLB whose entries were made from
/// `hostPointer(to:count:)`, so that no guest address reaches the host unchecked.
///
/// The bytes are shared by all vCPU threads and carry no synchronisation of their own, as RAM does.
@usableFromInline
package final class PhysicalMemory: @unchecked Sendable {
    /// The guest physical address of the first byte.
    @usableFromInline package let base: UInt64
    /// The length in bytes, a multiple of the host's page size.
    @usableFromInline package let size: UInt64
    /// The host address of the first byte.
    @usableFromInline package let host: UnsafeMutableRawPointer
    private let isOwner: Bool

    /// Maps `size` bytes of zeroes at guest physical address `base`; `hugePages` asks the host for large pages, of which
    /// each costs one fault where 512 small ones cost two each (a read, then a write).
    ///
    /// - Throws: `PhysicalMemoryError.badSize` for zero, for a size that is not a multiple of 4096 or that wraps the
    ///   address space; `.cannotMap` when the host refuses.
    package init(base: UInt64, size: UInt64, hugePages: Bool = false) throws(PhysicalMemoryError) {
        guard size > 0, size % 4096 == 0, size <= UInt64(Int.max), base <= UInt64.max - size else {
            throw .badSize(size)
        }
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let mapped = mmap(nil, Int(size), PROT_READ | PROT_WRITE, flags, -1, 0), mapped != MAP_FAILED else {
            throw .cannotMap(size: size, reason: String(cString: strerror(errno)))
        }
        // A host that has none goes on with small ones.
        if hugePages { _ = madvise(mapped, Int(size), MADV_HUGEPAGE) }
        self.base = base
        self.size = size
        host = mapped
        isOwner = true
    }

    /// Describes a range of the host's own address space as RAM: guest addresses are host addresses. Somebody else maps
    /// what is in it. nil when it begins at 0.
    package init?(identity range: Range<UInt64>) {
        guard let start = UnsafeMutableRawPointer(bitPattern: UInt(range.lowerBound)) else { return nil }
        base = range.lowerBound
        size = range.upperBound - range.lowerBound
        host = start
        isOwner = false
    }

    deinit { if isOwner { munmap(host, Int(size)) } }

    /// Whether all of `count` bytes from guest physical `address` on are RAM.
    @inlinable @inline(always)
    package func contains(_ address: UInt64, count: UInt64 = 1) -> Bool {
        let offset = address &- base
        return offset < size && count <= size &- offset
    }

    /// The host address of `count` bytes at guest physical `address`, or nil when some of them are not RAM.
    @inlinable @inline(always)
    package func hostPointer(to address: UInt64, count: UInt64 = 1) -> UnsafeMutableRawPointer? {
        contains(address, count: count) ? host + Int(truncatingIfNeeded: address &- base) : nil
    }

    /// Copies `bytes` into the guest's RAM at guest physical `address`.
    ///
    /// - Throws: `PhysicalMemoryError.outside` when they do not fit, in which case nothing was written.
    package func copyIn(_ bytes: UnsafeRawBufferPointer, at address: UInt64) throws(PhysicalMemoryError) {
        let target = try pointer(address, count: bytes.count)
        if let source = bytes.baseAddress { target.copyMemory(from: source, byteCount: bytes.count) }
    }

    /// Copies `bytes` into the guest's RAM at guest physical `address`; throws as the form above does.
    package func copyIn(_ bytes: [UInt8], at address: UInt64) throws(PhysicalMemoryError) {
        let target = try pointer(address, count: bytes.count)
        bytes.withUnsafeBytes { source in
            if let start = source.baseAddress { target.copyMemory(from: start, byteCount: source.count) }
        }
    }

    /// The `count` bytes at guest physical `address`.
    ///
    /// - Throws: `PhysicalMemoryError.outside` when some of them are not RAM.
    package func copyOut(_ count: Int, at address: UInt64) throws(PhysicalMemoryError) -> [UInt8] {
        let source = try pointer(address, count: count)
        return [UInt8](UnsafeRawBufferPointer(start: source, count: count))
    }

    /// Makes all of the RAM read as zero again and gives its pages back to the host (reset of the machine).
    package func clear() {
        if madvise(host, Int(size), MADV_DONTNEED) != 0 { memset(host, 0, Int(size)) }
    }

    private func pointer(_ address: UInt64, count: Int) throws(PhysicalMemoryError) -> UnsafeMutableRawPointer {
        guard count >= 0, let pointer = hostPointer(to: address, count: UInt64(count)) else {
            throw .outside(address: address, count: count)
        }
        return pointer
    }
}

/// Why RAM could not be made or reached.
package enum PhysicalMemoryError: Error, Equatable, CustomStringConvertible {
    /// The size is zero, not a multiple of 4096, or the range wraps the 64-bit address space.
    case badSize(UInt64)
    /// The host has no address space or memory for it; `reason` is the host's message.
    case cannotMap(size: UInt64, reason: String)
    /// Some of the `count` bytes at guest physical `address` are not RAM.
    case outside(address: UInt64, count: Int)

    package var description: String {
        switch self {
        case .badSize(let size):
            "guest RAM of \(size) bytes: must be a multiple of 4096, above 0, and fit the address space"
        case .cannotMap(let size, let reason):
            "guest RAM of \(size >> 20) MiB: the host refused (\(reason)); ask for less with -m"
        case .outside(let address, let count):
            "guest physical address 0x\(String(address, radix: 16)), \(count) bytes: outside of the guest's RAM"
        }
    }
}
