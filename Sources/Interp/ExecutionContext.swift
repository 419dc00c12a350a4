import IR
package import Synchronization

/// Everything of a vCPU that threaded code touches besides the CPU state itself. Lives at a fixed address as long as
/// its vCPU, and only the vCPU's thread uses it. What other threads set, `pending`, is a cache line of its own before it.
package struct ExecutionContext: ~Copyable {
    // Software TLB of the current privilege level.
    package var tlbEntries: UnsafeMutableRawPointer
    package var tlbMask: UInt64 = 0

    // Direct-mapped cache of blocks by pc.
    package fileprivate(set) var jumpCache: UnsafeMutablePointer<JumpCacheEntry>
    /// The translation flags that the blocks now running have, but for the entry mode of the first.
    package var flags: UInt64 = 0

    /// Executed blocks. Apart from `guestInstructions`, which is updated with it: side by side the compiler makes one
    /// vector addition of the two, which takes more instructions and waits for its own last store.
    package var blocks: UInt64 = 0

    // What an exit reports.
    package var exitCursor: UnsafeRawPointer?
    /// Code of the block entered last: a fault's guest pc is found by it.
    package var current: UnsafeRawPointer?
    package var nextPC: UInt64 = 0
    /// The entry mode of the block at `nextPC`, in its place in the translation flags; whoever enters that clears it.
    package var nextEntry: UInt64 = 0
    package var linkCell: UInt64 = 0
    /// The jump of native code that led to `nextPC` and can be linked; 0 for none.
    package var exitSite: UInt64 = 0
    /// An address in the page of the jump through a register that led to `nextPC` and did not find it in the jump cache;
    /// `noJump` for all other ways there.
    package var jumpSite: UInt64 = ExecutionContext.noJump
    package static let noJump: UInt64 = .max
    package var guestInstructions: UInt64 = 0
    package var exceptionKind: UInt64 = 0
    package var exceptionPayload: UInt64 = 0
    package var exceptionPC: UInt64 = 0

    package var constants = NativeConstants()
    /// MXCSR for a moment.
    package var floatControl: UInt64 = 0
    /// The host's flags, which the guest's still are to be made of, while native code runs: AX after a subtraction, LAHF
    /// and SETO AL. 0: the guest's are in their cell.
    package var hostFlags: UInt64 = 0

    /// Of the stack of returns that native code expects, part of its thread's: the word that it begins with, and where it
    /// is full; while native code calls a helper, the word behind its last, else 0.
    package var returnBase: UInt64 = 0
    package var returnLimit: UInt64 = 0
    package var returnTop: UInt64 = 0

    package static let nativeCountWords = 11
    /// What native code counts (`NativeCount` of its room).
    package fileprivate(set) var nativeCounts = InlineArray<11, UInt64>(repeating: 0)

    /// Turns of loops that only wait.
    package var spins: UInt64 = 0

    // Between a slow path and the engine.
    package var slowValue: UInt64 = 0
    package var slowValueHigh: UInt64 = 0
    package var slowOperand: UInt64 = 0
    package var slowOperandHigh: UInt64 = 0
    package let calls: RuntimeCalls
    /// The vCPU object, unretained: for the runtime calls.
    package var owner: UnsafeMutableRawPointer?

    // The local exclusive monitor: what the last load-linked saw.
    package var monitorHost: UInt64 = 0
    package var monitorSize: UInt64 = 0
    package var monitorValue: UInt64 = 0
    package var monitorValueHigh: UInt64 = 0
    /// Of a tracked load-linked: the version of its granule, and the place of that version; 0 for the others.
    package var monitorVersion: UInt64 = 0
    package var monitorGranule: UInt64 = 0
    /// Guest address of the load-linked whose closed sequence was left.
    package var monitorSite: UInt64 = 0
    /// The granule that the engine has locked for a read-modify-write, to be released after it; 0 for none.
    package var heldGranule: UInt64 = 0

    /// Of `StoreTest`: its table and the vCPU's number in it; 0: stores are not tested.
    package var storeTable: UInt64 = 0
    package var storeNumber: UInt64 = 0

    /// What a handler has loaded as one access, on its way to two cells.
    package var loadedPair = SIMD2<UInt64>()

    /// Added to `monitorSize` when a closed sequence is left: no store-conditional matches it any more.
    package static let abandoned: UInt64 = 0x100

    private init(
        calls: RuntimeCalls, tlb: UnsafeMutableRawPointer, jumpCache: UnsafeMutablePointer<JumpCacheEntry>
    ) {
        self.calls = calls
        tlbEntries = tlb
        self.jumpCache = jumpCache
        jumpCache.initialize(repeating: JumpCacheEntry(), count: JumpCacheEntry.count)
    }

    /// Bytes from a context back to its pending word.
    static var pendingDistance: Int { 64 }

    /// Bytes from a context to the frame that is made with it.
    static var frameDistance: Int { (MemoryLayout<ExecutionContext>.stride + 63) & ~63 }

    /// Makes a context with its pending word, clear, in front of it, and a frame of `frameBytes`, clear, behind it; then
    /// comes the jump cache, at the same distance for all vCPUs. Its `owner` is still to be set.
    package static func make(
        calls: RuntimeCalls, tlb: UnsafeMutableRawPointer, frameBytes: Int = 0
    ) -> UnsafeMutablePointer<ExecutionContext> {
        let cacheDistance = pendingDistance + frameDistance + (frameBytes + 63) & ~63
        let bytes = cacheDistance + JumpCacheEntry.count * MemoryLayout<JumpCacheEntry>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        let context = (memory + pendingDistance).bindMemory(to: ExecutionContext.self, capacity: 1)
        let cache = (memory + cacheDistance).bindMemory(to: JumpCacheEntry.self, capacity: JumpCacheEntry.count)
        context.initialize(to: ExecutionContext(calls: calls, tlb: tlb, jumpCache: cache))
        return context
    }

    /// Gives back what `make` made.
    package static func destroy(_ context: UnsafeMutablePointer<ExecutionContext>) {
        context.deinitialize(count: 1)
        (UnsafeMutableRawPointer(context) - pendingDistance).deallocate()
    }

    /// Makes native code that has called a helper expect no return: all lead where the stack's first word does. By the
    /// vCPU's thread, or while it stands still.
    package func forgetReturns() {
        guard returnTop != 0, let first = UnsafePointer<UInt64>(bitPattern: UInt(returnBase)),
            let top = UnsafeMutablePointer<UInt64>(bitPattern: UInt(returnTop))
        else { return }
        for index in 1...max(top.distance(to: UnsafeMutablePointer(mutating: first)), 1) { top[index] = first.pointee }
    }

    package var runningBlock: ThreadedBlock {
        guard let current else { preconditionFailure("no block has run yet") }
        return ThreadedBlock(code: current)
    }
}

extension UnsafeMutablePointer where Pointee == ExecutionContext {
    /// The frame that was made with the context.
    package var frame: UnsafeMutableRawPointer { UnsafeMutableRawPointer(self) + ExecutionContext.frameDistance }

    /// Where the context keeps what native code finds in memory.
    package var constants: UnsafeMutableRawPointer {
        withUnsafeMutablePointer(to: &pointee.constants) { UnsafeMutableRawPointer($0) }
    }

    /// Where native code counts.
    package var nativeCounts: UnsafeMutablePointer<UInt64> {
        withUnsafeMutablePointer(to: &pointee.nativeCounts) {
            UnsafeMutableRawPointer($0).assumingMemoryBound(to: UInt64.self)
        }
    }

    /// Not 0: leave at the next block boundary. For any thread.
    package var pending: UnsafeMutablePointer<Atomic<UInt32>> {
        (UnsafeMutableRawPointer(self) - ExecutionContext.pendingDistance).assumingMemoryBound(to: Atomic<UInt32>.self)
    }
}

/// One line of the per-vCPU cache of blocks: 32 bytes, so that an index is a shift.
package struct JumpCacheEntry: BitwiseCopyable {
    package var pc: UInt64 = .max
    package var flags: UInt64 = .max
    package var code: UnsafeRawPointer?
    /// Native code for the block, or code that looks further.
    package var native: UInt64 = 0

    package init() {}

    package static let count = 2048

    /// Byte offset of the line for `pc` when it is entered in no special way.
    @inline(__always)
    package static func offset(_ pc: UInt64) -> UInt64 {
        (((pc &>> 2) ^ (pc &>> 13)) & UInt64(count &- 1)) &<< 5
    }

    /// Byte offset of the line for `pc` with translation flags `flags`: each entry mode has a line of its own, so that a
    /// function that is called both directly and through a pointer keeps both.
    @inline(__always)
    package static func offset(_ pc: UInt64, flags: UInt64) -> UInt64 {
        offset(pc) ^ (flags & EntryMode.mask) &>> (EntryMode.shift &- 5)
    }
}

/// What threaded code asks of the engine. The first argument is the `ExecutionContext`.
package struct RuntimeCalls {
    /// address, size in bytes, attributes: leaves the value in `slowValue`(High); 0, or not 0 after a fault.
    package typealias Access = @convention(c) (UnsafeMutableRawPointer, UInt64, UInt64, UInt64) -> UInt64
    /// address, size, attributes: the host address for a read-modify-write; 0 after a fault.
    package typealias Probe = @convention(c) (UnsafeMutableRawPointer, UInt64, UInt64, UInt64) -> UInt64
    /// number, a, b, c, pc: leaves the result in `slowValue`; 0, or the exit to take.
    package typealias Helper =
        @convention(c) (UnsafeMutableRawPointer, UInt64, UInt64, UInt64, UInt64, UInt64) -> UInt64

    package let load: Access
    package let store: Access
    package let probe: Probe
    package let helper: Helper

    package init(load: Access, store: Access, probe: Probe, helper: Helper) {
        self.load = load
        self.store = store
        self.probe = probe
        self.helper = helper
    }
}
