import IR

/// The facts of `Opcode.info` that the passes ask for at every operation, packed into a byte of a table: the walk has a
/// few nanoseconds for each.
struct OperationFacts: BitwiseCopyable {
    /// How the forward walk treats an operation.
    enum Kind: UInt8, BitwiseCopyable {
        case pure, memory, fence, guardClear, marker, terminator
        // The special ones, see `isSpecial`.
        case getState, setState, helper, sticky
    }

    let kind: Kind
    /// 1 if it stays even if nobody uses its result.
    let isAlwaysNeeded: UInt8
    /// 1 if it may leave the block, where every state slot must be exact.
    let exposesState: UInt8
    /// Whether it is needed depends on more than its use.
    var isSpecial: Bool { kind.rawValue >= Kind.getState.rawValue }

    init(_ opcode: Opcode) {
        let info = opcode.info
        isAlwaysNeeded = info.flags.contains(.sideEffect) ? 1 : 0
        exposesState = info.flags.isDisjoint(with: [.mayFault, .endsBlock]) ? 0 : 1
        switch info.shape {
        case .floatCompare: kind = .sticky
        case .lanes: kind = info.flags.contains(.sideEffect) ? .sticky : .pure
        case .getState: kind = .getState
        case .setState: kind = .setState
        case .load, .store, .loadPair, .storePair, .storeConditional, .compareAndSwap, .readModifyWrite, .nullary,
            .abandon:
            kind = .memory
        case .fence: kind = .fence
        case .guardClear: kind = .guardClear
        case .helper: kind = .helper
        case .guestInstruction: kind = .marker
        case .jump, .branch, .jumpIndirect, .raise, .exit: kind = .terminator
        case .constant, .convert, .binary, .unary, .bitField, .bitFieldInsert, .extractPair, .carry, .crc, .compare,
            .select, .flagsBinary, .flagsCarry, .flagsUnary, .condition, .flagsConvert, .pair, .half,
            .extractLane, .insertLane, .splat:
            kind = .pure
        }
    }

    static func table() -> ScratchArray<OperationFacts> {
        var table = ScratchArray<OperationFacts>(capacity: Opcode.allCases.count + 1)
        for opcode in Opcode.allCases { table.append(OperationFacts(opcode)) }
        return table
    }
}

extension Opcode {
    /// The raw value without a call into another module.
    @inline(__always)
    var number: Int { Int(unsafe unsafeBitCast(self, to: UInt8.self)) }
}

extension ValueType {
    /// The raw value without a call into another module.
    @inline(__always)
    var number: UInt8 { unsafe unsafeBitCast(self, to: UInt8.self) }
}
