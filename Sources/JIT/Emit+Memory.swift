import IR
import Memory
import X64

// Guest memory through the software TLB: a hit is inline, everything else out of line and the engine's matter. Where guest
// addresses are host addresses there is no look-up: DirectAccess.swift.
// Ordering costs what the host lacks: it keeps all orders but that of a store before a load.

extension NativeCompiler {
    private static var tagDistances: (read: Int32, write: Int32, addend: Int32) { (0, 8, 24) }

    /// The address of an access in a register, rcx where it must be computed.
    mutating func address(_ access: Instruction, _ position: Int) -> GPR {
        let offset = Int32(exactly: Int64(bitPattern: access.imm))
        if isFolded(access.a, into: position), let offset { return foldedAddress(block[access.a], access.a, offset) }
        if offset == 0, constant(access.a) == nil { return register(access.a) }
        if let offset, constant(access.a) == nil {
            asm.op(.lea, .qword, .rcx, .at(register(access.a), offset))
        } else if let base = constant(access.a) {
            asm.move(.rcx, base &+ access.imm)
        } else {
            asm.move(.rcx, access.imm)
            asm.op(.addRM, .qword, .rcx, register(access.a))
        }
        return .rcx
    }

    /// base + index * scale + offset.
    mutating func foldedAddress(_ sum: Instruction, _ value: Value, _ offset: Int32) -> GPR {
        if let step = constant(sum.b) {
            let total = Int64(bitPattern: step) &+ Int64(offset)
            if let small = Int32(exactly: total) {
                asm.op(.lea, .qword, .rcx, .at(register(sum.a), small))
            } else {
                asm.move(.rcx, UInt64(bitPattern: total))
                asm.op(.addRM, .qword, .rcx, register(sum.a))
            }
            return .rcx
        }
        var (index, shift) = (sum.b, UInt8(0))
        if isFolded(sum.b, into: value.int) {
            shift = UInt8(truncatingIfNeeded: constant(block[sum.b].b) ?? 0)
            index = block[sum.b].a
        }
        let (a, x) = (register(sum.a), register(index))
        asm.op(.lea, .qword, .rcx, .at(a, index: x, shift: shift, offset))
        return .rcx
    }

    /// Compares the TLB's entry with the address; leaves to `slow` unless it is a hit. rax then holds what makes a host
    /// address of it.
    mutating func probe(
        _ address: GPR, bytes: Int, aligned: Bool, write: Bool, slow: Assembler.Label
    ) {
        let shift = Int64(SoftTLB.pageBits - TLBEntry.shift)
        if features.contains(.bmi2) {
            // What comes round at the top is masked away.
            asm.op(.rorx, .qword, .rdx, .gpr(address), shift)
        } else {
            asm.op(.movMR, .qword, address, .gpr(.rdx))
            asm.op(.shrI, .qword, .gpr(.rdx), shift)
        }
        asm.op(.andRM, .qword, .rdx, Fixed.cell(layout.tlbMask))
        var pageMask = Int32(-4096)
        if aligned {
            // Low bits of an unaligned address never match.
            pageMask |= Int32(bytes - 1)
            asm.op(.movMR, .qword, address, .gpr(.rax))
        } else if bytes == 1 {
            asm.op(.movMR, .qword, address, .gpr(.rax))
        } else {
            asm.op(.lea, .qword, .rax, .at(address, Int32(bytes - 1)))
        }
        asm.arithmetic(4, .qword, .gpr(.rax), pageMask)
        let tag = write ? Self.tagDistances.write : Self.tagDistances.read
        asm.op(.cmpRM, .qword, .rax, .at(Fixed.tlb, index: .rdx, tag))
        asm.jump(.ne, slow)
        asm.op(.movRM, .qword, .rax, .at(Fixed.tlb, index: .rdx, Self.tagDistances.addend))
    }

    private func descriptor(_ access: Instruction) -> UInt64 {
        UInt64(access.type.bytes) | UInt64(access.attribute) << 8
    }

    // MARK: Where an access is

    /// Where an access finds its memory: by a probe of its own, by the one that several share, or at a distance from a
    /// register that holds a guest address, which is the host's as well. In a strip it is found already.
    enum Location {
        case alone(GPR)
        case shared(probe: Int, host: GPR, isFirst: Bool)
        case direct(GPR, Int32)
        case host(Operand)
    }

    private mutating func locate(_ access: Instruction, _ index: Int) -> Location {
        if isDirect { return locateDirect(access, index) }
        if let strip { return locateInStrip(strip, access, index) }
        let number = Int(table[index].probe)
        guard number >= 0 else {
            let address = address(access, index)
            lock(address)
            return .alone(address)
        }
        let probe = probes[number]
        if !probe.isMade {
            probes[number].isMade = true
            _ = register(root: probe.base)
            return .shared(probe: number, host: defineHostBase(probe), isFirst: true)
        }
        return .shared(probe: number, host: register(root: probe.value), isFirst: false)
    }

    private mutating func defineHostBase(_ probe: SharedProbe) -> GPR {
        let host = allocate()
        occupant[Int(host.rawValue)] = Int32(truncatingIfNeeded: probe.value)
        table[probe.value].register = host.rawValue
        lock(host)
        return host
    }

    /// The stub of an access at `location`: everything but its result, which may be computed where an operand was.
    private mutating func accessStub(
        _ kind: Stub.Kind, _ index: Int, _ access: Instruction, _ location: Location
    ) -> Stub {
        var stub = Stub(kind, slow: asm.label(), back: asm.label(), at: exitPoint(index))
        stub.descriptor = descriptor(access)
        stub.type = access.type
        switch location {
        case .alone(let address): stub.address = address
        case .direct(let base, let offset): (stub.address, stub.offset, stub.isDirect) = (base, offset, true)
        case .host: break
        case .shared(let number, let host, let isFirst):
            let probe = probes[number]
            stub.shared = SharedAccess(
                base: place(root: probe.base), offset: table[index].probeOffset, host: host, isFirst: isFirst,
                writes: kind == .store)
        }
        return stub
    }

    /// Finds the access's host memory, or leaves to the stub's slow path. All registers have been given out. What is stored is
    /// ready afterwards: before the check of a direct access, behind a probe, which needs rdx itself.
    private mutating func find(
        _ location: Location, _ index: Int, bytes: Int, aligned: Bool, _ stub: inout Stub
    ) -> Operand {
        prepareCall(&stub, index)
        (stub.bytes, stub.isAligned) = (bytes, aligned)
        if stub.isDirect { prepareValue(stub) }
        defer { if !stub.isDirect { prepareValue(stub) } }
        switch location {
        case .alone(let address):
            probe(address, bytes: bytes, aligned: aligned, write: stub.kind == .store, slow: stub.slow)
            return .at(address, index: .rax)
        case .shared(let number, let host, let isFirst):
            if isFirst { makeProbe(probes[number], host, stub.slow) } else { asm.op(.testMR, .qword, host, host) }
            if !isFirst { asm.jump(.e, stub.slow) }
            return .at(host, table[index].probeOffset)
        case .host(let place): return place
        case .direct(let base, let offset):
            checkAddress(base, bytes: aligned ? bytes : 1, slow: stub.slow)
            return .at(base, offset)
        }
    }

    /// Has what a store of `stub` writes where `perform` wants it: the access itself is one instruction.
    mutating func prepareValue(_ stub: Stub) {
        if case .register(let high) = stub.high, case .register(let low) = stub.value {
            return joinPair(low, high, isWords: stub.type == .i32)
        }
        guard stub.isOrdered, case .register(let value) = stub.value else { return }
        asm.op(.movMR, .qword, value, .gpr(.rdx))
    }

    /// What the stub's call has to keep, and what it makes invalid.
    private mutating func prepareCall(_ stub: inout Stub, _ index: Int) {
        stub.keepsVectors = stub.kind == .store && stub.type == .i128 || holdsVectors
        let start = hostBases.count
        for probe in probes where probe.isMade && table[probe.value].lastUse > index {
            hostBases.append(place(root: probe.value))
        }
        stub.hostBases = start..<hostBases.count
    }

    /// One probe for all bytes of all accesses; then the host's address for the guest's base.
    private mutating func makeProbe(_ shared: SharedProbe, _ host: GPR, _ slow: Assembler.Label) {
        let base = register(root: shared.base)
        if shared.alignment > 1 {
            asm.op(.testI, .byte, .gpr(base), Int64(shared.alignment - 1))
            asm.jump(.ne, slow)
        }
        if shared.low != 0 { asm.op(.lea, .qword, .rcx, .at(base, shared.low)) }
        let bytes = Int(shared.high - shared.low)
        probe(shared.low == 0 ? base : .rcx, bytes: bytes, aligned: false, write: shared.writes, slow: slow)
        asm.op(.lea, .qword, host, .at(base, index: .rax))
    }

    /// The access ends here; in a strip it has no slow path.
    private mutating func finish(_ stub: Stub) {
        if strip != nil { return }
        asm.bind(stub.back)
        stubs.append(stub)
    }

    // MARK: Loads

    mutating func emitLoad(_ index: Int, _ load: Instruction) {
        if load.type == .i128 { return emitLoadVector(index, load) }
        let location = locate(load, index)
        var stub = accessStub(.load, index, load, location)
        let result = table[index].extended >= 0 ? Int(table[index].extended) : index
        stub.signExtension = result == index ? .none : block.instructions[result].type
        // Before the jump to the slow path: making room for the result is code, too.
        stub.result = define(result, index, reusing: load.a)
        if needsEngine(load.memory) {
            slowAlways(&stub, index)
        } else {
            let aligned = load.memory.aligned || load.memory.ordering != .plain
            perform(stub, find(location, index, bytes: load.type.bytes, aligned: aligned, &stub))
        }
        finish(stub)
    }

    private mutating func slowAlways(_ stub: inout Stub, _ index: Int) {
        prepareCall(&stub, index)
        asm.jump(stub.slow)
    }

    private mutating func emitLoadVector(_ index: Int, _ load: Instruction) {
        let location = locate(load, index)
        var stub = accessStub(.load, index, load, location)
        stub.vector = defineVector(index)
        if !load.memory.isSimple {
            slowAlways(&stub, index)
        } else {
            perform(stub, find(location, index, bytes: 16, aligned: false, &stub))
        }
        finish(stub)
    }

    /// The access that `stub` describes, to host memory at `operand`; `prepareValue` has come before.
    mutating func perform(_ stub: Stub, _ operand: Operand) {
        switch (stub.kind, stub.type) {
        case (.load, _) where stub.highResult != nil: readHalves(stub, operand)
        case (.load, .i128) where stub.isWordPair: asm.op(VectorMove.pmovzxdq, reg: stub.vector.rawValue, operand)
        case (.load, .i128): moveVector(operand, into: stub.vector)
        case (.load, _): read(operand, stub, into: stub.result)
        case (_, .i128): storeVector(stub.vector, operand)
        default: store(stub, operand)
        }
    }

    /// Loads what `stub` describes from host memory at `operand`.
    mutating func read(_ operand: Operand, _ stub: Stub, into d: GPR) {
        if stub.signExtension != .none { return signExtend(operand, stub.type, width(stub.signExtension), into: d) }
        switch stub.type {
        case .i8, .i1: asm.op(.movzx8, .dword, d, operand)
        case .i16: asm.op(.movzx16, .dword, d, operand)
        case .i32, .flags: asm.op(.movRM, .dword, d, operand)
        case .i64, .i128, .none: asm.op(.movRM, .qword, d, operand)
        }
    }

    // MARK: Stores

    private mutating func store(_ stub: Stub, _ operand: Operand) {
        if stub.high != nil { return storePair(isWords: stub.type == .i32, operand) }
        let width = Width.of(stub.type)
        switch stub.value {
        // Before every later load: the host's exchange is locked.
        case .register where stub.isOrdered: asm.op(.xchgMR, width, .rdx, operand)
        case .register(let value): asm.op(.movMR, width, value, operand)
        case .constant(let bits): asm.op(.movI, width, operand, Int64(bitPattern: bits))
        case .cell: preconditionFailure("native code: a store's value is in memory")
        }
    }

    mutating func emitStore(_ index: Int, _ store: Instruction) {
        if store.type == .i128 { return emitStoreVector(index, store) }
        let isPlain = store.memory.ordering == .plain
        let small = isPlain ? immediate(store.b, store.type) : nil
        let value: GPR? = small == nil ? register(store.b) : nil
        let location = locate(store, index)
        var stub = accessStub(.store, index, store, location)
        stub.value = value.map { .register($0) } ?? .constant(UInt64(bitPattern: Int64(small ?? 0)))
        stub.isOrdered = !isPlain
        if needsEngine(store.memory) {
            slowAlways(&stub, index)
        } else {
            let place = find(
                location, index, bytes: store.type.bytes, aligned: store.memory.aligned || !isPlain, &stub)
            perform(stub, place)
            leaveNumber(at: place)
        }
        finish(stub)
    }

    private mutating func emitStoreVector(_ index: Int, _ store: Instruction) {
        let value = vector(store.b)
        let location = locate(store, index)
        var stub = accessStub(.store, index, store, location)
        stub.vector = value
        if !store.memory.isSimple {
            slowAlways(&stub, index)
        } else {
            let place = find(location, index, bytes: 16, aligned: false, &stub)
            perform(stub, place)
            leaveNumber(at: place)
        }
        finish(stub)
    }

    /// Rare forms that have no code of their own.
    private func needsEngine(_ memory: MemoryAttributes) -> Bool {
        memory.unprivileged || memory.aligned && memory.elements != nil
    }

    /// Leaves the vCPU's number in the table of stores, where there is one, after a store to `place`.
    mutating func leaveNumber(at place: Operand) {
        guard let test = layout.storeTest else { return }
        asm.op(.lea, .qword, .rdx, place)
        asm.op(.shrI, .qword, .gpr(.rdx), test.granuleBits)
        asm.arithmetic(4, .dword, .gpr(.rdx), test.indexMask)
        asm.op(.movRM, .qword, .rax, Fixed.cell(test.table))
        asm.op(.movRM, .qword, .rcx, Fixed.cell(test.number))
        asm.op(.movMR, .qword, .rcx, .at(.rax, index: .rdx, shift: 3, 0))
    }

    // MARK: Pairs

    // One access of the host where the guest's has to be one: processors with AVX move 16 aligned bytes at once, whatever
    // the instruction; two words in 16 aligned bytes lie in one cache line.

    func isOrdinary(_ memory: MemoryAttributes) -> Bool {
        memory.ordering == .plain && !memory.unprivileged && !memory.tracked
    }

    mutating func emitLoadPair(_ index: Int, _ load: Instruction) {
        let location = locate(load, index)
        var stub = accessStub(.load, index, load, location)
        stub.descriptor |= layout.pairAccess << 8
        stub.type = .i128
        stub.isWordPair = load.type == .i32
        if table[index].low >= 0 {
            defineHalves(index, location, &stub)
        } else {
            stub.vector = defineVector(index)
        }
        if !isOrdinary(load.memory) {
            slowAlways(&stub, index)
        } else {
            let bytes = load.type == .i32 ? 8 : 16
            perform(stub, find(location, index, bytes: bytes, aligned: load.memory.aligned, &stub))
        }
        finish(stub)
    }

    /// Registers for both halves, neither of which may be the one that the address is in.
    private mutating func defineHalves(_ index: Int, _ location: Location, _ stub: inout Stub) {
        let place: Operand
        switch location {
        case .alone(let address), .direct(let address, _): place = .gpr(address)
        case .shared(_, let host, _): place = .gpr(host)
        case .host(let operand): place = operand
        }
        stub.result = define(Int(table[index].low), index, avoiding: mask(place))
        stub.highResult = define(Int(table[index].high), index, avoiding: mask(place))
    }

    private mutating func readHalves(_ stub: Stub, _ operand: Operand) {
        guard let high = stub.highResult else { return }
        let width: Width = stub.isWordPair ? .dword : .qword
        asm.op(.movRM, width, stub.result, operand)
        asm.op(.movRM, width, high, operand.advanced(by: stub.isWordPair ? 4 : 8))
    }

    mutating func emitStorePair(_ index: Int, _ store: Instruction) {
        let (low, high) = (register(store.b), register(store.c))
        let location = locate(store, index)
        var stub = accessStub(.store, index, store, location)
        stub.descriptor |= layout.pairAccess << 8
        (stub.value, stub.high) = (.register(low), .register(high))
        if !isOrdinary(store.memory) {
            slowAlways(&stub, index)
        } else {
            let bytes = store.type == .i32 ? 8 : 16
            let place = find(location, index, bytes: bytes, aligned: store.memory.aligned, &stub)
            perform(stub, place)
            leaveNumber(at: place)
        }
        finish(stub)
    }

    private mutating func joinPair(_ low: GPR, _ high: GPR, isWords: Bool) {
        asm.op(VectorMove.movqGPR, .qword, reg: 0, .gpr(low))
        if isWords {
            asm.op(VectorMove.pinsrd, .dword, reg: 0, .gpr(high), 1)
        } else {
            asm.op(VectorMove.pinsrq, .qword, reg: 0, .gpr(high), 1)
        }
    }

    private mutating func storePair(isWords: Bool, _ place: Operand) {
        if isWords { asm.op(VectorMove.movqMR, reg: 0, place) } else { storeVector(.v0, place) }
    }

    mutating func emitFence(_ instruction: Instruction) {
        guard instruction.fenceBits.contains(.storeLoad) else { return }
        // Cheaper than MFENCE, and as strong for ordinary memory.
        asm.lock()
        asm.arithmetic(1, .dword, .at(.rsp), 0)
    }
}

extension Width {
    static func of(_ type: ValueType) -> Width {
        switch type {
        case .i8, .i1: .byte
        case .i16: .word
        case .i32, .flags: .dword
        case .i64, .i128, .none: .qword
        }
    }
}
