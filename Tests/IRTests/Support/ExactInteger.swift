import CGMP

/// An integer of any size, by libgmp: the tests' mathematics, which knows no widths and cannot overflow.
final class ExactInteger: @unchecked Sendable, CustomStringConvertible {
    // Never changed after the initialiser that made it has returned.
    private let number = UnsafeMutablePointer<__mpz_struct>.allocate(capacity: 1)

    private init() { __gmpz_init(number) }
    deinit {
        __gmpz_clear(number)
        number.deallocate()
    }

    convenience init(_ value: Int) {
        self.init()
        __gmpz_set_si(number, value)
    }

    convenience init(_ value: UInt64) {
        self.init()
        __gmpz_set_ui(number, UInt(value))
    }

    /// low + high * 2^64.
    convenience init(low: UInt64, high: UInt64) {
        self.init()
        __gmpz_set_ui(number, UInt(high))
        __gmpz_mul_2exp(number, number, 64)
        __gmpz_add_ui(number, number, UInt(low))
    }

    private static func make(_ body: (UnsafeMutablePointer<__mpz_struct>) -> Void) -> ExactInteger {
        let result = ExactInteger()
        body(result.number)
        return result
    }

    /// 2^exponent.
    static func power(_ exponent: Int) -> ExactInteger {
        make { __gmpz_ui_pow_ui($0, 2, UInt(exponent)) }
    }

    static func + (a: ExactInteger, b: ExactInteger) -> ExactInteger { make { __gmpz_add($0, a.number, b.number) } }
    static func - (a: ExactInteger, b: ExactInteger) -> ExactInteger { make { __gmpz_sub($0, a.number, b.number) } }
    static func * (a: ExactInteger, b: ExactInteger) -> ExactInteger { make { __gmpz_mul($0, a.number, b.number) } }
    static func & (a: ExactInteger, b: ExactInteger) -> ExactInteger { make { __gmpz_and($0, a.number, b.number) } }
    static func | (a: ExactInteger, b: ExactInteger) -> ExactInteger { make { __gmpz_ior($0, a.number, b.number) } }
    static func ^ (a: ExactInteger, b: ExactInteger) -> ExactInteger { make { __gmpz_xor($0, a.number, b.number) } }

    /// The quotient, rounded towards zero. `divisor` is not 0.
    func dividedTowardsZero(by divisor: ExactInteger) -> ExactInteger {
        Self.make { __gmpz_tdiv_q($0, number, divisor.number) }
    }

    /// The quotient by 2^exponent, rounded down.
    func floor(power exponent: Int) -> ExactInteger { Self.make { __gmpz_fdiv_q_2exp($0, number, UInt(exponent)) } }

    /// The remainder by 2^exponent that is not negative.
    func modulo(power exponent: Int) -> ExactInteger { Self.make { __gmpz_fdiv_r_2exp($0, number, UInt(exponent)) } }

    func times(power exponent: Int) -> ExactInteger { Self.make { __gmpz_mul_2exp($0, number, UInt(exponent)) } }

    /// This number of 0 to 2^bits - 1 read as two's complement.
    func signed(_ bits: Int) -> ExactInteger { bit(bits - 1) ? self - .power(bits) : self }

    func bit(_ index: Int) -> Bool { __gmpz_tstbit(number, UInt(index)) != 0 }

    /// Digits in base 2; 0 for zero.
    var bitLength: Int { isZero ? 0 : Int(__gmpz_sizeinbase(number, 2)) }
    var isZero: Bool { sign == 0 }
    /// -1, 0 or 1.
    var sign: Int { Int(__gmpz_cmp_si(number, 0).signum()) }

    func compare(_ other: ExactInteger) -> Int { Int(__gmpz_cmp(number, other.number).signum()) }

    /// Of a number from 0 to 2^128 - 1.
    var words: (low: UInt64, high: UInt64) {
        let (low, high) = (modulo(power: 64), floor(power: 64))
        return (UInt64(__gmpz_get_ui(low.number)), UInt64(__gmpz_get_ui(high.number)))
    }

    /// Of a number that fits.
    var int: Int { __gmpz_get_si(number) }

    var description: String { "0x\(String(words.high, radix: 16)):\(String(words.low, radix: 16))" }
}

extension ExactInteger: Comparable {
    static func < (a: ExactInteger, b: ExactInteger) -> Bool { a.compare(b) < 0 }
    static func == (a: ExactInteger, b: ExactInteger) -> Bool { a.compare(b) == 0 }
}
