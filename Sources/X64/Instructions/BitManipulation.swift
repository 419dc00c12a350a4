/// BMI1, BMI2 and ADX (SDM vol. 2). All but ADX are VEX-encoded.
@usableFromInline package enum BitManipulation: UInt8, CaseIterable, Encodable {
    case andn, bextr, blsi, blsr, blsmsk, bzhi, mulx, pdep, pext, rorx, sarx, shlx, shrx, adcx, adox

    package var row: Row {
        switch self {
        case .andn: Row("andn", .none, .m0F38, 0xf2, .rvm, .large, .r, .rm, vex: .only128)
        case .bextr: Row("bextr", .none, .m0F38, 0xf7, .rmv, .large, .r, .rm, vex: .only128)
        case .blsi: Row("blsi", .none, .m0F38, 0xf3, .vm, .large, .r, .rm, digit: 3, vex: .only128)
        case .blsr: Row("blsr", .none, .m0F38, 0xf3, .vm, .large, .r, .rm, digit: 1, vex: .only128)
        case .blsmsk: Row("blsmsk", .none, .m0F38, 0xf3, .vm, .large, .r, .rm, digit: 2, vex: .only128)
        case .bzhi: Row("bzhi", .none, .m0F38, 0xf5, .rmv, .large, .r, .rm, vex: .only128)
        case .mulx: Row("mulx", .pF2, .m0F38, 0xf6, .rvm, .large, .r, .rm, vex: .only128)
        case .pdep: Row("pdep", .pF2, .m0F38, 0xf5, .rvm, .large, .r, .rm, vex: .only128)
        case .pext: Row("pext", .pF3, .m0F38, 0xf5, .rvm, .large, .r, .rm, vex: .only128)
        case .rorx: Row("rorx", .pF2, .m0F3A, 0xf0, .rmi, .large, .r, .rm, vex: .only128)
        case .sarx: Row("sarx", .pF3, .m0F38, 0xf7, .rmv, .large, .r, .rm, vex: .only128)
        case .shlx: Row("shlx", .p66, .m0F38, 0xf7, .rmv, .large, .r, .rm, vex: .only128)
        case .shrx: Row("shrx", .pF2, .m0F38, 0xf7, .rmv, .large, .r, .rm, vex: .only128)
        case .adcx: Row("adcx", .p66, .m0F38, 0xf6, .rm, .large, .r, .rm)
        case .adox: Row("adox", .pF3, .m0F38, 0xf6, .rm, .large, .r, .rm)
        }
    }
}
