/// What the rest of the system may know about an operation without executing it.
package struct OpInfo: Sendable {
    package let text: StaticString
    /// How many of the fields a, b, c are values.
    package let operands: Int
    package let shape: OpShape
    package let flags: OpFlags

    init(_ text: StaticString, _ operands: Int, _ shape: OpShape, _ flags: OpFlags = []) {
        self.text = text
        self.operands = operands
        self.shape = shape
        self.flags = flags
    }
}

/// How an operation's types hang together; the verifier checks them and the printer and parser know from it which
/// immediates and attributes to write. `T` is the instruction's `type`.
package enum OpShape: UInt8, Sendable {
    /// T = imm.
    case constant
    /// T = narrower or wider integer a.
    case convert
    /// T = T, T.
    case binary
    /// T = T.
    case unary
    /// T = T; imm the lowest bit, imm2 the width.
    case bitField
    /// T = T, T; imm the lowest bit, imm2 the width.
    case bitFieldInsert
    /// T = the T-wide window from bit imm of b:a (b is high).
    case extractPair
    /// T = T, T, i1.
    case carry
    /// i32 = i32, a value of type T whose bytes are fed in.
    case crc
    /// i1 = T, T; attribute the comparison.
    case compare
    /// T = i1 a ? b : c.
    case select
    /// flags = T, T.
    case flagsBinary
    /// flags = T, T, i1.
    case flagsCarry
    /// flags = T.
    case flagsUnary
    /// i1 = flags; attribute the condition.
    case condition
    /// T = a, conversion between i32 status word and flags.
    case flagsConvert
    /// i128 = i64 a (low), i64 b (high).
    case pair
    /// i64 = i128.
    case half
    /// i128 = i128 ...; attribute the `Lanes` and the `LaneOperation`, imm2 its parameter; imm the environment's slot.
    case lanes
    /// flags = i128, i128; attribute the `Lanes`, imm2 1 where quiet NaNs signal, imm the environment's slot.
    case floatCompare
    /// T = lane imm of i128 a.
    case extractLane
    /// i128 = i128 a with lane imm replaced by T b.
    case insertLane
    /// i128 = T a in all lanes; attribute the `Lanes`.
    case splat
    /// T = state[imm].
    case getState
    /// state[imm] = T a.
    case setState
    /// T = memory[i64 a + imm]; attribute the memory attributes.
    case load
    /// memory[i64 a + imm] = T b.
    case store
    /// i128 = T memory[i64 a + imm] and the T after it, each zero-extended to 64 bits; attribute the memory attributes, of
    /// each T. To other observers one access if both lie in 16 aligned bytes, otherwise two.
    case loadPair
    /// memory[i64 a + imm] = T b, the T after it = T c; as `loadPair`.
    case storePair
    /// i32 status = memory[a + imm], T b.
    case storeConditional
    /// T old = memory[a + imm], T expected b, T desired c.
    case compareAndSwap
    /// T old = memory[a + imm], T b; imm2 a `FetchOperation` where the operation needs one.
    case readModifyWrite
    /// attribute a `FenceBits`.
    case fence
    case nullary
    /// i1 a; imm the guest pc of the load-linked.
    case abandon
    /// T or nothing = helper number imm with up to three i64 arguments; attribute the `HelperEffects`.
    case helper
    /// imm the guest pc of the instruction that begins here.
    case guestInstruction
    /// raises exception kind `attribute` with payload imm2 unless T a & imm is 0.
    case guardClear
    /// imm the target pc; attribute a `BranchKind`; imm2 the return address of a call.
    case jump
    /// i1 a ? imm : imm2.
    case branch
    /// i64 a the target pc; attribute a `BranchKind`; imm2 the return address of a call.
    case jumpIndirect
    /// attribute the guest's exception kind, imm its payload.
    case raise
    /// attribute an `ExitKind`, imm the next pc.
    case exit
}

package struct OpFlags: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let commutative = OpFlags(rawValue: 1 << 0)
    /// May leave the block with a guest exception: the state slots must be exact before it.
    package static let mayFault = OpFlags(rawValue: 1 << 1)
    package static let endsBlock = OpFlags(rawValue: 1 << 2)
    /// Has an effect beyond its result: never removed, never moved across another one.
    package static let sideEffect = OpFlags(rawValue: 1 << 3)
    /// May write memory, so that a load after it may see something else.
    package static let writesMemory = OpFlags(rawValue: 1 << 4)
}

extension Opcode {
    package var info: OpInfo {
        switch self {
        case .constant: OpInfo("const", 0, .constant)
        case .zeroExtend: OpInfo("zext", 1, .convert)
        case .signExtend: OpInfo("sext", 1, .convert)
        case .truncate: OpInfo("trunc", 1, .convert)
        case .add: OpInfo("add", 2, .binary, .commutative)
        case .sub: OpInfo("sub", 2, .binary)
        case .mul: OpInfo("mul", 2, .binary, .commutative)
        case .mulHighUnsigned: OpInfo("umulh", 2, .binary, .commutative)
        case .mulHighSigned: OpInfo("smulh", 2, .binary, .commutative)
        case .divideUnsigned: OpInfo("udiv", 2, .binary)
        case .divideSigned: OpInfo("sdiv", 2, .binary)
        case .and: OpInfo("and", 2, .binary, .commutative)
        case .or: OpInfo("or", 2, .binary, .commutative)
        case .xor: OpInfo("xor", 2, .binary, .commutative)
        case .andNot: OpInfo("andn", 2, .binary)
        case .orNot: OpInfo("orn", 2, .binary)
        case .xorNot: OpInfo("xorn", 2, .binary, .commutative)
        case .shiftLeft: OpInfo("shl", 2, .binary)
        case .shiftRightLogical: OpInfo("lshr", 2, .binary)
        case .shiftRightArithmetic: OpInfo("ashr", 2, .binary)
        case .rotateRight: OpInfo("rotr", 2, .binary)
        case .not: OpInfo("not", 1, .unary)
        case .negate: OpInfo("neg", 1, .unary)
        case .countLeadingZeros: OpInfo("clz", 1, .unary)
        case .countLeadingSigns: OpInfo("cls", 1, .unary)
        case .populationCount: OpInfo("popcnt", 1, .unary)
        case .reverseBits: OpInfo("rbit", 1, .unary)
        case .byteSwap: OpInfo("bswap", 1, .unary)
        case .byteSwap16: OpInfo("bswap16", 1, .unary)
        case .byteSwap32: OpInfo("bswap32", 1, .unary)
        case .bitFieldExtract: OpInfo("ubfx", 1, .bitField)
        case .bitFieldExtractSigned: OpInfo("sbfx", 1, .bitField)
        case .bitFieldInsert: OpInfo("bfi", 2, .bitFieldInsert)
        case .extractPair: OpInfo("extr", 2, .extractPair)
        case .addWithCarry: OpInfo("adc", 3, .carry)
        case .crc32: OpInfo("crc32", 2, .crc)
        case .crc32c: OpInfo("crc32c", 2, .crc)
        case .compare: OpInfo("cmp", 2, .compare)
        case .select: OpInfo("select", 3, .select)
        case .addFlags: OpInfo("addflags", 2, .flagsBinary, .commutative)
        case .subFlags: OpInfo("subflags", 2, .flagsBinary)
        case .addWithCarryFlags: OpInfo("adcflags", 3, .flagsCarry)
        case .logicFlags: OpInfo("logicflags", 1, .flagsUnary)
        case .testCondition: OpInfo("test", 1, .condition)
        case .flagsFromWord: OpInfo("toflags", 1, .flagsConvert)
        case .flagsToWord: OpInfo("fromflags", 1, .flagsConvert)
        case .pair: OpInfo("pair", 2, .pair)
        case .low64: OpInfo("low", 1, .half)
        case .high64: OpInfo("high", 1, .half)
        case .lane1: OpInfo("lane1", 1, .lanes)
        case .lane2: OpInfo("lane2", 2, .lanes)
        case .lane3: OpInfo("lane3", 3, .lanes)
        case .stickyLane1: OpInfo("sticky1", 1, .lanes, .sideEffect)
        case .stickyLane2: OpInfo("sticky2", 2, .lanes, .sideEffect)
        case .stickyLane3: OpInfo("sticky3", 3, .lanes, .sideEffect)
        case .floatCompare: OpInfo("fcmp", 2, .floatCompare, .sideEffect)
        case .extractLane: OpInfo("lane", 1, .extractLane)
        case .insertLane: OpInfo("setlane", 2, .insertLane)
        case .splat: OpInfo("splat", 1, .splat)
        case .getState: OpInfo("get", 0, .getState)
        case .setState: OpInfo("set", 1, .setState, .sideEffect)
        case .load: OpInfo("load", 1, .load, [.mayFault, .sideEffect])
        case .store: OpInfo("store", 2, .store, [.mayFault, .sideEffect, .writesMemory])
        case .loadPair: OpInfo("ldpair", 1, .loadPair, [.mayFault, .sideEffect])
        case .storePair: OpInfo("stpair", 3, .storePair, [.mayFault, .sideEffect, .writesMemory])
        case .loadLinked: OpInfo("ll", 1, .load, [.mayFault, .sideEffect])
        case .storeConditional:
            OpInfo("sc", 2, .storeConditional, [.mayFault, .sideEffect, .writesMemory])
        case .clearExclusive: OpInfo("clrex", 0, .nullary, .sideEffect)
        case .abandonExclusive: OpInfo("abandon", 1, .abandon, .sideEffect)
        case .compareAndSwap:
            OpInfo("cas", 3, .compareAndSwap, [.mayFault, .sideEffect, .writesMemory])
        case .exchange: OpInfo("xchg", 2, .readModifyWrite, [.mayFault, .sideEffect, .writesMemory])
        case .fetchAndOperate: OpInfo("fetch", 2, .readModifyWrite, [.mayFault, .sideEffect, .writesMemory])
        case .fence: OpInfo("fence", 0, .fence, .sideEffect)
        case .guardClear: OpInfo("guard", 1, .guardClear, [.mayFault, .sideEffect])
        case .helper: OpInfo("helper", 3, .helper)
        case .guestInstruction: OpInfo("insn", 0, .guestInstruction, .sideEffect)
        case .jump: OpInfo("jump", 0, .jump, [.endsBlock, .sideEffect])
        case .branch: OpInfo("branch", 1, .branch, [.endsBlock, .sideEffect])
        case .jumpIndirect: OpInfo("jumpind", 1, .jumpIndirect, [.endsBlock, .sideEffect])
        case .raise: OpInfo("raise", 0, .raise, [.endsBlock, .sideEffect])
        case .exit: OpInfo("exit", 0, .exit, [.endsBlock, .sideEffect])
        }
    }
}
