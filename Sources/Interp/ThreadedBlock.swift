/// What stands before the threaded code of a block. Never moves and is never freed while any vCPU runs.
package struct BlockHeader {
    package var guestPC: UInt64
    /// Physical address of the block's first byte.
    package var physical: UInt64
    package var flags: UInt64
    package var guestInstructions: UInt32
    /// The instruction table behind the code: its address and count.
    package var table: UnsafePointer<InstructionMark>
    package var tableCount: Int
    /// IR operations that were lowered.
    package var operations: Int
    /// Guest bytes translated.
    package var guestBytes: Int
    /// The code of the block that replaced this one, 0 while there is none. Set by any thread.
    package var replacement: UInt64 = 0
    /// Native code of the block, and where its entry leads once the block is invalid; 0 while there is none.
    package var native: UInt64 = 0
    package var nativeWhenInvalid: UInt64 = 0
    /// How often native code of other blocks has it as a part. vCPUs may lose each other's counts.
    package var nativeCopies: UInt32 = 0
    /// A jump through a register in the same page has led to it: in a region such jumps lead there without leaving it. Set by
    /// any vCPU, never cleared.
    package var isLanding: UInt8 = 0
    /// It was hot while the program was young, and has to be entered more often. Set by any vCPU, never cleared.
    package var isPostponed: UInt8 = 0
    /// The next block in the list of its physical page (see `TranslationCache`); 0 ends it.
    package var nextInPage: UInt64 = 0
}

/// Where the threaded code of one guest instruction begins.
package struct InstructionMark {
    /// In words from the start of the code.
    package var codeOffset: UInt32
    /// In bytes from the block's guest pc; a block may follow jumps backwards.
    package var pcOffset: Int32
}

/// A block in threaded code: a handle on its header and code.
package struct ThreadedBlock: Equatable {
    /// The first operation.
    package let code: UnsafeRawPointer

    package init(code: UnsafeRawPointer) { self.code = code }

    package var header: UnsafeMutablePointer<BlockHeader> {
        UnsafeMutableRawPointer(mutating: code - MemoryLayout<BlockHeader>.stride)
            .assumingMemoryBound(to: BlockHeader.self)
    }

    /// The guest instruction whose code `cursor` points into: its number in the block and its address.
    package func instruction(at cursor: UnsafeRawPointer) -> (number: Int, pc: UInt64) {
        let header = header.pointee
        let offset = UInt32(truncatingIfNeeded: (cursor - code) / 8)
        var (low, high) = (0, header.tableCount)
        while low + 1 < high {
            let middle = (low + high) / 2
            if header.table[middle].codeOffset <= offset { low = middle } else { high = middle }
        }
        return (low, header.guestPC &+ UInt64(bitPattern: Int64(header.table[low].pcOffset)))
    }
}
