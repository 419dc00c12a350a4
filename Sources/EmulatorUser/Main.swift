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

    /// The arguments as bytes: they need not be UTF-8.
    private static func words() -> [[UInt8]] {
        (1..<Int(CommandLine.argc)).compactMap { index in
            CommandLine.unsafeArgv[index].map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
        }
    }

    private static func fail(_ message: String, status: Int32 = 1) -> Never {
        let bytes = Array("emu-aarch64: \(message)\n".utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
        exit(status)
    }
}
