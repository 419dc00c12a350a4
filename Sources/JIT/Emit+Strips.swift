import IR
import X64

// The code of a loop's strips, which lies behind all blocks of the region: the gate, where the ordinary body goes for its next turn; the
// head, which finds the pages and how many turns stay in them; the body.

extension NativeCompiler {
    mutating func emitStrips() {
        for loop in strips { emitStrip(loop) }
    }

    private mutating func emitStrip(_ loop: StripLoop) {
        strip = loop
        beginBlock(loop.node)
        (loopFlags, storesLoopFlags) = (loop.flags, loop.flags == nil)
        nextTemporary = loop.temporaries
        let (missed, short) = (asm.label(), asm.label())
        asm.bind(loop.next)
        asm.arithmetic(5, .dword, Fixed.cell(loop.gate), 1)
        asm.jump(.ns, loop.ordinary)
        asm.bind(loop.head)
        asm.arithmetic(7, .dword, Fixed.cell(layout.pending), 0)
        asm.jump(.ne, loop.ordinary)
        emitStripHead(loop, missed, short)
        var around = hostCount
        let bodyStart = asm.instructions
        hostCount = nil
        reserve(loop)
        asm.align(16)
        asm.bind(loop.body)
        emitOperations()
        // What ends a strip runs as often as what begins it.
        around?.start += turnEnd - bodyStart
        hostCount = around
        endHostCount()
        strip = nil
        reserved = 0
        asm.bind(missed)
        asm.op(.movI, .dword, Fixed.cell(loop.gate), StripLoop.turnsAfterMiss)
        asm.jump(loop.ordinary)
        asm.bind(short)
        asm.op(.movMR, .dword, .rsi, Fixed.cell(loop.gate))
        asm.jump(loop.ordinary)
    }

    private mutating func reserve(_ loop: StripLoop) {
        for stream in loop.streams {
            for pointer in [stream.distance, stream.base] {
                if let register = pointer?.register { reserved |= mask(register) }
            }
        }
    }

    // MARK: The head

    /// Where the loop is entered: a strip is not tried at once.
    mutating func enterLoop(_ loop: StripLoop) {
        asm.op(.movI, .dword, Fixed.cell(loop.gate), StripLoop.turnsBefore)
    }

    /// Only pinned registers hold anything here; rsi gets the turns.
    private mutating func emitStripHead(_ loop: StripLoop, _ missed: Assembler.Label, _ short: Assembler.Label) {
        beginHostCount()
        asm.op(.movI, .dword, Fixed.cell(loop.gate), 0)
        let instructions = max(block.guestInstructionCount, 1)
        asm.move(.rsi, min(StripLoop.mostTurns, UInt64(StripLoop.mostInstructions / instructions)))
        for stream in loop.streams { emitStream(stream, missed) }
        asm.arithmetic(7, .dword, .gpr(.rsi), StripLoop.fewestTurns)
        asm.jump(.b, short)
        asm.op(.imulI, .qword, .rsi, .gpr(.rsi), Int64(instructions))
        asm.op(.lea, .qword, .rsi, .at(.rsi, index: Fixed.counter, Int32(truncatingIfNeeded: instructions)))
        asm.op(.movMR, .qword, .rsi, Fixed.cell(loop.limit))
    }

    /// Finds the page of the stream, and makes rsi no more than the turns that stay in it, the first apart.
    private mutating func emitStream(_ stream: StripLoop.Stream, _ missed: Assembler.Label) {
        asm.move(.rcx, UInt64(bitPattern: stream.origin &+ stream.low))
        for term in stream.terms { add(term, to: .rcx) }
        let bytes = Int32(truncatingIfNeeded: stream.high - stream.low)
        probe(.rcx, bytes: Int(bytes), aligned: false, write: stream.writes, slow: missed)
        if let pointer = stream.distance { keep(.rax, in: pointer) }
        if let pointer = stream.base {
            for term in stream.fixed { add(term, to: .rax) }
            if stream.origin != 0 {
                asm.move(.rdx, UInt64(bitPattern: stream.origin))
                asm.op(.addRM, .qword, .rax, .gpr(.rdx))
            }
            keep(.rax, in: pointer)
        }
        guard stream.stride != 0 else { return }
        asm.arithmetic(4, .dword, .gpr(.rcx), 4095)
        if stream.stride > 0 {
            asm.op(.negM, .dword, .gpr(.rcx))
            asm.arithmetic(0, .dword, .gpr(.rcx), 4096 - bytes)
        }
        // A stride between two powers of two counts as the larger.
        let shift = 64 - (stream.stride.magnitude - 1).leadingZeroBitCount
        if shift > 0 { asm.op(.shrI, .dword, .gpr(.rcx), Int64(shift)) }
        asm.op(.cmpRM, .dword, .rcx, .gpr(.rsi))
        asm.cmov(.b, .dword, .rsi, .gpr(.rcx))
    }

    /// Adds a register of the guest; through rdx where it is in its cell.
    private mutating func add(_ term: LinearForm.Term, to register: GPR) {
        var source = GPR.rdx
        if let number = pinNumber(UInt64(term.cell)) {
            source = Self.pinRegister(number)
        } else {
            asm.op(.movRM, .qword, .rdx, Fixed.cell(term.cell))
        }
        asm.op(.lea, .qword, register, .at(register, index: source, shift: term.shift))
    }

    private mutating func keep(_ value: GPR, in pointer: StripLoop.Pointer) {
        if let register = pointer.register {
            asm.op(.movMR, .qword, value, .gpr(register))
        } else {
            asm.op(.movMR, .qword, value, Fixed.cell(pointer.cell))
        }
    }

    // MARK: The body

    /// Where the access at `index` of a strip finds its memory; its registers are locked.
    mutating func locateInStrip(_ loop: StripLoop, _ access: Instruction, _ index: Int) -> Location {
        switch loop.accesses[index] {
        case .distance(let number):
            let address = address(access, index)
            lock(address)
            return .host(.at(address, index: take(loop.streams[number].distance)))
        case .base(let number, let value, let shift, let offset):
            guard let value else { return .host(.at(take(loop.streams[number].base), offset)) }
            let register = register(value)
            return .host(.at(take(loop.streams[number].base), index: register, shift: shift, offset))
        case nil: preconditionFailure("native code: an access of a strip without a stream")
        }
    }

    private mutating func take(_ pointer: StripLoop.Pointer?) -> GPR {
        guard let pointer else { preconditionFailure("native code: a stream of a strip without a pointer") }
        if let register = pointer.register { return register }
        asm.op(.movRM, .qword, .rax, Fixed.cell(pointer.cell))
        return .rax
    }

    /// The end of a turn: the next, the next strip, or the way out. The flags are stored where the strip ends.
    mutating func emitBranch(of loop: StripLoop, _ index: Int, _ branch: Instruction) {
        let node = region.nodes[nodeIndex]
        let flags = flagsAtEnd()
        if flags == nil { storeFlags() }
        let condition = decide(branch, index, nil)
        settlePins()
        let isTaken = node.taken == nodeIndex
        let (out, end) = (asm.label(), isTaken ? node.other : node.taken)
        asm.jump(isTaken ? condition.inverted : condition, out)
        asm.op(.cmpRM, .qword, Fixed.counter, Fixed.cell(loop.limit))
        asm.jump(.b, loop.body)
        endHostCount()
        turnEnd = asm.instructions
        endStrip(wantsFlags(nodeIndex) ? flags : nil)
        asm.jump(loop.head)
        asm.bind(out)
        endStrip(wantsFlags(end) ? flags : nil)
        if let end { return asm.jump(labels[end]) }
        writeBackPins()
        leaveRegion(to: isTaken ? branch.imm2 : branch.imm)
    }

    /// How to have the flags behind the last turn, if nobody looks at them in the next one.
    private mutating func flagsAtEnd() -> Recipe? {
        let isRead = block.instructions.contains { $0.opcode == .getState && $0.type == .flags }
        guard flagsFrom >= 0, !isRead, current.allSatisfy({ $0 == .home }) else { return nil }
        return recipe(Int(flagsFrom))
    }

    private mutating func endStrip(_ flags: Recipe?) {
        if let flags {
            follow(flags)
            storeHostFlags(flags.kind)
        }
        storeLate()
    }

    // MARK: Late stores

    /// Nobody looks at the state within a strip, so registers that a turn only sets are stored where the strip ends.
    mutating func planLateStores(_ block: borrowing Block) {
        lateStores.removeAll(keepingCapacity: true)
        for index in block.instructions.indices.reversed() {
            let instruction = block.instructions[index]
            let cell = Int32(truncatingIfNeeded: instruction.imm)
            guard instruction.opcode == .setState, instruction.type == .i64 || instruction.type == .i128,
                pinNumber(instruction.imm) == nil, cell & ~7 != layout.floatEnvironment,
                !block.instructions.contains(where: { $0.sharesCell(with: instruction) })
            else { continue }
            table[index].isSkipped = true
            if lateStores.contains(where: { $0.cell == cell }) { continue }
            let root = Int(table[instruction.a].root)
            table[root].lastUse = Int32(truncatingIfNeeded: block.instructions.count)
            lateStores.append(LateStore(cell: cell, root: root))
        }
    }

    private mutating func storeLate() {
        for store in lateStores {
            if is128(store.root) {
                let source = vectorHolder(store.root) ?? .v0
                if source == .v0 { moveVector(Fixed.cell(table[store.root].cell), into: .v0) }
                storeVector(source, Fixed.cell(store.cell))
            } else {
                let source = holder(store.root) ?? .rdx
                if source == .rdx { load(store.root, into: .rdx) }
                asm.op(.movMR, .qword, source, Fixed.cell(store.cell))
            }
        }
    }
}

/// A register of the guest that is stored where a strip ends: its cell, and the value.
struct LateStore {
    let cell: Int32
    let root: Int
}

extension Instruction {
    /// Whether the operation reads a part of the state cells that `store` sets, or sets them in other parts.
    fileprivate func sharesCell(with store: Instruction) -> Bool {
        guard opcode == .getState || opcode == .setState, imm != store.imm || opcode == .getState || type != store.type
        else {
            return false
        }
        let end = (imm & ~7) + (type == .i128 ? 16 : 8)
        return imm & ~7 < store.imm + (store.type == .i128 ? 16 : 8) && store.imm < end
    }
}
