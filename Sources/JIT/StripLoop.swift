import IR
import X64

/// A block that jumps to itself and whose accesses all move through memory at constant steps: copied, cleared, summed arrays.
///
/// Problem: each access asks the software TLB for a page that the turn before has found already. Idea (strip mining): ask
/// once, and find out how many turns stay within the pages found. Those turns, a *strip*, run a second body of the loop,
/// which makes its accesses through host addresses found before and neither probes nor polls. The first body, the
/// *ordinary* one, runs the turns between two strips: those across the end of a page, those that miss, and the first few of each
/// entry, for a loop that ends soon is not worth a strip. A strip never leaves for the engine in its middle, so no page
/// changes for it: a vCPU that invalidates one waits until this one polls, `mostTurns` away at most.
struct StripLoop {
    /// Position of the block among the region's.
    let node: Int
    var streams: [Stream] = []
    /// By operation of the block: how an access finds its memory.
    var accesses: [Access?]
    /// Cells: turns of the ordinary body that are left before a strip is tried; the count of guest instructions at which it ends.
    var gate: Int32 = 0
    var limit: Int32 = 0
    /// Where the ordinary body goes for its next turn, and where it begins one.
    var next: Assembler.Label
    var ordinary: Assembler.Label
    /// The code that prepares a strip, and its body.
    var head: Assembler.Label
    var body: Assembler.Label
    var flags: LoopFlags?
    /// The first cell that is free for the body.
    var temporaries: Int32 = 0

    /// Accesses whose addresses are the same sum of registers, but for constants near to each other.
    struct Stream {
        let terms: [LinearForm.Term]
        /// Those of them that no turn changes, and what a turn adds to the others.
        let fixed: [LinearForm.Term]
        let stride: Int64
        /// The constant of its first access; the bytes of all accesses, from there.
        let origin: Int64
        var low: Int64
        var high: Int64
        var writes: Bool
        /// Host minus guest address of the page; and that plus the fixed terms and `origin`.
        var distance: Pointer?
        var base: Pointer?
    }

    /// What a strip's accesses add to a register of the guest: in a host register, or a cell.
    struct Pointer {
        var cell: Int32
        var register: GPR?
    }

    /// How an access of a strip finds its memory.
    enum Access {
        /// By its own address and the stream's distance.
        case distance(stream: Int)
        /// From the stream's base, by an index, where there is one.
        case base(stream: Int, index: Value?, shift: UInt8, offset: Int32)
    }

    /// Turns of the ordinary body before the first strip, and after one that could not be.
    static let turnsBefore: Int64 = 2
    static let turnsAfterMiss: Int64 = 1
    /// The most turns of a strip, and the fewest that are worth one. Both count the first apart.
    static let mostTurns: UInt64 = 255
    static let fewestTurns: Int32 = 3
    /// The most guest instructions of a strip.
    static let mostInstructions = 4096
    /// More, and a page has too few turns.
    static let longestStride: Int64 = 512
    static let mostStreams = 6
    /// Registers that must be left for values of the block.
    static let registersLeft = 3
}

/// A sum of general registers, as they are at a block's start, each shifted left, and of a constant; modulo 2^64.
struct LinearForm: Equatable {
    struct Term: Equatable {
        /// The register's cell.
        let cell: Int32
        let shift: UInt8
    }
    /// Sorted by cell; two at most.
    var terms: [Term] = []
    var constant: Int64 = 0

    static func + (a: LinearForm, b: LinearForm) -> LinearForm? {
        let terms = (a.terms + b.terms).sorted { $0.cell < $1.cell }
        guard terms.count <= 2, terms.count < 2 || terms[0].cell != terms[1].cell else { return nil }
        return LinearForm(terms: terms, constant: a.constant &+ b.constant)
    }

    func shifted(by amount: UInt64) -> LinearForm? {
        guard amount <= 3, terms.allSatisfy({ $0.shift == 0 }), terms.count < 2 else { return nil }
        return LinearForm(
            terms: terms.map { Term(cell: $0.cell, shift: UInt8(amount)) }, constant: constant &<< Int64(amount))
    }
}

/// The values of a block as sums of the registers at its start, and what a turn adds to each register.
struct LinearForms {
    private var values: [LinearForm?]
    private var cells: [Int32: LinearForm?] = [:]

    init(_ block: borrowing Block) {
        values = Array(repeating: nil, count: block.instructions.count)
        for index in block.instructions.indices { values[index] = form(block.instructions[index], block) }
    }

    subscript(value: Value) -> LinearForm? { value.isNone ? nil : values[value.int] }

    private mutating func form(_ instruction: Instruction, _ block: borrowing Block) -> LinearForm? {
        let cell = Int32(truncatingIfNeeded: instruction.imm)
        if instruction.opcode == .setState {
            // Part of a cell changes all of it; a register of 128 bits has two.
            cells.updateValue(instruction.type == .i64 ? self[instruction.a] : nil, forKey: cell & ~7)
            if instruction.type == .i128 { cells.updateValue(nil, forKey: cell + 8) }
            return nil
        }
        guard instruction.type == .i64 else { return nil }
        switch instruction.opcode {
        case .constant: return LinearForm(constant: Int64(bitPattern: instruction.imm))
        case .getState: return cells[cell] ?? LinearForm(terms: [.init(cell: cell, shift: 0)])
        case .add: return self[instruction.a].flatMap { a in self[instruction.b].flatMap { a + $0 } }
        case .sub:
            guard let a = self[instruction.a], let b = self[instruction.b], b.terms.isEmpty else { return nil }
            return LinearForm(terms: a.terms, constant: a.constant &- b.constant)
        case .shiftLeft:
            guard let b = self[instruction.b], b.terms.isEmpty else { return nil }
            return self[instruction.a]?.shifted(by: UInt64(bitPattern: b.constant))
        default: return nil
        }
    }

    /// What the block adds to the register at `cell`; nil where it does something else with it.
    func step(_ cell: Int32) -> Int64? {
        guard let last = cells[cell] else { return 0 }
        guard let last, last.terms == [.init(cell: cell, shift: 0)] else { return nil }
        return last.constant
    }

    /// What a turn adds to a sum of `terms`.
    func stride(_ terms: [LinearForm.Term]) -> Int64? {
        var sum: Int64 = 0
        for term in terms {
            guard let step = step(term.cell) else { return nil }
            sum &+= step &<< Int64(term.shift)
        }
        return sum
    }
}

extension NativeCompiler {
    /// For the block in work, planned: how to run it in strips; nil where that cannot be, or is not worth it.
    mutating func planStrips() -> StripLoop? {
        let node = region.nodes[nodeIndex]
        guard usesStrips, !isDirect, (node.taken == nodeIndex) != (node.other == nodeIndex),
            block.instructions.last?.opcode == .branch, block.instructions.allSatisfy({ $0.canBeInStrip })
        else { return nil }
        let forms = LinearForms(block)
        var loop = StripLoop(
            node: nodeIndex, accesses: Array(repeating: nil, count: block.instructions.count), next: asm.label(),
            ordinary: asm.label(), head: asm.label(), body: asm.label())
        for index in block.instructions.indices where block.instructions[index].isAccess {
            guard addAccess(index, forms, &loop) else { return nil }
        }
        guard !loop.streams.isEmpty else { return nil }
        givePlaces(&loop)
        return loop
    }

    /// Finds the stream of the access at `index`, or makes one; false where its step is not known.
    private func addAccess(_ index: Int, _ forms: LinearForms, _ loop: inout StripLoop) -> Bool {
        let access = block.instructions[index]
        guard var form = forms[access.a], let stride = forms.stride(form.terms),
            stride.magnitude <= StripLoop.longestStride
        else { return false }
        form.constant &+= Int64(bitPattern: access.imm)
        let isPair = access.opcode == .loadPair || access.opcode == .storePair
        let end = form.constant &+ Int64(access.type.bytes * (isPair ? 2 : 1))
        let writes = access.opcode == .store || access.opcode == .storePair
        let number = stream(form, end, &loop) ?? loop.streams.count
        if number == loop.streams.count {
            guard number < StripLoop.mostStreams else { return false }
            loop.streams.append(
                StripLoop.Stream(
                    terms: form.terms, fixed: form.terms.filter { forms.step($0.cell) == 0 }, stride: stride,
                    origin: form.constant, low: 0, high: 0, writes: false))
        }
        let origin = loop.streams[number].origin
        loop.streams[number].low = min(loop.streams[number].low, form.constant - origin)
        loop.streams[number].high = max(loop.streams[number].high, end - origin)
        loop.streams[number].writes = loop.streams[number].writes || writes
        loop.accesses[index] = way(index, form, number, origin, forms)
        return true
    }

    /// The stream that an access belongs to whose first byte is at `form`.
    private func stream(_ form: LinearForm, _ end: Int64, _ loop: inout StripLoop) -> Int? {
        loop.streams.firstIndex { stream in
            let low = form.constant.subtractingReportingOverflow(stream.origin)
            guard stream.terms == form.terms, !low.overflow, abs(low.partialValue) < Int64(SharedProbe.span) else {
                return false
            }
            return max(stream.high, end - stream.origin) - min(stream.low, low.partialValue) <= Int64(SharedProbe.span)
        }
    }

    /// From the stream's base where what is left is one register, whose value there is.
    private func way(
        _ index: Int, _ form: LinearForm, _ number: Int, _ origin: Int64, _ forms: LinearForms
    ) -> StripLoop.Access {
        let moving = form.terms.filter { forms.step($0.cell) != 0 }
        let distance = form.constant - origin
        guard let term = moving.first else {
            return .base(stream: number, index: nil, shift: 0, offset: Int32(truncatingIfNeeded: distance))
        }
        guard moving.count == 1, let (value, shift) = factor(term, index, forms), let own = forms[value] else {
            return .distance(stream: number)
        }
        guard let offset = Int32(exactly: distance &- own.constant &<< Int64(shift)) else {
            return .distance(stream: number)
        }
        return .base(stream: number, index: value, shift: shift, offset: offset)
    }

    /// The value among what the access's address is made of that is `term`'s register plus a constant, and its shift.
    private func factor(_ term: LinearForm.Term, _ index: Int, _ forms: LinearForms) -> (Value, UInt8)? {
        func isRegister(_ value: Value) -> Bool { forms[value]?.terms == [.init(cell: term.cell, shift: 0)] }
        let address = block.instructions[index].a
        guard isFolded(address, into: index) else { return isRegister(address) ? (address, 0) : nil }
        let sum = block[address]
        for part in [sum.a, sum.b] {
            if isFolded(part, into: address.int), let shift = constant(block[part].b) {
                if isRegister(block[part].a) { return (block[part].a, UInt8(truncatingIfNeeded: shift)) }
            } else if isRegister(part) {
                return (part, 0)
            }
        }
        return nil
    }

    /// Cells for what lives through the loop, and registers for its pointers as far as there are any.
    private mutating func givePlaces(_ loop: inout StripLoop) {
        loop.gate = temporary(8)
        loop.limit = temporary(8)
        // Pinned registers are the last of the pool.
        var free = Self.pool.dropLast(generalPins).dropFirst(StripLoop.registersLeft)
        for access in loop.accesses {
            switch access {
            case .distance(let number) where loop.streams[number].distance == nil:
                loop.streams[number].distance = pointer(free.popLast())
            case .base(let number, _, _, _) where loop.streams[number].base == nil:
                loop.streams[number].base = pointer(free.popLast())
            default: break
            }
        }
        loop.temporaries = nextTemporary
        loop.flags = loopFlags
    }

    private mutating func pointer(_ register: GPR?) -> StripLoop.Pointer {
        StripLoop.Pointer(cell: register == nil ? temporary(8) : 0, register: register)
    }
}

extension Instruction {
    fileprivate var isAccess: Bool {
        switch opcode {
        case .load, .store, .loadPair, .storePair: true
        default: false
        }
    }

    /// Whether the operation is pure, or an access that a hit of the TLB can do.
    fileprivate var canBeInStrip: Bool {
        if isAccess { return memory.isSimple }
        return opcode != .fence && !mayFault && !readsState && !writesState
    }
}
