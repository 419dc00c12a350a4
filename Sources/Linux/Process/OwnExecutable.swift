import Glibc

@_extern(c, "getauxval") private func auxiliaryValue(_ key: UInt) -> UInt

/// The emulator's own executable, for the programs that a guest program starts.
///
/// /proc/self/exe serves until the guest changes its root to a place without /proc. So chroot and pivot_root open it
/// first, far from the numbers that programs use, and every emulator from then on inherits the descriptor (`--self-fd`).
/// An emulator that is started where there is no /proc goes by its own path.
struct OwnExecutable: Sendable {
    private(set) var descriptor: Int?

    init(inherited: Int?) { descriptor = inherited }

    private static let lowestNumber = 900
    /// AT_EXECFN.
    private static let executableName: UInt = 31
    static let option = Array("--self-fd".utf8)

    /// Before the root changes.
    mutating func keep() {
        guard descriptor == nil else { return }
        let path = Array("/proc/self/exe".utf8) + [0]
        let opened = path.withUnsafeBytes {
            hostCall(.openat, Int(AT_FDCWD), Int(address: $0.baseAddress), Int(O_RDONLY | O_CLOEXEC))
        }
        guard opened >= 0 else { return }
        let high = hostCall(.fcntl, opened, Int(F_DUPFD), Self.lowestNumber)
        hostCall(.close, opened)
        if high >= 0 { descriptor = high }
    }

    /// The words of a command line that hand the descriptor on.
    var words: [[UInt8]] { descriptor.map { [Self.option, Array("\($0)".utf8)] } ?? [] }

    /// Becomes the emulator with these arguments; comes back with -errno.
    func execute(_ arguments: UnsafeRawPointer, _ environment: UnsafeRawPointer) -> Int {
        let result = execute(Int(AT_FDCWD), Array("/proc/self/exe".utf8), 0, arguments, environment)
        if let descriptor {
            // AT_EMPTY_PATH.
            return execute(descriptor, [], 0x1000, arguments, environment)
        }
        // Started in a root without /proc: by the name that the kernel was given, if that is not relative.
        guard let name = UnsafePointer<CChar>(bitPattern: auxiliaryValue(Self.executableName)), name[0] == CChar(0x2f)
        else {
            return result
        }
        let path = Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
        return execute(Int(AT_FDCWD), path, 0, arguments, environment)
    }

    private func execute(
        _ place: Int, _ path: [UInt8], _ flags: Int, _ arguments: UnsafeRawPointer, _ environment: UnsafeRawPointer
    ) -> Int {
        (path + [0]).withUnsafeBytes {
            hostCall(
                .execveat, place, Int(address: $0.baseAddress), Int(address: arguments), Int(address: environment),
                flags)
        }
    }
}
