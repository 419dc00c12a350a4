import Glibc

/// The emulator's own executable, for the programs that a guest program starts.
///
/// /proc/self/exe serves until the guest changes its root to a place without /proc. So chroot and pivot_root open it
/// first, far from the numbers that programs use, and every emulator from then on inherits the descriptor (`--self-fd`).
struct OwnExecutable: Sendable {
    private(set) var descriptor: Int?

    init(inherited: Int?) { descriptor = inherited }

    private static let lowestNumber = 900
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
        guard result == -Int(ENOENT), let descriptor else { return result }
        // AT_EMPTY_PATH.
        return execute(descriptor, [], 0x1000, arguments, environment)
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
