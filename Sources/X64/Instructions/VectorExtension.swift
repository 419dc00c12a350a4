/// What only VEX encodes: FMA, F16C, and the additions of AVX and AVX2.
@usableFromInline package enum VectorExtension: UInt8, CaseIterable, Encodable {
    case vfmadd132ps, vfmadd132pd, vfmadd132ss, vfmadd132sd, vfmsub132ps, vfmsub132pd, vfmsub132ss, vfmsub132sd
    case vfnmadd132ps, vfnmadd132pd, vfnmadd132ss, vfnmadd132sd, vfnmsub132ps, vfnmsub132pd, vfnmsub132ss
    case vfnmsub132sd, vfmadd213ps, vfmadd213pd, vfmadd213ss, vfmadd213sd, vfmsub213ps, vfmsub213pd, vfmsub213ss
    case vfmsub213sd, vfnmadd213ps, vfnmadd213pd, vfnmadd213ss, vfnmadd213sd, vfnmsub213ps, vfnmsub213pd
    case vfnmsub213ss, vfnmsub213sd, vfmadd231ps, vfmadd231pd, vfmadd231ss, vfmadd231sd, vfmsub231ps, vfmsub231pd
    case vfmsub231ss, vfmsub231sd, vfnmadd231ps, vfnmadd231pd, vfnmadd231ss, vfnmadd231sd, vfnmsub231ps
    case vfnmsub231pd, vfnmsub231ss, vfnmsub231sd, vcvtph2ps, vcvtps2ph, vbroadcastss, vpbroadcastb, vpbroadcastw
    case vpbroadcastd, vpbroadcastq, vpsllvd, vpsllvq, vpsrlvd, vpsrlvq, vpsravd, vpermq, vpermd, vinserti128
    case vextracti128, vperm2i128, vblendvps, vblendvpd, vpblendvb, vpblendd, vzeroupper

    package var row: Row {
        switch self {
        case .vfmadd132ps: Row("vfmadd132ps", .p66, .m0F38, 0x98, .rvm, .fixed, .v, .vm, vex: .only)
        case .vfmadd132pd: Row("vfmadd132pd", .p66, .m0F38, 0x98, .rvm, .fixedW, .v, .vm, vex: .only)
        case .vfmadd132ss: Row("vfmadd132ss", .p66, .m0F38, 0x99, .rvm, .fixed, .x, .xm32, vex: .only128)
        case .vfmadd132sd: Row("vfmadd132sd", .p66, .m0F38, 0x99, .rvm, .fixedW, .x, .xm64, vex: .only128)
        case .vfmsub132ps: Row("vfmsub132ps", .p66, .m0F38, 0x9a, .rvm, .fixed, .v, .vm, vex: .only)
        case .vfmsub132pd: Row("vfmsub132pd", .p66, .m0F38, 0x9a, .rvm, .fixedW, .v, .vm, vex: .only)
        case .vfmsub132ss: Row("vfmsub132ss", .p66, .m0F38, 0x9b, .rvm, .fixed, .x, .xm32, vex: .only128)
        case .vfmsub132sd: Row("vfmsub132sd", .p66, .m0F38, 0x9b, .rvm, .fixedW, .x, .xm64, vex: .only128)
        case .vfnmadd132ps: Row("vfnmadd132ps", .p66, .m0F38, 0x9c, .rvm, .fixed, .v, .vm, vex: .only)
        case .vfnmadd132pd: Row("vfnmadd132pd", .p66, .m0F38, 0x9c, .rvm, .fixedW, .v, .vm, vex: .only)
        case .vfnmadd132ss: Row("vfnmadd132ss", .p66, .m0F38, 0x9d, .rvm, .fixed, .x, .xm32, vex: .only128)
        case .vfnmadd132sd: Row("vfnmadd132sd", .p66, .m0F38, 0x9d, .rvm, .fixedW, .x, .xm64, vex: .only128)
        case .vfnmsub132ps: Row("vfnmsub132ps", .p66, .m0F38, 0x9e, .rvm, .fixed, .v, .vm, vex: .only)
        case .vfnmsub132pd: Row("vfnmsub132pd", .p66, .m0F38, 0x9e, .rvm, .fixedW, .v, .vm, vex: .only)
        case .vfnmsub132ss: Row("vfnmsub132ss", .p66, .m0F38, 0x9f, .rvm, .fixed, .x, .xm32, vex: .only128)
        case .vfnmsub132sd: Row("vfnmsub132sd", .p66, .m0F38, 0x9f, .rvm, .fixedW, .x, .xm64, vex: .only128)
        case .vfmadd213ps: Row("vfmadd213ps", .p66, .m0F38, 0xa8, .rvm, .fixed, .v, .vm, vex: .only)
        case .vfmadd213pd: Row("vfmadd213pd", .p66, .m0F38, 0xa8, .rvm, .fixedW, .v, .vm, vex: .only)
        case .vfmadd213ss: Row("vfmadd213ss", .p66, .m0F38, 0xa9, .rvm, .fixed, .x, .xm32, vex: .only128)
        case .vfmadd213sd: Row("vfmadd213sd", .p66, .m0F38, 0xa9, .rvm, .fixedW, .x, .xm64, vex: .only128)
        case .vfmsub213ps: Row("vfmsub213ps", .p66, .m0F38, 0xaa, .rvm, .fixed, .v, .vm, vex: .only)
        case .vfmsub213pd: Row("vfmsub213pd", .p66, .m0F38, 0xaa, .rvm, .fixedW, .v, .vm, vex: .only)
        case .vfmsub213ss: Row("vfmsub213ss", .p66, .m0F38, 0xab, .rvm, .fixed, .x, .xm32, vex: .only128)
        case .vfmsub213sd: Row("vfmsub213sd", .p66, .m0F38, 0xab, .rvm, .fixedW, .x, .xm64, vex: .only128)
        case .vfnmadd213ps: Row("vfnmadd213ps", .p66, .m0F38, 0xac, .rvm, .fixed, .v, .vm, vex: .only)
        case .vfnmadd213pd: Row("vfnmadd213pd", .p66, .m0F38, 0xac, .rvm, .fixedW, .v, .vm, vex: .only)
        case .vfnmadd213ss: Row("vfnmadd213ss", .p66, .m0F38, 0xad, .rvm, .fixed, .x, .xm32, vex: .only128)
        case .vfnmadd213sd: Row("vfnmadd213sd", .p66, .m0F38, 0xad, .rvm, .fixedW, .x, .xm64, vex: .only128)
        case .vfnmsub213ps: Row("vfnmsub213ps", .p66, .m0F38, 0xae, .rvm, .fixed, .v, .vm, vex: .only)
        case .vfnmsub213pd: Row("vfnmsub213pd", .p66, .m0F38, 0xae, .rvm, .fixedW, .v, .vm, vex: .only)
        case .vfnmsub213ss: Row("vfnmsub213ss", .p66, .m0F38, 0xaf, .rvm, .fixed, .x, .xm32, vex: .only128)
        case .vfnmsub213sd: Row("vfnmsub213sd", .p66, .m0F38, 0xaf, .rvm, .fixedW, .x, .xm64, vex: .only128)
        case .vfmadd231ps: Row("vfmadd231ps", .p66, .m0F38, 0xb8, .rvm, .fixed, .v, .vm, vex: .only)
        case .vfmadd231pd: Row("vfmadd231pd", .p66, .m0F38, 0xb8, .rvm, .fixedW, .v, .vm, vex: .only)
        case .vfmadd231ss: Row("vfmadd231ss", .p66, .m0F38, 0xb9, .rvm, .fixed, .x, .xm32, vex: .only128)
        case .vfmadd231sd: Row("vfmadd231sd", .p66, .m0F38, 0xb9, .rvm, .fixedW, .x, .xm64, vex: .only128)
        case .vfmsub231ps: Row("vfmsub231ps", .p66, .m0F38, 0xba, .rvm, .fixed, .v, .vm, vex: .only)
        case .vfmsub231pd: Row("vfmsub231pd", .p66, .m0F38, 0xba, .rvm, .fixedW, .v, .vm, vex: .only)
        case .vfmsub231ss: Row("vfmsub231ss", .p66, .m0F38, 0xbb, .rvm, .fixed, .x, .xm32, vex: .only128)
        case .vfmsub231sd: Row("vfmsub231sd", .p66, .m0F38, 0xbb, .rvm, .fixedW, .x, .xm64, vex: .only128)
        case .vfnmadd231ps: Row("vfnmadd231ps", .p66, .m0F38, 0xbc, .rvm, .fixed, .v, .vm, vex: .only)
        case .vfnmadd231pd: Row("vfnmadd231pd", .p66, .m0F38, 0xbc, .rvm, .fixedW, .v, .vm, vex: .only)
        case .vfnmadd231ss: Row("vfnmadd231ss", .p66, .m0F38, 0xbd, .rvm, .fixed, .x, .xm32, vex: .only128)
        case .vfnmadd231sd: Row("vfnmadd231sd", .p66, .m0F38, 0xbd, .rvm, .fixedW, .x, .xm64, vex: .only128)
        case .vfnmsub231ps: Row("vfnmsub231ps", .p66, .m0F38, 0xbe, .rvm, .fixed, .v, .vm, vex: .only)
        case .vfnmsub231pd: Row("vfnmsub231pd", .p66, .m0F38, 0xbe, .rvm, .fixedW, .v, .vm, vex: .only)
        case .vfnmsub231ss: Row("vfnmsub231ss", .p66, .m0F38, 0xbf, .rvm, .fixed, .x, .xm32, vex: .only128)
        case .vfnmsub231sd: Row("vfnmsub231sd", .p66, .m0F38, 0xbf, .rvm, .fixedW, .x, .xm64, vex: .only128)
        case .vcvtph2ps: Row("vcvtph2ps", .p66, .m0F38, 0x13, .rm, .fixed, .v, .vmHalf, vex: .only)
        case .vcvtps2ph: Row("vcvtps2ph", .p66, .m0F3A, 0x1d, .mri, .fixed, .vmHalf, .v, vex: .only)
        case .vbroadcastss: Row("vbroadcastss", .p66, .m0F38, 0x18, .rm, .fixed, .v, .xm32, vex: .only)
        case .vpbroadcastb: Row("vpbroadcastb", .p66, .m0F38, 0x78, .rm, .fixed, .v, .xm8, vex: .only)
        case .vpbroadcastw: Row("vpbroadcastw", .p66, .m0F38, 0x79, .rm, .fixed, .v, .xm16, vex: .only)
        case .vpbroadcastd: Row("vpbroadcastd", .p66, .m0F38, 0x58, .rm, .fixed, .v, .xm32, vex: .only)
        case .vpbroadcastq: Row("vpbroadcastq", .p66, .m0F38, 0x59, .rm, .fixed, .v, .xm64, vex: .only)
        case .vpsllvd: Row("vpsllvd", .p66, .m0F38, 0x47, .rvm, .fixed, .v, .vm, vex: .only)
        case .vpsllvq: Row("vpsllvq", .p66, .m0F38, 0x47, .rvm, .fixedW, .v, .vm, vex: .only)
        case .vpsrlvd: Row("vpsrlvd", .p66, .m0F38, 0x45, .rvm, .fixed, .v, .vm, vex: .only)
        case .vpsrlvq: Row("vpsrlvq", .p66, .m0F38, 0x45, .rvm, .fixedW, .v, .vm, vex: .only)
        case .vpsravd: Row("vpsravd", .p66, .m0F38, 0x46, .rvm, .fixed, .v, .vm, vex: .only)
        case .vpermq: Row("vpermq", .p66, .m0F3A, 0x00, .rmi, .fixedW, .v, .vm, vex: .only256)
        case .vpermd: Row("vpermd", .p66, .m0F38, 0x36, .rvm, .fixed, .v, .vm, vex: .only256)
        case .vinserti128: Row("vinserti128", .p66, .m0F3A, 0x38, .rvmi, .fixed, .v, .xm128, vex: .only256)
        case .vextracti128: Row("vextracti128", .p66, .m0F3A, 0x39, .mri, .fixed, .xm128, .v, vex: .only256)
        case .vperm2i128: Row("vperm2i128", .p66, .m0F3A, 0x46, .rvmi, .fixed, .v, .vm, vex: .only256)
        case .vblendvps: Row("vblendvps", .p66, .m0F3A, 0x4a, .rvmr, .fixed, .v, .vm, vex: .only)
        case .vblendvpd: Row("vblendvpd", .p66, .m0F3A, 0x4b, .rvmr, .fixed, .v, .vm, vex: .only)
        case .vpblendvb: Row("vpblendvb", .p66, .m0F3A, 0x4c, .rvmr, .fixed, .v, .vm, vex: .only)
        case .vpblendd: Row("vpblendd", .p66, .m0F3A, 0x02, .rvmi, .fixed, .v, .vm, vex: .only)
        case .vzeroupper: Row("vzeroupper", .none, .m0F, 0x77, .zo, .fixed, vex: .only128)
        }
    }
}
