import IR
import X64

/// A result that is still to be checked, or to be computed again with others of its group.
struct UncheckedResult {
    let index: Int
    let lanes: Lanes
    /// It may be the smallest normal number by rounding up.
    let mayBeTiny: Bool
}

/// Predicates of the host's comparisons that report no quiet NaN.
enum ResultCheck {
    static let unordered: Int64 = 3
    static let equalOrUnordered: Int64 = 8
}

// Checks of results lead out of line when one is a NaN or the smallest normal number, and for nothing else: zeros and
// subnormals, of which there may be many, cost nothing. Comparing subnormals raises an exception of the host's that no guest
// sees (`Thunks.leaveEnvironment`). They change rax, v0 and v1.

extension NativeCompiler {
    /// Checks what is unchecked, and has the meanings compute all of it, in order, where a check wants that.
    mutating func emitChecks() {
        let start = replays.count
        for result in unchecked { replays.append(replay(result.index)) }
        let slow = slowLanes(start..<replays.count)
        let due = unchecked.filter { $0.mayBeTiny || !table[$0.index].isCovered }
        emitChecks(of: due, slow)
        unchecked.removeAll(keepingCapacity: true)
        bindBack()
    }

    /// Leaves to `slow` for one result.
    mutating func check(_ result: UncheckedResult, _ slow: Assembler.Label) { emitChecks(of: [result], slow) }

    /// The operation by its meaning. A result that nobody needs any more gets a cell, for those that are computed from it.
    private mutating func replay(_ index: Int) -> LaneReplay {
        let vector = vectorHolder(index)
        if vector == nil, table[index].cell < 0 { table[index].cell = temporary(16) }
        let cell = table[index].cell
        return replay(block.instructions[index], into: vector, cell < 0 ? nil : cell)
    }

    private mutating func emitChecks(of results: [UncheckedResult], _ slow: Assembler.Label) {
        for result in results where result.mayBeTiny && result.lanes.width == .one { emitTinyScalar(result, slow) }
        forEachPair(results.filter { !$0.mayBeTiny && $0.lanes.width == .one }) {
            let a = $0.register($1, .v0)
            $0.lane1($1.lanes.size == .d ? FloatingPoint.ucomisd : .ucomiss, a, $0.operand($2, a))
            $0.asm.jump(.p, slow)
        }
        var masks = 0
        for result in results where result.mayBeTiny && result.lanes.width != .one { emitTinyMask(result, &masks) }
        forEachPair(results.filter { !$0.mayBeTiny && $0.lanes.width != .one }) {
            let mask: VectorRegister = masks == 0 ? .v0 : .v1
            let a = $0.register($1, mask)
            $0.lane(
                $1.lanes.size == .d ? FloatingPoint.cmppd : .cmpps, mask, a, $0.operand($2, a), ResultCheck.unordered)
            $0.joinMask(&masks)
        }
        guard masks > 0 else { return }
        // Faster than PTEST, which is two operations of the host's.
        asm.vex(VectorMove.movmskps, reg: GPR.rax.rawValue, .vector(.v0))
        asm.op(.testMR, .dword, .rax, .rax)
        asm.jump(.ne, slow)
    }

    /// Calls `body` for pairs of results of one size, and for each that is left with none.
    private mutating func forEachPair(
        _ results: [UncheckedResult],
        _ body: (inout NativeCompiler, UncheckedResult, UncheckedResult?) -> Void
    ) {
        for size in [Lanes.Size.s, .d] {
            let these = results.filter { $0.lanes.size == size }
            for first in stride(from: 0, to: these.count, by: 2) {
                body(&self, these[first], first + 1 < these.count ? these[first + 1] : nil)
            }
        }
    }

    private mutating func emitTinyScalar(_ result: UncheckedResult, _ slow: Assembler.Label) {
        let size = result.lanes.size
        lane(FloatingPoint.andps, .v0, register(result, .v0), Fixed.cell(layout.constants.magnitude(size)))
        let smallest = Fixed.cell(layout.constants.smallestNormal(size))
        // What is unordered is equal to the host's flags.
        lane1(size == .d ? FloatingPoint.ucomisd : .ucomiss, .v0, smallest)
        asm.jump(.e, slow)
    }

    private mutating func emitTinyMask(_ result: UncheckedResult, _ masks: inout Int) {
        let size = result.lanes.size
        let mask: VectorRegister = masks == 0 ? .v0 : .v1
        lane(FloatingPoint.andps, mask, register(result, mask), Fixed.cell(layout.constants.magnitude(size)))
        let smallest = Fixed.cell(layout.constants.smallestNormal(size))
        lane(size == .d ? FloatingPoint.cmppd : .cmpps, mask, mask, smallest, ResultCheck.equalOrUnordered)
        joinMask(&masks)
    }

    /// Gathers the masks in v0.
    private mutating func joinMask(_ masks: inout Int) {
        if masks > 0 { lane(FloatingPoint.orps, .v0, .v0, .v1) }
        masks += 1
    }

    /// The register of the result; `scratch` with a copy where it is in memory.
    private mutating func register(_ result: UncheckedResult, _ scratch: VectorRegister) -> VectorRegister {
        if let register = vectorHolder(result.index) { return register }
        moveVector(Fixed.cell(table[result.index].cell), into: scratch)
        return scratch
    }

    /// Where the result is; `other` if there is none.
    private func operand(_ result: UncheckedResult?, _ other: VectorRegister) -> Operand {
        guard let result else { return .vector(other) }
        return vectorHolder(result.index).map { .vector($0) } ?? Fixed.cell(table[result.index].cell)
    }
}
