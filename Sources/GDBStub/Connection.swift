import Glibc

/// The line to the debugger: a socket that one debugger may connect to.
package struct Connection: Sendable {
    package let descriptor: Int32

    package struct Failure: Error {
        package let message: String
    }

    /// Waits for a debugger at `place`: a TCP port of this machine, or the path of a socket of the file system (with a slash).
    package init(waitingAt place: String) throws(Failure) {
        let listener = place.contains("/") ? try Self.local(place) : try Self.port(place)
        defer { close(listener) }
        guard listen(listener, 1) == 0 else { throw Self.failure(place) }
        let accepted = accept(listener, nil, nil)
        guard accepted >= 0 else { throw Self.failure(place) }
        var on: Int32 = 1
        setsockopt(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        // Far from the numbers that programs expect to be free.
        let high = fcntl(accepted, F_DUPFD_CLOEXEC, 600)
        if high >= 0 { close(accepted) }
        descriptor = high >= 0 ? high : accepted
    }

    private static func failure(_ place: String) -> Failure {
        Failure(message: "\(place): \(String(cString: strerror(errno)))")
    }

    private static let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)

    private static func port(_ text: String) throws(Failure) -> Int32 {
        guard let number = UInt16(text), number > 0 else {
            throw Failure(message: "\(text): neither a port (1 to 65535) nor the path of a socket")
        }
        let socket = socket(AF_INET, kind, 0)
        guard socket >= 0 else { throw failure(text) }
        var on: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = number.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = withUnsafeBytes(of: address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { bind(socket, $0.baseAddress, UInt32(bytes.count)) }
        }
        if status != 0 { throw failure(text) }
        return socket
    }

    private static func local(_ path: String) throws(Failure) -> Int32 {
        let socket = socket(AF_UNIX, kind, 0)
        var address = sockaddr_un()
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < room, socket >= 0 else { throw Failure(message: "\(path): too long for a socket") }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        unlink(path)
        let status = withUnsafeBytes(of: address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { bind(socket, $0.baseAddress, UInt32(bytes.count)) }
        }
        if status != 0 { throw failure(path) }
        return socket
    }

    /// What has come; empty when the debugger has gone.
    func receive() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 1 << 14) { buffer, count in
            var result = 0
            repeat { result = read(descriptor, buffer.baseAddress, buffer.count) } while result < 0 && errno == EINTR
            count = max(0, result)
        }
    }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if sent < 0 && errno == EINTR { continue }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }
}
