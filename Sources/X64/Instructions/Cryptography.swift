/// AES, carry-less multiplication, SHA.
@usableFromInline package enum Cryptography: UInt8, CaseIterable, Encodable {
    case aesenc, aesenclast, aesdec, aesdeclast, aesimc, aeskeygenassist, pclmulqdq, sha1nexte, sha1msg1, sha1msg2
    case sha256msg1, sha256msg2, sha1rnds4
    /// With the words of two rounds in v0.
    case sha256rnds2

    package var row: Row {
        switch self {
        case .aesenc: Row("aesenc", .p66, .m0F38, 0xdc, .rm, .fixed, .x, .xm128, vex: .three128)
        case .aesenclast: Row("aesenclast", .p66, .m0F38, 0xdd, .rm, .fixed, .x, .xm128, vex: .three128)
        case .aesdec: Row("aesdec", .p66, .m0F38, 0xde, .rm, .fixed, .x, .xm128, vex: .three128)
        case .aesdeclast: Row("aesdeclast", .p66, .m0F38, 0xdf, .rm, .fixed, .x, .xm128, vex: .three128)
        case .aesimc: Row("aesimc", .p66, .m0F38, 0xdb, .rm, .fixed, .x, .xm128, vex: .same128)
        case .aeskeygenassist: Row("aeskeygenassist", .p66, .m0F3A, 0xdf, .rmi, .fixed, .x, .xm128, vex: .same128)
        case .pclmulqdq: Row("pclmulqdq", .p66, .m0F3A, 0x44, .rmi, .fixed, .x, .xm128, vex: .three128)
        case .sha1nexte: Row("sha1nexte", .none, .m0F38, 0xc8, .rm, .fixed, .x, .xm128)
        case .sha1msg1: Row("sha1msg1", .none, .m0F38, 0xc9, .rm, .fixed, .x, .xm128)
        case .sha1msg2: Row("sha1msg2", .none, .m0F38, 0xca, .rm, .fixed, .x, .xm128)
        case .sha256msg1: Row("sha256msg1", .none, .m0F38, 0xcc, .rm, .fixed, .x, .xm128)
        case .sha256msg2: Row("sha256msg2", .none, .m0F38, 0xcd, .rm, .fixed, .x, .xm128)
        case .sha256rnds2: Row("sha256rnds2", .none, .m0F38, 0xcb, .rm, .fixed, .x, .xm128)
        case .sha1rnds4: Row("sha1rnds4", .none, .m0F3A, 0xcc, .rmi, .fixed, .x, .xm128)
        }
    }
}
