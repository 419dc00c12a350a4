/// A general register; its width is the instruction's matter (Intel SDM vol. 1, 3.4.1).
@usableFromInline package enum GPR: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    case rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
}

/// A vector register: XMM or YMM, as the instruction says.
@usableFromInline package enum VectorRegister: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    case v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15
}

/// Operand width of an integer instruction.
@usableFromInline package enum Width: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    case byte, word, dword, qword

    package var bytes: Int { 1 << Int(rawValue) }
}

/// Condition codes in the encoding's order (SDM vol. 2, appendix B.1.4.7); `rawValue ^ 1` is the opposite.
@usableFromInline package enum Condition: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    case o, no, b, ae, e, ne, be, a, s, ns, p, np, l, ge, le, g

    package var inverted: Condition { Condition(rawValue: rawValue ^ 1) ?? self }
}
