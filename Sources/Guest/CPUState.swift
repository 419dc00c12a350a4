/// Where one register of a guest lies in its CPU state.
@usableFromInline package struct StateSlot: Hashable, Sendable {
    /// Bytes from the start of the state; a multiple of 8.
    @usableFromInline package let offset: Int

    @inlinable package init(cell: Int) { offset = cell &* 8 }
}

/// The CPU state of one vCPU: an array of 64-bit cells that IR, interpreter and guest system code address by offset.
///
/// A handle, not a value: copies name the same registers. Only the vCPU's own thread may use it while the vCPU runs.
@safe @usableFromInline package struct CPUState {
    @usableFromInline let base: UnsafeMutablePointer<UInt64>
    @usableFromInline let cells: Int

    /// `base` must stay valid for `cells` 64-bit cells as long as the handle is used.
    package init(base: UnsafeMutablePointer<UInt64>, cells: Int) {
        unsafe self.base = unsafe base
        self.cells = cells
    }

    @inlinable package subscript(slot: StateSlot) -> UInt64 {
        @inline(always) get {
            precondition(slot.offset / 8 < cells, "state slot outside the CPU state")
            return unsafe base[slot.offset / 8]
        }
        @inline(always) nonmutating set {
            precondition(slot.offset / 8 < cells, "state slot outside the CPU state")
            unsafe base[slot.offset / 8] = newValue
        }
    }
}

/// The named slots of a guest's CPU state, for printing, tracing and debuggers.
package struct CPUStateLayout: Sendable {
    package let cells: Int
    package let names: [(name: String, slot: StateSlot)]

    package init(cells: Int, names: [(name: String, slot: StateSlot)]) {
        precondition(names.allSatisfy { $0.slot.offset < cells * 8 }, "a named slot lies outside the state")
        self.cells = cells
        self.names = names
    }

    package func slot(named name: String) -> StateSlot? { names.first { $0.name == name }?.slot }
}
