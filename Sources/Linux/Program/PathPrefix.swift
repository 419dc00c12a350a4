import Glibc

/// `-L PREFIX`: absolute paths that exist below the prefix are taken from there, all others from the host.
struct PathPrefix: Sendable {
    /// Without a slash at the end; empty for none.
    let prefix: [UInt8]

    init(_ prefix: [UInt8]) {
        var bytes = prefix
        while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        self.prefix = bytes
    }

    var isEmpty: Bool { prefix.isEmpty }

    /// The host's path for a guest's.
    func existing(_ path: [UInt8]) -> [UInt8] {
        guard !prefix.isEmpty, path.first == UInt8(ascii: "/"), path.count > 1 else { return path }
        let candidate = prefix + path
        let status = (candidate + [0]).withUnsafeBytes {
            hostCall(.fstatat, Int(AT_FDCWD), Int(address: $0.baseAddress), Int(address: Self.scratch), Self.noFollow)
        }
        return status == 0 ? candidate : path
    }

    /// AT_SYMLINK_NOFOLLOW: a dangling link exists as well.
    private static let noFollow = 0x100
    private nonisolated(unsafe) static let scratch = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 16)

    /// A path inside the prefix as the guest names it.
    func guestPath(_ path: [UInt8]) -> [UInt8] {
        guard !prefix.isEmpty, path.starts(with: prefix), path.count > prefix.count,
            path[prefix.count] == UInt8(ascii: "/")
        else { return path }
        return Array(path[prefix.count...])
    }
}
