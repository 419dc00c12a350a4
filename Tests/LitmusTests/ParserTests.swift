import Support
import Litmus
import Testing

struct ParserTests {
    private static let message = """
        AArch64 SB-typed
        "a description"
        Key=Value
        (* a comment
           (* inside *) of one *)
        {
        uint64_t y=5; int z[2]={1,2}; p=x;
        uint32_t 0:X3; 0:X1=x; 1:X1=0x10;
        }
         P0           | P1          ;
         MOV W0,#1    | L0:         ;
         STR W0,[X1]  | CBNZ W2,L0  ;
         L1: NOP      |             ;
        locations [0:X3; z[1];]
        exists (0:X0=1 /\\ ~(y=0x5 \\/ 1:X2=-1)) /\\ [p]=x
        """

    @Test func `A test with everything in it`() throws {
        let test = try LitmusParser.parse(Self.message, file: "t")
        #expect(test.name == "SB-typed")
        #expect(test.preamble == ["\"a description\"", "Key=Value"])
        #expect(test.locations.map(\.name) == ["y", "z", "p", "x"])
        #expect(test.locations[0].type.size == 8 && test.locations[0].initial == [.number(5)])
        #expect(test.locations[1].isArray && test.locations[1].initial == [.number(1), .number(2)])
        #expect(test.locations[2].type == .address && test.locations[2].initial == [.address(3)])
        #expect(test.threads.count == 2)
        #expect(test.threads[0].registers == [1: .address(3)])
        #expect(test.threads[1].registers == [1: .number(0x10)])
        #expect(test.threads[0].types[3]?.isSigned == false)
        #expect(test.threads[0].statements.map(\.text) == ["MOV W0,#1", "STR W0,[X1]", nil, "NOP"])
        #expect(test.threads[1].statements.map(\.label) == ["L0", nil])
        #expect(test.threads[1].statements.map(\.line) == [11, 12])
        #expect(test.question.quantifier == .exists)
        #expect(test.observed.map(test.name) == ["0:X0", "0:X3", "1:X2", "[y]", "z[1]", "[p]"])
    }

    @Test(arguments: [
        ("exists (0:X0=1)", Question.Quantifier.exists, nil), ("~exists 0:X0=1", .notExists, Verdict.forbidden),
        ("forall 0:X0=1", .forall, .required),
    ])
    func `Quantifiers imply verdicts`(text: String, quantifier: Question.Quantifier, verdict: Verdict?) throws {
        let test = try LitmusParser.parse("AArch64 t\n{ 0:X0=1; }\n P0 ;\n NOP ;\n" + text, file: "t")
        #expect(test.question.quantifier == quantifier)
        #expect(test.question.impliedVerdict == verdict)
    }

    @Test func `Conjunction binds tighter than disjunction, and implication least`() throws {
        let text = "AArch64 t\n{ }\n P0 ;\n NOP ;\nexists 0:X0=1 /\\ 0:X1=1 \\/ 0:X2=1 => 0:X3=1"
        let condition = try LitmusParser.parse(text, file: "t").question.condition
        func holds(_ values: [UInt64]) -> Bool {
            condition.holds { observable, value in
                guard case .register(_, let number) = observable else { return false }
                return .number(values[number]) == value
            }
        }
        #expect(!holds([1, 1, 0, 0]) && !holds([0, 0, 1, 0]) && holds([1, 0, 0, 0]) && holds([1, 1, 1, 1]))
    }

    @Test(arguments: [
        ("", "t:1: a test begins with 'AArch64 NAME'"),
        ("X86 t\n", "t:1: a test begins with 'AArch64 NAME'"),
        ("AArch64 t\n{ 0:X1=x;\n", "t:2: the initial state has no closing '}'"),
        ("AArch64 t\n{ }\n P0 | P2 ;\n", "t:3: column 2 is thread 'P1', not 'P2'"),
        ("AArch64 t\n{ }\n P0 | P1 ;\n NOP ;\n", "t:4: 1 columns where there are 2 threads"),
        ("AArch64 t\n{ }\n P0 ;\n NOP\n", "t:4: a row of the program ends with ';'"),
        ("AArch64 t\n{ 0:X31=1; }\n P0 ;\nexists true", "t:2: a register X0 to X30 was expected, not 'X31'"),
        ("AArch64 t\n{ float x; }\n P0 ;\nexists true", "t:2: a type such as uint32_t was expected, not 'float'"),
        ("AArch64 t\n{ 0:X1=; }\n P0 ;\nexists true", "t:2: a number or a location was expected, not ';'"),
        ("AArch64 t\n{ 3:X1=1; }\n P0 ;\nexists true", "t:4: the initial state names thread 3; the program has 1"),
        ("AArch64 t\n{ }\n P0 ;\n NOP ;\n", "t:5: exists, ~exists or forall was expected, not the end"),
        ("AArch64 t\n{ }\n P0 ;\nexists (x=1)", "t:4: the initial state has no location 'x'"),
        ("AArch64 t\n{ }\n P0 ;\nexists (1:X0=1)", "t:4: there is no such thread"),
        ("AArch64 t\n{ }\n P0 ;\nexists (0:X0=1", "t:4: ')' was expected, not the end"),
        ("AArch64 t\n{ int x[2]; }\n P0 ;\nexists x[2]=1", "t:4: 'x' has no such element"),
        ("AArch64 t\n{ }\n P0 ;\nexists 0:X0=1 ?", "t:4: '?' does not belong here"),
    ])
    func `Whatever is wrong is one line with its place`(text: String, message: String) {
        #expect(throws: LitmusError(message)) { try LitmusParser.parse(text, file: "t") }
    }

    @Test func `Types cut and widen`() throws {
        let text = "AArch64 t\n{ int8_t a; uint16_t b; int64_t c; }\n P0 ;\nlocations [a; b; c;] exists true"
        let test = try LitmusParser.parse(text, file: "t")
        #expect(test.locations.map { $0.type.normalized(0xffff_ffff_ffff_fffe) } == [.max - 1, 0xfffe, .max - 1])
    }

    @Test func `Any damage to a test is refused or harmless`() throws {
        var random = SplitMix64(seed: 3)
        for _ in 0..<2000 {
            var bytes = Array(Self.message.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8.random(in: 32..<127, using: &random)
                default: bytes.insert(UInt8.random(in: 32..<127, using: &random), at: place)
                }
            }
            do { _ = try LitmusParser.parse(String(decoding: bytes, as: UTF8.self), file: "t") } catch {
                #expect(error.message.hasPrefix("t:") && !error.message.contains("\n"))
            }
        }
    }
}
