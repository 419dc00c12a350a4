import IR
import Testing

@Suite struct PrinterParserTests {
    static let names = StateNames([("x0", 0), ("x1", 8), ("x2", 16), ("nzcv", 264), ("v0", 2048)])

    /// Every operation, with every variant of its text.
    static let everything = """
        block 0x40001000, 2 guest instructions
            insn 0x40001000
            %1 = const.i64 0xfedcba9876543210
            %2 = const.i32 7
            %3 = const.i1 1
            %4 = get.i64 @x1
            %5 = get.i32 @x1+4
            %6 = get.flags @nzcv
            %7 = get.i128 @v0
            %8 = get.i8 @4096
            %9 = zext.i64 %2
            %10 = sext.i32 %8
            %11 = trunc.i16 %4
            %12 = add.i64 %1, %4
            %13 = xorn.i1 %3, %3
            %14 = cls.i64 %12
            %15 = bswap16.i16 %11
            %16 = ubfx.i64 %12, 4, 60
            %17 = sbfx.i32 %2, 0, 1
            %18 = bfi.i64 %1, %4, 63, 1
            %19 = extr.i64 %1, %4, 12
            %20 = adc.i64 %1, %4, %3
            %21 = crc32c.i8 %2, %8
            %22 = cmp.i64.ult %1, %4
            %23 = select.i64 %22, %1, %4
            %24 = addflags.i64 %1, %4
            %25 = adcflags.i64 %1, %4, %3
            %26 = logicflags.i32 %2
            %27 = test.hi %26
            %28 = toflags %2
            %29 = fromflags %28
            %30 = pair %1, %4
            %31 = low %30
            %32 = high %30
            set.i64 @x2, %31
            set.flags @nzcv, %28
            insn 0x40001004
            %36 = load.i32.acquire [%4 + 16]
            %37 = load.i64.aligned.unprivileged.each16 [%4 - 8]
            store.i8.release.aligned [%4], %8
            %39 = ll.i64.acquire [%4]
            %40 = sc.i64.release [%4], %1
            clrex
            %42 = cas.i128.acqrel [%4], %7, %30
            %43 = xchg.i64.acquirepc [%4], %1
            %44 = fetch.i64.umax.acqrel [%4], %1
            %45 = fetch.i32.add [%4], %2
            fence loadload|storestore
            fence none
            guard.i64 %4, mask 0xf, kind 6, payload 0
            %49 = helper.i64 7(%1, %4) reads|faults
            helper 8() pure
            %51 = helper.i64 300(%1, %4, %12) reads|writes|faults|acts
            abandon %22, 0x40001004
            %53 = ll.i64.acquire.aligned.tracked [%4]
            %54 = lane2.add.4s %7, %30, 0
            %55 = lane1.shiftLeftImmediate.8b %54, 3
            %56 = lane3.bitSelect.16b %54, %55, %7, 0
            %57 = sticky2.floatAdd.d %54, %55, @nzcv, 0
            %58 = sticky1.floatRound.2d %57, @nzcv, 0xd
            %59 = sticky3.floatMultiplyAdd.4h %54, %55, %56, @nzcv, 0
            %60 = fcmp.s %57, %58, @nzcv, 1
            %61 = lane.i16 %59, 7
            %62 = setlane.i16 %59, %61, 0
            %63 = splat.i64.2d %1
            %64 = ldpair.i32.aligned [%4]
            stpair.i64 [%4], %1, %1
            branch %22, 0x40001008, 0x40002000

        """

    private static func ending(_ terminator: String) -> String {
        """
        block 0, 1 guest instructions
            insn 0
            %1 = get.i64 @x0
            \(terminator)

        """
    }

    static let terminators = [
        "jump 0x1000", "jump.call 0x1000, return 0x2000", "jump.return 0x1000", "jumpind %1", "jumpind.return %1",
        "jumpind.call %1, return 8", "raise 3, 0x10", "exit.state 4", "exit.wfi 4", "exit.wfe 4", "exit.yield 4",
    ].map(ending)

    @Test("Text is read back to an equal block and printed as it was", arguments: [everything] + terminators)
    func roundTrip(text: String) throws {
        let block = try Parser(names: Self.names).parse(text)
        #expect(Printer(names: Self.names).text(block) == text)
        // Without names the text is another, and reads back to the same block.
        #expect(try Parser().parse("\(block)") == block)
        try Verifier.check(block)
    }

    @Test("The text above has every operation")
    func coversEverything() throws {
        var seen: Set<Opcode> = []
        for text in [Self.everything] + Self.terminators {
            for instruction in try Parser(names: Self.names).parse(text).instructions {
                seen.insert(instruction.opcode)
            }
        }
        // These share their form with an operation that is there.
        let sharing: Set<OpShape> = [.binary, .unary, .flagsBinary, .crc]
        for opcode in Opcode.allCases where !sharing.contains(opcode.info.shape) {
            #expect(seen.contains(opcode), "\(opcode)")
        }
    }

    @Test("No two operations have the same name")
    func uniqueNames() {
        let names = Opcode.allCases.map { "\($0.info.text)" }
        #expect(Set(names).count == names.count)
    }

    @Test("Comments and blank lines are skipped")
    func comments() throws {
        let text = "; a comment\nblock 0x10, 1 guest instructions ; another\n\n insn 0x10\n exit.state 0x14 ; end\n"
        #expect(try Parser().parse(text).instructions.count == 2)
    }

    @Test(
        "A mistake is named with its line",
        arguments: [
            ("", "no line 'block <pc>, <n> guest instructions'"),
            ("block 1", "expected ',' before ''"),
            ("block 0, 1 guest instructions\n frob.i64 %0", "no operation is called 'frob'"),
            ("block 0, 1 guest instructions\n %0 = const 4", "'const' needs a type, as in 'const.i64'"),
            ("block 0, 1 guest instructions\n %0 = const.i64.release 4", "'const' has no variant '.release'"),
            ("block 0, 1 guest instructions\n %1 = const.i64 4", "this defines %0"),
            ("block 0, 1 guest instructions\n const.i64 4", "this defines %0"),
            ("block 0, 1 guest instructions\n %0 = clrex", "this defines no value"),
            ("block 0, 1 guest instructions\n %0 = const.i64 four", "expected a number before 'four'"),
            ("block 0, 1 guest instructions\n %0 = get.i64 @x99", "no state slot is called 'x99'"),
            ("block 0, 1 guest instructions\n %0 = load.i64 [%1 + 4", "expected ']' before ''"),
            ("block 0, 1 guest instructions\n clrex now", "unexpected 'now'"),
            (
                "block 0, 1 guest instructions\n fence upward",
                "'upward' is not 'none' or some of loadload|loadstore|storeload|storestore"
            ),
        ])
    func parseErrors(text: String, message: String) {
        let line = text.split(separator: "\n").count
        #expect(throws: ParseError(line: max(line, 1), message: message)) {
            try Parser(names: Self.names).parse(text)
        }
    }
}
