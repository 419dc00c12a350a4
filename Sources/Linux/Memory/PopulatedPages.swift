import Glibc
import Synchronization

/// Pages of files that the host has mapped already. To ask it again costs a system call for each miss of a software TLB,
/// of which a program that starts has thousands.
///
/// A table by page number, which forgets what it has no room for. A page that is named here may be behind the file's end
/// all the same, when somebody has truncated it since, as a page in a TLB may be: then the access is a bus error of the
/// host's (`receiveHostFault`).
struct PopulatedPages: @unchecked Sendable {
    private static let count = 1 << 13
    private static let writable: UInt64 = 1
    /// Address of the page, and in bit 0 whether it may be written.
    private let table: UnsafeMutablePointer<Atomic<UInt64>>

    /// nil when the host has no memory.
    init?() {
        guard let memory = calloc(Self.count, 8) else { return nil }
        table = memory.bindMemory(to: Atomic<UInt64>.self, capacity: Self.count)
    }

    private func place(_ page: UInt64) -> UnsafeMutablePointer<Atomic<UInt64>> {
        table + Int(truncatingIfNeeded: page >> 12) & (Self.count - 1)
    }

    /// `page` is the page's address.
    func contains(_ page: UInt64, forWriting: Bool) -> Bool {
        let known = place(page).pointee.load(ordering: .relaxed)
        return known == page | Self.writable || !forWriting && known == page && page != 0
    }

    func insert(_ page: UInt64, forWriting: Bool) {
        if contains(page, forWriting: forWriting) { return }
        place(page).pointee.store(forWriting ? page | Self.writable : page, ordering: .relaxed)
    }

    /// The mappings in `range` have changed.
    func forget(_ range: Range<UInt64>) {
        if range.upperBound - range.lowerBound >= UInt64(Self.count) << 12 { return forgetAll() }
        for page in stride(from: range.lowerBound & ~AddressSpace.pageMask, to: range.upperBound, by: 4096) {
            let cell = place(page)
            if cell.pointee.load(ordering: .relaxed) & ~Self.writable == page {
                cell.pointee.store(0, ordering: .relaxed)
            }
        }
    }

    /// Some file has become shorter.
    func forgetAll() {
        for index in 0..<Self.count { table[index].store(0, ordering: .relaxed) }
    }
}
