import Foundation
import Litmus
import Testing

/// The shipped tests on the machine, few iterations each; `Scripts/litmus` runs them for long.
@Suite(.serialized, .timeLimit(.minutes(10))) struct RunTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Litmus")
    private static let assembler = Assembler()

    private static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    private static var verdicts: VerdictList {
        get throws { try VerdictList(text("kinds.txt"), file: "kinds.txt") }
    }

    private static func run(
        _ text: String, _ verdict: Verdict?, _ change: (inout HarnessOptions) -> Void = { _ in }
    ) throws -> Outcome {
        var options = HarnessOptions()
        options.size = 4_000
        options.runs = 3
        change(&options)
        return try LitmusRunner(LitmusParser.parse(text, file: "test"), options, assembler).run(verdict: verdict)
    }

    private static func shipped(_ name: String, _ change: (inout HarnessOptions) -> Void = { _ in }) throws -> Outcome {
        try run(text(name + ".litmus"), verdicts[name], change)
    }

    @Test func `Every file has a verdict, and every verdict a file`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .filter { $0.hasSuffix(".litmus") }.map { String($0.dropLast(7)) }
        #expect(try files.sorted() == Self.verdicts.names)
        for name in files {
            #expect(try LitmusParser.parse(Self.text(name + ".litmus"), file: name).name == name)
        }
    }

    @Test func `The files that the generator can make are what it makes`() throws {
        var same = 0
        for test in Families.all {
            guard let text = try? Self.text(test.name + ".litmus") else { continue }
            let file = try LitmusParser.parse(text, file: "").question
            #expect(try file == LitmusParser.parse(test.text, file: "").question, "\(test.name)")
            #expect(try Self.verdicts[test.name] == test.verdict, "\(test.name)")
            if text == test.text { same += 1 }
        }
        #expect(same >= 25)
    }

    @Test func `No verdict is broken`() throws {
        for name in try Self.verdicts.names {
            // Threads that wait for each other need both cores at once, which a busy host seldom gives.
            let runs = name.hasPrefix("ABA") ? 1 : 3
            let outcome = try Self.shipped(name) { $0.runs = runs }
            let isKept = outcome.isCorrect
            #expect(isKept, "\(OutcomeReport(outcome).full)")
            #expect(outcome.positive + outcome.negative == 4_000 * runs)
        }
    }

    /// The CPU model says FEAT_LSE2, by which a pair within 16 aligned bytes is single-copy atomic (Arm ARM B2.2.1).
    @Test(arguments: ["Tear+stp", "Tear+stp-w"]) func `A pair of registers is not torn`(name: String) throws {
        for accelerator in ["interp", "interp,loop=plain", "interp,opt=off"] {
            let outcome = try Self.shipped(name) {
                $0.size = 100_000
                $0.delay = .fixed(0)
                $0.accelerator = accelerator
            }
            let isKept = outcome.isCorrect
            #expect(isKept, "\(OutcomeReport(outcome).brief)")
        }
    }

    @Test(arguments: ["SB+polas", "MP+dmb.sys", "MP+rel+acq", "LLSC-inc"])
    func `In every mode of the harness`(name: String) throws {
        let modes: [(inout HarnessOptions) -> Void] = [
            { $0.mmu = false }, { $0.processors = 4 }, { $0.barrier = .once }, { $0.barrier = .pairs },
            { $0.shuffles = false },
            { $0.stride = .fixed(16) }, { $0.delay = .fixed(0) }, { $0.accelerator = "interp,loop=plain" },
            { $0.accelerator = "interp,opt=off" },
        ]
        for mode in modes {
            let outcome = try Self.shipped(name, mode)
            let isKept = outcome.isCorrect
            #expect(isKept, "\(OutcomeReport(outcome).full)")
        }
    }

    /// Which one it is the seed says; without a thread the first vCPU once jumped to address 0.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `A vCPU more than threads waits`(seed: UInt64) throws {
        let outcome = try Self.shipped("ISA2") {
            $0.processors = 4
            $0.seed = seed
        }
        let isKept = outcome.isCorrect
        #expect(isKept, "\(OutcomeReport(outcome).full)")
    }

    @Test func `Store buffering is seen where it is allowed`() throws {
        var seen = 0
        for seed: UInt64 in 1...20 where seen == 0 {
            seen = try Self.shipped("SB") {
                $0.size = 20_000
                $0.seed = seed
            }.positive
        }
        #expect(seen > 0)
    }

    @Test func `Initial values, addresses in memory and in registers, arrays, types and filters`() throws {
        let text = """
            AArch64 values
            {
            p=y; y=7; uint8_t b[4]={1,2,3,255}; int64_t s=-5; 0:X9=-1;
            0:X1=p; 0:X3=b; 0:X5=s;
            }
             P0            ;
             LDR X0,[X1]   ;
             LDR W2,[X0]   ;
             LDRB W4,[X3,#3] ;
             LDR X6,[X5]   ;
             STR X1,[X1]   ;
             ADD X9,X9,#0  ;
             STRB W4,[X3]  ;
            locations [b[0]; b[3];]
            filter (0:X2=7)
            forall (0:X0=y /\\ 0:X2=7 /\\ 0:X4=255 /\\ 0:X6=-5 /\\ [p]=p /\\ [s]=-5 /\\ b[0]=255 /\\ 0:X9=-1)
            """
        let outcome = try Self.run(text, nil)
        #expect(outcome.verdict == .required)
        #expect(outcome.isCorrect && outcome.positive == 12_000, "\(OutcomeReport(outcome).full)")
        #expect(outcome.histogram.rows.count == 1)
    }

    @Test(arguments: [
        ("MOV W0,#1 | FOO W1", "test:4: 'FOO W1': no such instruction"),
        ("MOV W0,#1 | LDR W1,[W2]", "test:4: 'LDR W1,[W2]': an operand is missing, too many, out of range or unknown"),
        ("CBZ W0,away | NOP", "test:4: 'CBZ W0,away': an operand is missing, too many, out of range or unknown"),
    ])
    func `An instruction that cannot be assembled is named with its line`(row: String, message: String) {
        let text = "AArch64 t\n{ }\n P0 | P1 ;\n \(row) ;\nexists true"
        #expect(throws: LitmusError(message)) { try Self.run(text, nil) }
    }

    @Test func `An exception and a thread without end are errors`() throws {
        let fault = "AArch64 t\n{ }\n P0 ;\n LDR W0,[X1] ;\nexists true"
        #expect { try Self.run(fault, nil) } throws: { "\($0)".contains("'ldr w0, [x1]' took an exception 0x9600") }
        let endless = "AArch64 t\n{ }\n P0 ;\n L: B L ;\nexists true"
        #expect { try Self.run(endless, nil) { $0.timeLimit = 1 } } throws: { "\($0)".contains("no end after 1 s") }
    }
}
