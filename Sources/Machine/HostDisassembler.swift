import Glibc
import X64

/// The host's machine code as text, by a disassembler that is not ours.
package enum HostDisassembler {
    /// One line per instruction; hexadecimal bytes where the host has no disassembler.
    package static func text(_ code: [UInt8], at address: UInt64) -> String {
        let path = "/tmp/emulator-code-\(getpid())-\(String(address, radix: 16)).o"
        let file = ObjectFile.elf(code, at: address)
        let descriptor = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return hexadecimal(code) }
        defer { unlink(path) }
        let written = write(descriptor, file, file.count)
        close(descriptor)
        guard written == file.count else { return hexadecimal(code) }
        for tool in ["llvm-objdump -d --x86-asm-syntax=intel --no-show-raw-insn", "objdump -d -M intel"] {
            let text = output(of: "\(tool) \(path) 2>/dev/null")
            if !text.isEmpty { return text }
        }
        return hexadecimal(code)
    }

    /// Whether the disassembler is LLVM's.
    package static var isLLVM: Bool { system("llvm-objdump --version >/dev/null 2>&1") == 0 }

    private static func output(of command: String) -> String {
        guard let pipe = popen(command, "r") else { return "" }
        defer { pclose(pipe) }
        var text = ""
        var line = [CChar](repeating: 0, count: 512)
        while fgets(&line, 512, pipe) != nil {
            let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            if isInstruction(bytes) { text += String(decoding: bytes, as: UTF8.self) }
        }
        return text
    }

    /// Whether a line is an address, a colon, and something behind it: addresses of twelve digits have no blanks before.
    private static func isInstruction(_ line: [UInt8]) -> Bool {
        let start = line.drop { $0 == UInt8(ascii: " ") }
        let digits = start.prefix { Character(UnicodeScalar($0)).isHexDigit }
        return !digits.isEmpty && start.dropFirst(digits.count).first == UInt8(ascii: ":")
    }

    private static func hexadecimal(_ code: [UInt8]) -> String {
        code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ") + "\n"
    }
}
