/// What native code counts of itself, when it was made to (`NativeOptions.counts`), each in 64 bits of the execution context.
package enum NativeCount: Int, CaseIterable, Sendable {
    /// Entries from the interpreter and the run loop.
    case enters
    /// All of regions, jumps of other native code included.
    case regions
    case blocks
    case guestInstructions
    /// Host instructions of the blocks' code in line, counting apart; of a block that is left in its middle all.
    case hostInstructions
    /// Blocks' ends that go through the jump cache, and those of them that found nothing there.
    case cachedJumps
    case cacheMisses
    /// Blocks' ends that are returns, and those of them that did not lead behind the last call.
    case returns
    case returnMisses
    /// Accesses to guest memory, and those of them that the software TLB's hit could not do.
    case accesses
    case slowAccesses
}
