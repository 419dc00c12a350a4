import IR

/// The walk from first to last operation.
///
/// It copies the block into `output`, operation by operation. Each operand is first replaced by the output value that
/// the operand became; then the operation may turn out to be a value that exists already (a constant, an operand, an
/// earlier result), in which case nothing is appended; or it is appended, possibly as another, cheaper operation.
/// Invariants: `map[i]` is the output value of input operation i for all i already walked; `output` is well-formed.
struct ForwardSweep: ~Copyable {
    /// The block being built.
    var output = ScratchArray<Instruction>(capacity: 4096)
    /// The operation at hand, operands renamed. Rules change it in place.
    var op = Instruction(.clearExclusive, .none)
    /// What each input value became.
    private var map = ValueMap()
    var steps: ForwardSteps = .all

    /// See `ForwardSweep+State.swift`.
    var cells: ScratchArray<Cell>
    var epoch: UInt32 = 1
    /// See `ForwardSweep+Numbering.swift`.
    var numbers: ScratchArray<UInt32>
    /// The environment that sticky operations have used, and where in the output its content was last unknown.
    var environmentSlot = UInt64.max
    var environmentStart = 0
    /// See `ForwardSweep+Fences.swift`.
    var pendingFence: Int = -1
    /// The last guard passed: these bits of this value are clear from here on.
    var guarded: (value: Value, mask: UInt64) = (.none, 0)

    private let facts: ScratchArray<OperationFacts> = OperationFacts.table()

    init(stateCells: Int) {
        cells = ScratchArray(repeating: Cell(), count: stateCells)
        numbers = ScratchArray(repeating: 0, count: Self.numberCount)
    }

    mutating func run(_ block: inout ScratchArray<Instruction>, _ steps: ForwardSteps) {
        self.steps = steps
        output.removeAll()
        forgetState()
        pendingFence = -1
        guarded = (.none, 0)
        environmentSlot = .max
        let usesRules = steps.contains(.rules)
        // Local for the time of the loop, so that their addresses stay in registers.
        var operations = block.take()
        var map = map.take()
        map.reset()
        for index in 0..<operations.count {
            var words = InstructionWords(operations[index])
            words.rename(map)
            words.store(to: &op)
            map.append(usesRules ? place() : placeWithoutRules())
        }
        swap(&block, &operations)
        self.map = map
        swap(&block, &output)
    }

    /// Brings `op` into the output: applies rules until none does; returns the value it became.
    @inline(__always)
    private mutating func place() -> Value {
        // The bound is never reached while the rules keep their laws; breaking them must not hang a vCPU.
        for _ in 0..<16 {
            switch reduce() {
            case .value(let value): return value
            case .stays: return steps.contains(.numbering) ? number() : append(op)
            case .changed: continue
            }
        }
        return append(op)
    }

    /// As `place`, for a walk whose steps leave the rules out.
    @inline(never)
    private mutating func placeWithoutRules() -> Value {
        switch facts[op.opcode.number].kind {
        case .pure: steps.contains(.numbering) ? number() : append(op)
        case .getState: readState()
        case .setState: writeState()
        case .fence: placeFence()
        case .guardClear: placeGuard()
        case .memory: placeAtomic()
        case .helper: placeHelper()
        case .sticky: placeSticky()
        case .marker, .terminator: append(op)
        }
    }

    @inline(__always)
    mutating func append(_ instruction: Instruction) -> Value { Value(output.append(instruction)) }

    /// The value of another pure operation than `op`, made by a rule or by forwarding.
    mutating func define(_ instruction: Instruction) -> Value {
        let saved = op
        op = instruction
        let value = steps.contains(.rules) ? place() : placeWithoutRules()
        op = saved
        return value
    }

    /// A load or store.
    mutating func placeAccess() -> Value {
        pendingFence = -1
        foldAddress()
        return append(op)
    }

    mutating func placeAtomic() -> Value {
        pendingFence = -1
        return append(op)
    }

    /// Helpers may change state and memory behind the block's back.
    mutating func placeHelper() -> Value {
        if op.writesState { forgetState() }
        if !op.helperEffects.isDisjoint(with: [.acts, .mayFault]) { pendingFence = -1 }
        return append(op)
    }
}
