import Foundation
import Linux
import Testing

/// What we take for granted of the guest's structures and numbers, against the kernel's own headers for arm64: those of
/// the cross compiler's packages (`Scripts/setup --peer`) or of `Scripts/fetch-linux-guests`.
@Suite struct LayoutTests {
    static let headers: [String]? = {
        let root = Program.root.appending(path: ".build/linux-root/usr/include").path
        let candidates = [["/usr/aarch64-linux-gnu/include"], [root, root + "/aarch64-linux-gnu"]]
        return candidates.first { FileManager.default.fileExists(atPath: ($0.last ?? "") + "/asm/unistd.h") }
    }()

    /// The compiler's complaints about a C file; empty when there are none.
    private func complaints(_ file: String, _ options: [String]) throws -> String {
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments = ["clang", "-fsyntax-only", "-ffreestanding"] + options + [file]
        let output = Pipe()
        compiler.standardError = output
        try compiler.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        compiler.waitUntilExit()
        let failed = compiler.terminationStatus != 0
        return failed ? String(decoding: text, as: UTF8.self) : ""
    }

    private var guestOptions: [String] {
        ["--target=aarch64-linux-gnu", "-nostdlibinc"] + (Self.headers ?? []).flatMap { ["-isystem", $0] }
    }

    private func complaints(text: String, _ options: [String]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "syscall-numbers-\(UUID()).c")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try complaints(file.path, options)
    }

    @Test("Structures and constants are the kernel's", .enabled(if: headers != nil))
    func layouts() throws {
        let file = Program.root.appending(path: "Tests/LinuxTests/layouts.c").path
        #expect(try complaints(file, guestOptions) == "")
    }

    @Test("Every system call has the kernel's number", .enabled(if: headers != nil))
    func numbers() throws {
        let text = SyscallNames.all.map { Self.assertion($0.name, $0.number, isNew: $0.number >= 440) }
        #expect(try complaints(text: Self.heading + text.joined(), guestOptions) == "")
        #expect(text.count > 290)
    }

    @Test("Every call that is passed on has the host kernel's number")
    func hostNumbers() throws {
        let text = SyscallNames.all.compactMap { call in
            call.host.map { Self.assertion(call.name, $0, isNew: $0 >= 440) }
        }
        #expect(try complaints(text: Self.heading + text.joined(), []) == "")
        #expect(text.count > 190)
    }

    private static let heading = "#include <asm/unistd.h>\n"

    /// The headers may be older than the newest calls.
    private static func assertion(_ name: String, _ number: Int, isNew: Bool) -> String {
        let missing = isNew ? "" : "#else\n#error no \(name)\n"
        return "#ifdef __NR_\(name)\n_Static_assert(__NR_\(name) == \(number), \"\(name)\");\n\(missing)#endif\n"
    }
}
