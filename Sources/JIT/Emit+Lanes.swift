import IR
import X64

// Operations on lanes that the host's vector instructions can do. What is not here is a call of the operation's meaning.

extension NativeCompiler {
    mutating func emitLanes(_ index: Int, _ instruction: Instruction) {
        if instruction.opcode == .splat { return emitSplat(index, instruction) }
        if instruction.opcode == .floatCompare { return emitFloatCompare(index, instruction) }
        guard computesLanes, emitInline(index, instruction) else { return callLanes(index, instruction) }
    }

    private mutating func emitInline(_ index: Int, _ instruction: Instruction) -> Bool {
        let lanes = instruction.lanes
        switch instruction.laneOperation.group {
        case .float, .floatConversion: return emitFloat(index, instruction)
        case .saturating: return emitSaturating(index, instruction)
        case .cryptography: return emitCryptography(index, instruction)
        default: break
        }
        // Of scalars only whole halves.
        guard lanes.width != .one || lanes.size == .d else { return false }
        switch instruction.laneOperation.group {
        case .bitwise, .integer: return emitLaneByLane(index, instruction)
        case .shift: return emitLaneShift(index, instruction)
        case .permute: return emitPermute(index, instruction)
        case .across: return emitAcross(index, instruction)
        case .saturating, .float, .floatConversion, .cryptography: return false
        }
    }

    /// Computes d by `body` and cuts it to the lanes.
    private mutating func cutting(
        _ index: Int, _ instruction: Instruction, _ body: (inout NativeCompiler, VectorRegister) -> Void
    ) -> Bool {
        let lanes = instruction.lanes
        let d = defineVector(index, span: bytes(lanes))
        body(&self, d)
        if lanes.width != .full { cut(d, d, to: bytes(lanes)) }
        return true
    }

    // MARK: Lane by lane

    private mutating func emitLaneByLane(_ index: Int, _ instruction: Instruction) -> Bool {
        let (operation, size) = (instruction.laneOperation, instruction.lanes.size)
        if let name = VectorInteger.binary(operation, size) {
            let a = vector(instruction.a)
            let b = vectorOperand(instruction.b, index)
            return cutting(index, instruction) { $0.lane(name, $1, a, b) }
        }
        if let name = VectorInteger.unary(operation, size) {
            let a = vector(instruction.a)
            return cutting(index, instruction) { $0.lane1(name, $1, a) }
        }
        switch operation {
        case .andNot, .orNot, .not, .bitSelect: return emitBits(index, instruction)
        case .compareGreaterEqualSigned, .compareGreaterUnsigned, .compareGreaterEqualUnsigned, .test:
            return emitComparison(index, instruction)
        case .negate:
            guard let name = VectorInteger.binary(.sub, size) else { return false }
            let a = vector(instruction.a)
            return cutting(index, instruction) {
                $0.clear(.v0)
                $0.lane(name, $1, .v0, a)
            }
        case .multiplyAdd, .multiplySubtract: return emitMultiplyAdd(index, instruction)
        case .mul where size == .d: return emitMultiplyLong(index, instruction)
        case .absoluteDifferenceSigned: return emitDifference(index, instruction, .maxSigned, .minSigned)
        case .absoluteDifferenceUnsigned: return emitDifference(index, instruction, .maxUnsigned, .minUnsigned)
        case .populationCount: return emitBitCount(index, instruction)
        case .reverseLanes: return emitReverseLanes(index, instruction)
        default: return false
        }
    }

    private mutating func emitBits(_ index: Int, _ instruction: Instruction) -> Bool {
        let a = vector(instruction.a)
        let b = instruction.b.isNone ? a : vector(instruction.b)
        let c = instruction.c.isNone ? a : vector(instruction.c)
        return cutting(index, instruction) {
            switch instruction.laneOperation {
            case .andNot: $0.lane(VectorInteger.pandn, $1, b, a)
            case .orNot, .not:
                $0.fill(.v0)
                $0.lane(VectorInteger.pxor, $1, b, .v0)
                if instruction.laneOperation == .orNot { $0.lane(VectorInteger.por, $1, $1, a) }
            default:
                $0.lane(VectorInteger.pand, .v0, a, b)
                $0.lane(VectorInteger.pandn, $1, a, c)
                $0.lane(VectorInteger.por, $1, $1, .v0)
            }
        }
    }

    private mutating func emitComparison(_ index: Int, _ instruction: Instruction) -> Bool {
        let size = instruction.lanes.size
        guard let equal = VectorInteger.binary(.compareEqual, size),
            let greater = VectorInteger.binary(.compareGreaterSigned, size)
        else { return false }
        let (a, b) = (vector(instruction.a), vector(instruction.b))
        switch instruction.laneOperation {
        case .compareGreaterEqualSigned:
            return cutting(index, instruction) {
                $0.lane(greater, $1, b, a)
                $0.invert($1)
            }
        case .test:
            return cutting(index, instruction) {
                $0.lane(VectorInteger.pand, $1, a, b)
                $0.clear(.v0)
                $0.lane(equal, $1, $1, .v0)
                $0.invert($1)
            }
        default: break
        }
        guard let maximum = VectorInteger.binary(.maxUnsigned, size) else {
            let sign = Fixed.cell(layout.constants.sign(.d))
            let isGreater = instruction.laneOperation == .compareGreaterUnsigned
            return cutting(index, instruction) {
                $0.lane(VectorInteger.pxor, .v0, a, sign)
                $0.lane(VectorInteger.pxor, .v1, b, sign)
                $0.lane(greater, $1, isGreater ? .v0 : .v1, isGreater ? .v1 : .v0)
                if !isGreater { $0.invert($1) }
            }
        }
        // a >= b where the greater of both is a; a > b where it is not b.
        let isGreater = instruction.laneOperation == .compareGreaterUnsigned
        return cutting(index, instruction) {
            $0.lane(maximum, $1, a, b)
            $0.lane(equal, $1, $1, isGreater ? b : a)
            if isGreater { $0.invert($1) }
        }
    }

    private mutating func invert(_ d: VectorRegister) {
        fill(.v0)
        lane(VectorInteger.pxor, d, d, .v0)
    }

    private mutating func emitMultiplyAdd(_ index: Int, _ instruction: Instruction) -> Bool {
        let size = instruction.lanes.size
        let isAdd = instruction.laneOperation == .multiplyAdd
        guard let multiply = VectorInteger.binary(.mul, size),
            let join = VectorInteger.binary(isAdd ? .add : .sub, size)
        else { return false }
        let (a, b, c) = (vector(instruction.a), vector(instruction.b), vector(instruction.c))
        return cutting(index, instruction) {
            $0.lane(multiply, .v0, a, b)
            $0.lane(join, $1, c, .v0)
        }
    }

    /// 64-bit products from 32-bit ones.
    private mutating func emitMultiplyLong(_ index: Int, _ instruction: Instruction) -> Bool {
        let (a, b) = (vector(instruction.a), vector(instruction.b))
        return cutting(index, instruction) {
            $0.lane1(VectorInteger.psrlqI, .v0, a, 32)
            $0.lane(VectorInteger.pmuludq, .v0, .v0, b)
            $0.lane1(VectorInteger.psrlqI, .v1, b, 32)
            $0.lane(VectorInteger.pmuludq, .v1, .v1, a)
            $0.lane(VectorInteger.paddq, .v0, .v0, .v1)
            $0.lane1(VectorInteger.psllqI, .v0, .v0, 32)
            $0.lane(VectorInteger.pmuludq, $1, a, b)
            $0.lane(VectorInteger.paddq, $1, $1, .v0)
        }
    }

    private mutating func emitDifference(
        _ index: Int, _ instruction: Instruction, _ greater: LaneOperation, _ lesser: LaneOperation
    ) -> Bool {
        let size = instruction.lanes.size
        guard let greater = VectorInteger.binary(greater, size), let lesser = VectorInteger.binary(lesser, size),
            let subtract = VectorInteger.binary(.sub, size)
        else { return false }
        let (a, b) = (vector(instruction.a), vector(instruction.b))
        return cutting(index, instruction) {
            $0.lane(greater, .v0, a, b)
            $0.lane(lesser, $1, a, b)
            $0.lane(subtract, $1, .v0, $1)
        }
    }

    /// By a table of the counts of four bits.
    private mutating func emitBitCount(_ index: Int, _ instruction: Instruction) -> Bool {
        let a = vector(instruction.a)
        let low = UInt64(0x0f0f_0f0f_0f0f_0f0f)
        return cutting(index, instruction) {
            let mask = $0.data(low, low)
            $0.moveVector(mask, into: .v1)
            $0.lane(VectorInteger.pand, .v0, a, .v1)
            $0.lane1(VectorInteger.psrlwI, $1, a, 4)
            $0.lane(VectorInteger.pand, $1, $1, .v1)
            let counts = $0.data(0x0302_0201_0201_0100, 0x0403_0302_0302_0201)
            $0.moveVector(counts, into: .v1)
            $0.lane(VectorInteger.pshufb, .v0, .v1, .v0)
            $0.lane(VectorInteger.pshufb, $1, .v1, $1)
            $0.lane(VectorInteger.paddb, $1, $1, .v0)
        }
    }

    private mutating func emitReverseLanes(_ index: Int, _ instruction: Instruction) -> Bool {
        let (size, container) = (instruction.lanes.size.bytes, 1 << Int(instruction.imm2))
        let bytes = (0..<16).map { byte -> UInt8 in
            let start = byte / container * container
            let number = container / size - 1 - (byte - start) / size
            return UInt8(start + number * size + byte % size)
        }
        return shuffle(index, instruction, bytes)
    }

    // MARK: Shifts

    private mutating func emitLaneShift(_ index: Int, _ instruction: Instruction) -> Bool {
        let size = instruction.lanes.size
        let amount = Int(instruction.imm2)
        switch instruction.laneOperation {
        case .shiftLeftImmediate, .shiftRightImmediateUnsigned:
            let isLeft = instruction.laneOperation == .shiftLeftImmediate
            let a = vector(instruction.a)
            return cutting(index, instruction) { $0.shift($1, a, size, amount, isLeft: isLeft) }
        case .shiftRightImmediateSigned:
            return emitShiftSigned(index, instruction, min(amount, size.bits - 1))
        default: return false
        }
    }

    private mutating func shift(
        _ d: VectorRegister, _ a: VectorRegister, _ size: Lanes.Size, _ amount: Int, isLeft: Bool
    ) {
        if amount >= size.bits { return clear(d) }
        let name: VectorInteger =
            switch size {
            case .b, .h: isLeft ? .psllwI : .psrlwI
            case .s: isLeft ? .pslldI : .psrldI
            case .d, .q: isLeft ? .psllqI : .psrlqI
            }
        lane1(name, d, a, Int64(amount))
        guard size == .b, amount != 0 else { return }
        // What crossed into the neighbour.
        let byte = UInt8(truncatingIfNeeded: isLeft ? 0xff << amount : 0xff >> amount)
        lane(VectorInteger.pand, d, d, data([UInt8](repeating: byte, count: 16)))
    }

    private mutating func emitShiftSigned(_ index: Int, _ instruction: Instruction, _ amount: Int) -> Bool {
        let size = instruction.lanes.size
        let a = vector(instruction.a)
        if size == .h || size == .s {
            return cutting(index, instruction) {
                $0.lane1(size == .h ? VectorInteger.psrawI : .psradI, $1, a, Int64(amount))
            }
        }
        guard let subtract = VectorInteger.binary(.sub, size) else { return false }
        // The sign bit's new place turned over and taken away again extends it.
        let sign = UInt64(1) << UInt64(size.bits - 1 - amount)
        let word = size == .b ? sign &* 0x0101_0101_0101_0101 : sign
        return cutting(index, instruction) {
            $0.shift($1, a, size, amount, isLeft: false)
            let mask = $0.data(word, word)
            $0.moveVector(mask, into: .v0)
            $0.lane(VectorInteger.pxor, $1, $1, .v0)
            $0.lane(subtract, $1, $1, .v0)
        }
    }

    // MARK: Permutes

    /// Bytes of a by number; 0x80: zero.
    private mutating func shuffle(_ index: Int, _ instruction: Instruction, _ bytes: [UInt8]) -> Bool {
        let a = vector(instruction.a)
        return cutting(index, instruction) {
            let mask = $0.data(bytes)
            $0.lane(VectorInteger.pshufb, $1, a, mask)
        }
    }

    /// Bytes of a (0 to 15) and b (16 to 31) by number.
    private mutating func shuffleBoth(_ index: Int, _ instruction: Instruction, _ bytes: [UInt8]) -> Bool {
        let (a, b) = (vector(instruction.a), vector(instruction.b))
        return cutting(index, instruction) {
            let first = $0.data(bytes.map { $0 < 16 ? $0 : 0x80 })
            $0.lane(VectorInteger.pshufb, .v0, a, first)
            let second = $0.data(bytes.map { $0 >= 16 ? $0 - 16 : 0x80 })
            $0.lane(VectorInteger.pshufb, $1, b, second)
            $0.lane(VectorInteger.por, $1, $1, .v0)
        }
    }

    private mutating func emitPermute(_ index: Int, _ instruction: Instruction) -> Bool {
        let (lanes, operation) = (instruction.lanes, instruction.laneOperation)
        switch operation {
        case .zipLow, .zipHigh: return emitZip(index, instruction)
        case .unzipEven, .unzipOdd, .transposeEven, .transposeOdd:
            return shuffleBoth(index, instruction, Self.lanePicks(operation, lanes))
        case .extract:
            if lanes.width == .full {
                let (a, b) = (vector(instruction.a), vector(instruction.b))
                return cutting(index, instruction) {
                    $0.lane(VectorInteger.palignr, $1, b, a, Int64(instruction.imm2))
                }
            }
            let start = Int(instruction.imm2)
            let picks = (0..<16).map { UInt8($0 < 8 ? (start + $0 < 8 ? start + $0 : start + $0 + 8) : 0) }
            return shuffleBoth(index, instruction, picks)
        case .broadcastLane:
            let start = Int(instruction.imm2) * lanes.size.bytes
            return shuffle(index, instruction, (0..<16).map { UInt8(start + $0 % lanes.size.bytes) })
        case .concatenateLow:
            let (a, b) = (vector(instruction.a), vector(instruction.b))
            return cutting(index, instruction) { $0.lane(VectorInteger.punpcklqdq, $1, a, b) }
        case .tableLookup, .tableLookupExtension: return emitTable(index, instruction)
        default: return false
        }
    }

    /// Bytes of a and b that UZP1, UZP2, TRN1, TRN2 take.
    private static func lanePicks(_ operation: LaneOperation, _ lanes: Lanes) -> [UInt8] {
        let (size, count) = (lanes.size.bytes, lanes.count)
        let odd = operation == .unzipOdd || operation == .transposeOdd ? 1 : 0
        return (0..<16).map { byte in
            let number = byte / size
            guard number < count else { return 0 }
            let isFirst: Bool
            let source: Int
            if operation == .unzipEven || operation == .unzipOdd {
                isFirst = number < count / 2
                source = (isFirst ? number : number - count / 2) * 2 + odd
            } else {
                isFirst = number % 2 == 0
                source = number / 2 * 2 + odd
            }
            return UInt8((isFirst ? 0 : 16) + source * size + byte % size)
        }
    }

    private mutating func emitZip(_ index: Int, _ instruction: Instruction) -> Bool {
        let lanes = instruction.lanes
        let isHigh = instruction.laneOperation == .zipHigh
        let useHigh = isHigh && lanes.width == .full
        let name: VectorInteger
        switch lanes.size {
        case .b: name = useHigh ? .punpckhbw : .punpcklbw
        case .h: name = useHigh ? .punpckhwd : .punpcklwd
        case .s: name = useHigh ? .punpckhdq : .punpckldq
        case .d: name = useHigh ? .punpckhqdq : .punpcklqdq
        case .q: return false
        }
        guard lanes.width == .full || lanes.size != .d else { return false }
        let (a, b) = (vector(instruction.a), vector(instruction.b))
        return cutting(index, instruction) {
            $0.lane(name, $1, a, b)
            if isHigh && !useHigh { $0.lane1(VectorInteger.psrldqI, $1, $1, 8) }
        }
    }

    /// Byte numbers out of range get their top bit: the host's shuffle makes zeros of them.
    private mutating func emitTable(_ index: Int, _ instruction: Instruction) -> Bool {
        let (a, b) = (vector(instruction.a), vector(instruction.b))
        let c = instruction.c.isNone ? a : vector(instruction.c)
        return cutting(index, instruction) {
            if instruction.imm2 == 0 {
                $0.moveVector(.vector(b), into: .v0)
            } else {
                let start = $0.data([UInt8](repeating: UInt8(truncatingIfNeeded: instruction.imm2), count: 16))
                $0.lane(VectorInteger.psubb, .v0, b, start)
            }
            let bias = $0.data([UInt8](repeating: 0x70, count: 16))
            $0.lane(VectorInteger.paddusb, .v0, .v0, bias)
            $0.lane(VectorInteger.pshufb, $1, a, .v0)
            if instruction.laneOperation == .tableLookupExtension {
                $0.lane(VectorExtension.vpblendvb, $1, $1, c, 0)
            }
        }
    }

    // MARK: Across

    private mutating func emitAcross(_ index: Int, _ instruction: Instruction) -> Bool {
        let (lanes, operation) = (instruction.lanes, instruction.laneOperation)
        switch operation {
        case .widenSigned, .widenUnsigned: return emitWiden(index, instruction)
        case .narrow:
            let size = lanes.size.bytes
            guard size >= 2 else { return false }
            let d = (0..<16).map { UInt8($0 < 8 ? $0 / (size / 2) * size + $0 % (size / 2) : 0x80) }
            let a = vector(instruction.a)
            let result = defineVector(index, span: 8)
            lane(VectorInteger.pshufb, result, a, data(d))
            return true
        case .addPairs: return emitAddPairsOfIntegers(index, instruction)
        case .addPairsLongSigned, .addPairsLongUnsigned: return emitAddPairsLong(index, instruction)
        case .addAcross, .minAcrossSigned, .minAcrossUnsigned, .maxAcrossSigned, .maxAcrossUnsigned:
            return emitFold(index, instruction)
        case .addAcrossLongUnsigned where lanes.size == .b: return emitByteSum(index, instruction)
        case .polynomialMultiplyLong where lanes.size == .d && features.contains(.pclmul):
            let (a, b) = (vector(instruction.a), vector(instruction.b))
            let d = defineVector(index)
            lane(Cryptography.pclmulqdq, d, a, .vector(b), instruction.imm2 == 0 ? 0 : 0x11)
            return true
        default: return false
        }
    }

    private mutating func emitWiden(_ index: Int, _ instruction: Instruction) -> Bool {
        let isSigned = instruction.laneOperation == .widenSigned
        let name: VectorMove
        switch instruction.lanes.size {
        case .b: name = isSigned ? .pmovsxbw : .pmovzxbw
        case .h: name = isSigned ? .pmovsxwd : .pmovzxwd
        case .s: name = isSigned ? .pmovsxdq : .pmovzxdq
        case .d, .q: return false
        }
        let a = vector(instruction.a)
        let d = defineVector(index)
        if instruction.imm2 == 1 {
            lane1(VectorInteger.pshufd, .v0, a, 0xee)
            lane1(name, d, .v0)
        } else {
            lane1(name, d, a)
        }
        return true
    }

    private mutating func emitAddPairsOfIntegers(_ index: Int, _ instruction: Instruction) -> Bool {
        let lanes = instruction.lanes
        let a = vector(instruction.a)
        if lanes.width == .one {
            return cutting(index, instruction) {
                $0.lane1(VectorInteger.pshufd, .v0, a, 0xee)
                $0.lane(VectorInteger.paddq, $1, a, .v0)
            }
        }
        let b = vector(instruction.b)
        let name: VectorInteger
        switch lanes.size {
        case .h: name = .phaddw
        case .s: name = .phaddd
        case .d where lanes.width == .full:
            return cutting(index, instruction) {
                $0.lane(VectorInteger.punpcklqdq, .v0, a, b)
                $0.lane(VectorInteger.punpckhqdq, $1, a, b)
                $0.lane(VectorInteger.paddq, $1, $1, .v0)
            }
        default: return false
        }
        return cutting(index, instruction) {
            if lanes.width == .full { return $0.lane(name, $1, a, b) }
            $0.lane(VectorInteger.punpcklqdq, .v0, a, b)
            $0.lane(name, $1, .v0, .v0)
        }
    }

    private mutating func emitAddPairsLong(_ index: Int, _ instruction: Instruction) -> Bool {
        let isSigned = instruction.laneOperation == .addPairsLongSigned
        let a = vector(instruction.a)
        switch instruction.lanes.size {
        case .b:
            return cutting(index, instruction) {
                let ones = $0.data(0x0101_0101_0101_0101, 0x0101_0101_0101_0101)
                $0.moveVector(ones, into: .v0)
                // The host's first operand is unsigned, its second signed.
                $0.lane(VectorInteger.pmaddubsw, $1, isSigned ? .v0 : a, isSigned ? a : .v0)
            }
        case .h where isSigned:
            return cutting(index, instruction) {
                let ones = $0.data(0x0001_0001_0001_0001, 0x0001_0001_0001_0001)
                $0.lane(VectorInteger.pmaddwd, $1, a, ones)
            }
        case .h:
            return cutting(index, instruction) {
                $0.lane1(VectorInteger.psrldI, .v0, a, 16)
                $0.lane1(VectorInteger.pslldI, $1, a, 16)
                $0.lane1(VectorInteger.psrldI, $1, $1, 16)
                $0.lane(VectorInteger.paddd, $1, $1, .v0)
            }
        default: return false
        }
    }

    /// Halves upon halves, until one lane is left.
    private mutating func emitFold(_ index: Int, _ instruction: Instruction) -> Bool {
        let lanes = instruction.lanes
        let operation: LaneOperation =
            switch instruction.laneOperation {
            case .addAcross: .add
            case .minAcrossSigned: .minSigned
            case .minAcrossUnsigned: .minUnsigned
            case .maxAcrossSigned: .maxSigned
            default: .maxUnsigned
            }
        guard let name = VectorInteger.binary(operation, lanes.size), lanes.width != .one else { return false }
        let a = vector(instruction.a)
        let d = defineVector(index, span: lanes.size.bytes)
        var source = a
        var distance = bytes(lanes) / 2
        while distance >= lanes.size.bytes {
            lane1(VectorInteger.psrldqI, .v0, source, Int64(distance))
            lane(name, d, source, .v0)
            source = d
            distance /= 2
        }
        cut(d, d, to: lanes.size.bytes)
        return true
    }

    private mutating func emitByteSum(_ index: Int, _ instruction: Instruction) -> Bool {
        let a = clean(instruction.a, bytes(instruction.lanes), .v1)
        let d = defineVector(index, span: 2)
        clear(.v0)
        lane(VectorInteger.psadbw, d, a, .v0)
        lane1(VectorInteger.pshufd, .v0, d, 0xee)
        lane(VectorInteger.paddq, d, d, .v0)
        cut(d, d, to: 8)
        return true
    }

    // MARK: Saturating

    /// Where wrapping around gives another result something was saturated.
    private mutating func emitSaturating(_ index: Int, _ instruction: Instruction) -> Bool {
        let lanes = instruction.lanes
        guard lanes.width != .one, let (saturating, wrapping) = VectorInteger.saturating(instruction),
            Int32(truncatingIfNeeded: instruction.imm) == layout.floatEnvironment
        else { return false }
        let a = clean(instruction.a, bytes(lanes), .v0)
        let b = clean(instruction.b, bytes(lanes), .v1)
        let d = defineVector(index, span: bytes(lanes))
        let (slow, back) = (asm.label(), asm.label())
        stubs.append(Stub(.saturated, slow: slow, back: back, at: exactPoint))
        lane(saturating, d, a, b)
        lane(wrapping, .v0, a, b)
        lane(VectorInteger.pxor, .v0, .v0, d)
        lane1(VectorInteger.ptest, .v0, .v0)
        asm.jump(.ne, slow)
        bindBack()
        return true
    }
}

extension VectorInteger {
    /// The host's instruction for an operation on two operands, by size b, h, s, d.
    fileprivate static func binary(_ operation: LaneOperation, _ size: Lanes.Size) -> VectorInteger? {
        let names: [VectorInteger?]
        switch operation {
        case .and: return .pand
        case .or: return .por
        case .xor: return .pxor
        case .add: names = [.paddb, .paddw, .paddd, .paddq]
        case .sub: names = [.psubb, .psubw, .psubd, .psubq]
        case .mul: names = [nil, .pmullw, .pmulld, nil]
        case .minSigned: names = [.pminsb, .pminsw, .pminsd, nil]
        case .minUnsigned: names = [.pminub, .pminuw, .pminud, nil]
        case .maxSigned: names = [.pmaxsb, .pmaxsw, .pmaxsd, nil]
        case .maxUnsigned: names = [.pmaxub, .pmaxuw, .pmaxud, nil]
        case .compareEqual: names = [.pcmpeqb, .pcmpeqw, .pcmpeqd, .pcmpeqq]
        case .compareGreaterSigned: names = [.pcmpgtb, .pcmpgtw, .pcmpgtd, .pcmpgtq]
        case .roundingHalvingAddUnsigned: names = [.pavgb, .pavgw, nil, nil]
        default: return nil
        }
        return size == .q ? nil : names[Int(size.rawValue)]
    }

    fileprivate static func unary(_ operation: LaneOperation, _ size: Lanes.Size) -> VectorInteger? {
        guard operation == .absolute else { return nil }
        return switch size {
        case .b: .pabsb
        case .h: .pabsw
        case .s: .pabsd
        case .d, .q: nil
        }
    }

    /// The saturating instruction and the one that wraps around.
    fileprivate static func saturating(_ instruction: Instruction) -> (VectorInteger, VectorInteger)? {
        switch (instruction.laneOperation, instruction.lanes.size) {
        case (.saturatingAddSigned, .b): (.paddsb, .paddb)
        case (.saturatingAddSigned, .h): (.paddsw, .paddw)
        case (.saturatingAddUnsigned, .b): (.paddusb, .paddb)
        case (.saturatingAddUnsigned, .h): (.paddusw, .paddw)
        case (.saturatingSubSigned, .b): (.psubsb, .psubb)
        case (.saturatingSubSigned, .h): (.psubsw, .psubw)
        case (.saturatingSubUnsigned, .b): (.psubusb, .psubb)
        case (.saturatingSubUnsigned, .h): (.psubusw, .psubw)
        default: nil
        }
    }
}
