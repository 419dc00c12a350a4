import IR
import X64

// Jumps through registers. Where one has been seen to lead to blocks of its own region (the cases of a switch, the
// operations of an interpreter) it stays inside: the target is compared with those that are known, or, where they are many,
// looked up in a table with an entry for each instruction between the lowest and the highest of them. Everything else goes
// through the vCPU's jump cache. All such jumps of a region in the same entry mode share the table and the code that leaves.

/// Where the region's jumps through registers lead that enter in the same mode.
struct Landings {
    /// `IR.EntryMode`, not in its place.
    let mode: UInt64
    /// The nodes, those entered most first.
    let nodes: [Int]
    /// Guest pc of the table's first entry, and how many there are.
    let first: UInt64
    let count: Int
    var last: UInt64 { first &+ UInt64(count - 1) * 4 }
    let table: Assembler.Label
    /// Leaves the region for the guest pc in rcx; pinned registers are at home.
    let exit: Assembler.Label
    /// The same where somebody wants attention.
    let attention: Assembler.Label
    /// Pinned registers whose cells may be out of date at one of the jumps.
    var dirty: UInt16 = 0
}

extension NativeCompiler {
    /// So many targets are compared one by one: that takes fewer loads than the table, and is decided sooner where the host
    /// predicted another one.
    private static let mostCompared = 8

    mutating func emitJumpIndirect(_ index: Int, _ instruction: Instruction) {
        storeFlags()
        load(Int(table[instruction.a].root), into: .rcx)
        if let number = landings(instruction) { return land(landings[number], number) }
        writeBackPins()
        if isReturn(instruction) { return asm.op(.ret) }
        let entry = instruction.imm << EntryMode.shift
        var pending = newStub(.pollIndirect, exactPoint)
        pending.other = entry
        poll(pending)
        enter(findInCache(entry, instruction.branchKind), returnAddress(instruction))
    }

    /// The jump cache's word for the guest pc in rcx. A jump that does not find it leaves its own address for the engine,
    /// which notes on the block that it was jumped to.
    private mutating func findInCache(_ entry: UInt64, _ kind: BranchKind) -> Operand {
        var missed: Assembler.Label?
        if kind == .jump {
            let stub = newStub(.unknownTarget, exactPoint)
            stubs.append(stub)
            missed = stub.slow
        }
        return asm.findInCache(layout, thunks, entry: entry, rotates: features.contains(.bmi2), missed: missed)
    }

    /// Of the jump in work, by number in `landings`; nil where none is known.
    private mutating func landings(_ jump: Instruction) -> Int? {
        let nodes = region.nodes[nodeIndex].landings
        if nodes.isEmpty { return nil }
        if let known = landings.firstIndex(where: { $0.mode == jump.imm }) { return known }
        let targets = nodes.map { region.nodes[$0].block.guestPC }
        let (first, last) = (targets.min() ?? 0, targets.max() ?? 0)
        landings.append(
            Landings(
                mode: jump.imm, nodes: nodes, first: first, count: Int(truncatingIfNeeded: (last &- first) >> 2) + 1,
                table: asm.label(),
                exit: asm.label(), attention: asm.label()))
        return landings.count - 1
    }

    /// Goes on at the guest pc in rcx, inside the region where it is a landing.
    private mutating func land(_ known: Landings, _ number: Int) {
        landings[number].dirty |= dirty
        settlePins()
        asm.arithmetic(7, .dword, Fixed.cell(layout.pending), 0)
        asm.jump(.ne, known.attention)
        if known.nodes.count <= Self.mostCompared { return compareTargets(known) }
        // The distance in instructions; an address that is none of an instruction's is far away.
        if features.contains(.bmi2) {
            asm.op(.rorx, .qword, .rax, .gpr(.rcx), 2)
        } else {
            asm.op(.movMR, .qword, .rcx, .gpr(.rax))
            asm.op(.rorI, .qword, .gpr(.rax), 2)
        }
        if let first = Int32(exactly: known.first >> 2) {
            asm.arithmetic(5, .qword, .gpr(.rax), first)
        } else {
            asm.move(.rdx, known.first >> 2)
            asm.op(.subRM, .qword, .rax, .gpr(.rdx))
        }
        asm.arithmetic(7, .qword, .gpr(.rax), Int32(truncatingIfNeeded: known.count))
        asm.jump(.ae, known.exit)
        asm.address(of: known.table, into: .rdx)
        asm.op(.movsxd, .qword, .rax, .at(.rdx, index: .rax, shift: 2))
        asm.op(.addRM, .qword, .rax, .gpr(.rdx))
        asm.op(.jmpM, .qword, .gpr(.rax))
    }

    private mutating func compareTargets(_ known: Landings) {
        // Relative to one of them where they are no immediates.
        let isNear = Int32(exactly: Int64(bitPattern: known.last)) != nil
        if !isNear {
            asm.move(.rax, known.first)
            asm.op(.movMR, .qword, .rcx, .gpr(.rdx))
            asm.op(.subRM, .qword, .rdx, .gpr(.rax))
        }
        for node in known.nodes {
            let target = region.nodes[node].block.guestPC &- (isNear ? 0 : known.first)
            asm.arithmetic(7, .qword, .gpr(isNear ? .rcx : .rdx), Int32(truncatingIfNeeded: target))
            asm.jump(.e, labels[node])
        }
        asm.jump(known.exit)
    }

    // MARK: Out of line

    /// What the jumps of each mode share.
    mutating func emitLandingExits() {
        for known in landings {
            let entry = known.mode << EntryMode.shift
            asm.bind(known.exit)
            writeBackHomes(known.dirty)
            countCachedJump()
            let missed = asm.label()
            let native = asm.findInCache(
                layout, thunks, entry: entry, rotates: features.contains(.bmi2), missed: missed)
            asm.op(.jmpM, .qword, native)
            asm.bind(missed)
            leaveForUnknownTarget()
            asm.bind(known.attention)
            writeBackHomes(known.dirty)
            leaveForAttention(entry)
        }
    }

    /// Stores pinned registers that are at home.
    private mutating func writeBackHomes(_ dirty: UInt16) {
        for number in pins.indices where dirty >> UInt16(number) & 1 != 0 {
            if number < generalPins {
                asm.op(.movMR, .qword, Self.pinRegister(number), Fixed.cell(pins[number]))
            } else {
                storeVector(vectorPinRegister(number), Fixed.cell(pins[number]))
            }
        }
    }

    /// The jump cache does not know the guest pc in rcx, wanted with the flags in rdx. Keeps both.
    mutating func leaveForUnknownTarget() {
        // Any address in the jump's page will do.
        asm.move(.rax, guestPage)
        asm.op(.movMR, .qword, .rax, Fixed.cell(layout.jumpSite))
        asm.jump(to: thunks.lookup)
    }

    /// Before a jump to the guest pc in rcx; all state is in its cells.
    mutating func leaveForAttention(_ entry: UInt64) {
        if entry != 0 { write(.constant(entry), to: layout.nextEntry) }
        asm.op(.movMR, .qword, .rcx, Fixed.cell(layout.nextPC))
        leave(layout.reasons.poll)
    }

    /// Offsets from the table's start, two a word. Once all labels have their places.
    mutating func emitLandingTables() {
        for known in landings where known.nodes.count > Self.mostCompared {
            asm.bind(known.table)
            let start = asm.count
            func offset(_ label: Assembler.Label) -> UInt64 {
                UInt64(UInt32(truncatingIfNeeded: asm.offset(of: label) - start))
            }
            var entries = [UInt64](repeating: offset(known.exit), count: known.count + known.count % 2)
            for node in known.nodes {
                let place = Int(truncatingIfNeeded: (region.nodes[node].block.guestPC &- known.first) >> 2)
                entries[place] = offset(labels[node])
            }
            for pair in stride(from: 0, to: entries.count, by: 2) {
                asm.data(entries[pair] | entries[pair + 1] << 32)
            }
        }
    }
}
