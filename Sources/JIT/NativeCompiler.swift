package import IR
package import X64

/// A region's native code.
package struct NativeCode: Sendable {
    /// Where other native code enters.
    package let entry: UInt64
    /// Where its entry is diverted to when the region becomes invalid.
    package let whenInvalid: UInt64
    /// Host address and length of all of it.
    package let start: UInt64
    package let count: Int
    /// Bytes from `start` that are run when all goes well, and those that are instructions at all; data follows.
    package let inlineCount: Int
    package let instructionCount: Int
    /// Guest instructions compiled.
    package let guestInstructions: Int

    /// Where a block's direct jump leads that can be part of its region.
    package static func targets(of block: borrowing Block) -> [UInt64] {
        let targets = Region.targets(block)
        return [targets.taken, targets.other].compactMap { $0 }
    }

    /// The entry mode of the jump through a register that `block` ends in; nil where it ends otherwise, calls and returns
    /// included.
    package static func jumpMode(of block: borrowing Block) -> UInt64? { Region.jumpMode(block) }

    /// Whether `block` has a direct jump to an address of `range`.
    package static func hasTarget(_ block: borrowing Block, in range: ClosedRange<UInt64>) -> Bool {
        let targets = Region.targets(block)
        return targets.taken.map { range.contains($0) } ?? false || targets.other.map { range.contains($0) } ?? false
    }
}

/// Turns IR blocks into x86-64 code. One per vCPU thread, with a slice of the code memory of its own.
///
/// Problem: guest registers live in memory, host registers are few, and the guest may look at its registers wherever an
/// instruction can fault. Idea: values of a block are in host registers as long as somebody needs them, results are
/// stored to the state's cells at once; only in regions with loops some guest registers are *pinned* to host registers
/// for the whole region, and their cells are brought up to date by code out of line: where the region is left. The flags
/// are never computed before somebody wants them: until they are set anew, what they can be had from is kept.
///
/// Invariants:
/// * Between two blocks of a region, pinned registers are in their host registers, all other state in its cells.
/// * `current[n]` is where pinned register n's value is; every other cell is exact at every operation.
/// * rax, rcx and rdx belong to no value: an operation may use them as it likes.
/// * Calls keep all registers but these three.
package struct NativeCompiler: ~Copyable {
    package let layout: NativeLayout
    let features: HostFeatures
    /// Lane operations have code of their own only where the host's have three operands; elsewhere they are calls.
    let computesLanes: Bool
    var slice: CodeSlice
    var asm = Assembler()
    let thunks: Thunks
    /// Bytes of the slice that the thunks take.
    private let thunkBytes: Int
    /// Where the thunks are, in one number: code that was made elsewhere looks for them there.
    let thunkPlaces: UInt64

    // The region in work.
    var region = Region([])
    /// State offsets: general registers first, then vector registers.
    var pins: [Int32] = []
    var generalPins = 0
    var nodeIndex = 0
    var labels: [Assembler.Label] = []
    var guestPage: UInt64 = 0
    var landings: [Landings] = []
    var stubs: [Stub] = []
    var snapshots: [SavedPin] = []
    var hostBases: [Place] = []
    var records: [(label: Assembler.Label, words: [UInt64])] = []
    /// Those of `records` that are threaded code: a handler, two words and the handler of a step.
    var handlerRecords: [Int] = []

    // The block in work.
    var block = Block()
    var table = EntryTable()
    var probes: [SharedProbe] = []
    var checkGroups: [CheckGroup] = []
    var heldLifetimes: [HeldLifetime] = []
    var unchecked: [UncheckedResult] = []
    /// What stubs compute by its meaning.
    var replays: [LaneReplay] = []
    /// Root of the value in each host register, or -1.
    var occupant = [Int32](repeating: -1, count: 16)
    /// Registers that the operation in work must keep.
    var locked: UInt16 = 0
    var vectorOccupant = [Int32](repeating: -1, count: 16)
    var lockedVectors: UInt16 = 0
    var current: [PinnedValue] = []
    var dirty: UInt16 = 0
    /// Where the flags are: stored, or still to be had from this operation of the block.
    var flagsFrom: Int32 = -1
    /// The block's flags at its start, until it sets them, where its jump to itself stores none; and where that leads, if not to
    /// the block's start.
    var loopFlags: LoopFlags?
    var storesLoopFlags = true
    var loopLabel: Assembler.Label?
    /// The loops of the region that run in strips; the one whose strip's body is in work, and registers that it keeps for itself.
    var strips: [StripLoop] = []
    var strip: StripLoop?
    var reserved: UInt16 = 0
    var lateStores: [LateStore] = []
    /// The region's instructions up to the end of the strip's turn.
    var turnEnd = 0
    /// Where they are stored: whether that may be in the form of the host's flags.
    var mayBeHostFlags = false
    /// What the host's flags are of.
    var host = HostFlags.unknown
    var stateHolders: [Int32] = []
    var nextTemporary: Int32 = 0
    package internal(set) var ranOut = false
    var sharesProbes = true
    var usesStrips = true
    /// Guest addresses are host addresses (`layout.addressMasks`).
    var isDirect = false
    /// Host instructions that are being counted.
    var hostCount: HostCount?
    /// Values that went to memory in loops.
    var spills = 0
    /// Guest instructions before the operation in work, and the guest pc.
    var instructionNumber = 0
    var pc: UInt64 = 0

    /// Bytes of the frame's temporaries that only code out of line uses: a result and three operands.
    static let stubScratch: Int32 = 64

    /// Host registers for values, in the order in which they are given out.
    static let pool: [GPR] = [.rsi, .rdi, .r8, .r9, .r10, .r11, .rbx, .r12, .r13]
    /// The most pinned registers: some must be left for values.
    static let pinLimit = 6
    static let vectorPinLimit = 8
    /// Values of loops that went to memory for want of registers: with more fewer pinned ones are tried.
    static let mostSpills = 8
    static func pinRegister(_ number: Int) -> GPR { pool[pool.count - 1 - number] }
    func vectorPinRegister(_ number: Int) -> VectorRegister {
        Self.vectorPool[Self.vectorPool.count - 1 - (number - generalPins)]
    }

    /// nil when the slice is too small even for what all regions share.
    package init?(layout: NativeLayout, slice: CodeSlice, features: HostFeatures = .detect()) {
        self.layout = layout
        self.features = features
        computesLanes = features.isSuperset(of: [.avx, .avx2])
        self.slice = slice
        var assembler = Assembler()
        assembler.begin(slice.rest.memory, origin: slice.rest.origin)
        thunks = Thunks(&assembler, layout)
        assembler.resolve()
        if assembler.overflowed { return nil }
        thunkBytes = (assembler.count + 63) & ~63
        thunkPlaces = Self.thunkPlaces(thunks, origin: slice.origin)
        self.slice.used = thunkBytes
        asm = assembler
    }

    /// What the first handler word of a block with native code becomes.
    package var enterHandler: UInt64 { thunks.enter }
    /// Where a jump cache's line without native code leads.
    package var lookupThunk: UInt64 { thunks.lookup }
    /// The code that all regions share, by name, for whoever reads host code.
    package var sharedCode: [(name: String, address: UInt64, count: Int)] {
        let names = thunks.names.sorted { $0.address < $1.address }
        let ends = names.dropFirst().map(\.address) + [slice.origin &+ UInt64(thunkBytes)]
        return zip(names, ends).map { ($0.name, $0.address, Int(truncatingIfNeeded: $1 &- $0.address)) }
    }
    /// Whether no code was made since the last `reset`.
    package var isEmpty: Bool { slice.used == thunkBytes }

    /// Forgets all code but what is shared. Only while no vCPU runs code of this slice.
    package mutating func reset() { slice.used = thunkBytes }

    /// Compiles `blocks`, the first of which is the entry, all of one page. `code` is the address of the entry's threaded
    /// code. `flushes`: subnormal numbers count as zeros. `direct`: the guest's addresses are host addresses, where the layout
    /// says which. nil when the slice is full, or with `ranOut` when the blocks need
    /// more registers or temporaries than there are.
    package mutating func compile(
        _ blocks: [RegionBlock], code: UInt64, flushes: Bool = false, direct: Bool = false
    ) -> NativeCode? {
        isDirect = direct && layout.addressMasks != nil
        let vectors = computesLanes ? Self.vectorPinLimit : 0
        var best = Attempt(pins: Self.pinLimit, vectors: vectors, sharesProbes: true)
        region = Region(blocks)
        region.flushes = flushes
        var native = compile(code, best)
        if ranOut {
            best.sharesProbes = false
            native = compile(code, best)
        }
        if ranOut {
            native = compile(code, Attempt(pins: 0, vectors: 0, sharesProbes: false))
        } else if native != nil, spills > Self.mostSpills {
            let before = spills
            let fewer = Attempt(pins: Self.pinLimit / 2, vectors: vectors, sharesProbes: best.sharesProbes)
            native = compile(code, fewer)
            // A pinned register that is not is a load and a store in each turn.
            if ranOut || spills + (best.pins - fewer.pins) * 2 > before {
                native = compile(code, best)
            }
        }
        slice.used += native?.count ?? 0
        return native
    }

    /// How many guest registers are pinned, and whether accesses share probes, of blocks and of strips: both need registers.
    private struct Attempt {
        var pins: Int
        var vectors: Int
        var sharesProbes: Bool
    }

    private mutating func compile(_ code: UInt64, _ attempt: Attempt) -> NativeCode? {
        region.pin(atMost: attempt.pins, vectors: attempt.vectors, cells: layout.stateCells)
        (sharesProbes, usesStrips) = (attempt.sharesProbes, attempt.sharesProbes && layout.usesStrips)
        (ranOut, spills) = (false, 0)
        return compileRegion(code)
    }

    private mutating func compileRegion(_ code: UInt64) -> NativeCode? {
        guard let first = region.nodes.first else { return nil }
        guestPage = first.block.guestPC & ~0xfff
        pins = region.pinned
        generalPins = pins.count - region.pinnedVectors
        let (memory, origin) = slice.rest
        asm.begin(memory, origin: origin)
        landings.removeAll(keepingCapacity: true)
        strips.removeAll(keepingCapacity: true)
        stubs.removeAll(keepingCapacity: true)
        replays.removeAll(keepingCapacity: true)
        snapshots.removeAll(keepingCapacity: true)
        hostBases.removeAll(keepingCapacity: true)
        records.removeAll(keepingCapacity: true)
        handlerRecords.removeAll(keepingCapacity: true)
        labels.removeAll(keepingCapacity: true)
        for _ in region.nodes { labels.append(asm.label()) }

        asm.align(16)
        let entry = asm.address
        asm.nop(5)
        countEntry()
        for number in pins.indices { loadPin(number) }
        for index in region.nodes.indices { emitNode(index) }
        emitStrips()
        let inlineCount = asm.count
        emitLandingExits()
        emitStubs()
        let whenInvalid = asm.address
        asm.move(.rcx, code)
        asm.jump(to: thunks.invalid)
        let instructionCount = asm.count
        emitRecords()
        asm.resolve()
        guard !asm.overflowed, !ranOut else { return nil }
        return NativeCode(
            entry: entry, whenInvalid: whenInvalid, start: origin, count: asm.count, inlineCount: inlineCount,
            instructionCount: instructionCount,
            guestInstructions: region.nodes.reduce(0) { $0 + $1.block.guestInstructionCount })
    }

    private mutating func emitRecords() {
        asm.align(8)
        for (label, words) in records {
            asm.bind(label)
            for word in words { asm.data(word) }
        }
        emitLandingTables()
    }

    func pinNumber(_ offset: UInt64) -> Int? {
        if pins.isEmpty { return nil }
        return pins.firstIndex(of: Int32(truncatingIfNeeded: offset))
    }

    /// Brings a pinned register home from its cell.
    mutating func loadPin(_ number: Int) {
        if number < generalPins {
            asm.op(.movRM, .qword, Self.pinRegister(number), Fixed.cell(pins[number]))
        } else {
            moveVector(Fixed.cell(pins[number]), into: vectorPinRegister(number))
        }
    }

    // MARK: Blocks

    private mutating func emitNode(_ index: Int) {
        beginBlock(index)
        asm.bind(labels[index])
        loopFlags = planLoopFlags()
        (loopLabel, storesLoopFlags) = (nil, loopFlags == nil)
        if let loopFlags { enterLoop(loopFlags) }
        if let loop = planStrips() {
            strips.append(loop)
            enterLoop(loop)
            asm.bind(loop.ordinary)
            loopLabel = loop.next
        } else if loopFlags != nil {
            let label = asm.label()
            asm.bind(label)
            loopLabel = label
        }
        emitOperations()
    }

    /// Plans the block at `index`; nothing of it is in a register but what is pinned.
    mutating func beginBlock(_ index: Int) {
        nodeIndex = index
        block = region.nodes[index].block
        plan(block)
        for register in 0..<16 { (occupant[register], vectorOccupant[register]) = (-1, -1) }
        current.removeAll(keepingCapacity: true)
        current.append(contentsOf: repeatElement(.home, count: pins.count))
        dirty = region.nodes[index].dirty
        flagsFrom = -1
        mayBeHostFlags = true
        host = .unknown
        stateHolders.removeAll(keepingCapacity: true)
        nextTemporary = layout.temporaries + Self.stubScratch
        instructionNumber = 0
        pc = block.guestPC
    }

    /// The code of the block in work.
    mutating func emitOperations() {
        countBlock()
        let count = Int32(truncatingIfNeeded: block.guestInstructionCount)
        asm.op(.lea, .qword, Fixed.counter, .at(Fixed.counter, count))
        var isFirst = true
        let positions = block.instructions.indices
        appendHostBases()
        for position in positions where !table[position].isFolded && !table[position].isSkipped {
            let instruction = block.instructions[position]
            if instruction.opcode == .guestInstruction {
                if !isFirst { instructionNumber += 1 }
                isFirst = false
                pc = instruction.imm
                continue
            }
            if table[position].isDeferred { continue }
            (locked, lockedVectors) = (0, 0)
            emit(position, instruction)
            finishChecks(at: position)
            release(after: position)
            releaseVectors(after: position)
        }
        endHostCount()
    }
}

/// Where a pinned register's value is.
enum PinnedValue: Equatable {
    /// In the register's own host register.
    case home
    /// It is this value of the block.
    case value(Int32)
}

/// A pinned register at an exit: cell, and where its value is then.
struct SavedPin {
    let cell: Int32
    let place: PinPlace
}

/// Where a pinned register's value is at one point of the code: one of 64 bits, or one of 128 in a register or a cell.
enum PinPlace: Equatable {
    case general(Place)
    case vector(VectorRegister)
    case vectorCell(Int32)
}

/// Where a value is at one point of the code.
enum Place: Equatable {
    case register(GPR)
    case cell(Int32)
    case constant(UInt64)
}

/// What the host's flags are the result of.
enum HostFlags: Equatable {
    case unknown
    /// A subtraction or comparison: operation index of a difference, or of what was compared.
    case difference(Int32)
    case compared(Recipe)
}
