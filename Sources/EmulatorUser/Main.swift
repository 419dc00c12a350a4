import Glibc
import Linux

/// `emu-aarch64`: runs one program of AArch64 Linux. Options as `qemu-aarch64` spells them.
///
/// No argument parser and no Foundation: what is linked and initialised here is paid for by every program that runs.
@main
enum EmulatorUser {
    static func main() {
        var line = CommandLineOptions()
        do throws(OptionError) {
            try line.parse(words())
        } catch {
            fail(error.message + " (--help lists the options)")
        }
        guard let process = LinuxProcess(line.options) else {
            fail("the host gives no address space; raise ulimit -v")
        }
        let error = process.start()
        fail(error.message, status: error.code == ENOENT ? 127 : 126)
    }

    /// The arguments as bytes: they need not be UTF-8. `CommandLine` would read /proc, which a new root may not have; but
    /// the stack that the kernel prepares has argc, the arguments, a null, and then the environment (System V ABI for
    /// x86-64, 3.4.1).
    private static func words() -> [[UInt8]] {
        UnsafeMutableRawPointer(environ).withMemoryRebound(to: UInt.self, capacity: 1) { variables in
            var count = 0
            while variables[-2 - count] != UInt(count) { count += 1 }
            return (1..<max(count, 1)).compactMap { index in
                UnsafePointer<CChar>(bitPattern: variables[index - 1 - count]).map {
                    Array(UnsafeRawBufferPointer(start: $0, count: strlen($0)))
                }
            }
        }
    }

    private static func fail(_ message: String, status: Int32 = 1) -> Never {
        let bytes = Array("emu-aarch64: \(message)\n".utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
        exit(status)
    }
}
