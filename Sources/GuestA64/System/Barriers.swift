import Guest
import IR
import Support

/// Arm ARM C4.1, barriers. All shareability domains are one: every vCPU sees the same memory.
extension DecodeTable<A64Translation> {
    mutating func defineBarriers() {
        define("CLREX", "11010101000000110011mmmm01011111", "clrex{unlessfull}") { _, t in
            t.ir.clearExclusive()
            return true
        }
        define("DSB", "11010101000000110011mmmm10011111", "{dsb}") { word, t in
            t.dataSynchronizationBarrier(word.bits(8, 4))
        }
        define("DSB (nXS)", "11010101000000110011mm1000111111", "dsb {barriernxs}") { _, t in
            t.has(.excessiveLatency) && t.dataSynchronizationBarrier(0b1111)
        }
        define("DMB", "11010101000000110011mmmm10111111", "dmb {barrier}") { word, t in
            t.ir.fence(FenceBits(barrierOption: word.bits(8, 4)))
            return true
        }
        define("ISB", "11010101000000110011mmmm11011111", "isb{unlessfulldecimal}") { _, t in
            t.leaveBlock()
            return true
        }
        define("SB", "11010101000000110011000011111111", "sb") { _, t in
            // Nothing here speculates.
            t.has(.speculationBarrier)
        }
    }
}

extension FenceBits {
    /// The accesses that CRm of a DMB or DSB orders: 1 loads before anything, 2 stores before stores, else all.
    init(barrierOption option: UInt32) {
        switch option & 3 {
        case 1: self = [.loadLoad, .loadStore]
        case 2: self = .storeStore
        default: self = .all
        }
    }
}

extension A64Translation {
    /// A DSB also completes earlier TLB maintenance, unless it is one for loads only.
    fileprivate mutating func dataSynchronizationBarrier(_ option: UInt32) -> Bool {
        // SSBB and PSSBB only restrain speculation.
        if option == 0b0000 || option == 0b0100 { return true }
        ir.fence(FenceBits(barrierOption: option))
        if option & 3 != 1 { call(.completeInvalidations, .acts) }
        return true
    }
}
