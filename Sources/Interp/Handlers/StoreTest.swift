import Synchronization

/// The hash-table store test: a table has for each granule of memory the number of the vCPU that wrote there last. A tracked
/// load-linked leaves its number before it loads, every store after it has stored, and a store-conditional fails where
/// it finds another number than its own.
///
/// Source: Zhao et al., "Enhancing Atomic Instruction Emulation for Cross-ISA Dynamic Binary Translation", CGO 2021. Here a
/// store-conditional keeps nobody out: it compares the value besides, so that what is missed is a location that changed
/// and changed back between the look at the table and the compare-and-swap behind it, nanoseconds. And the table forgets:
/// a vCPU's own store to a granule with the same entry, between its load-linked and its store-conditional, is put in
/// place of another's number. With granules of 64 bytes `ABA.litmus` showed that in 1 of 200; with 16 only granules
/// 64 KiB apart meet.
///
/// Granules are told apart by the host's address, which is the same for all of a page's guest addresses.
package enum StoreTest {
    package static let granuleBits: UInt64 = 4
    package static let count = 4096
    /// Of writes that are no vCPU's.
    package static let deviceNumber: UInt64 = 1 << 32

    @inline(__always)
    package static func entry(of host: UnsafeMutableRawPointer, _ table: UInt64) -> UInt64 {
        let granule = UInt64(UInt(bitPattern: host)) &>> granuleBits
        return table &+ (granule & UInt64(count &- 1)) &<< 3
    }

    /// For a load-linked, before it loads.
    package static func claim(_ host: UnsafeMutableRawPointer, _ context: UnsafeMutablePointer<ExecutionContext>) {
        let entry = entry(of: host, context.pointee.storeTable)
        // Before the load, so that a store after it leaves its number after this one.
        UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: UInt(entry))?.pointee.store(
            context.pointee.storeNumber, ordering: .sequentiallyConsistent)
        context.pointee.monitorGranule = entry
        context.pointee.monitorVersion = context.pointee.storeNumber
    }

    /// For a write that is to come: its number is left where `ExclusiveGranule.releaseHeld` follows.
    package static func note(_ host: UnsafeMutableRawPointer, _ context: UnsafeMutablePointer<ExecutionContext>) {
        context.pointee.heldGranule = entry(of: host, context.pointee.storeTable)
    }
}
