/// Moves between vector registers, general registers and memory.
@usableFromInline package enum VectorMove: UInt8, CaseIterable, Encodable {
    case movupsRM, movupsMR, movapsRM, movapsMR, movdquRM, movdquMR, movdqaRM, movdqaMR, movdRM, movdMR, movqGPR
    case movqToGPR, movqRM, movqMR, movssRM, movssMR, movsdRM, movsdMR, movhpsRM, movhpsMR, movhlps, movlhps
    case movddup, movshdup, movsldup, movmskps, movmskpd, pmovmskb, pinsrb, pinsrw, pinsrd, pinsrq, pextrb, pextrw
    case pextrd, pextrq, extractps, pmovsxbw, pmovzxbw, pmovsxbd, pmovzxbd, pmovsxbq, pmovzxbq, pmovsxwd, pmovzxwd
    case pmovsxwq, pmovzxwq, pmovsxdq, pmovzxdq

    package var row: Row {
        switch self {
        case .movupsRM: Row("movups", .none, .m0F, 0x10, .rm, .fixed, .v, .vm, vex: .same)
        case .movupsMR: Row("movups", .none, .m0F, 0x11, .mr, .fixed, .vm, .v, vex: .same)
        case .movapsRM: Row("movaps", .none, .m0F, 0x28, .rm, .fixed, .v, .vm, vex: .same)
        case .movapsMR: Row("movaps", .none, .m0F, 0x29, .mr, .fixed, .vm, .v, vex: .same)
        case .movdquRM: Row("movdqu", .pF3, .m0F, 0x6f, .rm, .fixed, .v, .vm, vex: .same)
        case .movdquMR: Row("movdqu", .pF3, .m0F, 0x7f, .mr, .fixed, .vm, .v, vex: .same)
        case .movdqaRM: Row("movdqa", .p66, .m0F, 0x6f, .rm, .fixed, .v, .vm, vex: .same)
        case .movdqaMR: Row("movdqa", .p66, .m0F, 0x7f, .mr, .fixed, .vm, .v, vex: .same)
        case .movdRM: Row("movd", .p66, .m0F, 0x6e, .rm, .fixed, .x, .rm32, vex: .same128)
        case .movdMR: Row("movd", .p66, .m0F, 0x7e, .mr, .fixed, .rm32, .x, vex: .same128)
        case .movqGPR: Row("movq", .p66, .m0F, 0x6e, .rm, .fixedW, .x, .rm64, vex: .same128)
        case .movqToGPR: Row("movq", .p66, .m0F, 0x7e, .mr, .fixedW, .rm64, .x, vex: .same128)
        case .movqRM: Row("movq", .pF3, .m0F, 0x7e, .rm, .fixed, .x, .xm64, vex: .same128)
        case .movqMR: Row("movq", .p66, .m0F, 0xd6, .mr, .fixed, .m64, .x, vex: .same128)
        case .movssRM: Row("movss", .pF3, .m0F, 0x10, .rm, .fixed, .x, .m32, vex: .same128)
        case .movssMR: Row("movss", .pF3, .m0F, 0x11, .mr, .fixed, .m32, .x, vex: .same128)
        case .movsdRM: Row("movsd", .pF2, .m0F, 0x10, .rm, .fixed, .x, .m64, vex: .same128)
        case .movsdMR: Row("movsd", .pF2, .m0F, 0x11, .mr, .fixed, .m64, .x, vex: .same128)
        case .movhpsRM: Row("movhps", .none, .m0F, 0x16, .rm, .fixed, .x, .m64, vex: .three128)
        case .movhpsMR: Row("movhps", .none, .m0F, 0x17, .mr, .fixed, .m64, .x, vex: .same128)
        case .movhlps: Row("movhlps", .none, .m0F, 0x12, .rm, .fixed, .x, .x, vex: .three128)
        case .movlhps: Row("movlhps", .none, .m0F, 0x16, .rm, .fixed, .x, .x, vex: .three128)
        case .movddup: Row("movddup", .pF2, .m0F, 0x12, .rm, .fixed, .x, .xm64, vex: .same128)
        case .movshdup: Row("movshdup", .pF3, .m0F, 0x16, .rm, .fixed, .v, .vm, vex: .same)
        case .movsldup: Row("movsldup", .pF3, .m0F, 0x12, .rm, .fixed, .v, .vm, vex: .same)
        case .movmskps: Row("movmskps", .none, .m0F, 0x50, .rm, .fixed, .r32, .v, vex: .same)
        case .movmskpd: Row("movmskpd", .p66, .m0F, 0x50, .rm, .fixed, .r32, .v, vex: .same)
        case .pmovmskb: Row("pmovmskb", .p66, .m0F, 0xd7, .rm, .fixed, .r32, .v, vex: .same)
        case .pinsrb: Row("pinsrb", .p66, .m0F3A, 0x20, .rmi, .fixed, .x, .m8, vex: .three128)
        case .pinsrw: Row("pinsrw", .p66, .m0F, 0xc4, .rmi, .fixed, .x, .m16, vex: .three128)
        case .pinsrd: Row("pinsrd", .p66, .m0F3A, 0x22, .rmi, .fixed, .x, .rm32, vex: .three128)
        case .pinsrq: Row("pinsrq", .p66, .m0F3A, 0x22, .rmi, .fixedW, .x, .rm64, vex: .three128)
        case .pextrb: Row("pextrb", .p66, .m0F3A, 0x14, .mri, .fixed, .m8, .x, vex: .same128)
        case .pextrw: Row("pextrw", .p66, .m0F3A, 0x15, .mri, .fixed, .m16, .x, vex: .same128)
        case .pextrd: Row("pextrd", .p66, .m0F3A, 0x16, .mri, .fixed, .rm32, .x, vex: .same128)
        case .pextrq: Row("pextrq", .p66, .m0F3A, 0x16, .mri, .fixedW, .rm64, .x, vex: .same128)
        case .extractps: Row("extractps", .p66, .m0F3A, 0x17, .mri, .fixed, .rm32, .x, vex: .same128)
        case .pmovsxbw: Row("pmovsxbw", .p66, .m0F38, 0x20, .rm, .fixed, .v, .vmHalf, vex: .same)
        case .pmovzxbw: Row("pmovzxbw", .p66, .m0F38, 0x30, .rm, .fixed, .v, .vmHalf, vex: .same)
        case .pmovsxbd: Row("pmovsxbd", .p66, .m0F38, 0x21, .rm, .fixed, .v, .vmQuarter, vex: .same)
        case .pmovzxbd: Row("pmovzxbd", .p66, .m0F38, 0x31, .rm, .fixed, .v, .vmQuarter, vex: .same)
        case .pmovsxbq: Row("pmovsxbq", .p66, .m0F38, 0x22, .rm, .fixed, .v, .vmEighth, vex: .same)
        case .pmovzxbq: Row("pmovzxbq", .p66, .m0F38, 0x32, .rm, .fixed, .v, .vmEighth, vex: .same)
        case .pmovsxwd: Row("pmovsxwd", .p66, .m0F38, 0x23, .rm, .fixed, .v, .vmHalf, vex: .same)
        case .pmovzxwd: Row("pmovzxwd", .p66, .m0F38, 0x33, .rm, .fixed, .v, .vmHalf, vex: .same)
        case .pmovsxwq: Row("pmovsxwq", .p66, .m0F38, 0x24, .rm, .fixed, .v, .vmQuarter, vex: .same)
        case .pmovzxwq: Row("pmovzxwq", .p66, .m0F38, 0x34, .rm, .fixed, .v, .vmQuarter, vex: .same)
        case .pmovsxdq: Row("pmovsxdq", .p66, .m0F38, 0x25, .rm, .fixed, .v, .vmHalf, vex: .same)
        case .pmovzxdq: Row("pmovzxdq", .p66, .m0F38, 0x35, .rm, .fixed, .v, .vmHalf, vex: .same)
        }
    }
}
