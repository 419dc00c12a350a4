import IR
import X64

// Floating point in the host's registers. MXCSR has the guest's rounding mode and gathers the exceptions; the host agrees
// with Arm on every value and flag but these, which the operation's meaning is called for:
// * A result that is a NaN: which operand it is taken from, its sign, the default NaN.
// * Products and narrowed numbers that are the smallest normal number: Arm detects tininess before rounding, the host
//   after. A sum so small is exact. A quotient that is rounded up to the smallest normal number would be a / b = 1 - x, or
//   twice that, where 0 < x < 2^-53 (the half unit in which both sides round alike left out): but of numbers of 53 bits x
//   is at least 1 / b > 2^-53, and no quotient lies between the last number below 2 and 2; nor of 24 bits.
// * Minimum and maximum of a NaN, where the host reports an exception that Arm does not.
// The host never reports more than Arm does, so the call adds what is missing. Code with subnormals flushed is compiled
// without any of this (`flushes`).

extension NativeCompiler {
    /// Emits a floating-point operation inline; false when it has to be a call.
    mutating func emitFloat(_ index: Int, _ instruction: Instruction) -> Bool {
        let lanes = instruction.lanes
        guard lanes.size == .s || lanes.size == .d else { return false }
        switch instruction.laneOperation {
        case .floatNegate: emitSign(index, instruction, .xorps, layout.constants.sign(lanes.size))
        case .floatAbsolute: emitSign(index, instruction, .andps, layout.constants.magnitude(lanes.size))
        default:
            guard !region.flushes, Int32(truncatingIfNeeded: instruction.imm) == layout.floatEnvironment else {
                return false
            }
            return emitRounded(index, instruction, lanes)
        }
        return true
    }

    private mutating func emitRounded(_ index: Int, _ instruction: Instruction, _ lanes: Lanes) -> Bool {
        switch instruction.laneOperation {
        case .floatAdd: emitArithmetic(index, instruction, .addps, mayBeTiny: false)
        case .floatSub: emitArithmetic(index, instruction, .subps, mayBeTiny: false)
        case .floatMultiply: emitArithmetic(index, instruction, .mulps, mayBeTiny: true)
        case .floatDivide: emitArithmetic(index, instruction, .divps, mayBeTiny: false)
        case .floatAbsoluteDifference: emitAbsoluteDifference(index, instruction)
        case .floatSquareRoot: emitSquareRoot(index, instruction)
        case .floatMultiplyAdd:
            guard features.contains(.fma) else { return false }
            emitFused(index, instruction)
        case .floatMax, .floatMaxNumber: emitExtremum(index, instruction, .maxps, .andps)
        case .floatMin, .floatMinNumber: emitExtremum(index, instruction, .minps, .orps)
        case .floatCompareEqual: emitLaneCompare(index, instruction, predicate: 0, swapped: false)
        case .floatCompareGreaterEqual: emitLaneCompare(index, instruction, predicate: 2, swapped: true)
        case .floatCompareGreater: emitLaneCompare(index, instruction, predicate: 1, swapped: true)
        case .floatAddPairs: emitAddPairs(index, instruction)
        case .floatRound: return emitRound(index, instruction)
        default: return emitFloatConversion(index, instruction)
        }
        return true
    }

    // MARK: Instructions by format and width

    /// The form of `packedSingle` for `lanes`: single or double, packed or scalar.
    private func form(_ packedSingle: FloatingPoint, _ lanes: Lanes) -> FloatingPoint {
        FloatingPoint.form(packedSingle, isDouble: lanes.size == .d, isScalar: lanes.width == .one)
    }

    func bytes(_ lanes: Lanes) -> Int { lanes.bits / 8 }

    // MARK: What the host does otherwise

    /// Code out of line that has the meaning compute the operation at `index`, into d unless its stub says otherwise; the label
    /// leads there.
    mutating func slowLanes(_ index: Int, _ instruction: Instruction, _ d: VectorRegister) -> Assembler.Label {
        let start = replays.count
        replays.append(replay(instruction, into: d, nil))
        return slowLanes(start..<replays.count)
    }

    mutating func slowLanes(_ range: Range<Int>) -> Assembler.Label {
        let (slow, back) = (asm.label(), asm.label())
        var stub = Stub(.lanes, slow: slow, back: back, at: exactPoint)
        stub.replays = range
        stubs.append(stub)
        return slow
    }

    /// The operation by its meaning, of operands that are where they are now.
    mutating func replay(
        _ instruction: Instruction, into vector: VectorRegister?, _ cell: Int32?
    ) -> LaneReplay {
        let scratch = layout.temporaries
        var cells: [Int32] = []
        var operands = StubOperands()
        for (number, value) in [instruction.a, instruction.b, instruction.c].enumerated() {
            if value.isNone {
                cells.append(0)
                continue
            }
            let root = Int(table[value].root)
            if let register = vectorHolder(root) {
                cells.append(scratch + 16 * Int32(number + 1))
                operands[number] = register
            } else {
                cells.append(table[root].cell)
            }
        }
        let record = laneRecord(instruction, result: scratch, cells)
        return LaneReplay(record: record, operands: operands, vector: vector, cell: cell)
    }

    /// Where the stub made last comes back to.
    mutating func bindBack() { asm.bind(stubs[stubs.count - 1].back) }

    /// Computes d by `body`; with the meaning called where a check of it, or of its group, wants that.
    private mutating func checked(
        _ index: Int, _ instruction: Instruction, mayBeTiny: Bool,
        _ body: (inout NativeCompiler, VectorRegister) -> Void
    ) {
        let d = defineVector(index, span: bytes(instruction.lanes))
        body(&self, d)
        unchecked.append(UncheckedResult(index: index, lanes: instruction.lanes, mayBeTiny: mayBeTiny))
        if table[index].checkGroup < 0 { emitChecks() }
    }

    // MARK: Arithmetic

    private mutating func emitArithmetic(
        _ index: Int, _ instruction: Instruction, _ name: FloatingPoint, mayBeTiny: Bool
    ) {
        let lanes = instruction.lanes
        let name = form(name, lanes)
        if lanes.width == .half && instruction.laneOperation == .floatDivide {
            return emitHalfDivide(index, instruction, name)
        }
        var (first, second) = (instruction.a, instruction.b)
        // What lies above the first operand goes to the result.
        if instruction.laneOperation != .floatSub, instruction.laneOperation != .floatDivide,
            span(first) > bytes(lanes), span(second) <= bytes(lanes)
        {
            swap(&first, &second)
        }
        let a = clean(first, bytes(lanes), .v0)
        let b = floatOperand(second, index, lanes)
        // Rounding downwards, 0 - 0 is -0: above the lanes, too.
        let isHalfDifference = lanes.width == .half && instruction.laneOperation == .floatSub
        checked(index, instruction, mayBeTiny: mayBeTiny) {
            $0.lane(name, $1, a, b)
            if isHalfDifference { $0.cut($1, $1, to: 8) }
        }
    }

    private func span(_ value: Value) -> Int { Int(table[Int(table[value].root)].span) }

    /// The second operand: what lies above a scalar does not matter; above half a vector it would be computed with.
    private mutating func floatOperand(_ value: Value, _ index: Int, _ lanes: Lanes) -> Operand {
        lanes.width == .half ? .vector(clean(value, 8, .v1)) : vectorOperand(value, index)
    }

    /// No lane may divide zero by zero that nobody asked for: both halves do the same.
    private mutating func emitHalfDivide(_ index: Int, _ instruction: Instruction, _ name: FloatingPoint) {
        let (a, b) = (vector(instruction.a), vector(instruction.b))
        checked(index, instruction, mayBeTiny: false) {
            $0.lane1(VectorMove.movddup, .v0, a)
            $0.lane1(VectorMove.movddup, .v1, b)
            $0.lane(name, $1, .v0, .v1)
            $0.cut($1, $1, to: 8)
        }
    }

    private mutating func emitAbsoluteDifference(_ index: Int, _ instruction: Instruction) {
        let lanes = instruction.lanes
        let name = form(.subps, lanes)
        let a = clean(instruction.a, bytes(lanes), .v0)
        let b = floatOperand(instruction.b, index, lanes)
        let magnitude = Fixed.cell(layout.constants.magnitude(lanes.size))
        checked(index, instruction, mayBeTiny: false) {
            $0.lane(name, $1, a, b)
            $0.lane(FloatingPoint.andps, $1, $1, magnitude)
        }
    }

    private mutating func emitSquareRoot(_ index: Int, _ instruction: Instruction) {
        let lanes = instruction.lanes
        let name = form(.sqrtps, lanes)
        let a = clean(instruction.a, bytes(lanes), .v0)
        checked(index, instruction, mayBeTiny: false) {
            if lanes.width == .one { $0.lane(name, $1, a, a) } else { $0.lane1(name, $1, a) }
        }
    }

    /// c + a * b.
    private mutating func emitFused(_ index: Int, _ instruction: Instruction) {
        let lanes = instruction.lanes
        let name = VectorExtension.fused(isDouble: lanes.size == .d, isScalar: lanes.width == .one)
        let isHalf = lanes.width == .half
        let a = isHalf ? clean(instruction.a, 8, .v0) : vector(instruction.a)
        let b = floatOperand(instruction.b, index, lanes)
        let c = vector(instruction.c)
        let isClean = span(instruction.c) <= bytes(lanes)
        checked(index, instruction, mayBeTiny: true) {
            if isClean { $0.moveVector(.vector(c), into: $1) } else { $0.cut($1, c, to: $0.bytes(lanes)) }
            $0.lane(name, $1, a, b)
        }
    }

    /// Of two zeros the host takes the second; Arm orders them by sign. So both ways round, and the bits of both.
    private mutating func emitExtremum(
        _ index: Int, _ instruction: Instruction, _ name: FloatingPoint, _ join: FloatingPoint
    ) {
        let lanes = instruction.lanes
        let (name, isDouble) = (form(name, lanes), lanes.size == .d)
        let a = clean(instruction.a, bytes(lanes), .v0)
        let b = clean(instruction.b, bytes(lanes), .v1)
        let d = defineVector(index, span: bytes(lanes))
        let slow = slowLanes(index, instruction, d)
        if lanes.width == .one {
            lane1(isDouble ? FloatingPoint.ucomisd : .ucomiss, a, b)
            asm.jump(.p, slow)
        } else {
            lane(isDouble ? FloatingPoint.cmppd : .cmpps, d, a, b, ResultCheck.unordered)
            lane1(VectorInteger.ptest, d, d)
            asm.jump(.ne, slow)
        }
        lane(name, d, a, b)
        lane(name, .v0, b, a)
        lane(join, d, d, .v0)
        bindBack()
    }

    private mutating func emitAddPairs(_ index: Int, _ instruction: Instruction) {
        let lanes = instruction.lanes
        let isDouble = lanes.size == .d
        let a = vector(instruction.a)
        guard lanes.width == .one else {
            let b = vector(instruction.b)
            return checked(index, instruction, mayBeTiny: false) {
                let name: FloatingPoint = isDouble ? .haddpd : .haddps
                if lanes.width == .full { return $0.lane(name, $1, a, b) }
                $0.lane(VectorInteger.punpcklqdq, .v0, a, b)
                $0.lane(name, $1, .v0, .v0)
                $0.cut($1, $1, to: 8)
            }
        }
        checked(index, instruction, mayBeTiny: false) {
            $0.cut(.v0, a, to: $0.bytes(lanes))
            if isDouble { $0.lane(FloatingPoint.unpckhpd, .v1, a, a) } else { $0.lane1(VectorMove.movshdup, .v1, a) }
            $0.lane(isDouble ? FloatingPoint.addsd : .addss, $1, .v0, .v1)
        }
    }

    // MARK: Signs and comparisons

    private mutating func emitSign(_ index: Int, _ instruction: Instruction, _ name: FloatingPoint, _ mask: Int32) {
        let lanes = instruction.lanes
        let a = vector(instruction.a)
        let d = defineVector(index, span: bytes(lanes))
        lane(name, d, a, Fixed.cell(mask))
        if lanes.width != .full { cut(d, d, to: bytes(lanes)) }
    }

    /// The host's predicates less and less-or-equal report every NaN, as Arm's greater do; equal reports signalling ones.
    private mutating func emitLaneCompare(_ index: Int, _ instruction: Instruction, predicate: Int64, swapped: Bool) {
        let lanes = instruction.lanes
        let a = clean(instruction.a, bytes(lanes), .v0)
        let b = clean(instruction.b, bytes(lanes), .v1)
        let d = defineVector(index, span: bytes(lanes))
        lane(form(.cmpps, lanes), d, swapped ? b : a, swapped ? a : b, predicate)
        if lanes.width == .half { cut(d, d, to: 8) }
    }

    /// The guest's flags of a comparison.
    mutating func emitFloatCompare(_ index: Int, _ instruction: Instruction) {
        let lanes = instruction.lanes
        guard computesLanes, !region.flushes, lanes.size == .s || lanes.size == .d,
            Int32(truncatingIfNeeded: instruction.imm) == layout.floatEnvironment
        else {
            return callLanes(index, instruction)
        }
        let a = vector(instruction.a)
        let b = vectorOperand(instruction.b, index)
        let name: FloatingPoint =
            switch (lanes.size == .d, instruction.imm2 != 0) {
            case (false, false): .ucomiss
            case (false, true): .comiss
            case (true, false): .ucomisd
            case (true, true): .comisd
            }
        let d = define(index, index)
        lane1(name, a, b)
        // Bytes N, Z, C, V: greater, less, equal, unordered; the later moves see what the earlier do not tell apart.
        asm.move(d, 0x0001_0000)
        asm.move(.rax, 0x0000_0001)
        asm.cmov(.b, .dword, d, .gpr(.rax))
        asm.move(.rax, 0x0001_0100)
        asm.cmov(.e, .dword, d, .gpr(.rax))
        asm.move(.rax, 0x0101_0000)
        asm.cmov(.p, .dword, d, .gpr(.rax))
    }

    // MARK: Rounding to integral values

    private mutating func emitRound(_ index: Int, _ instruction: Instruction) -> Bool {
        guard let mode = FloatRounding(rawValue: UInt8(truncatingIfNeeded: instruction.imm2 & 7))?.hostMode else {
            return false
        }
        let lanes = instruction.lanes
        let name = form(.roundps, lanes)
        let control = mode | (instruction.imm2 & 8 != 0 ? 0 : 8)
        let a = clean(instruction.a, bytes(lanes), .v0)
        checked(index, instruction, mayBeTiny: false) {
            if lanes.width == .one { $0.lane(name, $1, a, a, control) } else { $0.lane1(name, $1, .vector(a), control) }
        }
        return true
    }

    // MARK: Conversions

    /// Emits a conversion inline; false when it has to be a call.
    private mutating func emitFloatConversion(_ index: Int, _ instruction: Instruction) -> Bool {
        let lanes = instruction.lanes
        switch (instruction.laneOperation, lanes.width) {
        case (.floatToSigned, .one), (.floatToUnsigned, .one): return emitToInteger(index, instruction)
        case (.floatFromSigned, .one), (.floatFromUnsigned, .one): return emitFromInteger(index, instruction)
        case (.floatFromSigned, _) where lanes.size == .s:
            let a = clean(instruction.a, bytes(lanes), .v0)
            let d = defineVector(index, span: bytes(lanes))
            lane1(FloatingPoint.cvtdq2ps, d, a)
            scale(d, instruction)
        case (.floatToSigned, _)
        where lanes.size == .s && instruction.imm2 >> 8 == 0 && instruction.imm2 & 7 == Self.towardZero:
            emitToIntegers(index, instruction)
        case (.floatConvert, .one): return emitConvert(index, instruction)
        case (.floatWiden, _) where lanes.size == .s: emitWidenFloat(index, instruction)
        default: return false
        }
        return true
    }

    private static var towardZero: UInt64 { UInt64(FloatRounding.towardZero.rawValue) }

    /// Toward zero, to a general register (`ValueEntry.isScalar`) or a lane.
    private mutating func emitToInteger(_ index: Int, _ instruction: Instruction) -> Bool {
        let isSigned = instruction.laneOperation == .floatToSigned
        let isWord = instruction.imm2 >> 4 & 3 == UInt64(Lanes.Size.s.rawValue)
        guard canConvertToInteger(instruction) else { return false }
        let isDouble = instruction.lanes.size == .d
        let a = vector(instruction.a)
        let target: GPR
        var stub: Assembler.Label
        if table[index].isScalar {
            target = define(index, index)
            stub = slowLanes(index, instruction, .v0)
            stubs[stubs.count - 1].result = target
            stubs[stubs.count - 1].isScalar = true
        } else {
            target = .rax
            let d = defineVector(index, span: 8)
            stub = slowLanes(index, instruction, d)
        }
        let name: FloatingPoint = isDouble ? .cvttsd2si : .cvttss2si
        if isSigned {
            let width: Width = isWord ? .dword : .qword
            asm.vex(name, width, reg: target.rawValue, .vector(a))
            asm.arithmetic(7, width, .gpr(target), 1)
            asm.jump(.o, stub)
        } else {
            // As integers, the positive numbers below the bound are below its bits, all others above.
            asm.vex(isDouble ? VectorMove.movqToGPR : .movdMR, .qword, reg: a.rawValue, .gpr(.rax))
            asm.move(.rdx, Self.unsignedBound(isDouble: isDouble, isWord: isWord))
            asm.op(.cmpRM, isDouble ? .qword : .dword, .rax, .rdx)
            asm.jump(.ae, stub)
            asm.vex(name, .qword, reg: target.rawValue, .vector(a))
        }
        if !table[index].isScalar, let d = vectorHolder(index) {
            asm.vex(VectorMove.movqGPR, .qword, reg: d.rawValue, .gpr(.rax))
        }
        bindBack()
        return true
    }

    /// Bits of 2^63 or 2^32: from there on the host's conversion to 64 signed bits, or the result, does not fit.
    private static func unsignedBound(isDouble: Bool, isWord: Bool) -> UInt64 {
        switch (isDouble, isWord) {
        case (true, true): 0x41f0_0000_0000_0000
        case (true, false): 0x43e0_0000_0000_0000
        case (false, true): 0x4f80_0000
        case (false, false): 0x5f00_0000
        }
    }

    func canConvertToInteger(_ instruction: Instruction) -> Bool {
        let (size, operation) = (instruction.lanes.size, instruction.laneOperation)
        guard computesLanes, !region.flushes, Int32(truncatingIfNeeded: instruction.imm) == layout.floatEnvironment,
            operation == .floatToSigned || operation == .floatToUnsigned
        else {
            return false
        }
        return instruction.lanes.width == .one && (size == .s || size == .d) && instruction.imm2 >> 8 == 0
            && instruction.imm2 & 7 == Self.towardZero && instruction.imm2 >> 4 & 3 >= UInt64(Lanes.Size.s.rawValue)
    }

    /// Whether the operand is made from a general register for this conversion alone, which never needs the vector.
    func canConvertFromRegister(_ instruction: Instruction, _ block: borrowing Block) -> Bool {
        let (size, operation) = (instruction.lanes.size, instruction.laneOperation)
        let isWord = instruction.imm2 >> 4 & 3 == UInt64(Lanes.Size.s.rawValue)
        guard computesLanes, !region.flushes, Int32(truncatingIfNeeded: instruction.imm) == layout.floatEnvironment,
            instruction.lanes.width == .one, size == .s || size == .d,
            instruction.imm2 >> 4 & 3 >= UInt64(Lanes.Size.s.rawValue),
            operation == .floatFromSigned || operation == .floatFromUnsigned && isWord
        else { return false }
        let pair = block[instruction.a]
        return pair.opcode == .pair && constant(pair.b, block) == 0 && constant(pair.a, block) == nil
            && table[instruction.a].uses == 1 && !table[instruction.a].isFolded
    }

    /// From a general register, or the low lane of a vector.
    private mutating func emitFromInteger(_ index: Int, _ instruction: Instruction) -> Bool {
        let isSigned = instruction.laneOperation == .floatFromSigned
        let size = instruction.imm2 >> 4 & 3
        guard size >= UInt64(Lanes.Size.s.rawValue) else { return false }
        let isWord = size == UInt64(Lanes.Size.s.rawValue)
        let isDouble = instruction.lanes.size == .d
        let source: GPR
        if isFolded(instruction.a, into: index) {
            source = register(block[instruction.a].a)
        } else {
            source = .rax
            asm.vex(VectorMove.movqToGPR, .qword, reg: vector(instruction.a).rawValue, .gpr(.rax))
        }
        let d = defineVector(index, span: bytes(instruction.lanes))
        let slow: Assembler.Label? = isSigned || isWord ? nil : slowLanes(index, instruction, d)
        if let slow {
            asm.op(.testMR, .qword, source, source)
            asm.jump(.s, slow)
        }
        if !isSigned && isWord {
            asm.op(.movRM, .dword, .rax, .gpr(source))
        }
        let width: Width = isSigned && isWord ? .dword : .qword
        clear(d)
        asm.vex(
            isDouble ? FloatingPoint.cvtsi2sd : .cvtsi2ss, width, reg: d.rawValue, vvvv: d.rawValue,
            .gpr(!isSigned && isWord ? .rax : source))
        scale(d, instruction)
        if slow != nil { bindBack() }
        return true
    }

    /// Takes the fraction bits of a converted integer off: a multiplication by a power of two, exact because no result is
    /// subnormal.
    private mutating func scale(_ d: VectorRegister, _ instruction: Instruction) {
        let fraction = instruction.imm2 >> 8
        guard fraction != 0 else { return }
        let (lanes, isDouble) = (instruction.lanes, instruction.lanes.size == .d)
        let factor: UInt64 = isDouble ? (1023 - fraction) << 52 : (127 - fraction) << 23 | (127 - fraction) << 55
        lane(form(.mulps, lanes), d, d, data(factor, factor))
    }

    /// Lanes out of range become the host's indefinite integer.
    private mutating func emitToIntegers(_ index: Int, _ instruction: Instruction) {
        let lanes = instruction.lanes
        let a = clean(instruction.a, bytes(lanes), .v0)
        let d = defineVector(index, span: bytes(lanes))
        let slow = slowLanes(index, instruction, d)
        lane1(FloatingPoint.cvttps2dq, d, a)
        lane(VectorInteger.pcmpeqd, .v0, d, Fixed.cell(layout.constants.sign(.s)))
        lane1(VectorInteger.ptest, .v0, .v0)
        asm.jump(.ne, slow)
        bindBack()
    }

    /// Between single and double.
    private mutating func emitConvert(_ index: Int, _ instruction: Instruction) -> Bool {
        let target = instruction.imm2
        let toDouble = instruction.lanes.size == .s && target == UInt64(Lanes.Size.d.rawValue)
        let toSingle = instruction.lanes.size == .d && target == UInt64(Lanes.Size.s.rawValue)
        guard toDouble || toSingle else { return false }
        let a = vector(instruction.a)
        let result = Lanes(toDouble ? .d : .s, .one)
        let d = defineVector(index, span: bytes(result))
        let slow = slowLanes(index, instruction, d)
        clear(d)
        lane(toDouble ? FloatingPoint.cvtss2sd : .cvtsd2ss, d, d, a)
        check(UncheckedResult(index: index, lanes: result, mayBeTiny: toSingle), slow)
        bindBack()
        return true
    }

    private mutating func emitWidenFloat(_ index: Int, _ instruction: Instruction) {
        let a = vector(instruction.a)
        let d = defineVector(index)
        let slow = slowLanes(index, instruction, d)
        if instruction.imm2 == 1 { lane(VectorMove.movhlps, .v0, a, a) }
        lane1(FloatingPoint.cvtps2pd, d, instruction.imm2 == 1 ? .v0 : a)
        check(UncheckedResult(index: index, lanes: Lanes(.d, .full), mayBeTiny: false), slow)
        bindBack()
    }
}

extension FloatRounding {
    /// As the host's rounding instructions have it; nil for what they have not.
    fileprivate var hostMode: Int64? {
        switch self {
        case .nearestEven: 0
        case .minusInfinity: 1
        case .plusInfinity: 2
        case .towardZero: 3
        case .dynamic: 4
        case .nearestAway: nil
        }
    }
}

extension FloatingPoint {
    /// The four forms of an instruction, of which `packedSingle` is the first.
    fileprivate static func form(_ packedSingle: FloatingPoint, isDouble: Bool, isScalar: Bool) -> FloatingPoint {
        let forms: [FloatingPoint] =
            switch packedSingle {
            case .addps: [.addps, .addpd, .addss, .addsd]
            case .subps: [.subps, .subpd, .subss, .subsd]
            case .mulps: [.mulps, .mulpd, .mulss, .mulsd]
            case .divps: [.divps, .divpd, .divss, .divsd]
            case .maxps: [.maxps, .maxpd, .maxss, .maxsd]
            case .minps: [.minps, .minpd, .minss, .minsd]
            case .sqrtps: [.sqrtps, .sqrtpd, .sqrtss, .sqrtsd]
            case .cmpps: [.cmpps, .cmppd, .cmpss, .cmpsd]
            case .roundps: [.roundps, .roundpd, .roundss, .roundsd]
            default: preconditionFailure("\(packedSingle): no four forms")
            }
        return forms[(isDouble ? 1 : 0) + (isScalar ? 2 : 0)]
    }
}

extension VectorExtension {
    /// d + a * b.
    fileprivate static func fused(isDouble: Bool, isScalar: Bool) -> VectorExtension {
        switch (isDouble, isScalar) {
        case (false, false): .vfmadd231ps
        case (true, false): .vfmadd231pd
        case (false, true): .vfmadd231ss
        case (true, true): .vfmadd231sd
        }
    }
}
