import Guest
import GuestA64
import IR

extension A64TranslationFlags {
    /// EL0 of a CPU that has every optional feature.
    static let allFeatures = everything.subtracting(.exceptionLevel1)
}

enum TestBlock {
    static let base: UInt64 = 0x1000_0000

    /// The block of `words` at `base`, ended by the first terminator or after the last word.
    static func translate(_ words: [UInt32], _ flags: A64TranslationFlags = .allFeatures, limit: Int = 512) -> Block {
        var builder = Builder(capacity: 64)
        builder.reset(guestPC: base)
        words.map(\.littleEndian).withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            let window = CodeWindow(base: start, count: bytes.count)
            A64.translateBlock(pc: base, code: window, flags: flags.rawValue, limit: limit, into: &builder)
        }
        return builder.block
    }
}

extension A64TranslationFlags {
    /// EL0 of `model`.
    static func user(of model: CPUModel) -> A64TranslationFlags {
        A64TranslationFlags(rawValue: UInt64(CPUModel.all.firstIndex(of: model) ?? 0xff) << 56)
    }
}
