import IR
import X64

// Branches and exits. Within the region an edge is a jump; out of it state is made exact and a patchable jump leads to the
// target's native code, or to the run loop while there is none. Exits to other pages go through the vCPU's jump cache,
// because the page may be mapped elsewhere the next time. Jumps through registers: Emit+Landings.swift.

extension NativeCompiler {
    // MARK: Pinned registers at the end of a block

    /// Brings every pinned register's value home. Leaves the host's flags alone.
    mutating func settlePins() {
        var moves: [(to: GPR, from: Place)] = []
        var vectorMoves: [(to: VectorRegister, from: PinPlace)] = []
        for number in pins.indices where current[number] != .home {
            let place = pinPlace(number)
            if case .general(let place) = place {
                let home = Self.pinRegister(number)
                if place != .register(home) { moves.append((home, place)) }
            } else if place != .vector(vectorPinRegister(number)) {
                vectorMoves.append((vectorPinRegister(number), place))
            }
            current[number] = .home
        }
        settle(&moves)
        settle(&vectorMoves)
    }

    private mutating func settle(_ moves: inout [(to: GPR, from: Place)]) {
        while !moves.isEmpty {
            let ready = moves.firstIndex { move in
                !moves.contains { $0.to != move.to && $0.from == .register(move.to) }
            }
            if let ready {
                let next = moves.remove(at: ready)
                move(next.from, into: next.to, .qword)
            } else {
                // A ring: its first register's content waits elsewhere.
                let blocked = moves[0].to
                asm.op(.movMR, .qword, blocked, .gpr(.rax))
                for index in moves.indices where moves[index].from == .register(blocked) {
                    moves[index].from = .register(.rax)
                }
            }
        }
    }

    private mutating func settle(_ moves: inout [(to: VectorRegister, from: PinPlace)]) {
        while !moves.isEmpty {
            let ready = moves.firstIndex { move in
                !moves.contains { $0.to != move.to && $0.from == .vector(move.to) }
            }
            if let ready {
                let next = moves.remove(at: ready)
                switch next.from {
                case .vector(let source): moveVector(.vector(source), into: next.to)
                case .vectorCell(let cell): moveVector(Fixed.cell(cell), into: next.to)
                case .general: break
                }
            } else {
                let blocked = moves[0].to
                moveVector(.vector(blocked), into: .v0)
                for index in moves.indices where moves[index].from == .vector(blocked) {
                    moves[index].from = .vector(.v0)
                }
            }
        }
    }

    /// Stores the pinned registers whose cells are out of date.
    mutating func writeBackPins() {
        for number in pins.indices where dirty >> UInt16(number) & 1 != 0 { write(pinPlace(number), to: pins[number]) }
    }

    // MARK: Polling

    mutating func poll(_ stub: Stub) {
        asm.arithmetic(7, .dword, Fixed.cell(layout.pending), 0)
        asm.jump(.ne, stub.slow)
        stubs.append(stub)
        host = .unknown
    }

    /// The exit point behind the block's last instruction.
    private mutating func endPoint(_ position: Int) -> ExitPoint {
        var point = exitPoint(position)
        point.uncounted = 0
        return point
    }

    mutating func newStub(_ kind: Stub.Kind, _ point: ExitPoint) -> Stub {
        let label = asm.label()
        return Stub(kind, slow: label, back: label, at: point)
    }

    var exactPoint: ExitPoint { ExitPoint(pc: pc, uncounted: 0, pins: 0..<0, flags: nil) }

    // MARK: Exits

    /// Goes on at `target` outside the region; all state is in its cells. `returnAddress`: that of a call.
    mutating func leaveRegion(to target: UInt64, returnAddress: UInt64? = nil) {
        // Where the return is expected it does not poll, so the call must.
        if target <= pc || region.descends || returnAddress != nil {
            var stub = newStub(.poll, exactPoint)
            stub.pc = target
            poll(stub)
        }
        guard canLink(to: target) else { return leaveFar(to: target, returnAddress) }
        if returnAddress != nil { expectReturn() }
        var stub = newStub(.unlinked, exactPoint)
        stub.pc = target
        stub.site = returnAddress == nil ? asm.patchableJump(stub.slow) : asm.patchableCall(stub.slow)
        stubs.append(stub)
        if let returnAddress { goOn(at: returnAddress) }
    }

    /// Whether `target` is at the same place as long as the region is valid.
    func canLink(to target: UInt64) -> Bool { layout.linksPages || target & ~0xfff == guestPage }

    private mutating func leaveFar(to target: UInt64, _ returnAddress: UInt64?) {
        asm.move(.rcx, target)
        enter(asm.findInCache(target, layout, thunks), returnAddress)
    }

    /// Jumps to, or calls, the native code whose address is at `native`.
    mutating func enter(_ native: Operand, _ returnAddress: UInt64?) {
        guard let returnAddress else { return asm.op(.jmpM, .qword, native) }
        expectReturn()
        asm.op(.callM, .qword, native)
        goOn(at: returnAddress)
    }

    // MARK: Calls and returns

    // A call of the guest is one of the host, and so is a return, which the host's processor then predicts. What follows the
    // call asks whether the guest returns there, and jumps to the native code of the block. Whoever leaves native code or
    // finds a return that leads elsewhere forgets the whole stack (`Thunks.leave`, `Thunks.returnMiss`): it never holds
    // what was translated under other circumstances than those of now.

    /// The address behind the call in work, where its return is expected.
    func returnAddress(_ call: Instruction) -> UInt64? {
        // In another page it could be mapped elsewhere by then.
        call.branchKind == .call && canLink(to: call.imm2) ? call.imm2 : nil
    }

    /// Makes sure that the stack has room for the call that follows. Keeps all registers.
    private mutating func expectReturn() {
        let stub = Stub(.returnsFull, slow: asm.label(), back: asm.label(), at: exactPoint)
        asm.op(.cmpRM, .qword, .rsp, Fixed.cell(layout.returnLimit))
        asm.jump(.be, stub.slow)
        asm.bind(stub.back)
        stubs.append(stub)
    }

    /// What a return to the guest pc in rcx comes back to: on to the block at `address`.
    private mutating func goOn(at address: UInt64) {
        if let small = Int32(exactly: Int64(bitPattern: address)) {
            asm.arithmetic(7, .qword, .gpr(.rcx), small)
        } else {
            asm.move(.rax, address)
            asm.op(.cmpRM, .qword, .rcx, .gpr(.rax))
        }
        asm.jump(.ne, to: thunks.returnMiss)
        var stub = newStub(.unlinked, exactPoint)
        stub.pc = address
        stub.site = asm.patchableJump(stub.slow)
        stubs.append(stub)
    }

    func isReturn(_ instruction: Instruction) -> Bool {
        instruction.opcode == .jumpIndirect && instruction.branchKind == .return && instruction.imm == 0
    }

    mutating func emitExit(_ instruction: Instruction) {
        storeFlags()
        writeBackPins()
        write(.constant(instruction.imm), to: layout.nextPC)
        switch instruction.exitKind {
        case .stateChanged: leave(layout.reasons.stateChanged)
        case .waitForInterrupt: leave(layout.reasons.waitForInterrupt)
        case .waitForEvent: leave(layout.reasons.waitForEvent)
        case .yield: leave(layout.reasons.yield)
        }
    }

    mutating func emitRaise(_ instruction: Instruction) {
        var stub = newStub(.raise, exitPoint(0))
        stub.value = .constant(UInt64(instruction.attribute))
        stub.other = instruction.imm
        asm.jump(stub.slow)
        stubs.append(stub)
    }

    mutating func emitGuard(_ index: Int, _ instruction: Instruction) {
        let a = register(instruction.a)
        var stub = newStub(.raise, exitPoint(index))
        stub.value = .constant(UInt64(instruction.attribute))
        stub.other = instruction.imm2
        if let small = Int32(exactly: Int64(bitPattern: instruction.imm)) {
            asm.op(.testI, .qword, .gpr(a), Int64(small))
        } else {
            asm.move(.rax, instruction.imm)
            asm.op(.testMR, .qword, .rax, a)
        }
        asm.jump(.ne, stub.slow)
        stubs.append(stub)
    }

    // MARK: Helpers

    mutating func emitHelper(_ index: Int, _ instruction: Instruction) {
        if instruction.mayFault || instruction.readsState || instruction.writesState {
            storeFlags()
            writeBackPins()
            dirty = 0
        }
        for (value, place) in [
            (instruction.a, layout.slowOperand), (instruction.b, layout.slowOperandHigh),
            (instruction.c, layout.slowValueHigh),
        ] {
            if value.isNone {
                asm.op(.movI, .qword, Fixed.cell(place), 0)
            } else {
                asm.op(.movMR, .qword, register(value), Fixed.cell(place))
            }
        }
        if instruction.writesState { rescueStateHolders(index) }
        asm.move(.rax, instruction.imm)
        asm.move(.rcx, pc)
        asm.call(to: calls.helper)
        var point = exactPoint
        point.uncounted = Int32(truncatingIfNeeded: block.guestInstructionCount - instructionNumber)
        let stub = newStub(.helperEnd, point)
        asm.jump(.ne, stub.slow)
        stubs.append(stub)
        locked = 0
        if instruction.writesState { reloadPins(index) }
        guard instruction.type != .none else { return }
        let d = define(index, index)
        asm.op(.movRM, .qword, d, Fixed.cell(layout.slowValue))
    }

    /// Values that rely on a state cell get a register before all cells may change.
    private mutating func rescueStateHolders(_ position: Int) {
        for root in stateHolders.map(Int.init) where !dies(root, position) {
            if is128(root) {
                if vectorHolder(root) == nil {
                    let cell = temporary(16)
                    moveVector(Fixed.cell(table[root].cell), into: .v0)
                    storeVector(.v0, Fixed.cell(cell))
                    table[root].cell = cell
                } else {
                    table[root].cell = -1
                }
            } else if holder(root) == nil {
                locked = 0
                _ = register(root: root)
                // Registers may not suffice: what is written to a temporary cell need not be kept.
                if let register = holder(root), table[root].cell >= 0 {
                    let cell = temporary(8)
                    asm.op(.movMR, .qword, register, Fixed.cell(cell))
                    table[root].cell = cell
                    free(register)
                }
            } else {
                table[root].cell = -1
            }
        }
        stateHolders.removeAll(keepingCapacity: true)
    }

    /// The pinned registers' cells may have changed; values that were in their host registers move out.
    private mutating func reloadPins(_ position: Int) {
        locked = 0
        for number in pins.indices {
            if number < generalPins {
                let home = Self.pinRegister(number)
                let root = Int(occupant[Int(home.rawValue)])
                if root >= 0 {
                    if dies(root, position) { free(home) } else { moveOut(root, of: home) }
                }
            } else {
                vacate(vectorPinRegister(number), position)
            }
            loadPin(number)
            current[number] = .home
        }
    }

    private mutating func moveOut(_ root: Int, of home: GPR) {
        if table[root].cell < 0 {
            table[root].cell = temporary(8)
            asm.op(.movMR, .qword, home, Fixed.cell(table[root].cell))
        }
        free(home)
    }

    // MARK: Direct jumps

    mutating func emitJump(_ index: Int, _ instruction: Instruction) {
        guard let target = region.nodes[nodeIndex].taken else {
            storeFlags()
            writeBackPins()
            return leaveRegion(to: instruction.imm, returnAddress: returnAddress(instruction))
        }
        if region.nodes[nodeIndex].loops {
            var stub = newStub(.pollBeforeBranch, endPoint(index))
            stub.pc = instruction.imm
            poll(stub)
        }
        if region.nodes[target].needsFlags { storeFlags() }
        settlePins()
        if target != nodeIndex + 1 { asm.jump(labels[target]) }
    }

    mutating func emitBranch(_ index: Int, _ instruction: Instruction) {
        if let strip { return emitBranch(of: strip, index, instruction) }
        let node = region.nodes[nodeIndex]
        var truth: GPR?
        if node.loops { truth = pollBefore(index, instruction) }
        let needs = [wantsFlags(node.taken), wantsFlags(node.other)]
        // Where the comparison makes the flags they are stored after it, and on the one way where only one wants them.
        var late = false
        if flagsFrom >= 0 && needs.contains(true) {
            late = truth == nil && comparesLikeFlags(instruction.a, index)
            if !late { storeFlags() }
        }
        let condition = decide(instruction, index, truth, exactly: late)
        let isOnTheWay = late && needs.contains(false)
        if late && !isOnTheWay { storeHostFlags(.subtract) }
        if node.taken != nil || node.other != nil { settlePins() }
        let taken = Edge(node: node.taken, pc: instruction.imm, storesFlags: isOnTheWay && needs[0])
        let other = Edge(node: node.other, pc: instruction.imm2, storesFlags: isOnTheWay && needs[1])
        emitEdges(condition, taken, other)
    }

    /// Whether an edge to `node`, nil: out of the region, has to store the flags.
    func wantsFlags(_ node: Int?) -> Bool {
        guard let node else { return true }
        return region.nodes[node].needsFlags && (node != nodeIndex || storesLoopFlags)
    }

    /// Where an edge to `node` leads.
    private func label(of node: Int) -> Assembler.Label {
        if node == nodeIndex, let loopLabel { return loopLabel }
        return labels[node]
    }

    mutating func decide(
        _ instruction: Instruction, _ index: Int, _ truth: GPR?, exactly: Bool = false
    ) -> Condition {
        if let truth {
            asm.op(.testMR, .dword, truth, truth)
            return .ne
        }
        if exactly { return compareExactly(instruction.a.int) }
        return condition(instruction.a, index)
    }

    /// Polls before the branch at `index`; the register of its truth value where that is not a comparison.
    private mutating func pollBefore(_ index: Int, _ instruction: Instruction) -> GPR? {
        let condition = block[instruction.a]
        let (compare, code, truth): (Recipe, Condition, GPR?)
        if isFolded(instruction.a, into: index) && condition.opcode == .compare {
            (compare, code, truth) = (recipe(instruction.a.int), condition.comparison.hostCondition, nil)
        } else {
            let register: GPR
            if isFolded(instruction.a, into: index) {
                let code = self.condition(instruction.a, index)
                asm.set(code, .gpr(.rax))
                register = allocate()
                lock(register)
                asm.op(.movzx8, .dword, register, .gpr(.rax))
            } else {
                register = self.register(instruction.a)
            }
            (compare, code, truth) = (Recipe(kind: .logic, width: .dword, a: .register(register)), .ne, register)
        }
        var stub = newStub(.pollBeforeBranch, endPoint(index))
        (stub.compare, stub.condition, stub.pc, stub.otherPC) = (compare, code, instruction.imm, instruction.imm2)
        poll(stub)
        return truth
    }

    /// Whether the branch's comparison sets the host's flags to what the guest's are pending from.
    private func comparesLikeFlags(_ value: Value, _ index: Int) -> Bool {
        guard isFolded(value, into: index), flagsFrom >= 0 else { return false }
        return compares(value, like: block.instructions[Int(flagsFrom)])
    }

    /// Whether the operation of `value` compares the operands of `flags`, a flags operation.
    func compares(_ value: Value, like flags: Instruction) -> Bool {
        let compare = block[value]
        guard compare.opcode == .compare, flags.opcode == .subFlags, compare.type == flags.type, compare.a == flags.a,
            !isFolded(compare.a, into: value.int)
        else { return false }
        return compare.b == flags.b || constant(compare.b) != nil && constant(compare.b) == constant(flags.b)
    }

    private struct Edge {
        let node: Int?
        let pc: UInt64
        /// The host's flags, which are those of a subtraction, are stored on the way.
        let storesFlags: Bool
        var isJump: Bool { node != nil && !storesFlags }
    }

    private mutating func emitEdges(_ condition: Condition, _ taken: Edge, _ other: Edge) {
        let next = nodeIndex + 1
        if let target = taken.node, taken.isJump, !(target == next && other.isJump) {
            asm.jump(condition, label(of: target))
            return emitEdge(other, next)
        }
        if let target = other.node, other.isJump {
            asm.jump(condition.inverted, label(of: target))
            return emitEdge(taken, next)
        }
        let label = asm.label()
        asm.jump(condition, label)
        emitEdge(other, -1)
        asm.bind(label)
        emitEdge(taken, -1)
    }

    private mutating func emitEdge(_ edge: Edge, _ next: Int) {
        if edge.storesFlags { storeHostFlags(.subtract) }
        if let target = edge.node {
            if target != next { asm.jump(label(of: target)) }
            return
        }
        writeBackPins()
        leaveRegion(to: edge.pc)
    }
}
