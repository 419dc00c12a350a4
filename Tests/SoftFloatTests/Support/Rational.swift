import CGMP

/// An exact fraction, by libgmp.
final class Rational {
    private let number = UnsafeMutablePointer<__mpq_struct>.allocate(capacity: 1)

    private init() { __gmpq_init(number) }
    deinit {
        __gmpq_clear(number)
        number.deallocate()
    }

    /// `significand * 2^exponent`.
    convenience init(_ significand: UInt64, power exponent: Int = 0, negative: Bool = false) {
        self.init()
        __gmpq_set_ui(number, UInt(significand), 1)
        if exponent > 0 { __gmpq_mul_2exp(number, number, UInt(exponent)) }
        if exponent < 0 { __gmpq_div_2exp(number, number, UInt(-exponent)) }
        if negative { __gmpq_neg(number, number) }
    }

    private static func make(_ body: (UnsafeMutablePointer<__mpq_struct>) -> Void) -> Rational {
        let result = Rational()
        body(result.number)
        return result
    }

    static func + (a: Rational, b: Rational) -> Rational { make { __gmpq_add($0, a.number, b.number) } }
    static func - (a: Rational, b: Rational) -> Rational { make { __gmpq_sub($0, a.number, b.number) } }
    static func * (a: Rational, b: Rational) -> Rational { make { __gmpq_mul($0, a.number, b.number) } }
    static func / (a: Rational, b: Rational) -> Rational { make { __gmpq_div($0, a.number, b.number) } }

    var sign: Int { Int(number.pointee._mp_num._mp_size.signum()) }
    var magnitude: Rational { Self.make { __gmpq_abs($0, number) } }
    func compare(_ other: Rational) -> Int { Int(__gmpq_cmp(number, other.number).signum()) }

    /// Times 2^exponent.
    func scaled(by exponent: Int) -> Rational {
        Self.make {
            exponent >= 0 ? __gmpq_mul_2exp($0, number, UInt(exponent)) : __gmpq_div_2exp($0, number, UInt(-exponent))
        }
    }

    /// The largest e with 2^e <= this positive number.
    var binaryExponent: Int {
        let top = Int(__gmpz_sizeinbase(&number.pointee._mp_num, 2))
        let bottom = Int(__gmpz_sizeinbase(&number.pointee._mp_den, 2))
        // The quotient of numbers of `top` and `bottom` digits is more than 2^(top - bottom - 1).
        let guess = top - bottom
        return compare(Rational(1, power: guess)) >= 0 ? guess : guess - 1
    }

    /// The integer below or equal, and how twice the rest compares with one (nil: there is no rest).
    var split: (floor: Rational, restAgainstHalf: Int?) {
        let floor = Rational()
        __gmpz_fdiv_q(&floor.number.pointee._mp_num, &number.pointee._mp_num, &number.pointee._mp_den)
        let rest = self - floor
        return (floor, rest.sign == 0 ? nil : rest.scaled(by: 1).compare(Rational(1)))
    }

    /// Of an integer.
    var isOdd: Bool { __gmpz_tstbit(&number.pointee._mp_num, 0) != 0 }
    /// The low 64 bits of an integer's two's complement.
    var lowWord: UInt64 {
        var result: UInt64 = 0
        for bit in 0..<64 where __gmpz_tstbit(&number.pointee._mp_num, UInt(bit)) != 0 { result |= 1 << UInt64(bit) }
        return result
    }

    /// The square root of a positive number over a power of two, cut off after some 140 digits, with one more digit that
    /// tells of the rest: it rounds like the root.
    var stickyRoot: Rational {
        let shift = 2 * 140 - 2 * (binaryExponent / 2)
        let (radicand, rest) = scaled(by: shift).split
        let root = Rational()
        var remainder = __mpz_struct()
        __gmpz_init(&remainder)
        __gmpz_sqrtrem(&root.number.pointee._mp_num, &remainder, &radicand.number.pointee._mp_num)
        let isExact = remainder._mp_size == 0 && rest == nil
        __gmpz_clear(&remainder)
        return (isExact ? root : root + Rational(1, power: -1)).scaled(by: -shift / 2)
    }
}
