import Bus
import Glibc
import Support

/// Where a serial port's output goes.
package protocol CharacterSink: AnyObject, Sendable {
    /// Takes one byte, in the order of the calls. May block as long as the receiver is slow.
    func put(_ byte: UInt8)
}

/// Swallows everything.
package final class NullSink: CharacterSink {
    /// A sink for output that nobody wants.
    package init() {}
    package func put(_ byte: UInt8) {}
}

/// Keeps the last bytes in memory, for tests and for harnesses that read a guest's report.
package final class MemorySink: CharacterSink {
    private let limit: Int
    private let bytes = Guarded<[UInt8]>([])

    /// A sink that keeps at least the last `limit` bytes, at most twice as many.
    package init(limit: Int = 1 << 20) { self.limit = limit }

    /// What has come so far, as text; bytes that are no UTF-8 show as replacement characters.
    package var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

    package func put(_ byte: UInt8) {
        bytes.withLock { bytes in
            if bytes.count >= 2 * limit { bytes.removeFirst(bytes.count - limit) }
            bytes.append(byte)
        }
    }
}

/// Writes to a file descriptor of the host, unbuffered: what a guest printed before it died must be seen.
package final class FileSink: CharacterSink {
    private let descriptor: Int32
    private let closes: Bool

    /// A sink onto an open `descriptor`, which is closed along with the sink when `closes` is set.
    package init(descriptor: Int32, closes: Bool = false) {
        self.descriptor = descriptor
        self.closes = closes
    }

    deinit {
        if closes { close(descriptor) }
    }

    /// Output that the host refuses for good (a closed pipe, a full disk) is lost, as on a line without a listener.
    package func put(_ byte: UInt8) {
        var byte = byte
        while write(descriptor, &byte, 1) < 0 {
            guard errno == EINTR || errno == EAGAIN else { return }
            var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&wait, 1, -1)
        }
    }
}
