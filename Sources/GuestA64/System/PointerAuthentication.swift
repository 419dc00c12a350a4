import Ciphers
import Guest
import Support

/// One of the four keys that authenticate addresses; the raw value is data:B, as the exception syndrome has it.
enum AddressKey: UInt64, CaseIterable {
    case instructionA, instructionB, dataA, dataB

    var isData: Bool { rawValue & 2 != 0 }

    /// SCTLR_EL1.EnIA and its kin.
    var enable: UInt64 {
        switch self {
        case .instructionA: 1 << 31
        case .instructionB: 1 << 30
        case .dataA: 1 << 27
        case .dataB: 1 << 13
        }
    }

    fileprivate var cells: (low: SystemCell, high: SystemCell) {
        switch self {
        case .instructionA: (.apiaKeyLow, .apiaKeyHigh)
        case .instructionB: (.apibKeyLow, .apibKeyHigh)
        case .dataA: (.apdaKeyLow, .apdaKeyHigh)
        case .dataB: (.apdbKeyLow, .apdbKeyHigh)
        }
    }
}

/// Pointer authentication codes (Arm ARM D8.10): QARMA5, FEAT_PAuth2 (the code is added by exclusive or), FEAT_FPAC and
/// FEAT_FPACCOMBINE (a code that is wrong is an exception at once).
struct PointerAuthentication {
    private let state: CPUState
    private let control: UInt64
    /// Most codes are computed twice and more: to sign and to authenticate, and for the next call from the same place.
    private let memo: Memo

    init(_ state: CPUState, _ memo: Memo) {
        self.state = state
        self.memo = memo
        control = state[.tcr]
    }

    /// All keys, those for generic codes too.
    static let keyCells: [SystemCell] = [
        .apiaKeyLow, .apiaKeyHigh, .apibKeyLow, .apibKeyHigh, .apdaKeyLow, .apdaKeyHigh, .apdbKeyLow, .apdbKeyHigh,
        .apgaKeyLow, .apgaKeyHigh,
    ]

    /// Shared pseudocode `AddPAC`.
    func sign(_ pointer: UInt64, modifier: UInt64, key: AddressKey) -> UInt64 {
        let isTagged = isTagged(pointer, key)
        let isUpper = pointer.bit(anyTagged(key) ? 55 : 63)
        let field = field(isUpper: isUpper, isTagged: isTagged)
        let extended = isUpper ? pointer | field | 1 << 55 : pointer & ~(field | 1 << 55)
        // The code is added to the bits that are there, so that a bad address does not become a good one.
        let code = (pointer ^ code(extended, modifier, key.cells)) & field
        return pointer & ~(field | 1 << 55) | code | (isUpper ? 1 << 55 : 0)
    }

    /// Shared pseudocode `Auth`: the address without its code, nil when the code is wrong.
    func authenticate(_ pointer: UInt64, modifier: UInt64, key: AddressKey) -> UInt64? {
        let isUpper = pointer.bit(55)
        let field = field(isUpper: isUpper, isTagged: isTagged(pointer, key))
        let original = isUpper ? pointer | field : pointer & ~field
        let result = pointer ^ code(original, modifier, key.cells) & field
        return result == original ? result : nil
    }

    /// Shared pseudocode `Strip`.
    func strip(_ pointer: UInt64, isData: Bool) -> UInt64 {
        let isUpper = pointer.bit(55)
        let field = field(isUpper: isUpper, isTagged: isTagged(pointer, isData ? .dataA : .instructionA))
        return isUpper ? pointer | field : pointer & ~field
    }

    /// PACGA: the upper half of the code.
    func generic(_ data: UInt64, modifier: UInt64) -> UInt64 {
        code(data, modifier, (.apgaKeyLow, .apgaKeyHigh)) & 0xffff_ffff << 32
    }

    private func code(_ data: UInt64, _ modifier: UInt64, _ key: (low: SystemCell, high: SystemCell)) -> UInt64 {
        memo.value(data, modifier, state[key.high], state[key.low]) { data, modifier, high, low in
            QARMA.authenticationCode(data, modifier: modifier, keyHigh: high, keyLow: low)
        }
    }

    /// Whether the top byte of `pointer` is a tag: TBI, and for instruction addresses not TBID.
    private func isTagged(_ pointer: UInt64, _ key: AddressKey) -> Bool {
        TranslationControl.isTagged(control, isUpper: pointer.bit(55), isInstruction: !key.isData)
    }

    private func anyTagged(_ key: AddressKey) -> Bool {
        [false, true].contains { TranslationControl.isTagged(control, isUpper: $0, isInstruction: !key.isData) }
    }

    /// The bits that hold a code: from the top of the virtual address up, but bit 55 and the tag.
    private func field(isUpper: Bool, isTagged: Bool) -> UInt64 {
        let size = min(max(control.bits(isUpper ? 16 : 0, 6), 16), 39)
        let low = UInt64.max << (64 - size)
        return low & ~(1 << 55) & (isTagged ? 1 << 56 - 1 : .max)
    }
}

extension A64 {
    /// AUT: `code` is the key's number.
    static func authenticate(
        _ pointer: UInt64, _ modifier: UInt64, _ code: UInt64, _ state: CPUState, _ memo: Memo
    ) -> HelperOutcome {
        let key = AddressKey(rawValue: code & 3) ?? .instructionA
        if let address = PointerAuthentication(state, memo).authenticate(pointer, modifier: modifier, key: key) {
            return .value(address)
        }
        return .raise(kind: A64ExceptionKind.authenticationFailed.rawValue, payload: key.rawValue)
    }

    static func sign(
        _ pointer: UInt64, _ modifier: UInt64, _ code: UInt64, _ state: CPUState, _ memo: Memo
    ) -> HelperOutcome {
        let key = AddressKey(rawValue: code & 3) ?? .instructionA
        return .value(PointerAuthentication(state, memo).sign(pointer, modifier: modifier, key: key))
    }
}
