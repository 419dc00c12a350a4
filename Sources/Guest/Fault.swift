/// What a memory access wants to do.
package enum AccessKind: UInt8, Sendable {
    case read, write, fetch
}

/// Why a memory access did not happen.
package enum FaultCause: Equatable, Sendable {
    /// Address translation refused; the code is the guest's own (for Arm the fault status).
    case translation(UInt32)
    case alignment
    /// Nothing answers at the physical address.
    case external
}

/// A memory access that faulted; the guest architecture turns it into its exception.
package struct MemoryFault: Equatable, Sendable {
    package var address: UInt64
    package var access: AccessKind
    package var cause: FaultCause

    package init(address: UInt64, access: AccessKind, cause: FaultCause) {
        self.address = address
        self.access = access
        self.cause = cause
    }
}

/// The result of a page-table walk: what the software TLB needs to know of a page.
package struct PageTranslation: Equatable, Sendable {
    /// Physical address that the accessed virtual address maps to.
    package var physical: UInt64
    package var readable: Bool
    package var writable: Bool
    package var executable: Bool
    /// Device memory: unaligned accesses are alignment faults.
    package var device: Bool
    /// Not tagged by an address-space identifier.
    package var global: Bool
    /// Code there may be entered through a register only where it says so (A64: guarded pages).
    package var guarded: Bool
    /// Bytes of the mapping that the page is part of, a power of two: an invalidation of any address in it takes the
    /// page away as well.
    package var span: UInt64

    package init(
        physical: UInt64, readable: Bool = true, writable: Bool = true, executable: Bool = true, device: Bool = false,
        global: Bool = true, guarded: Bool = false, span: UInt64 = 4096
    ) {
        self.physical = physical
        self.readable = readable
        self.writable = writable
        self.executable = executable
        self.device = device
        self.global = global
        self.guarded = guarded
        self.span = span
    }
}
