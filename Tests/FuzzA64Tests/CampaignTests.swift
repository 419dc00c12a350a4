import Foundation
import FuzzA64
import Testing

/// Programs run by `emu-aarch64`, which `Scripts/test` builds first.
@Suite(.serialized) struct CampaignTests {
    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: ".build/release/emu-aarch64").path

    private static func ours(_ name: String, model: String = "max", _ accelerator: String = "auto") -> Emulation {
        Emulation(name: name, command: [path, "-cpu", model, "-accel", accelerator])
    }

    private func campaign(
        _ ours: [Emulation], _ peer: Emulation? = nil, seed: UInt64 = 20_261_121,
        where filter: (String) -> Bool = { _ in true }
    ) -> Campaign {
        let generator = ProgramGenerator(words: WordGenerator(where: filter), length: 32, repeats: 4, seed: seed)
        return Campaign(ours: ours, peer: peer, generator: generator)
    }

    private static func text(_ findings: [Campaign.Finding]) -> String {
        findings.prefix(5).map { "\($0.number) \($0.program.description) \($0.differences)" }.joined(separator: "\n")
    }

    @Test("Every way of running a program gives the same state")
    func ways() throws {
        let ways = [
            Self.ours("default"), Self.ours("plainest", "interp,loop=plain,opt=off,fuse=off,link=off"),
            Self.ours("unfused", "interp,fuse=off"), Self.ours("short", "interp,block=3"),
        ]
        var campaign = campaign(ways)
        let findings = try campaign.runBatch(500)
        #expect(findings.isEmpty, "\(Self.text(findings))")
        #expect(campaign.runs == 2000)
        #expect(campaign.signals > 100)
        #expect(campaign.hits.count { $0 == 0 } < campaign.hits.count / 20)
    }

    @Test(
        "Random programs end as in qemu-aarch64", .enabled(if: Emulation.find("qemu-aarch64") != nil),
        arguments: [20_261_121, 7] as [UInt64])
    func peer(_ seed: UInt64) throws {
        let peer = Emulation(name: "qemu", command: ["qemu-aarch64", "-cpu", "max"])
        let ours = Self.ours("default")
        let lacking = try PeerGaps.find(WordGenerator(), ours, peer).rows
        var campaign = campaign([ours], peer, seed: seed) { !lacking.contains($0) }
        let findings = try campaign.runBatch(500)
        #expect(findings.isEmpty, "\(Self.text(findings))")
        #expect(campaign.instructions > 60_000)
    }

    @Test("An instruction that one of two processors lacks is found, and alone in what is reported")
    func minimized() throws {
        var campaign = campaign([Self.ours("max"), Self.ours("older", model: "cortex-a53")]) {
            $0.hasPrefix("LDADD") || $0.hasPrefix("ADD (") || $0.hasPrefix("STR (")
        }
        let findings = try campaign.runBatch(2)
        let finding = try #require(findings.first)
        #expect(finding.program.words.count == 1)
        #expect(finding.program.text.contains("ldadd"))
        #expect(finding.differences.contains { $0.contains("theirs 1: 4 code 1 at ") })
    }

    @Test(
        "Random words are undefined where they are in qemu-aarch64", .enabled(if: Emulation.find("qemu-aarch64") != nil)
    )
    func undefined() throws {
        let peer = Emulation(name: "qemu", command: ["qemu-aarch64", "-cpu", "max"])
        var survey = UndefinedSurvey(ours: Self.ours("default"), peer: peer, seed: 3)
        try survey.runBatch(10_000)
        let unexplained = survey.disagreements.filter { $0.space == nil }.map { String($0.word, radix: 16) }
        #expect(unexplained == [])
        // CSSC and SVE at least.
        #expect(survey.disagreements.count > 100)
    }

    @Test("Register fields that should be one are left to the processor; those that must be are not")
    func shouldBeOne() {
        // ldxr, stxr, ldaxp, ldar with another Rs or Rt2 than 31.
        for word: UInt32 in [0xc85f_0820, 0xc802_0820, 0xc861_8820, 0xc8c1_fc20] {
            #expect(EncodingSpace.of(word, isOursDefined: false)?.reason == .unpredictable)
        }
        // cas, casp with another Rt2: unallocated. stxp has no such field.
        for word: UInt32 in [0xc8a2_0820, 0x4822_0820] {
            #expect(EncodingSpace.of(word, isOursDefined: false) == nil)
        }
    }

    /// Words whose operands are addresses of code, and what they did.
    private static let regressions: [UInt32] = [
        // LDAXP from a page that cannot be written was a compare-and-swap, a fault of the emulator itself.
        0xc87f_aec6,
        // MSR DIT, SSBS with an operand whose upper bits do not count were undefined.
        0xd503_435f, 0xd503_483f, 0xd503_4f5f,
    ]

    @Test("Words that once ended the emulator or were undefined", arguments: regressions)
    func onceWrong(_ word: UInt32) throws {
        let program = FuzzProgram(words: [word], states: [])
        let output = try Arena([Self.ours("default")]).run([program], brief: true)[0]
        #expect(output.count == 1)
        #expect(output.isDefined(0))
    }

    @Test("A 64-bit comparison with the lower half of a register takes no more of it in native code")
    func halfOfRegister() throws {
        var state = FuzzState()
        state.x[6] = 0xffff_ffff_ffff_ff91
        // umin w7, w6, w6; smax x7, x21, x7; smin w6, w2, #0x50.
        let program = FuzzProgram(
            words: [0x1ac6_6cc7, 0x9ac7_62a7, 0x11c9_4046], states: [state, state, state, state])
        let output = try Arena([Self.ours("native", "native,threshold=1")]).run([program])[0]
        #expect(output.count == 4)
        for run in 0..<output.count { #expect(output.result(run).state.x[7] == 0xffff_ff91) }
    }

    @Test("What one emulator does not come to is a difference")
    func endsEarly() throws {
        let silent = Emulation(name: "silent", command: ["/bin/true"])
        var campaign = campaign([Self.ours("default"), silent])
        #expect(try !campaign.runBatch(2).isEmpty)
    }

    @Test("An emulator that is not there is a clear error")
    func missing() {
        var campaign = campaign([Emulation(name: "none", command: ["/nonexistent/emulator"])])
        #expect(throws: Emulation.Failure.self) { try campaign.runBatch(1) }
    }
}
