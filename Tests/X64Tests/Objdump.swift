import Glibc
import X64

/// The toolchain's disassembler, as a foreign judge of our encodings.
enum Objdump {
    /// The text of each instruction of `code`, without comments, blanks made one.
    static func disassemble(_ code: [UInt8], at address: UInt64) throws -> [String] {
        let path = "/tmp/x64-tests-\(getpid())-\(UInt64.random(in: 0...(.max))).o"
        let file = ObjectFile.elf(code, at: address)
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600)
        guard descriptor >= 0 else { throw ToolError("cannot write \(path)") }
        defer { unlink(path) }
        guard write(descriptor, file, file.count) == file.count else { throw ToolError("cannot write \(path)") }
        close(descriptor)
        let command =
            "llvm-objdump -d --x86-asm-syntax=intel --no-show-raw-insn --no-leading-addr --print-imm-hex \(path)"
        guard let pipe = popen(command, "r") else { throw ToolError("llvm-objdump does not start") }
        defer { pclose(pipe) }
        var lines: [String] = []
        var line = [CChar](repeating: 0, count: 512)
        while fgets(&line, 512, pipe) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if let clean = normalize(text) { lines.append(clean) }
        }
        return lines
    }

    /// nil for a line that is no instruction.
    private static func normalize(_ line: String) -> String? {
        guard line.first == "\t" || line.first == " " else { return nil }
        let code = line.prefix { $0 != "#" && $0 != "<" }
        let words = code.split { $0 == " " || $0 == "\t" || $0 == "\n" }
        return words.isEmpty ? nil : words.joined(separator: " ").replacing("movabsq", with: "movabs")
    }
}

struct ToolError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
