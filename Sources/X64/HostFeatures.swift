import Glibc

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

    private static let names: [(StaticString, HostFeatures)] = [
        ("bmi1", .bmi1), ("bmi2", .bmi2), ("abm", .lzcnt), ("movbe", .movbe), ("avx", .avx), ("avx2", .avx2),
        ("fma", .fma), ("f16c", .f16c), ("aes", .aes), ("pclmulqdq", .pclmul), ("sha_ni", .sha),
    ]

    /// Of the processor that this process runs on, as the kernel tells (/proc/cpuinfo); the empty set where it does not.
    package static func detect() -> HostFeatures {
        parse(cpuinfo: readStart(of: "/proc/cpuinfo"))
    }

    /// From the "flags" line of the first processor.
    package static func parse(cpuinfo text: String) -> HostFeatures {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") }) else { return [] }
        let flags = Set(line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init))
        return names.reduce(into: []) { if flags.contains("\($1.0)") { $0.insert($1.1) } }
    }

    private static func readStart(of path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 16384)
        var filled = 0
        while filled < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                read(file, $0.baseAddress.unsafelyUnwrapped + filled, $0.count - filled)
            }
            if got <= 0 { break }
            filled += got
        }
        return String(decoding: bytes[..<filled], as: UTF8.self)
    }
}
