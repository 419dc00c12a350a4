/// A copy or fill of guest virtual memory, of any length, whose bytes are accessed in one direction.
package struct MemoryTransfer: Equatable, Sendable {
    package enum Source: Equatable, Sendable {
        /// Bytes from this address on.
        case copy(UInt64)
        case fill(UInt8)
    }

    package let source: Source
    package let destination: UInt64
    package let count: UInt64
    /// From the last byte to the first.
    package let isDownwards: Bool
    /// Checked with the permissions of the unprivileged level.
    package let isReadUnprivileged: Bool
    package let isWriteUnprivileged: Bool

    package init(
        _ source: Source, to destination: UInt64, count: UInt64, isDownwards: Bool = false,
        isReadUnprivileged: Bool = false, isWriteUnprivileged: Bool = false
    ) {
        self.source = source
        self.destination = destination
        self.count = count
        self.isDownwards = isDownwards
        self.isReadUnprivileged = isReadUnprivileged
        self.isWriteUnprivileged = isWriteUnprivileged
    }

    /// How far it got: the bytes moved, and why there are no more.
    package struct Outcome: Equatable, Sendable {
        package var count: UInt64
        package var fault: MemoryFault?
        package init(count: UInt64, fault: MemoryFault? = nil) {
            self.count = count
            self.fault = fault
        }
    }
}
