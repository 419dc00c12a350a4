import IR
import X64

// Exclusives and atomics of up to 64 bits are the host's locked instructions where the TLB has the page for writing. Pages
// whose writes are watched never are in it, so that granule versions (Engine/ExclusiveMonitors.swift) are the slow path's
// matter; it is the interpreter's handler, called for the one operation.

extension NativeCompiler {
    mutating func emitAtomic(_ index: Int, _ access: Instruction) {
        if hasInlineForm(access) { emitLocked(index, access) } else { callAtomic(index, access) }
    }

    private func hasInlineForm(_ access: Instruction) -> Bool {
        guard access.type != .i128, !access.memory.unprivileged else { return false }
        switch access.opcode {
        case .loadLinked: return !access.memory.tracked
        case .fetchAndOperate:
            return [.add, .or, .xor, .andNot].contains(access.fetchOperation)
        default: return true
        }
    }

    // MARK: Inline

    private mutating func emitLocked(_ index: Int, _ access: Instruction) {
        let b = access.b.isNone ? GPR.rax : register(access.b)
        let c = access.c.isNone ? GPR.rax : register(access.c)
        atomicAddress(access)
        let (slow, back) = (asm.label(), asm.label())
        var stub = Stub(.atomic, slow: slow, back: back, at: exitPoint(index))
        stub.keepsVectors = holdsVectors
        stub.record = atomicRecord(access)
        (stub.value, stub.high) = (.register(b), .register(c))
        // Before the jump to the slow path: making room for the result is code, too.
        let d = define(index, index, avoiding: mask(b) | mask(c))
        stub.result = d
        stubs.append(stub)
        switch access.opcode {
        case .loadLinked: emitLoadLinked(access, d, slow)
        case .storeConditional: emitStoreConditional(access, b, d, slow)
        case .compareAndSwap:
            find(access, slow) { $0.op(.movMR, .qword, b, .gpr(.rax)) }
            asm.lock()
            asm.op(.cmpxchg, Width.of(access.type), c, .at(atomicHost))
            zeroExtend(.rax, access.type, into: d)
        case .exchange:
            find(access, slow) { $0.op(.movMR, .qword, b, .gpr(d)) }
            asm.op(.xchgMR, Width.of(access.type), d, .at(atomicHost))
            zeroExtend(d, access.type, into: d)
        default: emitFetch(access, b, d, slow)
        }
        if access.opcode != .loadLinked { leaveNumber(at: .at(atomicHost)) }
        asm.bind(back)
        host = .unknown
    }

    /// The address into rcx.
    private mutating func atomicAddress(_ access: Instruction) {
        load(Int(table[access.a].root), into: .rcx)
        guard access.imm != 0 else { return }
        asm.move(.rdx, access.imm)
        asm.op(.addRM, .qword, .rcx, .rdx)
    }

    /// Where the host address of an atomic is.
    private var atomicHost: GPR { isDirect ? .rcx : .rdx }

    /// Brings the host address of the guest's in rcx into `atomicHost`, or leaves to `slow`, and does `prepare`, after which
    /// the locked instruction comes at once: where the host forbids that, nothing has been done yet.
    private mutating func find(
        _ access: Instruction, _ slow: Assembler.Label, preparing prepare: (inout Assembler) -> Void = { _ in }
    ) {
        if isDirect {
            prepare(&asm)
            return checkAddress(.rcx, bytes: access.type.bytes, slow: slow)
        }
        probe(.rcx, bytes: access.type.bytes, aligned: true, write: access.opcode != .loadLinked, slow: slow)
        asm.op(.lea, .qword, .rdx, .at(.rcx, index: .rax))
        prepare(&asm)
    }

    private mutating func emitLoadLinked(_ access: Instruction, _ d: GPR, _ slow: Assembler.Label) {
        find(access, slow)
        read(.at(atomicHost), access.type, into: d)
        asm.op(.movMR, .qword, atomicHost, Fixed.cell(layout.monitor.host))
        asm.op(.movI, .qword, Fixed.cell(layout.monitor.size), Int64(access.type.bytes))
        asm.op(.movI, .qword, Fixed.cell(layout.monitor.granule), 0)
        asm.op(.movMR, .qword, d, Fixed.cell(layout.monitor.value))
    }

    private mutating func read(_ operand: Operand, _ type: ValueType, into d: GPR) {
        switch type {
        case .i8, .i1: asm.op(.movzx8, .dword, d, operand)
        case .i16: asm.op(.movzx16, .dword, d, operand)
        case .i32, .flags: asm.op(.movRM, .dword, d, operand)
        case .i64, .i128, .none: asm.op(.movRM, .qword, d, operand)
        }
    }

    /// Of an untracked load whose location this is; all else, failure for a lost monitor included, is the slow path's. Where
    /// addresses are the host's, one that the monitor has was looked at by the load.
    private mutating func emitStoreConditional(
        _ access: Instruction, _ value: GPR, _ d: GPR, _ slow: Assembler.Label
    ) {
        if !isDirect { find(access, slow) }
        asm.op(.cmpRM, .qword, atomicHost, Fixed.cell(layout.monitor.host))
        asm.jump(.ne, slow)
        asm.arithmetic(7, .qword, Fixed.cell(layout.monitor.size), Int32(access.type.bytes))
        asm.jump(.ne, slow)
        asm.op(.movRM, .qword, .rax, Fixed.cell(layout.monitor.value))
        asm.arithmetic(7, .qword, Fixed.cell(layout.monitor.granule), 0)
        asm.jump(.ne, slow)
        asm.lock()
        asm.op(.cmpxchg, Width.of(access.type), value, .at(atomicHost))
        asm.op(.movI, .qword, Fixed.cell(layout.monitor.host), 0)
        asm.set(.ne, .gpr(.rax))
        asm.op(.movzx8, .dword, d, .gpr(.rax))
    }

    private mutating func emitFetch(_ access: Instruction, _ operand: GPR, _ d: GPR, _ slow: Assembler.Label) {
        let width = Width.of(access.type)
        guard access.fetchOperation != .add else {
            find(access, slow) { $0.op(.movMR, .qword, operand, .gpr(d)) }
            asm.lock()
            asm.op(.xadd, width, d, .at(atomicHost))
            return zeroExtend(d, access.type, into: d)
        }
        find(access, slow)
        read(.at(atomicHost), access.type, into: .rax)
        let again = asm.label()
        asm.bind(again)
        asm.op(.movMR, .qword, operand, .gpr(d))
        switch access.fetchOperation {
        case .or: asm.op(.orRM, .qword, d, .rax)
        case .xor: asm.op(.xorRM, .qword, d, .rax)
        default:
            asm.op(.notM, .qword, .gpr(d))
            asm.op(.andRM, .qword, d, .rax)
        }
        // What may be read need not be writable.
        if isDirect { find(access, slow) }
        asm.lock()
        asm.op(.cmpxchg, width, d, .at(atomicHost))
        asm.jump(.ne, again)
        zeroExtend(.rax, access.type, into: d)
    }

    // MARK: By the interpreter's handler

    /// The handler and its operands in the cells that only code out of line uses.
    private mutating func atomicRecord(_ access: Instruction) -> Assembler.Label {
        let scratch = layout.temporaries
        let c = access.opcode == .fetchAndOperate ? Int32(access.fetchOperation.rawValue) : scratch + 48
        return snippet(handler(access.opcode), [scratch, scratch + 16, scratch + 32, c], atomicDescriptor(access))
    }

    mutating func emitSlowAtomic(_ stub: Stub) {
        guard let record = stub.record else { preconditionFailure("native code: an atomic without its record") }
        let scratch = layout.temporaries
        asm.op(.movMR, .qword, .rcx, Fixed.cell(scratch + 16))
        write(stub.value, to: scratch + 32)
        if let high = stub.high { write(high, to: scratch + 48) }
        asm.address(of: record, into: .rax)
        asm.call(to: (stub.keepsVectors ? thunks.keepingVectors : thunks.calls).snippet)
        let fault = asm.label()
        asm.jump(.ne, fault)
        asm.op(.movRM, .qword, stub.result, Fixed.cell(scratch))
        asm.jump(stub.back)
        asm.bind(fault)
        emitFault(stub.point)
    }

    private mutating func callAtomic(_ index: Int, _ access: Instruction) {
        let (a, b, c) = (temporary(8), pass(access.b, access.type), pass(access.c, access.type))
        let d = temporary(16)
        atomicAddress(access)
        asm.op(.movMR, .qword, .rcx, Fixed.cell(a))
        let operation = access.opcode == .fetchAndOperate ? Int32(access.fetchOperation.rawValue) : c
        runSnippet(handler(access.opcode), [d, a, b, operation], atomicDescriptor(access))
        let failed = asm.label()
        asm.jump(.ne, failed)
        stubs.append(Stub(.fault, slow: failed, back: failed, at: exitPoint(index)))
        if access.type == .i128 && access.opcode != .storeConditional {
            table[index].cell = d
            return
        }
        let register = define(index, index)
        asm.op(.movRM, .qword, register, Fixed.cell(d))
    }

    /// As the handlers understand it (`AccessDescriptor`).
    private func atomicDescriptor(_ access: Instruction) -> UInt64 {
        let attributes = UInt64(access.attribute) | probeAttributes(access.opcode)
        return UInt64(access.type.bytes) | 3 << 16 | attributes << 24
    }

    private func probeAttributes(_ opcode: Opcode) -> UInt64 {
        switch opcode {
        case .loadLinked: layout.readOnlyProbe
        case .storeConditional: 0
        default: layout.readFirstProbe
        }
    }

    mutating func emitAbandonExclusive(_ instruction: Instruction) {
        let a = register(instruction.a)
        let stays = asm.label()
        asm.op(.testI, .byte, .gpr(a), 1)
        asm.jump(.e, stays)
        asm.arithmetic(1, .dword, Fixed.cell(layout.monitor.size), layout.monitor.abandoned)
        write(.constant(instruction.imm), to: layout.monitor.site)
        asm.bind(stays)
    }

    mutating func emitClearExclusive() { write(.constant(0), to: layout.monitor.host) }

    /// Calls a handler of the interpreter for one operation.
    private mutating func runSnippet(_ handler: UInt64, _ cells: [Int32], _ descriptor: UInt64) {
        asm.address(of: snippet(handler, cells, descriptor), into: .rax)
        asm.call(to: calls.snippet)
    }

    /// One operation of threaded code and a step, behind the region's code.
    private mutating func snippet(_ handler: UInt64, _ cells: [Int32], _ descriptor: UInt64) -> Assembler.Label {
        let label = asm.label()
        var packed: UInt64 = 0
        for (number, cell) in cells.enumerated() { packed |= UInt64(cell) << UInt64(number * 16) }
        handlerRecords.append(records.count)
        records.append((label, [handler, packed, descriptor, layout.handlers.step]))
        return label
    }

    private func handler(_ opcode: Opcode) -> UInt64 {
        switch opcode {
        case .loadLinked: layout.handlers.loadLinked
        case .storeConditional: layout.handlers.storeConditional
        case .compareAndSwap: layout.handlers.compareAndSwap
        case .exchange: layout.handlers.exchange
        default: layout.handlers.fetchAndOperate
        }
    }

    /// The cell in which a handler finds an operand.
    private mutating func pass(_ value: Value, _ type: ValueType) -> Int32 {
        if value.isNone { return 0 }
        if type == .i128 { return vectorCell(value) }
        let cell = temporary(8)
        asm.op(.movMR, .qword, register(value), Fixed.cell(cell))
        return cell
    }
}
