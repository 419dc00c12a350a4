import Guest
import Support
import Testing

@Suite struct MemoTests {
    @Test("What is remembered is what would be computed, whichever operands share a place")
    func values() {
        func compute(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) -> UInt64 {
            a ^ b >> 5 ^ c >> 13 ^ d >> 21
        }
        let memo = Memo()
        var random = SplitMix64(seed: 1)
        var computed = 0
        for _ in 0..<100_000 {
            // Few enough to come again, more than there are places.
            let operands = (0..<4).map { _ in random.chance(80) ? 0 : UInt64(random.below(8)) << 60 }
            let result = memo.value(operands[0], operands[1], operands[2], operands[3]) {
                computed += 1
                return compute($0, $1, $2, $3)
            }
            #expect(result == compute(operands[0], operands[1], operands[2], operands[3]))
        }
        #expect(computed > 256 && computed < 90_000)
    }
}
