// What a code generator writes: one call per instruction, operands in Intel's order.

extension Assembler {
    // MARK: Integer

    package mutating func op(_ name: Integer) { encode(name.row, .dword, Operands()) }

    package mutating func op(_ name: Integer, _ width: Width) { encode(name.row, width, Operands()) }

    /// `reg, r/m` or `r/m, reg`, as the name says.
    package mutating func op(_ name: Integer, _ width: Width, _ reg: GPR, _ rm: Operand) {
        encode(name.row, width, Operands(reg: reg.rawValue, rm: rm))
    }

    package mutating func op(_ name: Integer, _ width: Width, _ reg: GPR, _ rm: GPR) {
        encode(name.row, width, Operands(reg: reg.rawValue, rm: .gpr(rm)))
    }

    package mutating func op(_ name: Integer, _ width: Width, _ reg: GPR, _ rm: Operand, _ immediate: Int64) {
        encode(name.row, width, Operands(reg: reg.rawValue, rm: rm, immediate: immediate))
    }

    package mutating func op(_ name: Integer, _ width: Width, _ rm: Operand) {
        encode(name.row, width, Operands(rm: rm))
    }

    package mutating func op(_ name: Integer, _ width: Width, _ rm: Operand, _ immediate: Int64) {
        encode(name.row, width, Operands(rm: rm, immediate: immediate))
    }

    /// The same with an immediate or displacement of full length even where a short one does: for code that is patched.
    package mutating func longOp(_ name: Integer, _ width: Width, _ rm: Operand, _ immediate: Int64) {
        encode(name.row, width, Operands(rm: rm, immediate: immediate, longDisplacement: true))
    }

    /// The arithmetic instruction of number `digit` (add, or, adc, sbb, and, sub, xor, cmp) with an immediate, in its
    /// shortest form.
    package mutating func arithmetic(_ digit: UInt8, _ width: Width, _ rm: Operand, _ immediate: Int32) {
        let short = width == .byte || Int8(exactly: immediate) == nil
        let row = Row(
            "", .none, .one, short ? 0x81 : 0x83, .mi, width == .byte ? .all : .wide, .rm, digit: digit)
        encode(row, width, Operands(rm: rm, immediate: Int64(immediate)))
    }

    /// `value` into a register, in the shortest way that leaves the flags alone.
    package mutating func move(_ register: GPR, _ value: UInt64) {
        if value <= UInt64(UInt32.max) {
            op(.movOI, .dword, .gpr(register), Int64(value))
        } else if Int32(exactly: Int64(bitPattern: value)) != nil {
            op(.movI, .qword, .gpr(register), Int64(bitPattern: value))
        } else {
            op(.movOI, .qword, .gpr(register), Int64(bitPattern: value))
        }
    }

    /// LOCK before the next instruction.
    package mutating func lock() {
        reserve()
        byte(0xf0)
        joinNext()
    }

    package mutating func set(_ condition: Condition, _ rm: Operand) {
        let row = Row("set", .none, .m0F, 0x90 | condition.rawValue, .m, .fixed, .rm8)
        encode(row, .byte, Operands(rm: rm))
    }

    /// Into AH (of rax), or CH (of rcx).
    package mutating func setHigh(_ condition: Condition, of register: GPR) {
        precondition(register == .rax || register == .rcx, "only AH and CH are used")
        reserve()
        byte(0x0f)
        byte(0x90 | condition.rawValue)
        byte(0xc4 | register.rawValue)
    }

    package mutating func cmov(_ condition: Condition, _ width: Width, _ reg: GPR, _ rm: Operand) {
        let row = Row("cmov", .none, .m0F, 0x40 | condition.rawValue, .rm, .wide, .r, .rm)
        encode(row, width, Operands(reg: reg.rawValue, rm: rm))
    }

    // MARK: BMI

    /// `reg, vvvv, r/m` for andn, mulx, pdep, pext; `reg, r/m, vvvv` for bextr, bzhi, sarx, shlx, shrx; in Intel's order.
    package mutating func op(_ name: BitManipulation, _ width: Width, _ reg: GPR, _ rm: Operand, vvvv: GPR) {
        encodeVEX(name.row, width, Operands(reg: reg.rawValue, rm: rm, vvvv: vvvv.rawValue))
    }

    /// blsi, blsr, blsmsk.
    package mutating func op(_ name: BitManipulation, _ width: Width, _ reg: GPR, _ rm: Operand) {
        if name.row.hasVEX {
            encodeVEX(name.row, width, Operands(rm: rm, vvvv: reg.rawValue))
        } else {
            encode(name.row, width, Operands(reg: reg.rawValue, rm: rm))
        }
    }

    /// rorx.
    package mutating func op(_ name: BitManipulation, _ width: Width, _ reg: GPR, _ rm: Operand, _ immediate: Int64) {
        encodeVEX(name.row, width, Operands(reg: reg.rawValue, rm: rm, immediate: immediate))
    }

    // MARK: Vectors

    /// Legacy form: `reg, r/m` or `r/m, reg`, as the row says; register numbers of either kind.
    package mutating func op(
        _ name: some Encodable, _ width: Width = .dword, reg: UInt8, _ rm: Operand, _ immediate: Int64 = 0
    ) {
        encode(name.row, width, Operands(reg: reg, rm: rm, immediate: immediate))
    }

    /// VEX form. `vvvv` is the first source where the row has one; `wide` means 256 bits.
    package mutating func vex(
        _ name: some Encodable, _ width: Width = .dword, reg: UInt8 = 0, vvvv: UInt8 = 0, _ rm: Operand,
        _ immediate: Int64 = 0, wide: Bool = false
    ) {
        let row = name.row
        var operands = Operands(reg: reg, rm: rm, vvvv: vvvv, immediate: immediate, wide: wide)
        // A shift by an immediate: the result is what vvvv names.
        if row.form == .mi { operands = Operands(rm: rm, vvvv: reg, immediate: immediate, wide: wide) }
        encodeVEX(row, width, operands)
    }
}
