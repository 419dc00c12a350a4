import IR
import Testing

@Suite struct VerifierTests {
    /// Lines of a block after `insn` (%0), `%1 = get.i64`, `%2 = get.i32`, `%3 = get.i1`, `%4 = get.flags`.
    private static func block(_ lines: String, end: String = "exit.state 4") throws -> Block {
        let start = "insn 0\n%1 = get.i64 @0\n%2 = get.i32 @8\n%3 = get.i1 @16\n%4 = get.flags @24\n"
        return try Parser().parse("block 0, 1 guest instructions\n" + start + lines + "\n" + end)
    }

    private static func message(_ block: Block) -> String? {
        do {
            try Verifier.check(block, stateBytes: 1024)
            return nil
        } catch {
            return error.message
        }
    }

    @Test(
        "Broken operations are refused, with the reason",
        arguments: [
            ("%5 = add.i64 %1, %9", "%9 is used before it is defined"),
            ("%5 = add.i64 %5, %1", "%5 is used before it is defined"),
            ("%5 = add.i64 %0, %1", "%0 has no value"),
            ("%5 = add.i64 %1, %2", "%2 is i32 where i64 is needed"),
            ("%5 = add.i1 %3, %3", "cannot be of type i1"),
            ("%5 = add.i128 %1, %1", "cannot be of type i128"),
            ("%5 = bswap16.i8 %1", "cannot be of type i8"),
            ("%5 = zext.i32 %1", "cannot go from i64 to i32"),
            ("%5 = trunc.i64 %2", "cannot go from i32 to i64"),
            ("%5 = sext.i64 %1", "cannot go from i64 to i64"),
            ("%5 = zext.i64 %4", "converts from flags"),
            ("%5 = const.i8 0x100", "the constant does not fit its type"),
            ("%5 = const.flags 2", "the constant does not fit its type"),
            ("%5 = ubfx.i32 %2, 30, 3", "no field of 3 bits begins at bit 30 of i32"),
            ("%5 = sbfx.i32 %2, 0, 0", "no field of 0 bits begins at bit 0 of i32"),
            ("%5 = bfi.i32 %2, %2, 32, 1", "no field of 1 bits begins at bit 32 of i32"),
            ("%5 = ubfx.i32 %2, 0xffffffffffffffff, 2", "no field of 2 bits begins at bit 18446744073709551615 of i32"),
            ("%5 = extr.i32 %2, %2, 32", "bit 32 is outside i32"),
            ("%5 = adc.i64 %1, %1, %1", "%1 is i64 where i1 is needed"),
            ("%5 = crc32.i64 %1, %1", "%1 is i64 where i32 is needed"),
            ("%5 = cmp.i1.ult %3, %3", "truth values have no order"),
            ("%5 = select.i64 %1, %1, %1", "%1 is i64 where i1 is needed"),
            ("%5 = test.eq %1", "%1 is i64 where flags is needed"),
            ("%5 = toflags %1", "%1 is i64 where i32 is needed"),
            ("%5 = low %1", "%1 is i64 where i128 is needed"),
            ("%5 = get.i64 @4", "the state slot is not aligned for its type"),
            ("%5 = get.i64 @1024", "the state slot lies outside the CPU state of 1024 bytes"),
            ("set.i128 @1016, %1", "%1 is i64 where i128 is needed"),
            ("set.i64 @0, %2", "%2 is i32 where i64 is needed"),
            ("%5 = load.i64.release [%1]", "a load cannot be a release"),
            ("store.i64.acquire [%1], %1", "a store cannot be an acquire"),
            ("%5 = load.i64 [%2]", "%2 is i32 where i64 is needed"),
            ("%5 = load.flags [%1]", "cannot be of type flags"),
            ("guard.i32 %2, mask 0x100000000, kind 1, payload 0", "the mask does not fit its type"),
            ("guard.i32 %2, mask 0, kind 1, payload 0", "the mask does not fit its type"),
            ("helper 1(%2) pure", "%2 is i32 where i64 is needed"),
            ("%5 = helper.i32 1() pure", "cannot be of type i32"),
            ("exit.state 4", "a terminator inside the block"),
        ])
    func refused(line: String, message: String) throws {
        #expect(Self.message(try Self.block(line)) == message)
    }

    @Test(
        "Broken ends are refused",
        arguments: [
            ("clrex", "the block does not end with a terminator"),
            ("branch %1, 4, 8", "%1 is i64 where i1 is needed"),
            ("jumpind %2", "%2 is i32 where i64 is needed"),
            ("jump 4, return 8", "only a call has a return address"),
        ])
    func brokenEnd(line: String, message: String) throws {
        #expect(Self.message(try Self.block("clrex", end: line)) == message)
    }

    @Test("Fields that the operation does not use must be clear")
    func unusedFields() throws {
        func check(_ expected: String, _ change: (inout Instruction) -> Void) throws {
            var block = try Self.block("%5 = add.i64 %1, %1")
            change(&block.instructions[5])
            #expect(Self.message(block) == expected)
        }
        try check("has an immediate") { $0.imm = 1 }
        try check("has an immediate") { $0.imm2 = 1 }
        try check("attribute 1 is out of range") { $0.attribute = 1 }
        try check("has 3 operands instead of 2") { $0.c = Value(1) }
        try check("has 1 operands instead of 2") { $0.b = .none }
        try check("an operand is missing before another") { $0.a = .none }
    }

    @Test("Attributes that name nothing are refused")
    func attributes() throws {
        func check(_ line: String, _ expected: String, _ change: (inout Instruction) -> Void) throws {
            var block = try Self.block(line)
            change(&block.instructions[5])
            #expect(Self.message(block) == expected)
        }
        try check("%5 = cmp.i64.eq %1, %1", "attribute 10 is out of range") { $0.attribute = 10 }
        try check("%5 = test.eq %4", "attribute 14 is out of range") { $0.attribute = 14 }
        try check("fence none", "attribute 16 is out of range") { $0.attribute = 16 }
        try check("helper 1() pure", "attribute 16 is out of range") { $0.attribute = 16 }
        try check("%5 = load.i64 [%1]", "attribute 5 is out of range") { $0.attribute = 5 }
        try check("%5 = load.i64 [%1]", "attribute 64 is out of range") { $0.attribute = 64 }
        try check("%5 = load.i64 [%1]", "8 bytes have no such elements") { $0.attribute = 0x500 }
        try check("%5 = load.i32 [%1]", "4 bytes have no such elements") { $0.attribute = 0x400 }
        try check("%5 = fetch.i64.add [%1], %1", "there is no fetch operation 8") { $0.imm2 = 8 }
    }

    @Test("A fault needs a guest instruction to happen in, and the count must be true")
    func guestInstructions() throws {
        let early = try Parser().parse("block 0, 0 guest instructions\n%0 = get.i64 @0\n%1 = load.i8 [%0]\njump 4")
        #expect(Self.message(early) == "may fault before any 'insn', so that the fault would have no pc")
        let wrong = try Parser().parse("block 0, 2 guest instructions\ninsn 0\njump 4")
        #expect(Self.message(wrong) == "the block claims 2 guest instructions and has 1")
        #expect(Self.message(Block()) == "the block does not end with a terminator")
    }

    @Test("The error names the operation")
    func description() throws {
        let block = try Self.block("%5 = add.i64 %1, %2")
        #expect {
            try Verifier.check(block)
        } throws: { error in
            "\(error)" == "IR operation 5, '%5 = add.i64 %1, %2': %2 is i32 where i64 is needed"
        }
    }
}
