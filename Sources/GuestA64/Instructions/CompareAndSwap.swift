import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores: compare and swap, and compare and swap pair (FEAT_LSE). Bit 22 (`a`) is acquire, bit
/// 15 (`l`) release.
extension DecodeTable<A64Translation> {
    mutating func defineCompareAndSwap() {
        define("CASB", "000010001a1sssssl11111nnnnnttttt", "cas{al22}b {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.compareAndSwap(word, .i8)
        }
        define("CASH", "010010001a1sssssl11111nnnnnttttt", "cas{al22}h {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.compareAndSwap(word, .i16)
        }
        define("CAS", "1z0010001a1sssssl11111nnnnnttttt", "cas{al22} {Zs}, {Zt}, [{Xn|SP}]") { word, t in
            t.compareAndSwap(word, word.transferWidth)
        }
        define(
            "CASP", "0z0010000a1sssssl11111nnnnnttttt", "casp{al22} {Zs}, {Zs+1}, {Zt}, {Zt+1}, [{Xn|SP}]"
        ) { word, t in t.compareAndSwapPair(word) }
    }
}

extension A64Translation {
    private func attributes(_ word: UInt32) -> MemoryAttributes {
        atomicAccess(MemoryOrdering(acquires: word.bit(22), releases: word.bit(15)))
    }

    fileprivate mutating func compareAndSwap(_ word: UInt32, _ type: ValueType) -> Bool {
        guard has(.atomics) else { return false }
        let base = base(word.rn)
        let expected = register(word.rs, type)
        let desired = register(word.rt, type)
        let old = ir.compareAndSwap(type, base, expected: expected, desired: desired, attributes(word))
        setRegister(word.rs, old, type)
        return true
    }

    /// Both pairs begin with an even register.
    fileprivate mutating func compareAndSwapPair(_ word: UInt32) -> Bool {
        guard has(.atomics), word.rs % 2 == 0, word.rt % 2 == 0 else { return false }
        let type = word.transferWidth
        let base = base(word.rn)
        let expected = joined(word.rs, word.rs + 1, type)
        let desired = joined(word.rt, word.rt + 1, type)
        let old = ir.compareAndSwap(
            Self.pairType(type), base, expected: expected, desired: desired, attributes(word))
        setSplit(word.rs, word.rs + 1, old, type)
        return true
    }
}

extension MemoryOrdering {
    init(acquires: Bool, releases: Bool) {
        switch (acquires, releases) {
        case (false, false): self = .plain
        case (true, false): self = .acquire
        case (false, true): self = .release
        case (true, true): self = .acquireRelease
        }
    }
}
