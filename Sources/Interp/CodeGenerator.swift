package import IR
import Memory

/// Turns IR blocks into threaded code. One per vCPU thread: it keeps its scratch memory from block to block.
///
/// The frame that the code works on is the CPU state, then a cell that is always zero, then the temporaries.
package struct CodeGenerator: ~Copyable {
    package enum Driver: Sendable {
        /// Handlers jump from one to the next.
        case threaded
        /// Control returns to a loop after every operation: for debugging, and where tail calls are impossible.
        case plain
    }

    package struct Options: Sendable {
        package var driver = Driver.threaded
        /// Combine operations into superinstructions.
        package var fuses = true
        /// Link blocks to each other; off, every block ends in the run loop.
        package var links = true
        /// Entries after which a block leaves with `ExitReason.hot`; nil: it does not count them.
        package var hotAfter: Int?
        /// Stores are the engine's matter.
        package var storesByEngine = false
        /// Remember which words are addresses, for `writePortable`.
        package var notesAddresses = false
        package init() {}
    }

    /// Frame bytes for temporaries, and what the frame must hold in all.
    package static let temporaryBytes = 32768
    package static func frameBytes(stateCells: Int) -> Int { stateCells * 8 + 16 + temporaryBytes }

    let options: Options
    let zeroCell: UInt16
    var plan: ValuePlan
    var cells: TemporaryCells

    // The block in work.
    var out: UnsafeMutablePointer<UInt64>
    var count = 0
    /// The block's pc, and its page.
    var start: UInt64 = 0
    var page: UInt64 = 0
    /// The pc to which the block goes back while it waits for memory to change; nil for other blocks.
    var spinTarget: UInt64?
    var marks: [InstructionMark] = []
    var stubs: [(link: Int, target: UInt64)] = []
    /// Words that are addresses: twice the index, and 1 for places in the code, 0 for handlers.
    var addresses: [UInt32] = []
    /// Exits of the block made last that lead to the same page and are not linked: where their link is, and the pc.
    package internal(set) var openLinks: [(cell: UInt64, target: UInt64)] = []

    package init(stateCells: Int, options: Options = Options()) {
        self.options = options
        zeroCell = UInt16(truncatingIfNeeded: stateCells * 8)
        plan = ValuePlan(stateCells: stateCells)
        let first = stateCells * 8 + 16
        cells = TemporaryCells(first: first, limit: first + Self.temporaryBytes)
        out = UnsafeMutablePointer(bitPattern: 8).unsafelyUnwrapped
    }

    /// The most words that a block can need.
    private static func bound(_ block: borrowing Block) -> Int {
        block.instructions.count * 16 + block.guestInstructionCount + 64
    }

    /// Generates `block` at the end of `buffer`; nil when the buffer is full. `guestBytes` is the length of the guest
    /// code, `flags` and `physical` the rest of the block's key; `waitTarget` is where the block goes back to if it closes a
    /// loop that only waits (`WaitLoopTurn`).
    package mutating func generate(
        _ block: inout Block, physical: UInt64, flags: UInt64, guestBytes: Int, waitTarget: UInt64? = nil,
        into buffer: CodeBuffer
    ) -> ThreadedBlock? {
        let headerWords = MemoryLayout<BlockHeader>.stride / 8
        guard let base = buffer.reserve(headerWords + Self.bound(block)) else { return nil }
        out = base + headerWords
        count = 0
        start = block.guestPC
        page = start & SoftTLB.pageMask
        spinTarget = waitTarget
        marks.removeAll(keepingCapacity: true)
        stubs.removeAll(keepingCapacity: true)
        addresses.removeAll(keepingCapacity: true)
        openLinks.removeAll(keepingCapacity: true)

        plan.begin(block)
        if options.fuses { planFolding(&block) }
        plan.sweep(block)
        cells.begin(operations: block.instructions.count)

        if let entries = options.hotAfter {
            handler(execCount)
            word(UInt64(entries))
        }
        for index in block.instructions.indices where !plan[index].isFolded {
            emit(index, block)
            cells.release(after: index)
        }
        emitStubs()
        let operations = block.instructions.count - block.guestInstructionCount
        return finish(
            BlockHeader(
                guestPC: block.guestPC, physical: physical, flags: flags,
                guestInstructions: UInt32(truncatingIfNeeded: block.guestInstructionCount),
                table: UnsafePointer(UnsafeMutableRawPointer(out).assumingMemoryBound(to: InstructionMark.self)),
                tableCount: marks.count, operations: operations, guestBytes: guestBytes),
            headerWords: headerWords, buffer)
    }

    /// Puts the instruction table behind the code and the header before it.
    private mutating func finish(_ header: BlockHeader, headerWords: Int, _ buffer: CodeBuffer) -> ThreadedBlock {
        let table = UnsafeMutableRawPointer(out + count).assumingMemoryBound(to: InstructionMark.self)
        for (index, mark) in marks.enumerated() { (table + index).initialize(to: mark) }
        var header = header
        header.table = UnsafePointer(table)
        let block = ThreadedBlock(code: UnsafeRawPointer(out))
        block.header.initialize(to: header)
        buffer.commit(headerWords + count + marks.count)
        return block
    }

    // MARK: Writing words

    mutating func word(_ value: UInt64) {
        out[count] = value
        count += 1
    }

    mutating func handler(_ handler: Handler) {
        if options.notesAddresses { addresses.append(UInt32(truncatingIfNeeded: count << 1)) }
        word(UInt64(UInt(bitPattern: unsafeBitCast(handler, to: UnsafeRawPointer.self))))
    }

    /// The address of word `index` of the code.
    private func place(_ index: Int) -> UInt64 { UInt64(UInt(bitPattern: out + index)) }

    private mutating func placeWord(_ index: Int) {
        if options.notesAddresses { addresses.append(UInt32(truncatingIfNeeded: count << 1 | 1)) }
        word(place(index))
    }

    mutating func operation(_ handler: Handler, _ d: UInt16, _ a: UInt16 = 0, _ b: UInt16 = 0, _ c: UInt16 = 0) {
        self.handler(handler)
        word(UInt64(d) | UInt64(a) << 16 | UInt64(b) << 32 | UInt64(c) << 48)
    }

    mutating func operation(_ handler: Handler, _ d: UInt16, _ a: UInt16, immediate: Int32) {
        self.handler(handler)
        word(UInt64(d) | UInt64(a) << 16 | UInt64(UInt32(bitPattern: immediate)) << 32)
    }

    /// Ends an operation that others follow.
    mutating func step() {
        if options.driver == .plain { handler(execStep) }
    }

    // MARK: Exits

    /// The exit table of a branch (see BranchCompare.swift).
    mutating func exits(_ instruction: Instruction, _ block: borrowing Block) {
        exit(to: instruction.imm)
        exit(to: instruction.imm2)
        word(UInt64(block.guestInstructionCount))
    }

    mutating func exit(to target: UInt64) {
        stubs.append((count, target))
        word(0)
        word(target)
    }

    private mutating func emitStubs() {
        for stub in stubs {
            out[stub.link] = place(count)
            if options.notesAddresses { addresses.append(UInt32(truncatingIfNeeded: stub.link << 1 | 1)) }
            if stub.target == spinTarget && options.links {
                handler(execSpin)
                word(stub.target)
                if stub.target == start { placeWord(0) } else { word(0) }
            } else if stub.target & SoftTLB.pageMask == page && options.links {
                handler(execResolve)
                word(stub.target)
                placeWord(stub.link)
                openLinks.append((place(stub.link), stub.target))
            } else if options.links {
                handler(execResolveFar)
                word(stub.target)
                word(JumpCacheEntry.offset(stub.target))
            } else {
                handler(execResolve)
                word(stub.target)
                word(0)
            }
        }
    }

    // MARK: Operands

    /// The byte offset of the cell that holds `value`; constants get theirs here, when first needed in a cell.
    mutating func cell(_ value: Value, _ block: borrowing Block) -> UInt16 {
        if value.isNone { return zeroCell }
        let root = Int(plan[value.int].root)
        if plan[root].location != ValuePlan.unplaced { return plan[root].location }
        let instruction = block.instructions[root]
        guard instruction.opcode == .constant else {
            preconditionFailure(
                "value %\(root) is used before it has a cell, block at \(String(block.guestPC, radix: 16))")
        }
        if instruction.imm == 0 { return zeroCell }
        let cell = cells.take(pair: false, until: Int(plan[root].lastUse))
        plan[root].location = cell
        emitConstant(instruction.imm, to: cell)
        return cell
    }

    mutating func emitConstant(_ bits: UInt64, to cell: UInt16) {
        if let small = Int32(exactly: Int64(bitPattern: bits)) {
            operation(execConstant, cell, 0, immediate: small)
        } else {
            operation(execConstantWide, cell)
            word(bits)
        }
        step()
    }

    /// The cell for the result of the operation at `index`, which is emitted at `position`.
    mutating func destination(_ index: Int, at position: Int, _ block: borrowing Block) -> UInt16 {
        let isPair = block.instructions[index].resultType == .i128
        let cell: UInt16
        if let home = plan.takeHome(index, at: position, block) {
            cell = home
        } else {
            cell = cells.take(pair: isPair, until: max(position, Int(plan[index].lastUse)))
        }
        plan[index].location = cell
        return cell
    }

    /// `value` as an immediate of 32 bits that are sign-extended, if it is a constant that fits; no value is zero.
    func immediate(_ value: Value, _ block: borrowing Block) -> Int32? {
        if value.isNone { return 0 }
        let instruction = block[value]
        guard instruction.opcode == .constant else { return nil }
        return instruction.type == .i64
            ? Int32(exactly: Int64(bitPattern: instruction.imm))
            : Int32(truncatingIfNeeded: instruction.imm)
    }
}
