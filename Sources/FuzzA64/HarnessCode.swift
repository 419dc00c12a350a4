/// The guest code that runs the programs one after the other and writes each result to standard output.
///
/// Nothing may be left of it in the registers of a program: the last register is loaded by the program's own first
/// instruction, and after its last the harness finds a free one through TPIDR_EL0, which programs do not touch.
struct HarnessCode {
    private(set) var code = GuestCode()
    // Bytes from the start of the code.
    private(set) var entry = 0
    private(set) var dump = 0
    private var handler = 0
    private let shape: Shape
    private let layout: HarnessLayout

    /// What is to be run.
    struct Shape {
        var programs: Int
        var programBytes: Int
        /// States of each program: 1 << `repeatShift`.
        var repeatShift: Int
        /// All programs start from the first state, and a result is only its signals.
        var brief: Bool

        var runs: Int { programs << repeatShift }
    }

    init(_ shape: Shape, _ layout: HarnessLayout) {
        self.shape = shape
        self.layout = layout
        // Programs leave for the dump and signals for the handler: their places must not depend on what follows.
        dump = code.count * 4
        emitDump()
        handler = code.count * 4
        emitHandler()
        let loop = emitLoop()
        entry = code.count * 4
        emitStart(loop: loop)
    }

    /// Where the loop that runs the programs begins, in words; the dump comes back to it.
    private var jumpToLoop = 0

    // MARK: Signals

    /// Notes the signal in x0 with the address from its information, x1, and goes on behind the instruction, by the
    /// context, x2.
    private mutating func emitHandler() {
        code.move(3, HarnessLayout.data)
        code.load(4, 3, HarnessLayout.signalCount)
        code.compare(4, 2)
        let full = code.count
        code.branch(.higherOrSame, 0)
        code.add(5, 3, register: 4, shift: 4)
        code.load32(6, 1, 8)
        code.or(6, 0, register: 6, shift: 32)
        code.load(7, 1, 16)
        code.add(5, 5, HarnessLayout.signals)
        code.storePair(6, 7, 5)
        code.land(full)
        code.add(4, 4, 1)
        code.store(4, 3, HarnessLayout.signalCount)
        // The pc of the saved context. A brief run's first signal is enough, and the word may have led anywhere.
        if shape.brief {
            code.move(4, HarnessLayout.code + UInt64(dump))
        } else {
            code.load(4, 2, 440)
            code.add(4, 4, 4)
        }
        code.store(4, 2, 440)
        code.returnTo()
    }

    private mutating func emitAction(signal: UInt64) {
        // struct sigaction: handler, flags (SA_NODEFER, SA_ONSTACK, SA_SIGINFO), restorer, mask.
        code.move(9, HarnessLayout.data + 0x900)
        code.move(10, HarnessLayout.code + UInt64(handler))
        code.move(11, 0x4800_0004)
        code.storePair(10, 11, 9)
        code.storePair(31, 31, 9, 16)
        code.move(0, signal)
        code.add(1, 9, 0)
        code.move(2, 0)
        code.move(3, 8)
        code.systemCall(134)
    }

    // MARK: Start

    /// mmap, fixed, private, anonymous.
    private mutating func emitMap(_ address: UInt64, _ bytes: UInt64) {
        code.move(0, address)
        code.move(1, bytes)
        code.move(2, 3)
        code.move(3, 0x32)
        code.move(4, 0)
        code.subtract(4, 4, 1)
        code.move(5, 0)
        code.systemCall(222)
    }

    private mutating func emitStart(loop: Int) {
        emitMap(HarnessLayout.data, HarnessLayout.dataBytes)
        emitMap(HarnessLayout.window, HarnessLayout.windowBytes)
        // sigaltstack: address, flags, size.
        code.move(9, HarnessLayout.data + 0x900)
        code.move(10, HarnessLayout.data + HarnessLayout.signalStack)
        code.move(11, HarnessLayout.dataBytes - HarnessLayout.signalStack)
        code.storePair(10, 31, 9)
        code.store(11, 9, 16)
        code.add(0, 9, 0)
        code.move(1, 0)
        code.systemCall(132)
        for signal: UInt64 in [4, 5, 7, 8, 11] { emitAction(signal: signal) }
        code.branch(loop - code.count)
    }

    // MARK: One program

    /// Loads the state of the next run and enters its program; ends the process after the last.
    private mutating func emitLoop() -> Int {
        let start = code.count
        code.land(jumpToLoop)
        if !shape.brief { emitRestoreWindow() }
        code.move(0, HarnessLayout.data)
        code.storePair(31, 31, 0, HarnessLayout.signalCount)
        code.storePair(31, 31, 0, HarnessLayout.signalCount + 16)
        code.store(31, 0, HarnessLayout.signalCount + 32)
        code.load(1, 0, HarnessLayout.index)
        code.move(2, UInt64(shape.runs))
        // cmp x1, x2
        code.emit(0xeb02_003f)
        let more = code.count
        code.branch(.notEqual, 0)
        code.move(0, 0)
        code.systemCall(94)
        code.land(more)
        code.add(2, 1, 1)
        code.store(2, 0, HarnessLayout.index)
        emitLoadState()
        return start
    }

    private mutating func emitRestoreWindow() {
        code.move(0, HarnessLayout.window)
        code.move(1, layout.master)
        code.move(2, HarnessLayout.windowBytes / 64)
        let again = code.count
        code.loadVectorPairAndMove(0, 1, 1)
        code.loadVectorPairAndMove(2, 3, 1)
        code.storeVectorPairAndMove(0, 1, 0)
        code.storeVectorPairAndMove(2, 3, 0)
        // subs x2, x2, #1
        code.emit(0xf100_0442)
        code.branch(.notEqual, again - code.count)
    }

    /// All of the state of run number x1 but x30, which holds the program's address.
    private mutating func emitLoadState() {
        code.move(2, UInt64(shape.programBytes))
        code.move(3, layout.programs)
        code.shiftRight(4, 1, UInt32(shape.repeatShift))
        code.multiplyAdd(30, 4, 2, 3)
        code.move(2, UInt64(shape.brief ? 0 : FuzzState.bytes))
        code.move(0, layout.states)
        code.multiplyAdd(0, 1, 2, 0)
        code.load(1, 0, 248)
        code.moveToStack(1)
        code.load(1, 0, 256)
        code.write(.flags, 1)
        code.load(1, 0, 264)
        code.write(.floatControl, 1)
        code.load(1, 0, 272)
        code.write(.floatStatus, 1)
        for number: UInt32 in 0..<32 { code.loadVector(number, 0, UInt32(FuzzState.vectorOffset) + number * 16) }
        code.clearExclusive()
        for number in (0..<30 as Range<UInt32>).reversed() { code.load(number, 0, number * 8) }
        code.branchTo(register: 30)
    }

    // MARK: The result

    private mutating func emitDump() {
        code.write(.thread, 0)
        code.move(0, HarnessLayout.data)
        for number: UInt32 in 1..<31 { code.store(number, 0, number * 8) }
        code.read(1, .thread)
        code.store(1, 0)
        code.moveFromStack(1)
        code.store(1, 0, 248)
        code.move(1, HarnessLayout.data + HarnessLayout.stackTop)
        code.moveToStack(1)
        code.read(1, .flags)
        code.store(1, 0, 256)
        code.read(1, .floatControl)
        code.store(1, 0, 264)
        code.read(1, .floatStatus)
        code.store(1, 0, 272)
        code.write(.floatControl, 31)
        if !shape.brief {
            for number: UInt32 in 0..<32 { code.storeVector(number, 0, UInt32(FuzzState.vectorOffset) + number * 16) }
            emitSumWindow()
            code.store(3, 0, HarnessLayout.memorySum)
        }
        code.add(1, 0, shape.brief ? HarnessLayout.signalCount : 0)
        code.move(2, shape.brief ? UInt64(HarnessLayout.signalBytes) : UInt64(HarnessLayout.resultBytes))
        code.move(0, 1)
        code.systemCall(64)
        jumpToLoop = code.count
        code.branch(0)
    }

    /// x3 = the checksum of the window.
    private mutating func emitSumWindow() {
        code.move(1, HarnessLayout.window)
        code.move(2, HarnessLayout.windowBytes / 16)
        code.move(3, 0)
        let again = code.count
        code.loadPairAndMove(4, 5, 1)
        code.checksum(3, 3, 4)
        code.checksum(3, 3, 5)
        code.emit(0xf100_0442)
        code.branch(.notEqual, again - code.count)
    }
}
