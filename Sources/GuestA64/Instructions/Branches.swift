import Guest
import IR
import Support

/// Arm ARM C4.1, branches, exception generating and system instructions: all branches.
extension DecodeTable<A64Translation> {
    mutating func defineBranches() {
        defineConditionalBranches()
        defineCompareAndBranch()
        defineUnconditionalBranches()
    }

    private mutating func defineConditionalBranches() {
        define("B.cond", "01010100iiiiiiiiiiiiiiiiiii0cccc", "b.{cond0} {label19}") { word, t in
            t.branchConditionally(word)
        }
        define("BC.cond", "01010100iiiiiiiiiiiiiiiiiii1cccc", "bc.{cond0} {label19}") { word, t in
            t.has(.hintedBranches) && t.branchConditionally(word)
        }
    }

    private mutating func defineCompareAndBranch() {
        define("CBZ", "s0110100iiiiiiiiiiiiiiiiiiittttt", "cbz {Rt}, {label19}") { word, t in
            t.compareAndBranch(word, .equal)
        }
        define("CBNZ", "s0110101iiiiiiiiiiiiiiiiiiittttt", "cbnz {Rt}, {label19}") { word, t in
            t.compareAndBranch(word, .notEqual)
        }
        define("TBZ", "b0110110bbbbbiiiiiiiiiiiiiittttt", "tbz {Rt}, {bit}, {label14}") { word, t in
            t.testAndBranch(word, ifSet: false)
        }
        define("TBNZ", "b0110111bbbbbiiiiiiiiiiiiiittttt", "tbnz {Rt}, {bit}, {label14}") { word, t in
            t.testAndBranch(word, ifSet: true)
        }
    }

    private mutating func defineUnconditionalBranches() {
        define("B", "000101iiiiiiiiiiiiiiiiiiiiiiiiii", "b {label26}") { word, t in
            t.ir.jump(t.target(word.signedBits(0, 26)))
            return true
        }
        define("BL", "100101iiiiiiiiiiiiiiiiiiiiiiiiii", "bl {label26}") { word, t in
            t.setX(30, t.ir.constant(.i64, t.nextPC))
            t.ir.jump(t.target(word.signedBits(0, 26)), .call, returnAddress: t.nextPC)
            return true
        }
        define("BR", "1101011000011111000000nnnnn00000", "br {Xn}") { word, t in
            t.branchIndirectly(to: t.x(word.rn), register: word.rn, .jump)
            return true
        }
        define("BLR", "1101011000111111000000nnnnn00000", "blr {Xn}") { word, t in
            // The target is read before X30 is written: it may be X30 itself.
            t.branchIndirectly(to: t.x(word.rn), register: word.rn, .call)
            return true
        }
        define("RET", "1101011001011111000000nnnnn00000", "ret {Xn}") { word, t in
            t.ir.jumpIndirect(t.x(word.rn), .return)
            return true
        }
    }
}

extension A64Translation {
    var nextPC: UInt64 { pc &+ 4 }

    /// The address `words` instructions from this one.
    fileprivate func target(_ words: Int64) -> UInt64 { pc &+ UInt64(bitPattern: words << 2) }

    /// BR and BLR through `register`, and their authenticating kin.
    mutating func branchIndirectly(to target: Value, register: UInt32, _ kind: BranchKind) {
        let entry = branchType(register, kind)
        guard kind == .call else { return ir.jumpIndirect(target, kind, entry: entry) }
        setX(30, ir.constant(.i64, nextPC))
        ir.jumpIndirect(target, kind, returnAddress: nextPC, entry: entry)
    }

    fileprivate mutating func branchConditionally(_ word: UInt32) -> Bool {
        let target = target(word.signedBits(5, 19))
        if word.bits(0, 4) >= 14 {
            ir.jump(target)
        } else {
            ir.branch(holds(word.bits(0, 4)), taken: target, fallThrough: nextPC)
        }
        return true
    }

    fileprivate mutating func compareAndBranch(_ word: UInt32, _ comparison: Comparison) -> Bool {
        let value = register(word.rt, word.width)
        let condition = ir.compare(comparison, word.width, value, ir.constant(word.width, 0))
        ir.branch(condition, taken: target(word.signedBits(5, 19)), fallThrough: nextPC)
        return true
    }

    /// A test of the sign bit is a comparison with zero.
    fileprivate mutating func testAndBranch(_ word: UInt32, ifSet: Bool) -> Bool {
        let type = word.width
        let bit = word.bits(31, 1) << 5 | word.bits(19, 5)
        let value = register(word.rt, type)
        let zero = ir.constant(type, 0)
        let condition: Value
        if bit == UInt32(truncatingIfNeeded: type.bits - 1) {
            condition = ir.compare(ifSet ? .signedLess : .signedGreaterOrEqual, type, value, zero)
        } else {
            let tested = ir.binary(.and, type, value, ir.constant(type, 1 << UInt64(bit)))
            condition = ir.compare(ifSet ? .notEqual : .equal, type, tested, zero)
        }
        ir.branch(condition, taken: target(word.signedBits(5, 14)), fallThrough: nextPC)
        return true
    }
}
