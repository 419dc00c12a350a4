/// A 128-bit register as these functions take and return it: `x` is bits 63 to 0, `y` bits 127 to 64.
package typealias Quadword = SIMD2<UInt64>

/// The four 32-bit elements of a register, element 0 in bits 31 to 0.
typealias Words = SIMD4<UInt32>

extension Words {
    @inline(__always)
    init(_ register: Quadword) {
        self.init(
            UInt32(truncatingIfNeeded: register.x), UInt32(truncatingIfNeeded: register.x &>> 32),
            UInt32(truncatingIfNeeded: register.y), UInt32(truncatingIfNeeded: register.y &>> 32))
    }

    @inline(__always)
    var register: Quadword {
        Quadword(UInt64(x) | UInt64(y) &<< 32, UInt64(z) | UInt64(w) &<< 32)
    }

    /// Every element rotated left by `amount`, 1 to 31.
    @inline(__always)
    func rotatedLeft(_ amount: UInt32) -> Words { self &<< amount | self &>> (32 &- amount) }
}

extension UInt32 {
    /// Rotated left by `amount`, 1 to 31.
    @inline(__always)
    func rotatedLeft(_ amount: UInt32) -> UInt32 { self &<< amount | self &>> (32 &- amount) }
    /// Rotated right by `amount`, 1 to 31.
    @inline(__always)
    func rotatedRight(_ amount: UInt32) -> UInt32 { self &>> amount | self &<< (32 &- amount) }
}

extension UInt64 {
    /// Rotated right by `amount`, 1 to 63.
    @inline(__always)
    func rotatedRight(_ amount: UInt64) -> UInt64 { self &>> amount | self &<< (64 &- amount) }
}
