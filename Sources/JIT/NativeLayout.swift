import IR
import X64

/// What native code knows of its surroundings: where the engine keeps things, and whom to call. The engine fills it.
///
/// Offsets are in bytes from the CPU state (the frame), which the context lies in front of.
package struct NativeLayout: Sendable {
    /// Bytes from the CPU state to where rbp points.
    package static let frameBias = Int(Fixed.bias)

    // The execution context.
    package var context: Int32 = 0
    package var pending: Int32 = 0
    package var guestInstructions: Int32 = 0
    package var nextPC: Int32 = 0
    package var nextEntry: Int32 = 0
    package var exitSite: Int32 = 0
    package var jumpSite: Int32 = 0
    package var exitCursor: Int32 = 0
    package var exceptionKind: Int32 = 0
    package var exceptionPayload: Int32 = 0
    package var exceptionPC: Int32 = 0
    package var slowValue: Int32 = 0
    package var slowValueHigh: Int32 = 0
    package var slowOperand: Int32 = 0
    package var slowOperandHigh: Int32 = 0
    package var tlbEntries: Int32 = 0
    package var tlbMask: Int32 = 0
    /// The first line of the jump cache itself.
    package var jumpCache: Int32 = 0
    package var flags: Int32 = 0

    /// First byte of the frame behind the CPU state that may be used, and the one behind the last.
    package var temporaries: Int32 = 0
    package var temporariesEnd: Int32 = 0
    package var stateCells = 0

    /// Nobody else looks at the guest's memory while the vCPU runs: two accesses are as good as one.
    package var isAlone = false

    /// Loops of one block may run in strips (`StripLoop`).
    package var usesStrips = true

    /// An address leads to the same code, in whatever page, as long as that code is valid: jumps to other pages are linked like
    /// those within one.
    package var linksPages = false
    /// Where guest addresses are host addresses: the bits that are set in no address of the guest's memory, four words for
    /// accesses that have to be aligned to 1, 2, 4 and 8 bytes. nil: accesses go through the software TLB.
    package var addressMasks: Int32?

    // From a block's threaded code back into its header.
    package var headerNative: Int32 = 0
    package var headerReplacement: Int32 = 0

    // The functions behind the slow paths; see `RuntimeCalls` of the interpreter for what each takes.
    package var load: UInt64 = 0
    package var store: UInt64 = 0
    package var helper: UInt64 = 0

    /// Handlers of the interpreter that native code borrows for what is rare: they take |handler|d a b c|descriptor|, and
    /// go on with `step`.
    package struct Handlers: Sendable {
        package var loadLinked: UInt64 = 0
        package var storeConditional: UInt64 = 0
        package var compareAndSwap: UInt64 = 0
        package var exchange: UInt64 = 0
        package var fetchAndOperate: UInt64 = 0
        package var step: UInt64 = 0
        package init() {}
    }
    package var handlers = Handlers()
    /// The local exclusive monitor.
    package struct Monitor: Sendable {
        package var host: Int32 = 0
        package var size: Int32 = 0
        package var value: Int32 = 0
        package var granule: Int32 = 0
        package var site: Int32 = 0
        /// Added to the size when a closed sequence is left.
        package var abandoned: Int32 = 0
        package init() {}
    }
    package var monitor = Monitor()

    /// Where a store's vCPU leaves its number: the table's address and the number; nil: nowhere (`StoreTest` of the
    /// interpreter).
    package struct StoreTest: Sendable {
        package var table: Int32 = 0
        package var number: Int32 = 0
        package var granuleBits: Int64 = 0
        package var indexMask: Int32 = 0
        package init() {}
    }
    package var storeTest: StoreTest?

    /// The guest's floating-point environment (SoftFloat's `FPEnvironment`); nil: it has none.
    package var floatEnvironment: Int32?
    package var floatControl: Int32 = 0

    /// The guest's condition flags, of IR type `flags`; nil: it has none. And the host's that they still are to be made of.
    package var conditionFlags: Int32?
    package var hostFlags: Int32 = 0

    /// Of the stack of expected returns: its first word, where it is full, and the word behind its last during a helper.
    package var returnBase: Int32 = 0
    package var returnLimit: Int32 = 0
    package var returnTop: Int32 = 0

    /// Where 16 bytes each of `NativeConstants` are.
    package struct Constants: Sendable {
        package var signs32: Int32 = 0
        package var signs64: Int32 = 0
        package var magnitudes32: Int32 = 0
        package var magnitudes64: Int32 = 0
        package var smallestNormal32: Int32 = 0
        package var smallestNormal64: Int32 = 0
        package var roundingControls: Int32 = 0
        package init() {}

        func sign(_ size: Lanes.Size) -> Int32 { size == .d ? signs64 : signs32 }
        func magnitude(_ size: Lanes.Size) -> Int32 { size == .d ? magnitudes64 : magnitudes32 }
        func smallestNormal(_ size: Lanes.Size) -> Int32 { size == .d ? smallestNormal64 : smallestNormal32 }
    }
    package var constants = Constants()

    /// What those of a load-linked, and of other read-modify-writes, find in their descriptor besides the attributes.
    package var readOnlyProbe: UInt64 = 0
    package var readFirstProbe: UInt64 = 0
    /// The same for a pair.
    package var pairAccess: UInt64 = 0

    /// Where the first `NativeCount` is; nil: native code does not count.
    package var counts: Int32?
    func count(_ count: NativeCount) -> Operand? { counts.map { Fixed.cell($0 + Int32(count.rawValue * 8)) } }

    /// Numbers of the exits, as the engine's run loop understands them.
    package struct Reasons: Sendable {
        package var lookup: UInt32 = 0
        package var poll: UInt32 = 0
        package var raise: UInt32 = 0
        package var fault: UInt32 = 0
        package var invalidated: UInt32 = 0
        package var stateChanged: UInt32 = 0
        package var waitForInterrupt: UInt32 = 0
        package var waitForEvent: UInt32 = 0
        package var yield: UInt32 = 0
        package var step: UInt32 = 0
        package init() {}
    }
    package var reasons = Reasons()

    package init() {}

    /// A line of the jump cache: 2048 of 32 bytes, of which these are parts.
    enum Line {
        static let pc: Int32 = 0
        static let flags: Int32 = 8
        static let native: Int32 = 24
        static let mask: Int32 = 0x1ffc
        /// Byte offset of the line for `pc`; the engine computes the same.
        static func offset(_ pc: UInt64) -> Int32 { Int32(truncatingIfNeeded: ((pc ^ pc >> 11) & UInt64(mask)) << 3) }
    }
}
