import Foundation
import Glibc
import Testing

/// `-g`: GDB's remote protocol, spoken by hand.
@Suite(.serialized) struct DebuggerTests {
    /// A program that waits for its debugger, and the line to it.
    private final class Line {
        let process = Process()
        private let path = FileManager.default.temporaryDirectory.appending(path: "emu-gdb-\(UUID())").path
        private let socket: Int32
        private var received: [UInt8] = []

        init(_ arguments: [String]) throws {
            process.executableURL = Program.root.appending(path: ".build/release/emu-aarch64")
            process.arguments = ["-g", path] + arguments
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var limit = timeval(tv_sec: 30, tv_usec: 0)
            setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, UInt32(MemoryLayout<timeval>.size))
            try connect()
        }

        deinit {
            close(socket)
            unlink(path)
            if process.isRunning { process.terminate() }
        }

        private func connect() throws {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            for _ in 0..<500 {
                let status = withUnsafeBytes(of: address) { bytes in
                    bytes.withMemoryRebound(to: sockaddr.self) {
                        Glibc.connect(socket, $0.baseAddress, UInt32(bytes.count))
                    }
                }
                if status == 0 { return }
                usleep(10_000)
            }
            throw CocoaError(.fileReadUnknown)
        }

        /// The program may have gone: that is no reason for SIGPIPE.
        func send(raw text: String) {
            _ = Array(text.utf8).withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
        }

        func byte() -> UInt8? {
            if received.isEmpty {
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = read(socket, &buffer, buffer.count)
                guard count > 0 else { return nil }
                received = Array(buffer.prefix(count))
            }
            return received.removeFirst()
        }

        /// The content of the next packet.
        func packet() -> String {
            var text: [UInt8] = []
            var isInside = false
            while let next = byte() {
                if next == UInt8(ascii: "$") {
                    isInside = true
                } else if next == UInt8(ascii: "#") {
                    _ = (byte(), byte())
                    send(raw: "+")
                    return String(decoding: text, as: UTF8.self)
                } else if isInside {
                    text.append(next)
                }
            }
            return "nothing"
        }

        func ask(_ text: String) -> String {
            let sum = text.utf8.reduce(UInt8(0), &+)
            let digits = String(sum, radix: 16)
            send(raw: "$\(text)#\(digits.count == 1 ? "0" : "")\(digits)")
            return packet()
        }

        /// A 64-bit register.
        func register(_ number: Int) -> UInt64 {
            let digits = Array(ask("p" + String(number, radix: 16)))
            let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(digits[$0...$0 + 1]), radix: 16)
            }
            return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        var pc: UInt64 { register(32) }
    }

    private func hexadecimal(_ value: UInt64) -> String { String(value, radix: 16) }

    @Test("Registers, memory, steps, a breakpoint, and the end are told")
    func steps() throws {
        let line = try Line([Program.path("hello"), "x"])
        #expect(line.ask("qSupported:swbreak+").contains("qXfer:features:read+"))
        let stop = line.ask("?")
        #expect(stop.hasPrefix("T05thread:"))
        #expect(line.ask("qXfer:features:read:target.xml:0,ffff").contains("org.gnu.gdb.aarch64.core"))
        let start = line.pc
        // `_start` of linux.c: mov x29, #0; mov x30, #0; mov x0, sp; bl begin.
        #expect(line.ask("m\(hexadecimal(start)),4") == "1d0080d2")
        #expect(line.ask("vCont;s").hasPrefix("T05"))
        #expect(line.pc == start + 4)
        #expect(line.ask("s").hasPrefix("T05"))
        #expect(line.ask("s").hasPrefix("T05"))
        #expect(line.register(0) == line.register(31) && line.pc == start + 12)
        #expect(line.ask("s").hasPrefix("T05"))
        let begin = line.pc
        #expect(begin != start + 16 && line.register(30) == start + 16)
        // Back to the start, and on to a breakpoint that memory does not show.
        #expect(line.ask("Z0,\(hexadecimal(begin)),4") == "OK")
        #expect(line.ask("m\(hexadecimal(begin)),4") != "000020d4")
        #expect(line.ask("P20=" + String(format: "%016llx", start.byteSwapped)) == "OK")
        #expect(line.ask("vCont;c").hasPrefix("T05swbreak:;"))
        #expect(line.pc == begin)
        #expect(line.ask("z0,\(hexadecimal(begin)),4") == "OK")
        #expect(line.ask("vCont;c") == "W00")
        line.process.waitUntilExit()
        #expect(line.process.terminationStatus == 0)
    }

    @Test("A packet with a wrong checksum is asked for again; an unknown one gets the empty reply")
    func framing() throws {
        let line = try Line([Program.path("hello")])
        line.send(raw: "$?#00")
        #expect(line.byte() == UInt8(ascii: "-"))
        #expect(line.ask("vMustReplyEmpty") == "")
        #expect(line.ask("m8,8").hasPrefix("E"))
        #expect(line.ask("P5=12") == "E01")
        #expect(line.ask("qXfer:auxv:read::0,10").hasPrefix("m"))
        #expect(line.ask("D") == "OK")
        line.process.waitUntilExit()
        #expect(line.process.terminationStatus == 0)
    }

    @Test("A fault stops first, and ends the program when it is passed on")
    func fault() throws {
        let line = try Line([Program.path("faults"), "segv"])
        _ = line.ask("?")
        #expect(line.ask("vCont;c").hasPrefix("T0bthread:"))
        #expect(line.ask("vCont;C0b") == "X0b")
        line.process.waitUntilExit()
        #expect(line.process.terminationReason == .uncaughtSignal && line.process.terminationStatus == 11)
    }

    @Test(
        "Signals are told before they are delivered, threads are listed, and a child is none of the debugger's"
    )
    func threads() throws {
        let line = try Line([Program.path("stress"), "30"])
        _ = line.ask("?")
        #expect(line.ask("QPassSignals:e;10;14;17;1e").isEmpty)
        line.send(raw: "$vCont;c#a8")
        var last = line.packet()
        // The program's threads signal each other: pass on what they send.
        var signals = 0
        while last.hasPrefix("T1e") || last.hasPrefix("T14") {
            signals += 1
            let thread = last.components(separatedBy: "thread:")[1].prefix { $0 != ";" }
            if signals == 5 { #expect(line.ask("qfThreadInfo").contains(",")) }
            last = line.ask("vCont;C\(last.dropFirst().prefix(2)):\(thread);c")
        }
        #expect(last == "W00" && signals > 5)
    }

    @Test("A debugger's place that cannot be had is one line")
    func place() throws {
        let run = try Program.run(["-g", "no port", Program.path("hello")])
        #expect(run.status != 0 && run.error.hasPrefix("emu-aarch64: -g no port: "))
        #expect(run.error.filter { $0 == "\n" }.count == 1)
    }
}
