import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores: load/store exclusive register and pair.
extension DecodeTable<A64Translation> {
    mutating func defineLoadStoreExclusive() {
        defineStoreExclusive()
        defineLoadExclusive()
        defineExclusivePairs()
    }

    private mutating func defineStoreExclusive() {
        define("STXRB", "00001000000sssss011111nnnnnttttt", "stxrb {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.storeExclusive(word, .i8, .plain)
        }
        define("STLXRB", "00001000000sssss111111nnnnnttttt", "stlxrb {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.storeExclusive(word, .i8, .release)
        }
        define("STXRH", "01001000000sssss011111nnnnnttttt", "stxrh {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.storeExclusive(word, .i16, .plain)
        }
        define("STLXRH", "01001000000sssss111111nnnnnttttt", "stlxrh {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.storeExclusive(word, .i16, .release)
        }
        define("STXR", "1z001000000sssss011111nnnnnttttt", "stxr {Ws}, {Zt}, [{Xn|SP}]") { word, t in
            t.storeExclusive(word, word.transferWidth, .plain)
        }
        define("STLXR", "1z001000000sssss111111nnnnnttttt", "stlxr {Ws}, {Zt}, [{Xn|SP}]") { word, t in
            t.storeExclusive(word, word.transferWidth, .release)
        }
    }

    private mutating func defineLoadExclusive() {
        define("LDXRB", "0000100001011111011111nnnnnttttt", "ldxrb {Wt}, [{Xn|SP}]") { word, t in
            t.loadExclusive(word, .i8, .plain)
        }
        define("LDAXRB", "0000100001011111111111nnnnnttttt", "ldaxrb {Wt}, [{Xn|SP}]") { word, t in
            t.loadExclusive(word, .i8, .acquire)
        }
        define("LDXRH", "0100100001011111011111nnnnnttttt", "ldxrh {Wt}, [{Xn|SP}]") { word, t in
            t.loadExclusive(word, .i16, .plain)
        }
        define("LDAXRH", "0100100001011111111111nnnnnttttt", "ldaxrh {Wt}, [{Xn|SP}]") { word, t in
            t.loadExclusive(word, .i16, .acquire)
        }
        define("LDXR", "1z00100001011111011111nnnnnttttt", "ldxr {Zt}, [{Xn|SP}]") { word, t in
            t.loadExclusive(word, word.transferWidth, .plain)
        }
        define("LDAXR", "1z00100001011111111111nnnnnttttt", "ldaxr {Zt}, [{Xn|SP}]") { word, t in
            t.loadExclusive(word, word.transferWidth, .acquire)
        }
    }

    private mutating func defineExclusivePairs() {
        define("STXP", "1z001000001sssss0uuuuunnnnnttttt", "stxp {Ws}, {Zt}, {Zu}, [{Xn|SP}]") { word, t in
            t.storeExclusivePair(word, .plain)
        }
        define("STLXP", "1z001000001sssss1uuuuunnnnnttttt", "stlxp {Ws}, {Zt}, {Zu}, [{Xn|SP}]") { word, t in
            t.storeExclusivePair(word, .release)
        }
        define("LDXP", "1z001000011111110uuuuunnnnnttttt", "ldxp {Zt}, {Zu}, [{Xn|SP}]") { word, t in
            t.loadExclusivePair(word, .plain)
        }
        define("LDAXP", "1z001000011111111uuuuunnnnnttttt", "ldaxp {Zt}, {Zu}, [{Xn|SP}]") { word, t in
            t.loadExclusivePair(word, .acquire)
        }
    }
}

extension UInt32 {
    /// Of the exclusives and atomics on words and doublewords: bit 30 tells which.
    var transferWidth: ValueType { bit(30) ? .i64 : .i32 }
}

/// Two registers as one value in memory, the first at the lower address.
extension A64Translation {
    /// The i64 of two W registers or the i128 of two X registers.
    mutating func joined(_ first: UInt32, _ second: UInt32, _ type: ValueType) -> Value {
        let (low, high) = (x(first), x(second))
        return type == .i64 ? ir.pair(low: low, high: high) : ir.bitFieldInsert(.i64, low, high, low: 32, width: 32)
    }

    mutating func setSplit(_ first: UInt32, _ second: UInt32, _ value: Value, _ type: ValueType) {
        if type == .i64 {
            let (low, high) = (ir.low64(value), ir.high64(value))
            setX(first, low)
            setX(second, high)
        } else {
            setX(first, ir.bitFieldExtract(.i64, value, low: 0, width: 32))
            setX(second, ir.binary(.shiftRightLogical, .i64, value, ir.constant(.i64, 32)))
        }
    }

    /// The memory type of a pair of registers of `type`.
    static func pairType(_ type: ValueType) -> ValueType { type == .i64 ? .i128 : .i64 }
}

extension A64Translation {
    fileprivate mutating func loadExclusive(_ word: UInt32, _ type: ValueType, _ ordering: MemoryOrdering) -> Bool {
        let attributes = atomicAccess(ordering, tracked: exclusive?.isTracked ?? true)
        let value = ir.loadLinked(type, base(word.rn), attributes)
        setRegister(word.rt, value, type)
        return true
    }

    fileprivate mutating func storeExclusive(_ word: UInt32, _ type: ValueType, _ ordering: MemoryOrdering) -> Bool {
        let base = base(word.rn)
        let value = register(word.rt, type)
        let status = ir.storeConditional(type, base, value, atomicAccess(ordering))
        setRegister(word.rs, status, .i32)
        return true
    }

    fileprivate mutating func loadExclusivePair(_ word: UInt32, _ ordering: MemoryOrdering) -> Bool {
        let type = word.transferWidth
        let attributes = atomicAccess(ordering, tracked: exclusive?.isTracked ?? true)
        let value = ir.loadLinked(Self.pairType(type), base(word.rn), attributes)
        setSplit(word.rt, word.rt2, value, type)
        return true
    }

    fileprivate mutating func storeExclusivePair(_ word: UInt32, _ ordering: MemoryOrdering) -> Bool {
        let type = word.transferWidth
        let base = base(word.rn)
        let value = joined(word.rt, word.rt2, type)
        let attributes = atomicAccess(ordering)
        let status = ir.storeConditional(Self.pairType(type), base, value, attributes)
        setRegister(word.rs, status, .i32)
        return true
    }
}
