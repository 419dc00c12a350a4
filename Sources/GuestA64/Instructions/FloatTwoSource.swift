import Guest
import IR
import Support

/// Arm ARM C4.1, floating-point data processing (2 source) and (3 source).
extension DecodeTable<A64Translation> {
    mutating func defineFloatTwoSource() {
        defineFloat("FMUL (scalar)", "00011110tt1mmmmm000010nnnnnddddd", "fmul {Fd}, {Fn}, {Fm}") { word, t, size in
            t.floatBinary(word, size, .floatMultiply)
        }
        defineFloat("FDIV (scalar)", "00011110tt1mmmmm000110nnnnnddddd", "fdiv {Fd}, {Fn}, {Fm}") { word, t, size in
            t.floatBinary(word, size, .floatDivide)
        }
        defineFloat("FADD (scalar)", "00011110tt1mmmmm001010nnnnnddddd", "fadd {Fd}, {Fn}, {Fm}") { word, t, size in
            t.floatBinary(word, size, .floatAdd)
        }
        defineFloat("FSUB (scalar)", "00011110tt1mmmmm001110nnnnnddddd", "fsub {Fd}, {Fn}, {Fm}") { word, t, size in
            t.floatBinary(word, size, .floatSub)
        }
        defineFloat("FMAX (scalar)", "00011110tt1mmmmm010010nnnnnddddd", "fmax {Fd}, {Fn}, {Fm}") { word, t, size in
            t.floatBinary(word, size, .floatMax)
        }
        defineFloat("FMIN (scalar)", "00011110tt1mmmmm010110nnnnnddddd", "fmin {Fd}, {Fn}, {Fm}") { word, t, size in
            t.floatBinary(word, size, .floatMin)
        }
        defineFloat(
            "FMAXNM (scalar)", "00011110tt1mmmmm011010nnnnnddddd", "fmaxnm {Fd}, {Fn}, {Fm}"
        ) { word, t, size in t.floatBinary(word, size, .floatMaxNumber) }
        defineFloat(
            "FMINNM (scalar)", "00011110tt1mmmmm011110nnnnnddddd", "fminnm {Fd}, {Fn}, {Fm}"
        ) { word, t, size in t.floatBinary(word, size, .floatMinNumber) }
        defineFloat("FNMUL (scalar)", "00011110tt1mmmmm100010nnnnnddddd", "fnmul {Fd}, {Fn}, {Fm}") { word, t, size in
            let lanes = Lanes(size, .one)
            let product = t.stickyLanes(.floatMultiply, lanes, t.v(word.rn), t.v(word.rm))
            t.setV(word.rd, t.ir.lanes(.floatNegate, lanes, product))
            return true
        }
    }

    mutating func defineFloatThreeSource() {
        defineFloat("FMADD", "00011111tt0mmmmm0aaaaannnnnddddd", "fmadd {Fd}, {Fn}, {Fm}, {Fa}") { word, t, size in
            t.floatFused(word, size, negatingProduct: false, negatingAddend: false)
        }
        defineFloat("FMSUB", "00011111tt0mmmmm1aaaaannnnnddddd", "fmsub {Fd}, {Fn}, {Fm}, {Fa}") { word, t, size in
            t.floatFused(word, size, negatingProduct: true, negatingAddend: false)
        }
        defineFloat("FNMADD", "00011111tt1mmmmm0aaaaannnnnddddd", "fnmadd {Fd}, {Fn}, {Fm}, {Fa}") { word, t, size in
            t.floatFused(word, size, negatingProduct: true, negatingAddend: true)
        }
        defineFloat("FNMSUB", "00011111tt1mmmmm1aaaaannnnnddddd", "fnmsub {Fd}, {Fn}, {Fm}, {Fa}") { word, t, size in
            t.floatFused(word, size, negatingProduct: false, negatingAddend: true)
        }
    }
}

extension A64Translation {
    fileprivate mutating func floatBinary(_ word: UInt32, _ size: Lanes.Size, _ operation: LaneOperation) -> Bool {
        let (a, b) = (v(word.rn), v(word.rm))
        setV(word.rd, stickyLanes(operation, Lanes(size, .one), a, b))
        return true
    }

    /// Operands change sign before the operation, even if they are NaNs; of the factors it is the first.
    fileprivate mutating func floatFused(
        _ word: UInt32, _ size: Lanes.Size, negatingProduct: Bool, negatingAddend: Bool
    ) -> Bool {
        let lanes = Lanes(size, .one)
        var (a, c) = (v(word.rn), v(word.ra))
        let b = v(word.rm)
        if negatingProduct { a = ir.lanes(.floatNegate, lanes, a) }
        if negatingAddend { c = ir.lanes(.floatNegate, lanes, c) }
        setV(word.rd, stickyLanes(.floatMultiplyAdd, lanes, a, b, c))
        return true
    }
}
