import IR
import SoftFloat
import X64

/// Code out of line: what a region seldom needs.
struct Stub {
    enum Kind {
        /// A load or store that the TLB's hit could not do.
        case load, store
        /// Lane operations that the host does otherwise than Arm for these operands.
        case lanes
        /// An atomic or exclusive that the TLB's hit could not do; its address is in rcx.
        case atomic
        /// Saturated lanes.
        case saturated
        /// A memory fault after a call.
        case fault
        /// A guest exception whose kind and payload are in `value` and `other`.
        case raise
        /// A helper that ends the block, its outcome in eax.
        case helperEnd
        /// The flags are in their cell, and are wanted in the host's form.
        case hostFlags
        /// Somebody wants attention before the branch at the end of the block.
        case pollBeforeBranch
        /// Somebody wants attention; all state is exact but for the pinned registers; goes on at `pc`.
        case poll
        /// An exit whose target was not linked: `pc`.
        case unlinked
        /// Somebody wants attention before an indirect jump to rcx; all state is exact.
        case pollIndirect
        /// The jump cache does not know where a jump through a register leads.
        case unknownTarget
        /// No room for one more expected return.
        case returnsFull
    }

    var kind: Kind
    var slow: Assembler.Label
    var back: Assembler.Label
    /// Where the guest is.
    var point: ExitPoint
    var address = GPR.rcx
    /// From there to the access; only of direct accesses, which need no look-up.
    var offset: Int32 = 0
    var isDirect = false
    /// An access that has to be aligned; a store that no later load may pass.
    var isAligned = false
    var isOrdered = false
    var descriptor: UInt64 = 0
    var type = ValueType.none
    var signExtension = ValueType.none
    var result = GPR.rax
    /// Where the second register of a pair is loaded, `result` being the first.
    var highResult: GPR?
    var cell: Int32 = 0
    /// What is loaded or stored.
    var vector = VectorRegister.v0
    /// The lane operations, a range of `replays`.
    var replays = 0..<0
    var record: Assembler.Label?
    /// The result of lanes belongs into `result`.
    var isScalar = false
    /// Bytes of an access; whether they are two words that are loaded as one.
    var bytes = 0
    var isWordPair = false
    /// The probe that an access shares with others; and those whose results a call makes invalid, a range of `hostBases`.
    var shared: SharedAccess?
    var hostBases = 0..<0
    /// Calls have vector registers to keep.
    var keepsVectors = false
    var value = Place.constant(0)
    /// The second register of a pair that is stored, the third operand of an atomic.
    var high: Place?
    var other: UInt64 = 0
    var pc: UInt64 = 0
    /// Where the branch leads, and on which condition after `compare`.
    var compare: Recipe?
    var condition = Condition.e
    var otherPC: UInt64 = 0
    /// Offset of the jump's displacement.
    var site = 0

    init(_ kind: Kind, slow: Assembler.Label, back: Assembler.Label, at point: ExitPoint) {
        self.kind = kind
        self.slow = slow
        self.back = back
        self.point = point
    }
}

/// An access by a shared probe: where the guest's base is, and the host's address of it, 0 where the probe missed.
struct SharedAccess {
    let base: Place
    let offset: Int32
    let host: GPR
    let isFirst: Bool
    let writes: Bool
}

/// Up to three vector registers.
struct StubOperands: BitwiseCopyable {
    private var a: VectorRegister?
    private var b: VectorRegister?
    private var c: VectorRegister?

    subscript(number: Int) -> VectorRegister? {
        get { number == 0 ? a : number == 1 ? b : c }
        set { if number == 0 { a = newValue } else if number == 1 { b = newValue } else { c = newValue } }
    }
}

/// What must be done where the guest's state is wanted: which cells are out of date, and the instruction count.
struct ExitPoint {
    var pc: UInt64
    /// Guest instructions of the block that have not been executed, though they have been counted.
    var uncounted: Int32
    /// Range of `snapshots`.
    var pins: Range<Int>
    /// How to have the flags, unless they are stored.
    var flags: Recipe?
    /// How to have them where that depends on the turn of a loop.
    var loopFlags: LoopFlags?
}

extension NativeCompiler {
    /// The guest's state at the operation in work.
    mutating func exitPoint(_ position: Int) -> ExitPoint {
        let start = snapshots.count
        savePins()
        return ExitPoint(
            pc: pc, uncounted: Int32(truncatingIfNeeded: block.guestInstructionCount - instructionNumber),
            pins: start..<snapshots.count, flags: flagsFrom >= 0 ? recipe(Int(flagsFrom)) : nil,
            loopFlags: flagsFrom >= 0 ? nil : loopFlags)
    }

    /// Notes where the pinned registers' values are whose cells are out of date.
    private mutating func savePins() {
        for number in pins.indices where dirty >> UInt16(number) & 1 != 0 {
            snapshots.append(SavedPin(cell: pins[number], place: pinPlace(number)))
        }
    }

    func pinPlace(_ number: Int) -> PinPlace {
        if number >= generalPins { return vectorPinPlace(number) }
        switch current[number] {
        case .home: return .general(.register(Self.pinRegister(number)))
        case .value(let root): return .general(place(root: Int(root)))
        }
    }

    private func vectorPinPlace(_ number: Int) -> PinPlace {
        guard case .value(let root) = current[number] else { return .vector(vectorPinRegister(number)) }
        return vectorHolder(Int(root)).map { .vector($0) } ?? .vectorCell(table[Int(root)].cell)
    }

    /// Stores what `point` says is out of date. Keeps rcx, and rax where there are no flags and no pins in memory.
    mutating func makeExact(_ point: ExitPoint) {
        if let flags = point.flags {
            follow(flags)
            storeHostFlags(flags.kind)
        }
        if let loopFlags = point.loopFlags { storeLoopFlags(loopFlags) }
        writeBack(point.pins)
        if point.uncounted != 0 { asm.op(.lea, .qword, Fixed.counter, .at(Fixed.counter, -point.uncounted)) }
    }

    mutating func writeBack(_ range: Range<Int>) {
        for saved in snapshots[range] { write(saved.place, to: saved.cell) }
    }

    /// Stores a pinned register; through rdx or v0 where need be.
    mutating func write(_ place: PinPlace, to cell: Int32) {
        switch place {
        case .general(let place): write(place, to: cell)
        case .vector(let register): storeVector(register, Fixed.cell(cell))
        case .vectorCell(let source):
            moveVector(Fixed.cell(source), into: .v0)
            storeVector(.v0, Fixed.cell(cell))
        }
    }

    /// Stores 64 bits; through rdx where need be.
    mutating func write(_ place: Place, to cell: Int32) {
        switch place {
        case .register(let register): asm.op(.movMR, .qword, register, Fixed.cell(cell))
        case .cell(let source):
            if source == cell { return }
            asm.op(.movRM, .qword, .rdx, Fixed.cell(source))
            asm.op(.movMR, .qword, .rdx, Fixed.cell(cell))
        case .constant(let bits):
            if let small = Int32(exactly: Int64(bitPattern: bits)) {
                asm.op(.movI, .qword, Fixed.cell(cell), Int64(small))
            } else {
                asm.move(.rdx, bits)
                asm.op(.movMR, .qword, .rdx, Fixed.cell(cell))
            }
        }
    }

    mutating func emitStubs() {
        // Stubs make no stubs.
        for index in stubs.indices { emitStub(stubs[index]) }
    }

    private mutating func emitStub(_ stub: Stub) {
        asm.bind(stub.slow)
        switch stub.kind {
        case .load, .store: emitSlowAccess(stub)
        case .lanes: emitSlowLanes(stub)
        case .atomic: emitSlowAtomic(stub)
        case .saturated:
            let status = (layout.floatEnvironment ?? 0) + 4
            asm.arithmetic(1, .dword, Fixed.cell(status), Int32(bitPattern: FPStatus.saturated.rawValue))
            asm.jump(stub.back)
        case .fault: emitFault(stub.point)
        case .raise: emitRaise(stub)
        case .helperEnd:
            // Flags and pinned registers were stored before the call; rax holds the outcome.
            if stub.point.uncounted != 0 {
                asm.op(.lea, .qword, Fixed.counter, .at(Fixed.counter, -stub.point.uncounted))
            }
            asm.jump(to: thunks.leave)
        case .hostFlags:
            asm.call(to: thunks.readFlags)
            asm.jump(stub.back)
        case .pollBeforeBranch: emitPollBeforeBranch(stub)
        case .poll:
            makeExact(stub.point)
            store(pc: stub.pc)
            leave(layout.reasons.poll)
        case .unlinked:
            asm.op(.lea, .qword, .rcx, .memory(.relative(Int32(truncatingIfNeeded: stub.site - asm.count - 7))))
            asm.op(.movMR, .qword, .rcx, Fixed.cell(layout.exitSite))
            store(pc: stub.pc)
            leave(layout.reasons.lookup)
        case .returnsFull:
            asm.op(.movRM, .qword, .rsp, Fixed.cell(layout.returnBase))
            asm.jump(stub.back)
        case .pollIndirect: leaveForAttention(stub.other)
        case .unknownTarget: leaveForUnknownTarget()
        }
    }

    private mutating func store(pc: UInt64) { write(.constant(pc), to: layout.nextPC) }

    mutating func leave(_ reason: UInt32) {
        asm.move(.rax, UInt64(reason))
        asm.jump(to: thunks.leave)
    }

    /// The shared probe has missed: one for this access alone.
    private mutating func probeAlone(_ stub: Stub, _ shared: SharedAccess) {
        if shared.isFirst { asm.op(.xorMR, .dword, shared.host, .gpr(shared.host)) }
        move(shared.base, into: .rcx, .qword)
        if shared.offset != 0 { asm.op(.lea, .qword, .rcx, .at(.rcx, shared.offset)) }
        let missed = asm.label()
        probe(.rcx, bytes: stub.bytes, aligned: stub.isAligned, write: shared.writes, slow: missed)
        prepareValue(stub)
        perform(stub, .at(.rcx, index: .rax))
        if stub.kind == .store { leaveNumber(at: .at(.rcx, index: .rax)) }
        asm.jump(stub.back)
        asm.bind(missed)
    }

    /// The engine was called: what a page is may have changed meanwhile.
    private mutating func forgetHostBases(_ stub: Stub) {
        for place in hostBases[stub.hostBases] {
            switch place {
            case .register(let register): asm.op(.xorMR, .dword, register, .gpr(register))
            case .cell(let cell): asm.op(.movI, .qword, Fixed.cell(cell), 0)
            case .constant: break
            }
        }
    }

    private mutating func emitSlowAccess(_ stub: Stub) {
        if let shared = stub.shared { probeAlone(stub, shared) }
        if stub.isDirect {
            accessUntagged(stub)
        } else if stub.address != .rcx, stub.shared == nil {
            asm.op(.movMR, .qword, stub.address, .gpr(.rcx))
        }
        if stub.kind == .store {
            if stub.type == .i128 {
                storeVector(stub.vector, Fixed.cell(layout.slowValue))
            } else {
                write(stub.value, to: layout.slowValue)
                if let high = stub.high { write(high, to: layout.slowValueHigh) }
            }
        }
        asm.move(.rdx, stub.descriptor)
        let calls = stub.keepsVectors ? thunks.keepingVectors : thunks.calls
        asm.call(to: stub.kind == .load ? calls.load : calls.store)
        let fault = asm.label()
        asm.jump(.ne, fault)
        if stub.kind == .load {
            if let high = stub.highResult {
                asm.op(.movRM, .qword, stub.result, Fixed.cell(layout.slowValue))
                asm.op(.movRM, .qword, high, Fixed.cell(layout.slowValueHigh))
            } else if stub.type == .i128 {
                moveVector(Fixed.cell(layout.slowValue), into: stub.vector)
            } else {
                read(Fixed.cell(layout.slowValue), stub, into: stub.result)
            }
        }
        forgetHostBases(stub)
        asm.jump(stub.back)
        asm.bind(fault)
        emitFault(stub.point)
    }

    private mutating func emitSlowLanes(_ stub: Stub) {
        let scratch = layout.temporaries
        for replay in replays[stub.replays] {
            for number in 0..<3 {
                guard let register = replay.operands[number] else { continue }
                storeVector(register, Fixed.cell(scratch + 16 * Int32(number + 1)))
            }
            asm.address(of: replay.record, into: .rax)
            asm.call(to: thunks.keepingVectors.lanes)
            if stub.isScalar {
                asm.op(.movRM, .qword, stub.result, Fixed.cell(scratch))
                continue
            }
            let result = replay.vector ?? .v0
            moveVector(Fixed.cell(scratch), into: result)
            if let cell = replay.cell { storeVector(result, Fixed.cell(cell)) }
        }
        asm.jump(stub.back)
    }

    mutating func emitFault(_ point: ExitPoint) {
        makeExact(point)
        write(.constant(point.pc), to: layout.exceptionPC)
        leave(layout.reasons.fault)
    }

    private mutating func emitRaise(_ stub: Stub) {
        makeExact(stub.point)
        write(stub.value, to: layout.exceptionKind)
        write(.constant(stub.other), to: layout.exceptionPayload)
        write(.constant(stub.point.pc), to: layout.exceptionPC)
        leave(layout.reasons.raise)
    }

    /// The branch is decided here, for the run loop to go on where it leads.
    private mutating func emitPollBeforeBranch(_ stub: Stub) {
        makeExact(stub.point)
        asm.move(.rcx, stub.pc)
        if let compare = stub.compare {
            follow(compare)
            asm.move(.rdx, stub.otherPC)
            asm.cmov(stub.condition.inverted, .qword, .rcx, .gpr(.rdx))
        }
        asm.op(.movMR, .qword, .rcx, Fixed.cell(layout.nextPC))
        leave(layout.reasons.poll)
    }
}
