import X64

/// Host registers with a fixed meaning in native code.
enum Fixed {
    /// The CPU state plus `bias`, so that the general registers' cells are within a byte's displacement.
    static let frame = GPR.rbp
    static let bias: Int32 = 128
    /// First entry of the software TLB.
    static let tlb = GPR.r14
    /// Guest instructions since native code was entered.
    static let counter = GPR.r15
    /// Free between any two operations.
    static let scratch = GPR.rax
    static let scratch2 = GPR.rdx
    /// Free too; shift counts and the addresses of memory accesses go there.
    static let scratch3 = GPR.rcx

    /// The cell or context field at `offset` from the CPU state.
    static func cell(_ offset: Int32) -> Operand { .at(frame, offset &- bias) }
}

/// Code that all regions of a slice share.
struct Thunks {
    /// What a block's first handler word becomes: a handler that runs the block's native code.
    var enter: UInt64 = 0
    /// Leaves native code with the reason in eax.
    var leave: UInt64 = 0
    /// Leaves to look up the guest pc in rcx.
    var lookup: UInt64 = 0
    /// Goes on behind the entry of an invalid region; rcx the block's threaded code.
    var invalid: UInt64 = 0
    /// address rcx, size and attributes (from bit 8) edx: calls the engine, keeps all registers but rax, rcx, rdx; flags
    /// of the status.
    var load: UInt64 = 0
    var store: UInt64 = 0
    /// threaded code rax, one operation and a step: runs it; the flags tell whether it came to the step. Keeps the same.
    var snippet: UInt64 = 0
    /// record rax. Keeps the same.
    var lanes: UInt64 = 0
    /// record rax, operands rcx, rdx, context.slowValue: result rax.
    var evaluate: UInt64 = 0
    /// number rax, pc rcx, operands context.slowOperand, slowOperandHigh and slowValueHigh: outcome eax and its flags.
    var helper: UInt64 = 0
}

extension Thunks {
    private static let saved: [GPR] = [.rbx, .rbp, .r12, .r13, .r14, .r15]
    private static let volatile: [GPR] = [.rsi, .rdi, .r8, .r9, .r10, .r11]

    init(_ a: inout Assembler, _ layout: NativeLayout) {
        enter = Self.place(&a)
        Self.emitEnter(&a, layout)
        lookup = Self.place(&a)
        a.op(.movMR, .qword, .rcx, Fixed.cell(layout.nextPC))
        a.op(.movI, .qword, Fixed.cell(layout.exitSite), 0)
        a.move(.rax, UInt64(layout.reasons.lookup))
        leave = a.address
        Self.emitLeave(&a, layout)
        invalid = Self.place(&a)
        emitInvalid(&a, layout)
        load = Self.access(&a, layout, layout.load)
        store = Self.access(&a, layout, layout.store)
        snippet = Self.place(&a)
        Self.emitSnippet(&a, layout)
        lanes = Self.place(&a)
        Self.emitLanes(&a)
        evaluate = Self.place(&a)
        Self.emitEvaluate(&a, layout)
        helper = Self.place(&a)
        Self.emitHelper(&a, layout)
    }

    private static func place(_ a: inout Assembler) -> UInt64 {
        a.align(16)
        return a.address
    }

    /// As a handler: frame rdi, cursor rsi, context rdx, TLB rcx.
    private static func emitEnter(_ a: inout Assembler, _ layout: NativeLayout) {
        for register in saved { a.op(.push, .qword, .gpr(register)) }
        a.arithmetic(5, .qword, .gpr(.rsp), 8)
        a.op(.lea, .qword, Fixed.frame, .at(.rdi, Fixed.bias))
        a.op(.movMR, .qword, .rcx, .gpr(Fixed.tlb))
        a.op(.xorMR, .dword, Fixed.counter, .gpr(Fixed.counter))
        a.op(.jmpM, .qword, .at(.rsi, layout.headerNative))
    }

    private static func emitLeave(_ a: inout Assembler, _ layout: NativeLayout) {
        a.op(.addMR, .qword, Fixed.counter, Fixed.cell(layout.guestInstructions))
        a.arithmetic(0, .qword, .gpr(.rsp), 8)
        for register in saved.reversed() { a.op(.pop, .qword, .gpr(register)) }
        a.op(.ret)
    }

    /// To the replacement's native code where there is one.
    private func emitInvalid(_ a: inout Assembler, _ layout: NativeLayout) {
        let gone = a.label()
        a.op(.movRM, .qword, .rdx, .at(.rcx, layout.headerReplacement))
        a.op(.testMR, .qword, .rdx, .rdx)
        a.jump(.e, gone)
        a.op(.movRM, .qword, .rax, .at(.rdx, layout.headerNative))
        a.op(.testMR, .qword, .rax, .rax)
        a.jump(.e, gone)
        a.op(.jmpM, .qword, .gpr(.rax))
        a.bind(gone)
        a.op(.movMR, .qword, .rcx, Fixed.cell(layout.exitCursor))
        a.move(.rax, UInt64(layout.reasons.invalidated))
        a.jump(to: leave)
    }

    private static func save(_ a: inout Assembler) {
        for register in volatile { a.op(.push, .qword, .gpr(register)) }
        a.arithmetic(5, .qword, .gpr(.rsp), 8)
    }

    private static func restore(_ a: inout Assembler) {
        a.arithmetic(0, .qword, .gpr(.rsp), 8)
        for register in volatile.reversed() { a.op(.pop, .qword, .gpr(register)) }
    }

    private static func call(_ a: inout Assembler, _ function: UInt64) {
        a.move(.rax, function)
        a.op(.callM, .qword, .gpr(.rax))
    }

    private static func access(_ a: inout Assembler, _ layout: NativeLayout, _ function: UInt64) -> UInt64 {
        let start = place(&a)
        save(&a)
        a.op(.lea, .qword, .rdi, Fixed.cell(layout.context))
        a.op(.movMR, .qword, .rcx, .gpr(.rsi))
        a.op(.movMR, .dword, .rdx, .gpr(.rcx))
        a.op(.shrI, .dword, .gpr(.rcx), 8)
        a.op(.movzx8, .dword, .rdx, .gpr(.rdx))
        call(&a, function)
        // The TLB may have grown.
        a.op(.movRM, .qword, Fixed.tlb, Fixed.cell(layout.tlbEntries))
        restore(&a)
        a.op(.testMR, .qword, .rax, .rax)
        a.op(.ret)
        return start
    }

    private static func emitEvaluate(_ a: inout Assembler, _ layout: NativeLayout) {
        save(&a)
        a.op(.movMR, .qword, .rax, .gpr(.rdi))
        a.op(.movMR, .qword, .rcx, .gpr(.rsi))
        a.op(.movRM, .qword, .rcx, Fixed.cell(layout.slowValue))
        call(&a, Fallback.evaluate)
        restore(&a)
        a.op(.ret)
    }

    private static func emitSnippet(_ a: inout Assembler, _ layout: NativeLayout) {
        save(&a)
        a.op(.lea, .qword, .rdi, .at(Fixed.frame, -Fixed.bias))
        a.op(.movMR, .qword, .rax, .gpr(.rsi))
        a.op(.lea, .qword, .rdx, Fixed.cell(layout.context))
        a.op(.movMR, .qword, Fixed.tlb, .gpr(.rcx))
        a.op(.callM, .qword, .at(.rax))
        a.op(.movRM, .qword, Fixed.tlb, Fixed.cell(layout.tlbEntries))
        restore(&a)
        a.arithmetic(7, .dword, .gpr(.rax), Int32(bitPattern: layout.reasons.step))
        a.op(.ret)
    }

    private static func emitLanes(_ a: inout Assembler) {
        save(&a)
        a.op(.movMR, .qword, .rax, .gpr(.rdi))
        a.op(.lea, .qword, .rsi, .at(Fixed.frame, -Fixed.bias))
        call(&a, Fallback.lanes)
        restore(&a)
        a.op(.ret)
    }

    private static func emitHelper(_ a: inout Assembler, _ layout: NativeLayout) {
        save(&a)
        a.op(.lea, .qword, .rdi, Fixed.cell(layout.context))
        a.op(.movMR, .qword, .rax, .gpr(.rsi))
        a.op(.movMR, .qword, .rcx, .gpr(.r9))
        a.op(.movRM, .qword, .rdx, Fixed.cell(layout.slowOperand))
        a.op(.movRM, .qword, .rcx, Fixed.cell(layout.slowOperandHigh))
        a.op(.movRM, .qword, .r8, Fixed.cell(layout.slowValueHigh))
        call(&a, layout.helper)
        a.op(.movRM, .qword, Fixed.tlb, Fixed.cell(layout.tlbEntries))
        restore(&a)
        a.op(.testMR, .qword, .rax, .rax)
        a.op(.ret)
    }
}
