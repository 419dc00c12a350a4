/// The type of an SSA value, of a state slot and of a memory access.
///
/// Integers have no sign; operations do. `flags` is the condition state N, Z, C, V as four separate booleans, one byte
/// each (N lowest), so that no packed flag word is ever assembled on a hot path.
@usableFromInline package enum ValueType: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    case none
    case i1, i8, i16, i32, i64, i128
    case flags

    /// Width in bits; 0 for `none`.
    package var bits: Int {
        switch self {
        case .none: 0
        case .i1: 1
        case .i8: 8
        case .i16: 16
        case .i32, .flags: 32
        case .i64: 64
        case .i128: 128
        }
    }

    /// Bytes in a state slot or in memory.
    package var bytes: Int { (bits + 7) / 8 }

    /// The bits a value of this type may have set, for types of at most 64 bits.
    package var mask: UInt64 {
        switch self {
        case .none: 0
        case .i1: 1
        case .i8: 0xff
        case .i16: 0xffff
        case .i32, .flags: 0xffff_ffff
        case .i64, .i128: .max
        }
    }

    package var text: StaticString {
        switch self {
        case .none: "none"
        case .i1: "i1"
        case .i8: "i8"
        case .i16: "i16"
        case .i32: "i32"
        case .i64: "i64"
        case .i128: "i128"
        case .flags: "flags"
        }
    }

    package init?(text: Substring) {
        guard let type = Self.allCases.first(where: { "\($0.text)" == text }) else { return nil }
        self = type
    }
}
