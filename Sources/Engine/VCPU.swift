import Glibc
package import Guest
package import IR
package import Interp
import JIT
package import Memory
import Optimizer
import Support
import Synchronization

/// What a vCPU is made with, besides its place in the machine.
package struct VCPUOptions: Sendable {
    package var generator = CodeGenerator.Options()
    /// Run the optimiser; off only to compare.
    package var optimizes = true
    /// When store-conditionals of open sequences fail.
    package var exclusives = ExclusiveScheme.exact
    /// The most guest instructions in a block.
    package var blockLimit = 128
    /// Words of translated code before everything is thrown away and translated anew.
    package var codeWords = 2 << 20
    /// Sees each block that is translated: pc, IR before and after optimising. For traces.
    package var observer: TranslationObserver?
    /// The native tier; nil: everything stays threaded code.
    package var native: NativeOptions?
    /// Sees native code. For traces and profilers.
    package var nativeObserver: NativeObserver?
    /// Sees the vCPU as often as it can be stopped.
    package var turnObserver: TurnObserver?
    /// Take the time of translations, for statistics.
    package var timesTranslations = false
    package init() {}

    /// All that the content of translations depends on, besides the guest and its code.
    package var storeDescription: String {
        "\(generator.driver) \(generator.fuses) \(generator.links) \(optimizes) \(exclusives) \(blockLimit) "
            + "\(native != nil) \(native?.counts ?? false) \(native?.addressLimit ?? 0) \(NativeCompiler.hostFeatures)"
    }
}

/// Called on a vCPU's thread before each block that its run loop enters, when its state is exact; and the vCPU comes back
/// to its run loop as soon as anything would make it. For comparing vCPUs step by step.
package protocol TurnObserver: AnyObject, Sendable {
    func turn(of vcpu: Processor)
}

/// Told about translations; called on any vCPU's thread.
package protocol TranslationObserver: AnyObject, Sendable {
    func translated(guest text: [String], original: Block, optimized: Block, vcpu: Int)
}

/// A vCPU that runs instruction set `G`: its state, translator and run loop.
package final class VCPU<G: GuestArchitecture>: Processor, @unchecked Sendable {
    package let state: CPUState
    let frame: UnsafeMutableRawPointer
    let memory: PhysicalMemory
    package let memo = Memo()
    let options: VCPUOptions
    var generator: CodeGenerator
    /// This thread's own.
    package let regions: RegionCompiler<G>
    var storePages = StorePages()
    /// The native code that this vCPU may run into, whether it compiles or not; nil until there is something to compile.
    private(set) var nativeTier: NativeTier?
    /// What `G` says, asked once: the class is not specialised for its guest.
    private let pcSlot = G.programCounter
    /// Nanoseconds spent on compiling, where that is bounded.
    var compilationTime: UInt64 = 0

    /// The translation flags and TLB of the state that the vCPU is in.
    var flags: UInt64 = 0
    var mmuIndex = 0

    /// The fault that a slow path or helper left behind for the run loop.
    var pendingFault: MemoryFault?
    /// The page that a load-linked wants watched before it can go on.
    var pageToWatch: UInt64?
    /// How often the guest has offered its core.
    var yields: UInt32 = 0
    /// The invalid block that was just left, to be replaced by the next one found.
    var invalidBlock: ThreadedBlock?
    /// Exceptions taken since the last guest instruction retired: a guest whose vectors fault takes them for ever.
    var exceptionsInARow = 0
    var instructionsAtLastException: UInt64 = .max

    package init(
        index: Int, group: ProcessorGroup, port: any MachinePort, memory: PhysicalMemory,
        options: VCPUOptions = VCPUOptions()
    ) {
        let cells = G.layout.cells
        let bytes = CodeGenerator.frameBytes(stateCells: cells)
        let tlbs = (0..<G.mmuIndexCount).map { _ in SoftTLB() }
        let context = ExecutionContext.make(
            calls: .engine, tlb: UnsafeMutableRawPointer(tlbs[0].entries), frameBytes: bytes)
        frame = context.frame
        state = CPUState(base: frame.assumingMemoryBound(to: UInt64.self), cells: cells)
        self.memory = memory
        self.options = options
        // For those, too, that compile nothing themselves: they run what the others compile.
        if let limit = options.native?.addressLimit { context.pointee.constants.setAddressMasks(below: limit) }
        var generatorOptions = options.generator
        let recorder = group.store?.makeRecorder(isMain: index == 0)
        regions = RegionCompiler(group: group, options: options, recorder: recorder, nil)
        if options.native != nil {
            generatorOptions.hotAfter = Self.threshold(options, isWarm: group.store?.old != nil)
        }
        generatorOptions.storesByEngine = options.exclusives == .storeTest
        generatorOptions.notesAddresses = recorder != nil
        generator = CodeGenerator(stateCells: cells, options: generatorOptions)
        super.init(index: index, group: group, port: port, context: context, tlbs: tlbs, codeWords: options.codeWords)
        if options.exclusives == .storeTest { group.monitors.testStores(of: index, context) }
        G.reset(state, environment: self)
        startNative(stateCells: cells, generatorOptions)
    }

    /// Where there is native code already, or an earlier run has kept some, the vCPU can run it from the start.
    private func startNative(stateCells: Int, _ generatorOptions: CodeGenerator.Options) {
        guard let native = options.native else { return }
        let tier = group.startNative(native)
        if let tier {
            guard group.hasNative else { return }
            adoptNative(tier)
        }
        guard regions.native == nil else { return }
        // There is no memory for code, or no slice for it: it need not count.
        var generatorOptions = generatorOptions
        generatorOptions.hotAfter = nil
        generator = CodeGenerator(stateCells: stateCells, options: generatorOptions)
    }

    override func adoptNative(_ tier: NativeTier) {
        guard nativeTier == nil else { return }
        nativeTier = tier
        // Its lines lead native code nowhere.
        forgetJumps()
        guard let native = options.native, let slice = tier.memory.takeSlice(bytes: native.sliceBytes) else { return }
        var layout = NativeLayout(
            context, stateCells: G.layout.cells, floatEnvironment: G.floatEnvironment,
            conditionFlags: G.conditionFlags)
        layout.isAlone = native.isAlone
        layout.linksPages = native.linksPages
        layout.usesStrips = native.usesStrips
        if native.addressLimit != nil { layout.fillAddressMasks(context) }
        if native.counts { layout.fillCounts(context) }
        if options.exclusives == .storeTest { layout.fillStoreTest(context) }
        regions.native = NativeCompiler(layout: layout, slice: slice)
        if let thunk = regions.native?.lookupThunk { tier.lookupThunk.store(thunk, ordering: .relaxed) }
        regions.showSharedCode(vcpu: index)
    }

    /// Entries after which a block is compiled. Where an earlier run has kept its code, this one has the time to compile more
    /// for the next.
    private static func threshold(_ options: VCPUOptions, isWarm: Bool) -> Int {
        let wanted = max(options.native?.threshold ?? 1, 1)
        return isWarm ? min(wanted, TranslationStore.warmThreshold) : wanted
    }

    package var pc: UInt64 {
        get { state[pcSlot] }
        set { state[pcSlot] = newValue }
    }

    // MARK: The run loop

    package override func run() {
        enterRunning()
        while answerAttention() {
            let lines = port.interruptLines(vcpu: index)
            if lines.rawValue != 0 && G.deliverInterrupt(lines, state, environment: self) {
                context.pointee.linkCell = 0
            }
            followState()
            if let observer = options.turnObserver { show(observer) }
            guard let block = findBlock() else {
                context.pointee.linkCell = 0
                continue
            }
            replaceInvalid(by: block)
            noteLanding(on: block)
            linkNative(to: block)
            linkPrevious(to: block)
            if flags & EntryMode.mask != 0 { G.setEntryMode(0, state) }
            let reason = ThreadedCode.run(block, frame: frame, context: context)
            handle(reason)
        }
        leaveRunning()
    }

    private func show(_ observer: any TurnObserver) {
        observer.turn(of: self)
        attract(.work)
    }

    /// Does what other threads asked for; false when the vCPU is to end.
    private func answerAttention() -> Bool {
        guard isAttracted else { return true }
        let why = Attention(
            rawValue: context.pending.pointee.exchange(0, ordering: .sequentiallyConsistent))
        if why.contains(.quit) { return false }
        if why.contains(.stop) {
            leaveRunning()
            enterRunning()
        }
        // Through the entry of invalid native code a jump would lose the way in which it enters.
        if why.contains(.codeChanged) { forgetJumps() }
        if drainQueue() { standAside() }
        return true
    }

    /// Adopts the privilege level and modes that the state is in.
    private func followState() {
        flags = G.translationFlags(state)
        context.pointee.flags = flags & ~EntryMode.mask
        mmuIndex = G.mmuIndex(state)
        adoptTLB()
    }

    /// Shows threaded code the TLB of the current level, which may have grown.
    func adoptTLB() {
        withTLB(mmuIndex) { tlb in
            context.pointee.tlbEntries = UnsafeMutableRawPointer(tlb.entries)
            context.pointee.tlbMask = tlb.offsetMask
        }
    }

    /// Makes the exit that led here lead to `block` directly next time.
    private func linkPrevious(to block: ThreadedBlock) {
        let cell = context.pointee.linkCell
        context.pointee.linkCell = 0
        // An interrupt or a fetch's fault may have come between: then this is not the block that the exit leads to.
        let isTarget = block.header.pointee.guestPC == context.pointee.nextPC
        if cell != 0 && isTarget && !translationsWereFlushed { ThreadedCode.link(cell, to: block) }
        translationsWereFlushed = false
    }

    private func replaceInvalid(by block: ThreadedBlock) {
        guard let old = invalidBlock else { return }
        invalidBlock = nil
        let (known, found) = (old.header, block.header)
        guard !translationsWereFlushed, old.code != block.code, known.pointee.guestPC == found.pointee.guestPC,
            known.pointee.physical == found.pointee.physical, known.pointee.flags == found.pointee.flags
        else { return }
        if old.isLanding { block.noteLanding() }
        ThreadedCode.replace(old, by: block)
    }

    private func handle(_ reason: ExitReason) {
        switch reason {
        case .lookup, .poll:
            pc = context.pointee.nextPC
            if context.pointee.nextEntry != 0 { adoptEntryMode() }
        case .stateChanged, .step: pc = context.pointee.nextPC
        case .invalidated: leaveInvalidBlock()
        case .hot: promote()
        case .faultAt: takeFault(at: context.pointee.exceptionPC)
        case .raise:
            takeException {
                G.raise(
                    kind: UInt16(truncatingIfNeeded: context.pointee.exceptionKind),
                    payload: context.pointee.exceptionPayload, pc: context.pointee.exceptionPC, state,
                    environment: self)
            }
        case .memoryFault: takeMemoryFault()
        case .waitForInterrupt:
            pc = context.pointee.nextPC
            waitForInterrupt()
        case .waitForEvent:
            pc = context.pointee.nextPC
            waitForEvent()
        case .yield:
            pc = context.pointee.nextPC
            yieldCore()
        }
        // A pattern, not `!=`: that is a call through the enumeration's witness table.
        if case .lookup = reason { return }
        context.pointee.linkCell = 0
        context.pointee.exitSite = 0
    }

    private func adoptEntryMode() {
        G.setEntryMode(context.pointee.nextEntry, state)
        context.pointee.nextEntry = 0
    }

    /// The guest's code has changed: the next look-up must not find the old block, and sends those on to the new one who
    /// still enter the old one through a link.
    private func leaveInvalidBlock() {
        guard let code = context.pointee.exitCursor else { return }
        let block = ThreadedBlock(code: code)
        pc = block.header.pointee.guestPC
        // Where it matters how the block was entered, its flags have it.
        G.setEntryMode(block.header.pointee.flags & EntryMode.mask, state)
        forget(pc)
        invalidBlock = block
    }

    private func takeMemoryFault() {
        guard let cursor = context.pointee.exitCursor else {
            preconditionFailure("vCPU \(index): a memory operation left without its place")
        }
        let place = context.pointee.runningBlock.instruction(at: cursor)
        context.pointee.guestInstructions &+= UInt64(place.number)
        takeFault(at: place.pc)
    }

    private func takeFault(at pc: UInt64) {
        context.pointee.blocks &+= 1
        if let physical = pageToWatch {
            pageToWatch = nil
            self.pc = pc
            return watch(physical)
        }
        guard let fault = pendingFault else {
            preconditionFailure("vCPU \(index): a memory operation left without a fault")
        }
        pendingFault = nil
        takeException { G.deliver(fault, pc: pc, state, environment: self) }
    }

    /// Takes an exception, unless the guest does nothing but take exceptions.
    func takeException(_ take: () -> Void) {
        let retired = context.pointee.guestInstructions
        exceptionsInARow = retired == instructionsAtLastException ? exceptionsInARow + 1 : 0
        instructionsAtLastException = retired
        take()
        if exceptionsInARow > 1000 { die("exception loop: the exception vector itself faults") }
    }

    func die(_ reason: String) {
        port.guestDied(GuestDeath(reason: reason, pc: pc, instruction: nil), vcpu: index)
        attract(.quit)
    }

    // MARK: What translated code calls

    override func callHelper(_ number: UInt64, _ a: UInt64, _ b: UInt64, _ c: UInt64, pc: UInt64) -> ExitReason? {
        let outcome = G.callHelper(Int(truncatingIfNeeded: number), a, b, c, pc: pc, state, environment: self)
        adoptTLB()
        switch outcome {
        case .value(let value):
            context.pointee.slowValue = value
            return nil
        case .raise(let kind, let payload):
            context.pointee.exceptionKind = UInt64(kind)
            context.pointee.exceptionPayload = payload
            context.pointee.exceptionPC = pc
            return .raise
        case .fault(let fault):
            // The instruction's pc is known, so that the exception can be taken here and now.
            takeException { G.deliver(fault, pc: pc, state, environment: self) }
            context.pointee.nextPC = self.pc
            return .stateChanged
        case .leave(let next):
            context.pointee.guestInstructions &+= 1
            context.pointee.nextPC = next
            return .stateChanged
        }
    }

    override func forgetNative() {
        regions.forgetNative()
    }
    override var compiled: CompilationFigures { regions.figures }

    override func slowLoad(_ address: UInt64, _ bytes: UInt64, _ attributes: UInt64) -> Bool {
        load(address, bytes: Int(bytes), attributes)
    }
    override func slowStore(_ address: UInt64, _ bytes: UInt64, _ attributes: UInt64) -> Bool {
        store(address, bytes: Int(bytes), attributes)
    }
    override func probe(_ address: UInt64, _ bytes: UInt64, _ attributes: UInt64) -> UnsafeMutableRawPointer? {
        location(address, bytes: Int(bytes), attributes)
    }
}
