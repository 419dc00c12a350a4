import Litmus
import Testing

struct OutcomeTests {
    private func outcome(_ question: String, _ rows: [([UInt64], Int)], _ verdict: Verdict? = nil) throws -> Outcome {
        let text = "AArch64 T\n{\n0:X1=x;\n}\n P0          ;\n LDR W0,[X1] ;\n LDR W2,[X1] ;\nlocations [0:X0; 0:X2;]\n"
        let test = try LitmusParser.parse(text + question, file: "T.litmus")
        var histogram = Histogram()
        for (values, count) in rows { histogram.add(values.map { .number($0) }, count: count) }
        return Outcome(test: test, histogram: histogram, verdict: verdict, seconds: 1.25, runs: 1)
    }

    @Test func `Equal states are one row`() {
        var histogram = Histogram()
        for values: [UInt64] in [[0, 1], [1, 0], [0, 1], [0, 1], [1, 0]] { histogram.add(values.map { .number($0) }) }
        histogram.add([.address(0), .number(1)])
        var other = Histogram()
        other.add([.number(1), .number(0)], count: 5)
        histogram.add(other)
        #expect(histogram.rows.map(\.count) == [3, 7, 1])
        #expect(histogram.total == 11)
    }

    @Test func `Many different states are all kept`() {
        var histogram = Histogram()
        for round in 0..<3 {
            for value: UInt64 in 0..<5000 { histogram.add([.number(value), .number(UInt64(round) & 0)]) }
        }
        #expect(histogram.rows.count == 5000)
        #expect(histogram.rows.allSatisfy { $0.count == 3 })
    }

    @Test(arguments: [
        ("exists (0:X0=1 /\\ 0:X2=0)", 3, 97, true), ("~exists (0:X0=1 /\\ 0:X2=0)", 3, 97, false),
        ("forall (0:X0=1 \\/ 0:X2=0)", 100, 0, true), ("exists (0:X0=7)", 0, 100, false),
    ])
    func `Witnesses and answers`(question: String, positive: Int, negative: Int, validated: Bool) throws {
        let outcome = try outcome(question, [([1, 0], 3), ([1, 1], 50), ([0, 0], 47)])
        #expect(outcome.positive == positive && outcome.negative == negative)
        #expect(outcome.isValidated == validated)
    }

    @Test(arguments: [
        (Verdict.allowed, 5, 5, true), (.allowed, 0, 5, true), (.forbidden, 0, 5, true), (.forbidden, 1, 5, false),
        (.required, 5, 0, true), (.required, 5, 1, false),
    ])
    func `Verdicts`(verdict: Verdict, positive: Int, negative: Int, accepted: Bool) {
        #expect(verdict.accepts(positive: positive, negative: negative) == accepted)
    }

    @Test func `The report is litmus7's`() throws {
        let outcome = try outcome(
            "exists (0:X0=1 /\\ 0:X2=0)", [([1, 0], 3), ([1, 1], 50), ([0, 0], 47)], .forbidden)
        let expected = """
            %%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%
            % Results for T.litmus
            %%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%
            AArch64 T
            {0:X1=x;}
             P0          ;
             LDR W0,[X1] ;
             LDR W2,[X1] ;
            exists (0:X0=1 /\\ 0:X2=0)
            Test T Allowed
            Histogram (3 states)
            47      :>0:X0=0; 0:X2=0;
            3       *>0:X0=1; 0:X2=0;
            50      :>0:X0=1; 0:X2=1;
            Ok

            Witnesses
            Positive: 3, Negative: 97
            Condition exists (0:X0=1 /\\ 0:X2=0) is validated
            Observation T Sometimes 3 97
            Time T 1.25
            Verdict T Forbidden: BROKEN

            """
        #expect(OutcomeReport(outcome).full == expected)
        #expect(OutcomeReport(outcome).brief.hasSuffix("FAIL"))
    }

    @Test func `A list of verdicts`() throws {
        let list = try VerdictList("# all\nSB Allowed\n\nMP+dmb.sys Forbidden # why\n", file: "kinds.txt")
        #expect(list["SB"] == .allowed && list["MP+dmb.sys"] == .forbidden && list["LB"] == nil)
        #expect(throws: LitmusError("k:2: 'SB' has a verdict already")) {
            try VerdictList("SB Allowed\nSB Allowed", file: "k")
        }
        #expect(throws: LitmusError("k:1: a line is a test's name and Allowed, Forbidden or Required")) {
            try VerdictList("SB Perhaps", file: "k")
        }
    }
}
