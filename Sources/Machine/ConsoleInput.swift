import Bus
package import Devices
import Glibc
import Support
import Synchronization

/// Feeds a serial port from a file descriptor of the host, by a thread of its own, no faster than the port takes it.
package final class ConsoleInput: Sendable {
    private let reader: Reader
    private let thread: HostThread?

    /// Reads `descriptor` until its end or `stop`.
    package init(descriptor: Int32, uart: PL011) {
        let reader = Reader(descriptor: descriptor, uart: uart)
        self.reader = reader
        thread = HostThread(name: "console") { reader.run() }
    }

    /// Ends the thread. Call once.
    package func stop() {
        reader.stop()
        thread?.join()
    }
}

/// The thread's part. A byte in the pipe `signal` wakes it: there is room again, or it shall stop.
private final class Reader: Sendable {
    private let descriptor: Int32
    private let uart: PL011
    private let signal: (read: Int32, write: Int32)
    private let stopping = Atomic<Bool>(false)

    init(descriptor: Int32, uart: PL011) {
        self.descriptor = descriptor
        self.uart = uart
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        for end in ends where end >= 0 {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        signal = (ends[0], ends[1])
        uart.onSpace { [weak self] in self?.notify() }
    }

    deinit {
        close(signal.read)
        close(signal.write)
    }

    func stop() {
        stopping.store(true, ordering: .releasing)
        notify()
    }

    func run() {
        var waiting: [UInt8] = []
        var ended = false
        while !stopping.load(ordering: .acquiring), !(ended && waiting.isEmpty) {
            if !waiting.isEmpty { waiting.removeFirst(uart.receive(waiting)) }
            var descriptors = [
                pollfd(fd: signal.read, events: Int16(POLLIN), revents: 0),
                pollfd(fd: waiting.isEmpty && !ended ? descriptor : -1, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&descriptors, 2, -1) >= 0 || errno == EINTR else { return }
            if descriptors[0].revents != 0 { drainSignal() }
            if descriptors[1].revents != 0 {
                waiting = readSome()
                ended = waiting.isEmpty
            }
        }
    }

    /// What there is to read; empty at the end, or when the host refuses.
    private func readSome() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(count, 0)))
    }

    private func drainSignal() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(signal.read, &bytes, bytes.count) > 0 {}
    }

    /// A full pipe wakes as well as one more byte would.
    private func notify() {
        var byte: UInt8 = 1
        _ = write(signal.write, &byte, 1)
    }
}
