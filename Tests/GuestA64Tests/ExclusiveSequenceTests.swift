import Guest
import IR
import Testing

@testable import GuestA64

/// Which load-exclusives begin a closed sequence, and where it is left.
@Suite struct ExclusiveSequenceTests {
    struct Case: Sendable {
        let name: String
        let words: [UInt32]
        let expected: ExclusiveSequence
    }

    static let cases: [Case] = [
        // ldxr x1, [x0]; add x1, x1, #1; stxr w2, x1, [x0]; cbnz w2, 1b
        Case(name: "counter", words: [0xc85f_7c01, 0x9100_0421, 0xc802_7c01, 0x35ff_ffa2], expected: .closed),
        // ldaxr x1, [x0]; cmp x1, x2; b.ne 2f; stlxr w3, x4, [x0]; cbnz w3, 1b; 2: ret
        Case(
            name: "compare and swap",
            words: [0xc85f_fc01, 0xeb02_003f, 0x5400_0061, 0xc803_fc04, 0x35ff_ff83, 0xd65f_03c0],
            expected: ExclusiveSequence(kind: .closed, leavingBranch: (8, true))),
        // ldaxp x1, x2, [x0]; eor; eor; orr; cbnz x5, 2f; stlxp w7, x8, x9, [x0]; cbnz w7, 1b; 2: dmb ish; ret
        Case(
            name: "pair",
            words: [
                0xc87f_8801, 0xca03_0025, 0xca04_0046, 0xaa06_00a5, 0xb500_0065, 0xc827_a408, 0x35ff_ff47,
                0xd503_3bbf, 0xd65f_03c0,
            ], expected: ExclusiveSequence(kind: .closed, leavingBranch: (16, true))),
        // ldaxr w1, [x0]; cbnz w1, 2f; wfe; b 1b; 2: ret
        Case(
            name: "wait", words: [0x885f_fc01, 0x3500_0061, 0xd503_205f, 0x17ff_fffd, 0xd65f_03c0],
            expected: ExclusiveSequence(kind: .closed, isLeftAtOnce: true)),
        // ldxr x1, [x0]; cbz x1, 1b; ldr x2, [x1]; stxr w3, x2, [x0]
        Case(name: "pop", words: [0xc85f_7c01, 0xb4ff_ffe1, 0xf940_0022, 0xc803_7c02], expected: .open),
        // ldxr x2, [x0]; str x2, [x1]; stlxr w3, x1, [x0]
        Case(name: "push", words: [0xc85f_7c02, 0xf900_0022, 0xc803_fc01], expected: .open),
        // ldxr x1, [x0]; cbz x1, 2f; tbnz x1, #3, 2f; stxr w3, x4, [x0]; cbnz w3, 1b; 2: ret
        Case(
            name: "two conditions",
            words: [0xc85f_7c01, 0xb400_0081, 0x3718_0061, 0xc803_7c04, 0x35ff_ff83, 0xd65f_03c0], expected: .open),
        // ldxr x1, [x0] at the end of what can be seen
        Case(name: "end of the page", words: [0xc85f_7c01], expected: .open),
        // ldxr x1, [x0]; ret
        Case(
            name: "load alone", words: [0xc85f_7c01, 0xd65f_03c0],
            expected: ExclusiveSequence(kind: .closed, isLeftAtOnce: true)),
    ]

    @Test("Sequences are told apart", arguments: cases)
    func classified(_ sequence: Case) {
        let found = sequence.words.withUnsafeBytes { bytes -> ExclusiveSequence? in
            bytes.baseAddress.map {
                ExclusiveSequence.following(0, in: CodeWindow(base: $0, count: bytes.count))
            }
        }
        #expect(found == sequence.expected, "\(sequence.name)")
    }

    @Test("The IR marks open loads, and the way out of closed sequences")
    func marked() {
        func text(_ name: String) -> String {
            Self.cases.first { $0.name == name }.map { "\(TestBlock.translate($0.words))" } ?? ""
        }
        #expect(text("pop").contains(".tracked"))
        #expect(!text("counter").contains(".tracked"))
        #expect(!text("counter").contains("abandon"))
        #expect(text("compare and swap").contains("abandon"))
        #expect(!text("compare and swap").contains(".tracked"))
        #expect(text("wait").contains("abandon"))
    }
}
