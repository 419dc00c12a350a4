import IR
import Memory
import X64

// Guest memory through the software TLB: a hit is inline, everything else out of line and the engine's matter.
// Ordering costs what the host lacks: it keeps all orders but that of a store before a load.

extension NativeCompiler {
    private static var tagDistances: (read: Int32, write: Int32, addend: Int32) { (0, 8, 24) }

    /// The address of an access in a register, rcx where it must be computed; locked.
    private mutating func address(_ access: Instruction, _ position: Int) -> GPR {
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
    private mutating func foldedAddress(_ sum: Instruction, _ value: Value, _ offset: Int32) -> GPR {
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
        asm.op(.movMR, .qword, address, .gpr(.rdx))
        asm.op(.shrI, .qword, .gpr(.rdx), Int64(SoftTLB.pageBits - TLBEntry.shift))
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

    // MARK: Loads

    mutating func emitLoad(_ index: Int, _ load: Instruction) {
        if load.type == .i128 { return emitLoadVector(index, load) }
        let address = address(load, index)
        lock(address)
        let (slow, back) = (asm.label(), asm.label())
        var stub = Stub(.load, slow: slow, back: back, at: exitPoint(index))
        stub.address = address
        stub.descriptor = descriptor(load)
        stub.keepsVectors = holdsVectors
        let result = table[index].extended >= 0 ? Int(table[index].extended) : index
        stub.signExtension = result == index ? .none : block.instructions[result].type
        stub.type = load.type
        // Before the jump to the slow path: making room for the result is code, too.
        let d = define(result, index, reusing: load.a)
        if load.memory.unprivileged {
            asm.jump(slow)
        } else {
            let aligned = load.memory.aligned || load.memory.ordering != .plain
            probe(address, bytes: load.type.bytes, aligned: aligned, write: false, slow: slow)
            read(.at(address, index: .rax), stub, into: d)
        }
        asm.bind(back)
        stub.result = d
        stubs.append(stub)
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

    private mutating func emitLoadVector(_ index: Int, _ load: Instruction) {
        let address = address(load, index)
        let (slow, back) = (asm.label(), asm.label())
        var stub = Stub(.load, slow: slow, back: back, at: exitPoint(index))
        stub.address = address
        stub.descriptor = descriptor(load)
        stub.type = .i128
        stub.keepsVectors = holdsVectors
        stub.vector = defineVector(index)
        if load.memory.rawValue != 0 {
            asm.jump(slow)
        } else {
            probe(address, bytes: 16, aligned: false, write: false, slow: slow)
            moveVector(.at(address, index: .rax), into: stub.vector)
        }
        asm.bind(back)
        stubs.append(stub)
    }

    // MARK: Stores

    mutating func emitStore(_ index: Int, _ store: Instruction) {
        if store.type == .i128 { return emitStoreVector(index, store) }
        let small = store.memory.ordering == .plain ? immediate(store.b, store.type) : nil
        let value: GPR? = small == nil ? register(store.b) : nil
        let address = address(store, index)
        let (slow, back) = (asm.label(), asm.label())
        var stub = Stub(.store, slow: slow, back: back, at: exitPoint(index))
        stub.address = address
        stub.descriptor = descriptor(store)
        stub.type = store.type
        stub.keepsVectors = holdsVectors
        stub.value = value.map { .register($0) } ?? .constant(UInt64(bitPattern: Int64(small ?? 0)))
        stubs.append(stub)
        if store.memory.unprivileged {
            asm.jump(slow)
        } else {
            let aligned = store.memory.aligned || store.memory.ordering != .plain
            probe(address, bytes: store.type.bytes, aligned: aligned, write: true, slow: slow)
            write(store, value, small, .at(address, index: .rax))
        }
        asm.bind(back)
    }

    private mutating func write(_ store: Instruction, _ value: GPR?, _ small: Int32?, _ place: Operand) {
        let width = Width.of(store.type)
        guard let value else { return asm.op(.movI, width, place, Int64(small ?? 0)) }
        if store.memory.ordering == .plain { return asm.op(.movMR, width, value, place) }
        // Before every later load: the host's exchange is locked.
        asm.op(.movMR, .qword, value, .gpr(.rdx))
        asm.op(.xchgMR, width, .rdx, place)
    }

    private mutating func emitStoreVector(_ index: Int, _ store: Instruction) {
        let value = vector(store.b)
        let address = address(store, index)
        let (slow, back) = (asm.label(), asm.label())
        var stub = Stub(.store, slow: slow, back: back, at: exitPoint(index))
        stub.address = address
        stub.descriptor = descriptor(store)
        stub.type = .i128
        stub.vector = value
        stub.keepsVectors = true
        stubs.append(stub)
        if store.memory.rawValue != 0 {
            asm.jump(slow)
        } else {
            probe(address, bytes: 16, aligned: false, write: true, slow: slow)
            storeVector(value, .at(address, index: .rax))
        }
        asm.bind(back)
    }

    // MARK: Pairs

    // One access of the host where the guest's has to be one: processors with AVX move 16 aligned bytes at once, whatever
    // the instruction; two words in 16 aligned bytes lie in one cache line.

    private func isOrdinary(_ memory: MemoryAttributes) -> Bool {
        memory.ordering == .plain && !memory.unprivileged && !memory.tracked
    }

    mutating func emitLoadPair(_ index: Int, _ load: Instruction) {
        let address = address(load, index)
        let (slow, back) = (asm.label(), asm.label())
        var stub = Stub(.load, slow: slow, back: back, at: exitPoint(index))
        stub.address = address
        stub.descriptor = descriptor(load) | layout.pairAccess << 8
        stub.type = .i128
        stub.keepsVectors = holdsVectors
        stub.vector = defineVector(index)
        let isWords = load.type == .i32
        if !isOrdinary(load.memory) {
            asm.jump(slow)
        } else {
            probe(address, bytes: isWords ? 8 : 16, aligned: load.memory.aligned, write: false, slow: slow)
            if isWords {
                asm.op(VectorMove.pmovzxdq, reg: stub.vector.rawValue, .at(address, index: .rax))
            } else {
                moveVector(.at(address, index: .rax), into: stub.vector)
            }
        }
        asm.bind(back)
        stubs.append(stub)
    }

    mutating func emitStorePair(_ index: Int, _ store: Instruction) {
        let (low, high) = (register(store.b), register(store.c))
        let address = address(store, index)
        let (slow, back) = (asm.label(), asm.label())
        var stub = Stub(.store, slow: slow, back: back, at: exitPoint(index))
        stub.address = address
        stub.descriptor = descriptor(store) | layout.pairAccess << 8
        stub.type = store.type
        stub.keepsVectors = holdsVectors
        (stub.value, stub.high) = (.register(low), .register(high))
        stubs.append(stub)
        let isWords = store.type == .i32
        if !isOrdinary(store.memory) {
            asm.jump(slow)
        } else {
            probe(address, bytes: isWords ? 8 : 16, aligned: store.memory.aligned, write: true, slow: slow)
            let place = Operand.at(address, index: .rax)
            asm.op(VectorMove.movqGPR, .qword, reg: 0, .gpr(low))
            if isWords {
                asm.op(VectorMove.pinsrd, .dword, reg: 0, .gpr(high), 1)
                asm.op(VectorMove.movqMR, reg: 0, place)
            } else {
                asm.op(VectorMove.pinsrq, .qword, reg: 0, .gpr(high), 1)
                storeVector(.v0, place)
            }
        }
        asm.bind(back)
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
