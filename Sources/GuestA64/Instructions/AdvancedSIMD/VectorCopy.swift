import Guest
import IR
import Support

/// Arm ARM C4.1, Advanced SIMD copy and scalar copy.
extension DecodeTable<A64Translation> {
    mutating func defineVectorCopy() {
        defineVector("DUP (element)", "0q001110000iiiii000001nnnnnddddd", "dup {Vd.I}, {Vn[I]}") { word, t in
            t.duplicateElement(word, word.vectorWidth)
        }
        defineVector("DUP (element, scalar)", "01011110000iiiii000001nnnnnddddd", "mov {Vd:I}, {Vn[I]}") { word, t in
            t.duplicateElement(word, .one)
        }
        defineVector("DUP (general)", "0q001110000iiiii000011nnnnnddddd", "dup {Vd.I}, {Vn>I}") { word, t in
            t.duplicateGeneral(word)
        }
        defineVector("INS (element)", "01101110000iiiii0jjjj1nnnnnddddd", "mov {Vd[I]}, {Vn[K]}") { word, t in
            t.insertElement(word)
        }
        defineVector("INS (general)", "01001110000iiiii000111nnnnnddddd", "mov {Vd[I]}, {Vn>I}") { word, t in
            t.insertGeneral(word)
        }
        defineVector("SMOV", "0q001110000iiiii001011nnnnnddddd", "smov {Zd}, {Vn[I]}") { word, t in
            t.moveSigned(word)
        }
        defineVector("UMOV", "0q001110000iiiii001111nnnnnddddd", "{umov} {Zd}, {Vn[I]}") { word, t in
            t.moveUnsigned(word)
        }
    }
}

extension A64Translation {
    fileprivate mutating func duplicateElement(_ word: UInt32, _ width: Lanes.Width) -> Bool {
        guard let (size, index) = word.elementIndex, size != .d || width != .half else { return false }
        let element = v(word.rn)
        setV(word.rd, ir.lanes(.broadcastLane, Lanes(size, width), element, parameter: UInt64(index)))
        return true
    }

    fileprivate mutating func duplicateGeneral(_ word: UInt32) -> Bool {
        guard let (size, _) = word.elementIndex, size != .d || word.isQuad else { return false }
        setV(word.rd, ir.splat(Lanes(size, word.vectorWidth), register(word.rn, size.scalar)))
        return true
    }

    fileprivate mutating func insertElement(_ word: UInt32) -> Bool {
        guard let (size, index) = word.elementIndex else { return false }
        let source = UInt64(word.bits(11, 4) >> UInt32(size.rawValue))
        let element = ir.extractLane(size.scalar, v(word.rn), source)
        setV(word.rd, ir.insertLane(size.scalar, v(word.rd), element, UInt64(index)))
        return true
    }

    fileprivate mutating func insertGeneral(_ word: UInt32) -> Bool {
        guard let (size, index) = word.elementIndex else { return false }
        let element = register(word.rn, size.scalar)
        setV(word.rd, ir.insertLane(size.scalar, v(word.rd), element, UInt64(index)))
        return true
    }

    /// To W bytes and halfwords, to X words too.
    fileprivate mutating func moveSigned(_ word: UInt32) -> Bool {
        guard let (size, index) = word.elementIndex, size == .b || size == .h || size == .s && word.isQuad else {
            return false
        }
        let element = ir.extractLane(size.scalar, v(word.rn), UInt64(index))
        let type: ValueType = word.isQuad ? .i64 : .i32
        setRegister(word.rd, ir.signExtend(element, to: type), type)
        return true
    }

    /// To W all but doublewords, these to X.
    fileprivate mutating func moveUnsigned(_ word: UInt32) -> Bool {
        guard let (size, index) = word.elementIndex, (size == .d) == word.isQuad else { return false }
        let element = ir.extractLane(size.scalar, v(word.rn), UInt64(index))
        setX(word.rd, ir.resize(element, to: .i64))
        return true
    }
}
