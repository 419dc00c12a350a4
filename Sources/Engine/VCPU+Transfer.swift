package import Guest
import Interp
import IR
import Memory

// Copies and fills of guest memory (A64: CPY, SET).

extension VCPU {
    /// Page by page; what has been moved when one faults has been moved.
    package func transfer(_ transfer: MemoryTransfer) -> MemoryTransfer.Outcome {
        var outcome = MemoryTransfer.Outcome(count: 0)
        while outcome.count < transfer.count {
            let piece = TransferPiece(transfer, done: outcome.count)
            switch move(piece, transfer) {
            case .success(let count): outcome.count += count
            case .failure(let error):
                outcome.fault = error.fault
                return outcome
            }
        }
        return outcome
    }

    /// Moves the piece, or one byte of it where it is not plain memory on both sides; the count.
    private func move(_ piece: TransferPiece, _ transfer: MemoryTransfer) -> Result<UInt64, MemoryFaultError> {
        let reading = MemoryAttributes(unprivileged: transfer.isReadUnprivileged)
        let writing = MemoryAttributes(unprivileged: transfer.isWriteUnprivileged)
        let count = Int(piece.count)
        switch transfer.source {
        case .fill(let byte):
            guard let host = plainMemory(piece.destination, .write, writing) else {
                return storeByte(UInt64(byte), piece.destination, writing)
            }
            piece.base(host).initializeMemory(as: UInt8.self, repeating: byte, count: count)
        case .copy:
            // A source that faults is found before its destination.
            let from = plainMemory(piece.source, .read, reading)
            guard let from, let to = plainMemory(piece.destination, .write, writing) else {
                guard load(piece.source, bytes: 1, UInt64(reading.rawValue)) else { return .failure(takeFault()) }
                return storeByte(context.pointee.slowValue, piece.destination, writing)
            }
            piece.base(to).copyMemory(from: piece.base(from), byteCount: count)
        }
        return .success(piece.count)
    }

    private func storeByte(
        _ byte: UInt64, _ address: UInt64, _ attributes: MemoryAttributes
    ) -> Result<UInt64, MemoryFaultError> {
        context.pointee.slowValue = byte
        return store(address, bytes: 1, UInt64(attributes.rawValue)) ? .success(1) : .failure(takeFault())
    }

    private func takeFault() -> MemoryFaultError {
        guard let fault = pendingFault else { preconditionFailure("an access failed without a fault") }
        pendingFault = nil
        return MemoryFaultError(fault)
    }

    /// The host address of a byte in a page that may be accessed as a whole; nil where each byte is a matter of its own:
    /// faults, devices, pages of exclusive monitors.
    private func plainMemory(
        _ address: UInt64, _ access: AccessKind, _ attributes: MemoryAttributes
    ) -> UnsafeMutableRawPointer? {
        let mmu = mmu(attributes)
        guard case .ram(let host, let physical) = locate(address, access, mmu), !isDevice(address, mmu),
            access == .read || !group.monitors.observes(physical)
        else { return nil }
        return host
    }
}

/// The next bytes of a transfer, which lie in one page on either side. Addresses are those of the byte that is accessed
/// first.
private struct TransferPiece {
    let source: UInt64
    let destination: UInt64
    let count: UInt64
    private let isDownwards: Bool

    init(_ transfer: MemoryTransfer, done: UInt64) {
        let left = transfer.count - done
        let offset = transfer.isDownwards ? left - 1 : done
        isDownwards = transfer.isDownwards
        destination = transfer.destination &+ offset
        if case .copy(let address) = transfer.source {
            source = address &+ offset
        } else {
            source = destination
        }
        count = min(left, Self.inPage(source, isDownwards), Self.inPage(destination, isDownwards))
    }

    /// Bytes from this one to the end of its page, or to its beginning.
    private static func inPage(_ address: UInt64, _ isDownwards: Bool) -> UInt64 {
        let offset = address & ~SoftTLB.pageMask
        return isDownwards ? offset + 1 : ~SoftTLB.pageMask + 1 - offset
    }

    /// The lowest byte's host address, given that of the first one accessed.
    func base(_ host: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        isDownwards ? host - Int(count - 1) : host
    }
}
