/// What the host's processor can do beyond x86-64-v2, which is taken for granted.
package struct HostFeatures: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let bmi1 = HostFeatures(rawValue: 1)
    package static let bmi2 = HostFeatures(rawValue: 2)
    package static let lzcnt = HostFeatures(rawValue: 4)
    package static let movbe = HostFeatures(rawValue: 8)
    package static let avx = HostFeatures(rawValue: 16)
    package static let avx2 = HostFeatures(rawValue: 32)
    package static let fma = HostFeatures(rawValue: 64)
    package static let f16c = HostFeatures(rawValue: 128)
    package static let aes = HostFeatures(rawValue: 256)
    package static let pclmul = HostFeatures(rawValue: 512)
    package static let sha = HostFeatures(rawValue: 1024)

    /// Of the processor that this process runs on, as far as the kernel keeps its registers.
    package static func detect() -> HostFeatures { ofThisProcessor }

    private static let ofThisProcessor = [
        LeafBits(
            leaf: 0, register: .ecx, [(1, .pclmul), (12, .fma), (22, .movbe), (25, .aes), (28, .avx), (29, .f16c)]),
        LeafBits(leaf: 1, register: .ebx, [(3, .bmi1), (5, .avx2), (8, .bmi2), (29, .sha)]),
        LeafBits(leaf: 2, register: .ecx, [(5, .lzcnt)]),
    ].reduce(into: HostFeatures()) { $0.formUnion($1.active) }
}

/// What the C library knows of CPUID's leaves 1, 7 and 0x8000_0001, its numbers 0, 1 and 2 (`sys/platform/x86.h`: four
/// registers as the processor reports them, then the four of what can be used). It needs no file: a program's root
/// directory may be without /proc.
@_extern(c, "__x86_get_cpuid_feature_leaf") private func featureLeaf(_ number: UInt32) -> UnsafePointer<UInt32>?

/// Features that are bits of one register of a leaf (AMD64 Architecture Programmer's Manual, volume 3, appendix E).
private struct LeafBits {
    enum Register: Int { case eax, ebx, ecx, edx }

    let leaf: UInt32
    let register: Register
    let bits: [(UInt32, HostFeatures)]

    init(leaf: UInt32, register: Register, _ bits: [(UInt32, HostFeatures)]) {
        (self.leaf, self.register, self.bits) = (leaf, register, bits)
    }

    var active: HostFeatures {
        guard let leaf = featureLeaf(leaf) else { return [] }
        let word = leaf[4 + register.rawValue]
        return bits.reduce(into: []) { if word >> $1.0 & 1 == 1 { $0.insert($1.1) } }
    }
}
