import Glibc
package import Guest
package import Interp
package import JIT
import Memory
import Synchronization

/// How the native tier works.
package struct NativeOptions: Sendable, Equatable {
    /// Entries of a block after which it is compiled.
    package var threshold = 64
    /// A vCPU is young before it has run so many guest instructions, and a block that is hot then is compiled after
    /// `youngThreshold` entries: what starts runs most of its code a few times, and may be about to end. 0: none is young.
    package var youth: UInt64 = 0
    package var youngThreshold = 1000
    /// Bytes of host memory for native code in all, and for each vCPU.
    package var codeBytes = 256 << 20
    package var sliceBytes = 8 << 20
    /// The most blocks, and guest instructions, in a region; one block: no regions.
    package var regionBlocks = 32
    package var regionInstructions = 512
    /// A vCPU spends at most this part of its processor time on compiling, besides `freeCompilation`: a block that gets hot when
    /// more has been spent stays threaded code until it is hot again. What starts, and does not run long, would pay for code that
    /// it has no use for. nil: no bound.
    package var compilationShare: Double?
    /// Nanoseconds.
    package static let freeCompilation: UInt64 = 10_000_000
    /// The most regions, besides its own, that have a copy of a block: without a bound each block on a loop's way in would
    /// bring a copy of the loop.
    package var mostCopies = 4
    /// Entries of a block after which it is compiled where nearly all code shall be native: enough to know where it leads.
    package static let eagerThreshold = 8
    /// Who compiles what is hot.
    package var background = BackgroundMode.off
    /// Blocks that are compiled by vCPUs before the thread beside them is started: short programs need it for too little.
    package var compiledBefore = 16
    /// There is one vCPU, and nobody else looks at its memory while it runs.
    package var isAlone = false
    /// Whoever maps a page elsewhere invalidates the code of both places: native code is linked over the end of its page.
    package var linksPages = false
    /// Guest addresses below this, a power of two, are host addresses, and beyond it nothing is mapped for as far as
    /// `guardBytes`: native code accesses them without the software TLB. nil: addresses are translated.
    package var addressLimit: UInt64?
    package static let guardBytes = DirectAccess.guardBytes
    /// Whether whoever knows of such a limit shall set it; off to compare.
    package var allowsDirectAccess = true
    /// Loops of one block run in strips, where guest addresses are translated; off to compare.
    package var usesStrips = true
    /// Native code counts what it does, for statistics: it is slower then.
    package var counts = false
    package init() {}

    /// `background=on|off|always`, as the options of both emulators spell it; false when `text` is something else.
    package mutating func set(background text: String) -> Bool {
        guard let mode = BackgroundMode(rawValue: text) else { return false }
        background = mode
        if mode == .always { compiledBefore = 0 }
        return true
    }
}

/// Whether a thread beside the vCPUs compiles for them.
package enum BackgroundMode: String, Sendable {
    /// Every vCPU compiles for itself: what is compiled when depends on nothing but the guest.
    case off
    /// It does where a core of the host is free.
    case whenFree = "on"
    /// It does from the first block on, though it may take a vCPU's core.
    case always
}

/// The native code of a machine's vCPUs.
package final class NativeTier: Sendable {
    let memory: CodeMemory
    let options: NativeOptions
    /// For the thread that compiles beside the vCPUs.
    let backgroundSlice: CodeSlice?
    /// A look-up thunk for vCPUs that have no slice: they run what the others compile, and thunks know no vCPU. 0 while
    /// there is no native code.
    let lookupThunk = Atomic<UInt64>(0)
    /// Guest addresses are host addresses, for native code too. Until a page has to be watched: only the software TLB tells
    /// writes to such pages from others.
    private let direct: Atomic<Bool>
    var isDirect: Bool { direct.load(ordering: .sequentiallyConsistent) }
    func leaveDirectAccess() { direct.store(false, ordering: .sequentiallyConsistent) }

    /// nil when the host gives no memory for code.
    init?(_ options: NativeOptions) {
        let hasBackground = options.background != .off
        let size = options.codeBytes + (hasBackground ? options.sliceBytes : 0)
        guard let memory = CodeMemory(size: size) else { return nil }
        self.memory = memory
        backgroundSlice = hasBackground ? memory.takeSlice(bytes: options.sliceBytes) : nil
        self.options = options
        direct = Atomic(options.addressLimit != nil)
    }

    /// Forks by `fork`, which returns 0 in the child, so that the child has code of its own. -1 when the host has no memory
    /// for it, and then nothing was forked. Only while every other vCPU is stopped.
    func forking(_ fork: () -> Int) -> Int {
        guard let copy = memory.duplicate() else { return -1 }
        let child = fork()
        if child != 0 {
            close(copy)
        } else if !memory.adopt(copy) {
            // Half of the code may be gone already.
            fatalError("fork: the host does not map the child's native code")
        }
        return child
    }

    /// Where the vCPU goes on that was kept by its host from an access at `place`, in `ProcessorGroup.nativeCode`; nil
    /// where there is none such. For signal handlers.
    package static func slowPath(ofAccessAt place: UInt64) -> UInt64? { DirectAccess.slowPath(ofAccessAt: place) }

    /// Makes `block` lead nowhere any more: its native entry, where it has one, goes on where an invalid block's does.
    func divert(_ block: ThreadedBlock) {
        let entry = block.native
        if entry != 0 { memory.divert(entry: entry, to: block.header.pointee.nativeWhenInvalid) }
    }
}

extension NativeLayout {
    /// Of the vCPUs whose context is made like this one; the state has `stateCells` cells.
    package init(
        _ context: UnsafeMutablePointer<ExecutionContext>, stateCells: Int, floatEnvironment: StateSlot?,
        conditionFlags: StateSlot?
    ) {
        self.init()
        let frame = context.frame
        self.floatEnvironment = floatEnvironment.map { Int32(truncatingIfNeeded: $0.offset) }
        self.conditionFlags = conditionFlags.map { Int32(truncatingIfNeeded: $0.offset) }
        fillConstants(Int32(truncatingIfNeeded: context.constants - frame))
        func offset<Field>(_ field: inout Field) -> Int32 {
            withUnsafeMutablePointer(to: &field) { Int32(truncatingIfNeeded: UnsafeMutableRawPointer($0) - frame) }
        }
        self.context = Int32(truncatingIfNeeded: UnsafeMutableRawPointer(context) - frame)
        pending = Int32(truncatingIfNeeded: UnsafeMutableRawPointer(context.pending) - frame)
        guestInstructions = offset(&context.pointee.guestInstructions)
        nextPC = offset(&context.pointee.nextPC)
        nextEntry = offset(&context.pointee.nextEntry)
        exitSite = offset(&context.pointee.exitSite)
        jumpSite = offset(&context.pointee.jumpSite)
        exitCursor = offset(&context.pointee.exitCursor)
        exceptionKind = offset(&context.pointee.exceptionKind)
        exceptionPayload = offset(&context.pointee.exceptionPayload)
        exceptionPC = offset(&context.pointee.exceptionPC)
        slowValue = offset(&context.pointee.slowValue)
        slowValueHigh = offset(&context.pointee.slowValueHigh)
        slowOperand = offset(&context.pointee.slowOperand)
        slowOperandHigh = offset(&context.pointee.slowOperandHigh)
        tlbEntries = offset(&context.pointee.tlbEntries)
        tlbMask = offset(&context.pointee.tlbMask)
        flags = offset(&context.pointee.flags)
        floatControl = offset(&context.pointee.floatControl)
        hostFlags = offset(&context.pointee.hostFlags)
        returnBase = offset(&context.pointee.returnBase)
        returnLimit = offset(&context.pointee.returnLimit)
        returnTop = offset(&context.pointee.returnTop)
        monitor.host = offset(&context.pointee.monitorHost)
        monitor.size = offset(&context.pointee.monitorSize)
        monitor.value = offset(&context.pointee.monitorValue)
        monitor.granule = offset(&context.pointee.monitorGranule)
        monitor.site = offset(&context.pointee.monitorSite)
        monitor.abandoned = Int32(ExecutionContext.abandoned)
        jumpCache = Int32(truncatingIfNeeded: UnsafeMutableRawPointer(context.pointee.jumpCache) - frame)
        self.stateCells = stateCells
        temporaries = Int32(stateCells * 8 + 16)
        temporariesEnd = Int32(CodeGenerator.frameBytes(stateCells: stateCells))
        let header = MemoryLayout<BlockHeader>.stride
        headerNative = Int32((MemoryLayout<BlockHeader>.offset(of: \.native) ?? 0) - header)
        headerReplacement = Int32((MemoryLayout<BlockHeader>.offset(of: \.replacement) ?? 0) - header)
        fillFunctions(context.pointee.calls)
        fillReasons()
    }

    /// Has native code's stores leave the vCPU's number.
    mutating func fillStoreTest(_ context: UnsafeMutablePointer<ExecutionContext>) {
        let frame = context.frame
        func offset(_ field: inout UInt64) -> Int32 {
            withUnsafeMutablePointer(to: &field) { Int32(truncatingIfNeeded: UnsafeMutableRawPointer($0) - frame) }
        }
        var test = StoreTest()
        test.table = offset(&context.pointee.storeTable)
        test.number = offset(&context.pointee.storeNumber)
        test.granuleBits = Int64(Interp.StoreTest.granuleBits)
        test.indexMask = Int32(Interp.StoreTest.count - 1)
        storeTest = test
    }

    /// Has native code take guest addresses for host addresses, by the masks of the context.
    mutating func fillAddressMasks(_ context: UnsafeMutablePointer<ExecutionContext>) {
        let field = MemoryLayout<NativeConstants>.offset(of: \.addressMasks) ?? 0
        addressMasks = Int32(truncatingIfNeeded: context.constants - context.frame + field)
    }

    /// Has native code count where `context` has room for it.
    mutating func fillCounts(_ context: UnsafeMutablePointer<ExecutionContext>) {
        precondition(
            NativeCount.allCases.count == ExecutionContext.nativeCountWords, "the context has no room for a count")
        counts = Int32(truncatingIfNeeded: UnsafeRawPointer(context.nativeCounts) - UnsafeRawPointer(context.frame))
    }

    private mutating func fillConstants(_ start: Int32) {
        func offset(_ field: PartialKeyPath<NativeConstants>) -> Int32 {
            start + Int32(MemoryLayout<NativeConstants>.offset(of: field) ?? 0)
        }
        constants.signs32 = offset(\.signs32)
        constants.signs64 = offset(\.signs64)
        constants.magnitudes32 = offset(\.magnitudes32)
        constants.magnitudes64 = offset(\.magnitudes64)
        constants.smallestNormal32 = offset(\.smallestNormal32)
        constants.smallestNormal64 = offset(\.smallestNormal64)
        constants.roundingControls = offset(\.roundingControls)
    }

    private mutating func fillFunctions(_ calls: RuntimeCalls) {
        func address(_ function: RuntimeCalls.Access) -> UInt64 {
            UInt64(UInt(bitPattern: unsafeBitCast(function, to: UnsafeRawPointer.self)))
        }
        load = address(calls.load)
        store = address(calls.store)
        helper = UInt64(UInt(bitPattern: unsafeBitCast(calls.helper, to: UnsafeRawPointer.self)))
        handlers.loadLinked = NativeEntry.loadLinked
        handlers.storeConditional = NativeEntry.storeConditional
        readOnlyProbe = RuntimeCalls.readOnlyProbe
        readFirstProbe = RuntimeCalls.readFirstProbe
        pairAccess = RuntimeCalls.pairAccess
        handlers.compareAndSwap = NativeEntry.compareAndSwap
        handlers.exchange = NativeEntry.exchange
        handlers.fetchAndOperate = NativeEntry.fetchAndOperate
        handlers.step = NativeEntry.step
    }

    private mutating func fillReasons() {
        func number(_ reason: ExitReason) -> UInt32 { UInt32(truncatingIfNeeded: reason.rawValue) }
        reasons.lookup = number(.lookup)
        reasons.poll = number(.poll)
        reasons.raise = number(.raise)
        reasons.fault = number(.faultAt)
        reasons.invalidated = number(.invalidated)
        reasons.stateChanged = number(.stateChanged)
        reasons.waitForInterrupt = number(.waitForInterrupt)
        reasons.waitForEvent = number(.waitForEvent)
        reasons.yield = number(.yield)
        reasons.step = number(.step)
    }
}
