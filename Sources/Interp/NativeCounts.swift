/// What native code counts of itself, when it was made to (`NativeOptions.counts`): part of the execution context.
package struct NativeCounts: BitwiseCopyable {
    /// Entries: from the interpreter and the run loop; and all of regions, jumps of other native code included.
    package var enters: UInt64 = 0
    package var regions: UInt64 = 0
    package var blocks: UInt64 = 0
    package var guestInstructions: UInt64 = 0
    /// Blocks' ends that go through the jump cache, and those of them that found nothing there.
    package var cachedJumps: UInt64 = 0
    package var cacheMisses: UInt64 = 0
    /// Accesses to guest memory, and those of them that the software TLB's hit could not do.
    package var accesses: UInt64 = 0
    package var slowAccesses: UInt64 = 0
    package init() {}
}
