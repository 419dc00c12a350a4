import Support

/// A loop over eight pieces of a `RandomLoop` in an order that looks random, by jumps through a register: from one place, as
/// a switch has it, or from the end of each piece.
struct RandomSwitch {
    let words: [UInt32]
    /// x28 is where the order comes from, never 0; x13 to x15 and x27 as in the loops.
    let registers: [UInt32: UInt64]

    private static let cases = 8
    /// x28 by Xorshift; x16 = the code behind, plus (x28 & 7) << `shift`; br x16.
    private static func dispatch(_ shift: UInt32, to distance: Int) -> [UInt32] {
        // From the adr on, in bytes.
        let ahead = UInt32(bitPattern: Int32(distance - 4) * 4)
        return [
            0xca1c_379c, 0xca5c_1f9c, 0xca1c_479c,  // eor x28, x28, x28, lsl #13; lsr #7; lsl #17
            0x9240_0b91,  // and x17, x28, #7
            0x1000_0010 | (ahead & 3) << 29 | (ahead >> 2 & 0x7ffff) << 5,  // adr x16, ...
            0x8b11_0210 | shift << 10,  // add x16, x16, x17, lsl #shift
            0xd61f_0200,  // br x16
        ]
    }

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed ^ 0x7377_6974)
        let isThreaded = Bool.random(using: &random)
        let pieces = (0..<Self.cases).map { number in
            Array(RandomLoop(seed: seed &* 8 &+ UInt64(number)).words.prefix(7))
        }
        registers = RandomLoop(seed: seed).registers.merging([
            27: 80, 28: UInt64.random(in: 1...(.max), using: &random),
        ]) {
            $1
        }
        let start = Self.dispatch(isThreaded ? 6 : 5, to: 7)
        // subs x27, x27, #1; b.eq the end, or b.ne the start
        if isThreaded {
            words =
                start
                + pieces.enumerated().flatMap { number, piece in
                    let left = UInt32(16 * (Self.cases - number) - 8)
                    return piece + [0xf100_077b, 0x5400_0000 | left << 5] + Self.dispatch(6, to: -16 * number - 9)
                }
        } else {
            let back = UInt32(bitPattern: -Int32(start.count + 8 * Self.cases + 1)) & 0x7ffff
            words =
                start
                + pieces.enumerated().flatMap { number, piece in
                    piece + [0x1400_0000 | UInt32(8 * (Self.cases - number) - 7)]
                } + [0xf100_077b, 0x5400_0001 | back << 5]
        }
    }
}
