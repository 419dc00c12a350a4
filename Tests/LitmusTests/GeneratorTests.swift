import Litmus
import Testing

struct GeneratorTests {
    @Test func `A cycle becomes the program that everybody knows`() throws {
        let test = try Cycle("PodWW Rfe DMB.LDdRR Fre").test(name: "MP+po+dmb.ld")
        #expect(
            test.text == """
                AArch64 MP+po+dmb.ld
                "PodWW Rfe DMB.LDdRR Fre"
                {
                0:X1=x; 0:X3=y;
                1:X1=y; 1:X3=x;
                }
                 P0          | P1          ;
                 MOV W0,#1   | LDR W0,[X1] ;
                 STR W0,[X1] | DMB LD      ;
                 MOV W2,#1   | LDR W2,[X3] ;
                 STR W2,[X3] |             ;
                exists (1:X0=1 /\\ 1:X2=0)

                """)
        #expect(test.verdict == .allowed)
    }

    @Test(arguments: [
        ("DMB.SYdWW Rfe DMB.LDdRR Fre", Verdict.forbidden), ("DMB.STdWW Rfe DpAddrdR Fre", .forbidden),
        ("DMB.SYdWW Rfe DpCtrldR Fre", .allowed), ("DMB.SYdWW Rfe DpCtrlIsbdR Fre", .forbidden),
        ("PodWRLA Fre PodWRLA Fre", .forbidden), ("PodWRLQ Fre PodWRLQ Fre", .allowed),
        ("DMB.STdWR Fre DMB.SYdWR Fre", .allowed), ("DpCtrldW Rfe DpDatadW Rfe", .forbidden),
        ("PodRWPL Rfe PodRWQP Rfe", .forbidden), ("Rfe DMB.LDdRR Fre Rfe DMB.LDdRR Fre", .forbidden),
    ])
    func `Verdicts follow from what orders the accesses`(words: String, verdict: Verdict) throws {
        #expect(try Cycle(words).verdict == verdict)
    }

    @Test(arguments: [
        "", "Rfe", "PodWW", "PodWW Fre PodRR Fre", "PodWW Rfe Xyz Fre", "DpDatadR Rfe", "PodWWAP Coe PodWW Coe",
    ])
    func `What is no cycle is refused in one line`(words: String) {
        #expect(throws: LitmusError.self) { try Cycle(words) }
    }

    @Test func `Every generated test is a test, with code that assembles`() throws {
        let assembler = Assembler()
        #expect(Families.all.count > 250)
        var options = HarnessOptions()
        options.size = 1
        for test in Families.all {
            let parsed = try LitmusParser.parse(test.text, file: test.name)
            #expect(parsed.name == test.name)
            _ = try LitmusRunner(parsed, options, assembler)
        }
    }
}
