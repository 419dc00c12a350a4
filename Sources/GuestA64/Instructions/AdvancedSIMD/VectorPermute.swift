import Guest
import IR
import Support

/// Arm ARM C4.1, Advanced SIMD permute, extract and table lookup.
extension DecodeTable<A64Translation> {
    mutating func defineVectorPermute() {
        defineBinary(
            "UZP1", "0q001110zz0mmmmm000110nnnnnddddd", "uzp1 {Vd.T}, {Vn.T}, {Vm.T}", .unzipEven, .vector(.bhsd))
        defineBinary(
            "TRN1", "0q001110zz0mmmmm001010nnnnnddddd", "trn1 {Vd.T}, {Vn.T}, {Vm.T}", .transposeEven, .vector(.bhsd))
        defineBinary(
            "ZIP1", "0q001110zz0mmmmm001110nnnnnddddd", "zip1 {Vd.T}, {Vn.T}, {Vm.T}", .zipLow, .vector(.bhsd))
        defineBinary(
            "UZP2", "0q001110zz0mmmmm010110nnnnnddddd", "uzp2 {Vd.T}, {Vn.T}, {Vm.T}", .unzipOdd, .vector(.bhsd))
        defineBinary(
            "TRN2", "0q001110zz0mmmmm011010nnnnnddddd", "trn2 {Vd.T}, {Vn.T}, {Vm.T}", .transposeOdd, .vector(.bhsd))
        defineBinary(
            "ZIP2", "0q001110zz0mmmmm011110nnnnnddddd", "zip2 {Vd.T}, {Vn.T}, {Vm.T}", .zipHigh, .vector(.bhsd))
        defineVector("EXT", "0q101110000mmmmm0iiii0nnnnnddddd", "ext {Vd.B}, {Vn.B}, {Vm.B}, {bytes}") { word, t in
            let first = word.bits(11, 4)
            guard word.isQuad || first < 8 else { return false }
            let (a, b) = (t.v(word.rn), t.v(word.rm))
            t.setV(word.rd, t.ir.lanes(.extract, Lanes(.b, word.vectorWidth), a, b, parameter: UInt64(first)))
            return true
        }
    }

    mutating func defineVectorTable() {
        defineVector("TBL (1 register)", "0q001110000mmmmm000000nnnnnddddd", "tbl {Vd.B}, {table1}, {Vm.B}") {
            word, t in t.lookUp(word, 1, extends: false)
        }
        defineVector("TBL (2 registers)", "0q001110000mmmmm001000nnnnnddddd", "tbl {Vd.B}, {table2}, {Vm.B}") {
            word, t in t.lookUp(word, 2, extends: false)
        }
        defineVector("TBL (3 registers)", "0q001110000mmmmm010000nnnnnddddd", "tbl {Vd.B}, {table3}, {Vm.B}") {
            word, t in t.lookUp(word, 3, extends: false)
        }
        defineVector("TBL (4 registers)", "0q001110000mmmmm011000nnnnnddddd", "tbl {Vd.B}, {table4}, {Vm.B}") {
            word, t in t.lookUp(word, 4, extends: false)
        }
        defineVector("TBX (1 register)", "0q001110000mmmmm000100nnnnnddddd", "tbx {Vd.B}, {table1}, {Vm.B}") {
            word, t in t.lookUp(word, 1, extends: true)
        }
        defineVector("TBX (2 registers)", "0q001110000mmmmm001100nnnnnddddd", "tbx {Vd.B}, {table2}, {Vm.B}") {
            word, t in t.lookUp(word, 2, extends: true)
        }
        defineVector("TBX (3 registers)", "0q001110000mmmmm010100nnnnnddddd", "tbx {Vd.B}, {table3}, {Vm.B}") {
            word, t in t.lookUp(word, 3, extends: true)
        }
        defineVector("TBX (4 registers)", "0q001110000mmmmm011100nnnnnddddd", "tbx {Vd.B}, {table4}, {Vm.B}") {
            word, t in t.lookUp(word, 4, extends: true)
        }
    }
}

extension A64Translation {
    /// Each register of the table gives the bytes whose index lies in it; the others it leaves zero, or as they were.
    fileprivate mutating func lookUp(_ word: UInt32, _ count: UInt32, extends: Bool) -> Bool {
        let lanes = Lanes(.b, word.vectorWidth)
        let indices = v(word.rm)
        var result = extends ? v(word.rd) : Value.none
        for offset in 0..<count {
            let (table, first) = (v(word.rn &+ offset), UInt64(offset * 16))
            if extends {
                result = ir.lanes(.tableLookupExtension, lanes, table, indices, result, parameter: first)
            } else {
                let found = ir.lanes(.tableLookup, lanes, table, indices, parameter: first)
                result = offset == 0 ? found : ir.lanes(.or, lanes, result, found)
            }
        }
        setV(word.rd, result)
        return true
    }
}
