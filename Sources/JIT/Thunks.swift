import IR
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
    /// Leaves to look up the guest pc in rcx with the translation flags in rdx, entry mode included.
    var lookup: UInt64 = 0
    /// A return to the guest pc in rcx that is not the one expected: forgets those that are, and goes through the jump cache.
    var returnMiss: UInt64 = 0
    /// Goes on behind the entry of an invalid region; rcx the block's threaded code.
    var invalid: UInt64 = 0
    /// Calls of what is no native code. They keep all general registers but rax, rcx, rdx; the guest's exceptions in MXCSR
    /// go to its environment before, and its rounding mode is in MXCSR again after.
    struct Calls {
        /// address rcx, size and attributes (from bit 8) edx: calls the engine; flags of the status.
        var load: UInt64 = 0
        var store: UInt64 = 0
        /// threaded code rax, one operation and a step: runs it; the flags tell whether it came to the step.
        var snippet: UInt64 = 0
        /// record rax.
        var lanes: UInt64 = 0
        /// record rax, operands rcx, rdx, context.slowValue: result rax.
        var evaluate: UInt64 = 0
        /// number rax, pc rcx, operands context.slowOperand, slowOperandHigh and slowValueHigh: outcome eax and its flags.
        var helper: UInt64 = 0

        var names: [(name: String, address: UInt64)] {
            [
                ("load", load), ("store", store), ("snippet", snippet), ("lanes", lanes), ("evaluate", evaluate),
                ("helper", helper),
            ]
        }
    }
    var calls = Calls()
    /// The same for code that has values in vector registers.
    var keepingVectors = Calls()
    /// Moves the exceptions in MXCSR to the guest's environment; keeps all registers.
    var gatherExceptions: UInt64 = 0
    /// Makes MXCSR what the guest's environment wants, without exceptions; keeps all registers.
    var adoptEnvironment: UInt64 = 0
    /// Makes the guest's flags of the host's where they are stored in that form; keeps all registers.
    var settleFlags: UInt64 = 0
    /// The guest's flags, which are in their cell, in the form of the host's in eax; keeps all other registers.
    var readFlags: UInt64 = 0
    /// Where guest addresses are host addresses: the address in rcx without its tag in rax, and the flag Z if it had one and is
    /// the guest's now.
    var untag: UInt64 = 0
}

extension Thunks {
    /// Where each begins.
    var names: [(name: String, address: UInt64)] {
        [
            ("enter", enter), ("leave", leave), ("lookup", lookup), ("returnMiss", returnMiss), ("invalid", invalid),
            ("gatherExceptions", gatherExceptions), ("adoptEnvironment", adoptEnvironment),
            ("settleFlags", settleFlags), ("readFlags", readFlags), ("untag", untag),
        ] + calls.names + keepingVectors.names.map { ("\($0.name)KeepingVectors", $0.address) }
    }

    /// Calls of which native code expects the return, at most.
    private static let returnDepth: Int32 = 256
    private static let saved: [GPR] = [.rbx, .rbp, .r12, .r13, .r14, .r15]
    private static let volatile: [GPR] = [.rsi, .rdi, .r8, .r9, .r10, .r11]

    init(_ a: inout Assembler, _ layout: NativeLayout) {
        let unexpected = a.label()
        enter = Self.place(&a)
        Self.emitEnter(&a, layout, unexpected)
        lookup = Self.place(&a)
        if let count = layout.count(.cacheMisses) { a.arithmetic(0, .qword, count, 1) }
        a.op(.movMR, .qword, .rcx, Fixed.cell(layout.nextPC))
        a.op(.movI, .qword, Fixed.cell(layout.exitSite), 0)
        a.move(.rax, EntryMode.mask)
        a.op(.andRM, .qword, .rax, .gpr(.rdx))
        a.op(.movMR, .qword, .rax, Fixed.cell(layout.nextEntry))
        a.move(.rax, UInt64(layout.reasons.lookup))
        leave = a.address
        Self.emitLeave(&a, layout)
        returnMiss = Self.place(&a)
        a.bind(unexpected)
        emitReturnMiss(&a, layout)
        invalid = Self.place(&a)
        emitInvalid(&a, layout)
        calls.load = Self.access(&a, layout, layout.load)
        calls.store = Self.access(&a, layout, layout.store)
        calls.snippet = Self.place(&a)
        Self.emitSnippet(&a, layout)
        calls.lanes = Self.place(&a)
        Self.emitLanes(&a, layout)
        calls.evaluate = Self.place(&a)
        Self.emitEvaluate(&a, layout)
        calls.helper = Self.place(&a)
        Self.noteReturns(&a, layout)
        let helper = a.address
        Self.emitHelper(&a, layout)
        keepingVectors.load = Self.keepingVectors(&a, calls.load)
        keepingVectors.store = Self.keepingVectors(&a, calls.store)
        keepingVectors.snippet = Self.keepingVectors(&a, calls.snippet)
        keepingVectors.lanes = Self.keepingVectors(&a, calls.lanes)
        keepingVectors.evaluate = Self.keepingVectors(&a, calls.evaluate)
        keepingVectors.helper = Self.keepingVectors(&a, helper) { Self.noteReturns(&$0, layout) }
        gatherExceptions = Self.keepingScratch(&a) {
            Self.leaveEnvironment(&$0, layout)
            Self.enterEnvironment(&$0, layout)
        }
        adoptEnvironment = Self.keepingScratch(&a) { Self.enterEnvironment(&$0, layout) }
        settleFlags = Self.keepingScratch(&a) { Self.settleFlags(&$0, layout) }
        readFlags = Self.keepingScratch(&a) { Self.readFlags(&$0, layout) }
        untag = Self.place(&a)
        Self.emitUntag(&a, layout)
    }

    /// `function` with the vector registers around it kept. No instruction here touches the flags that it returns.
    private static func keepingVectors(
        _ a: inout Assembler, _ function: UInt64, first: (inout Assembler) -> Void = { _ in }
    ) -> UInt64 {
        let start = place(&a)
        first(&a)
        let bytes = Int32(16 * VectorRegister.allCases.count)
        a.op(.lea, .qword, .rsp, .at(.rsp, -bytes))
        for (number, register) in VectorRegister.allCases.enumerated() {
            a.op(VectorMove.movupsMR, reg: register.rawValue, .at(.rsp, Int32(16 * number)))
        }
        a.call(to: function)
        for (number, register) in VectorRegister.allCases.enumerated() {
            a.op(VectorMove.movupsRM, reg: register.rawValue, .at(.rsp, Int32(16 * number)))
        }
        a.op(.lea, .qword, .rsp, .at(.rsp, bytes))
        a.op(.ret)
        return start
    }

    // MARK: The floating-point environment

    private static func keepingScratch(_ a: inout Assembler, _ body: (inout Assembler) -> Void) -> UInt64 {
        let start = place(&a)
        for register in [GPR.r8, .r9, .r10] { a.op(.push, .qword, .gpr(register)) }
        body(&a)
        for register in [GPR.r10, .r9, .r8] { a.op(.pop, .qword, .gpr(register)) }
        a.op(.ret)
        return start
    }

    /// The guest's rounding mode, and no exceptions yet. Changes r8, r9 and the flags.
    private static func enterEnvironment(_ a: inout Assembler, _ layout: NativeLayout) {
        guard let environment = layout.floatEnvironment else { return }
        a.op(.movRM, .dword, .r8, Fixed.cell(environment))
        a.arithmetic(4, .dword, .gpr(.r8), 3)
        a.op(.lea, .qword, .r9, Fixed.cell(layout.constants.roundingControls))
        a.op(.ldmxcsr, .dword, .at(.r9, index: .r8, shift: 2))
    }

    /// What MXCSR has gathered goes to the guest's status; the host's code rounds to nearest. Changes r8, r9, r10.
    private static func leaveEnvironment(_ a: inout Assembler, _ layout: NativeLayout) {
        guard let environment = layout.floatEnvironment else { return }
        let done = a.label()
        a.op(.stmxcsr, .dword, Fixed.cell(layout.floatControl))
        a.op(.movRM, .dword, .r8, Fixed.cell(layout.floatControl))
        // Exceptions but that of subnormal operands, which Arm reports only when it flushes; rounding.
        a.op(.testI, .dword, .gpr(.r8), 0x603d)
        a.jump(.e, done)
        // Invalid stays where it is; the others are one place lower.
        a.op(.movMR, .dword, .r8, .gpr(.r9))
        a.op(.shrI, .dword, .gpr(.r9), 1)
        a.arithmetic(4, .dword, .gpr(.r9), 0x1e)
        a.arithmetic(4, .dword, .gpr(.r8), 1)
        a.op(.orRM, .dword, .r9, .gpr(.r8))
        a.op(.orMR, .dword, .r9, Fixed.cell(environment + 4))
        a.op(.ldmxcsr, .dword, Fixed.cell(layout.constants.roundingControls))
        a.bind(done)
    }

    /// Changes r8, r9 and the host's flags.
    private static func settleFlags(_ a: inout Assembler, _ layout: NativeLayout) {
        guard let cell = layout.conditionFlags else { return }
        let done = a.label()
        a.op(.movzx16, .dword, .r8, Fixed.cell(layout.hostFlags))
        a.op(.testMR, .dword, .r8, .r8)
        a.jump(.e, done)
        a.op(.movI, .word, Fixed.cell(layout.hostFlags), 0)
        // The carry of a subtraction is the host's borrow.
        a.arithmetic(6, .dword, .gpr(.r8), 0x100)
        a.op(.movMR, .byte, .r8, Fixed.cell(cell + 3))
        for (byte, bit) in [(Int32(0), Int64(15)), (1, 14), (2, 8)] {
            a.op(.movMR, .dword, .r8, .gpr(.r9))
            a.op(.shrI, .dword, .gpr(.r9), bit)
            a.arithmetic(4, .dword, .gpr(.r9), 1)
            a.op(.movMR, .byte, .r9, Fixed.cell(cell + byte))
        }
        a.bind(done)
    }

    /// Changes eax, r8 and the host's flags.
    private static func readFlags(_ a: inout Assembler, _ layout: NativeLayout) {
        guard let cell = layout.conditionFlags else { return }
        a.op(.movzx8, .dword, .rax, Fixed.cell(cell + 3))
        for (byte, bit) in [(Int32(0), Int64(15)), (1, 14), (2, 8)] {
            a.op(.movzx8, .dword, .r8, Fixed.cell(cell + byte))
            a.op(.shlI, .dword, .gpr(.r8), bit)
            a.op(.orRM, .dword, .rax, .gpr(.r8))
        }
        a.arithmetic(6, .dword, .gpr(.rax), 0x100)
    }

    static func place(_ a: inout Assembler) -> UInt64 {
        a.align(16)
        return a.address
    }

    /// As a handler: frame rdi, cursor rsi, context rdx, TLB rcx.
    private static func emitEnter(_ a: inout Assembler, _ layout: NativeLayout, _ unexpected: Assembler.Label) {
        for register in saved { a.op(.push, .qword, .gpr(register)) }
        // What a return finds that no call of native code expects.
        a.address(of: unexpected, into: .rax)
        a.op(.push, .qword, .gpr(.rax))
        a.op(.lea, .qword, Fixed.frame, .at(.rdi, Fixed.bias))
        a.op(.movMR, .qword, .rsp, Fixed.cell(layout.returnBase))
        a.op(.lea, .qword, .rax, .at(.rsp, -returnDepth * 8))
        a.op(.movMR, .qword, .rax, Fixed.cell(layout.returnLimit))
        a.op(.movMR, .qword, .rcx, .gpr(Fixed.tlb))
        a.op(.xorMR, .dword, Fixed.counter, .gpr(Fixed.counter))
        enterEnvironment(&a, layout)
        if let count = layout.count(.enters) { a.arithmetic(0, .qword, count, 1) }
        a.op(.jmpM, .qword, .at(.rsi, layout.headerNative))
    }

    private static func emitLeave(_ a: inout Assembler, _ layout: NativeLayout) {
        leaveEnvironment(&a, layout)
        settleFlags(&a, layout)
        a.op(.addMR, .qword, Fixed.counter, Fixed.cell(layout.guestInstructions))
        a.op(.movRM, .qword, .rsp, Fixed.cell(layout.returnBase))
        a.arithmetic(0, .qword, .gpr(.rsp), 8)
        for register in saved.reversed() { a.op(.pop, .qword, .gpr(register)) }
        a.op(.ret)
    }

    private func emitReturnMiss(_ a: inout Assembler, _ layout: NativeLayout) {
        for count in [NativeCount.returnMisses, .cachedJumps] {
            if let count = layout.count(count) { a.arithmetic(0, .qword, count, 1) }
        }
        let pending = a.label()
        a.op(.movRM, .qword, .rsp, Fixed.cell(layout.returnBase))
        a.arithmetic(7, .dword, Fixed.cell(layout.pending), 0)
        a.jump(.ne, pending)
        let native = a.findInCache(layout, self, rotates: false)
        a.op(.jmpM, .qword, native)
        a.bind(pending)
        a.op(.movMR, .qword, .rcx, Fixed.cell(layout.nextPC))
        a.move(.rax, UInt64(layout.reasons.poll))
        a.jump(to: leave)
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

    private static func save(_ a: inout Assembler, _ layout: NativeLayout) {
        for register in volatile { a.op(.push, .qword, .gpr(register)) }
        // The guest's calls are eight bytes each.
        a.op(.movMR, .qword, .rsp, .gpr(.r11))
        a.arithmetic(4, .qword, .gpr(.rsp), -16)
        for _ in 0..<2 { a.op(.push, .qword, .gpr(.r11)) }
        leaveEnvironment(&a, layout)
    }

    private static func restore(_ a: inout Assembler, _ layout: NativeLayout) {
        enterEnvironment(&a, layout)
        a.op(.pop, .qword, .gpr(.rsp))
        for register in volatile.reversed() { a.op(.pop, .qword, .gpr(register)) }
    }

    private static func call(_ a: inout Assembler, _ function: UInt64) {
        a.move(.rax, function)
        a.op(.callM, .qword, .gpr(.rax))
    }

    private static func access(_ a: inout Assembler, _ layout: NativeLayout, _ function: UInt64) -> UInt64 {
        let start = place(&a)
        save(&a, layout)
        if let count = layout.count(.slowAccesses) { a.arithmetic(0, .qword, count, 1) }
        a.op(.lea, .qword, .rdi, Fixed.cell(layout.context))
        a.op(.movMR, .qword, .rcx, .gpr(.rsi))
        a.op(.movMR, .dword, .rdx, .gpr(.rcx))
        a.op(.shrI, .dword, .gpr(.rcx), 8)
        a.op(.movzx8, .dword, .rdx, .gpr(.rdx))
        call(&a, function)
        // The TLB may have grown.
        a.op(.movRM, .qword, Fixed.tlb, Fixed.cell(layout.tlbEntries))
        restore(&a, layout)
        a.op(.testMR, .qword, .rax, .rax)
        a.op(.ret)
        return start
    }

    private static func emitEvaluate(_ a: inout Assembler, _ layout: NativeLayout) {
        save(&a, layout)
        a.op(.movMR, .qword, .rax, .gpr(.rdi))
        a.op(.movMR, .qword, .rcx, .gpr(.rsi))
        a.op(.movRM, .qword, .rcx, Fixed.cell(layout.slowValue))
        call(&a, Fallback.evaluate)
        restore(&a, layout)
        a.op(.ret)
    }

    private static func emitSnippet(_ a: inout Assembler, _ layout: NativeLayout) {
        save(&a, layout)
        if let count = layout.count(.slowAccesses) { a.arithmetic(0, .qword, count, 1) }
        a.op(.lea, .qword, .rdi, .at(Fixed.frame, -Fixed.bias))
        a.op(.movMR, .qword, .rax, .gpr(.rsi))
        a.op(.lea, .qword, .rdx, Fixed.cell(layout.context))
        a.op(.movMR, .qword, Fixed.tlb, .gpr(.rcx))
        a.op(.callM, .qword, .at(.rax))
        a.op(.movRM, .qword, Fixed.tlb, Fixed.cell(layout.tlbEntries))
        restore(&a, layout)
        a.arithmetic(7, .dword, .gpr(.rax), Int32(bitPattern: layout.reasons.step))
        a.op(.ret)
    }

    private static func emitLanes(_ a: inout Assembler, _ layout: NativeLayout) {
        save(&a, layout)
        a.op(.movMR, .qword, .rax, .gpr(.rdi))
        a.op(.lea, .qword, .rsi, .at(Fixed.frame, -Fixed.bias))
        call(&a, Fallback.lanes)
        restore(&a, layout)
        a.op(.ret)
    }

    /// Where the expected returns end. First thing in a thunk.
    private static func noteReturns(_ a: inout Assembler, _ layout: NativeLayout) {
        a.op(.movMR, .qword, .rsp, Fixed.cell(layout.returnTop))
    }

    private static func emitHelper(_ a: inout Assembler, _ layout: NativeLayout) {
        save(&a, layout)
        // It may look at all state, and change it.
        settleFlags(&a, layout)
        a.op(.lea, .qword, .rdi, Fixed.cell(layout.context))
        a.op(.movMR, .qword, .rax, .gpr(.rsi))
        a.op(.movMR, .qword, .rcx, .gpr(.r9))
        a.op(.movRM, .qword, .rdx, Fixed.cell(layout.slowOperand))
        a.op(.movRM, .qword, .rcx, Fixed.cell(layout.slowOperandHigh))
        a.op(.movRM, .qword, .r8, Fixed.cell(layout.slowValueHigh))
        call(&a, layout.helper)
        a.op(.movI, .qword, Fixed.cell(layout.returnTop), 0)
        a.op(.movRM, .qword, Fixed.tlb, Fixed.cell(layout.tlbEntries))
        restore(&a, layout)
        a.op(.testMR, .qword, .rax, .rax)
        a.op(.ret)
    }
}

extension Assembler {
    /// Looks in the jump cache for the block at the guest pc in rcx, entered in mode `entry`; where it is not there goes on
    /// at `missed`, or leaves to look it up. Where its native code's address is.
    mutating func findInCache(
        _ layout: NativeLayout, _ thunks: Thunks, entry: UInt64 = 0, rotates: Bool, missed: Label? = nil
    ) -> Operand {
        if rotates {
            // What comes round at the top is masked away.
            op(.rorx, .qword, .rax, .gpr(.rcx), 11)
        } else {
            op(.movMR, .qword, .rcx, .gpr(.rax))
            op(.shrI, .qword, .gpr(.rax), 11)
        }
        op(.xorRM, .dword, .rax, .rcx)
        arithmetic(4, .dword, .gpr(.rax), NativeLayout.Line.mask)
        // Each entry mode has lines of its own.
        if entry != 0 { arithmetic(6, .dword, .gpr(.rax), Int32(truncatingIfNeeded: (entry >> EntryMode.shift) << 2)) }
        return compareLine(layout, thunks, entry: entry, missed) {
            .at(Fixed.frame, index: .rax, shift: 3, layout.jumpCache - Fixed.bias + $0)
        }
    }

    /// The same for the guest pc `target` in rcx.
    mutating func findInCache(_ target: UInt64, _ layout: NativeLayout, _ thunks: Thunks) -> Operand {
        let line = layout.jumpCache + NativeLayout.Line.offset(target)
        return compareLine(layout, thunks, entry: 0, nil) { Fixed.cell(line + $0) }
    }

    private mutating func compareLine(
        _ layout: NativeLayout, _ thunks: Thunks, entry: UInt64, _ missed: Label?, _ part: (Int32) -> Operand
    ) -> Operand {
        func miss() {
            if let missed { jump(.ne, missed) } else { jump(.ne, to: thunks.lookup) }
        }
        if entry != 0 { move(.rdx, entry) }
        op(entry == 0 ? .movRM : .orRM, .qword, .rdx, Fixed.cell(layout.flags))
        op(.cmpMR, .qword, .rcx, part(NativeLayout.Line.pc))
        miss()
        op(.cmpMR, .qword, .rdx, part(NativeLayout.Line.flags))
        miss()
        return part(NativeLayout.Line.native)
    }
}
