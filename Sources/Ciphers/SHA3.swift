/// The SHA-3 instructions (Arm ARM C7.2, EOR3, BCAX, RAX1, XAR), parts of Keccak's steps theta, rho and chi.
package enum SHA3 {
    /// EOR3.
    package static func exclusiveOr(_ a: Quadword, _ b: Quadword, _ c: Quadword) -> Quadword { a ^ b ^ c }

    /// BCAX: `a` exclusive or (`b` without `c`).
    package static func clearAndExclusiveOr(_ a: Quadword, _ b: Quadword, _ c: Quadword) -> Quadword { a ^ b & ~c }

    /// RAX1: `a` exclusive or `b` rotated left by one.
    package static func rotateAndExclusiveOr(_ a: Quadword, _ b: Quadword) -> Quadword {
        a ^ (b &<< 1 | b &>> 63)
    }

    /// XAR: `a` exclusive or `b`, rotated right by `amount`, 0 to 63.
    package static func exclusiveOrAndRotate(_ a: Quadword, _ b: Quadword, by amount: UInt64) -> Quadword {
        let sum = a ^ b
        return sum &>> amount | sum &<< (0 &- amount)
    }
}
