import Foundation
import Litmus
import Testing

/// Every instruction of the tests against the toolchain's assembler.
struct ForeignAssemblerTests {
    private static let directory: URL? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { URL(fileURLWithPath: String($0)) }
        .first { directory in
            ["clang", "llvm-objdump"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: directory.appendingPathComponent($0).path)
            }
        }

    /// What litmus tests use beyond what the shipped ones do.
    private static let more = [
        "LDRH W1,[X2,#6]", "LDRSW X1,[X2,X3,LSL #2]", "STR X1,[X2,W3,UXTW #3]", "LDR X1,[X2],#8", "STRB W1,[X2,#-1]!",
        "LDR W1,[X2,#-4]", "LDP X1,X2,[X3,#-16]", "STP W1,W2,[X3],#8", "LDAPURH W1,[X2,#3]", "STLUR X1,[X2,#-9]",
        "LDAXP W1,W2,[X3]", "STLXP W0,X1,X2,[X3]", "CASPAL X0,X1,X2,X3,[X4]", "CASAB W0,W1,[X2]",
        "LDUMAXALH W0,W1,[X2]",
        "STSETL X1,[X2]", "SWPLB W0,W1,[X2]", "DMB ISHST", "DSB ISHLD", "DSB SY", "ISB", "ISB SY", "CLREX", "WFE",
        "SEVL",
        "YIELD", "MOV X0,#0xffff0000", "MOV W0,#-2", "MOV X0,#0x5555555555555555", "MOV W1,W2", "MOV X1,SP",
        "ADD X0,X1,W2,SXTW #2", "ANDS W0,W1,W2,ROR #3", "SUB SP,SP,#4096", "CMP X1,#1",
        "CMN W1,W2,LSL #3", "TST X1,#0xff", "CSET W1,CS", "CINC X1,X2,LE", "CSNEG W1,W2,W3,GT", "LSL W1,W2,#3",
        "UBFX X1,X2,#8,#16", "EXTR X1,X2,X3,#5", "ROR W1,W2,#7", "MUL W1,W2,W3", "DC CIVAC,X1", "IC IVAU,X1",
        "TLBI VAE1IS,X1", "MRS X1,CNTVCT_EL0", "MSR TPIDR_EL0,X1", "NEG W1,W2", "MVN X1,X2", "BIC W1,W2,W3",
    ]

    private static func texts() throws -> [String] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Litmus")
        var tests = try Families.all.map { try LitmusParser.parse($0.text, file: $0.name) }
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where file.hasSuffix(".litmus") {
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            tests.append(try LitmusParser.parse(text, file: file))
        }
        let shipped = tests.flatMap(\.threads).flatMap(\.statements).compactMap(\.text)
        let branches = ["CB", "B.", "TB"]
        return Set(shipped.filter { text in !branches.contains(where: text.hasPrefix) }).sorted() + more
    }

    @Test("Words are those of LLVM's assembler", .enabled(if: directory != nil))
    func words() throws {
        let texts = try Self.texts()
        #expect(texts.count > 150)
        let theirs = try Self.foreign(texts)
        let assembler = Assembler()
        for (text, word) in zip(texts, theirs) {
            let ours = try? assembler.assemble(text)
            #expect(ours == word, "\(text)")
        }
    }

    @Test func `Branches reach their labels, forwards and backwards`() throws {
        let assembler = Assembler()
        let labels: Assembler.Labels = ["up": 0x1000, "down": 0x1100]
        let expected: [(String, UInt32)] = [
            ("B down", 0x1400_0020), ("B up", 0x17ff_ffe0), ("B.EQ down", 0x5400_0400), ("CBNZ X3,up", 0xb5ff_fc03),
            ("TBZ W1,#5,down", 0x3628_0401), ("LDR W1,down", 0x1800_0401), ("ADR X2,up", 0x10ff_fc02),
        ]
        for (text, word) in expected {
            #expect(try assembler.assemble(text, at: 0x1080, labels: labels) == word, "\(text)")
        }
    }

    @Test(arguments: [
        "LDR W1", "LDR W1,[X2,#3,#4]", "LDR Q1,X2", "STXR X1,W2,[X3]", "MOV W0,#0x123456789", "ADD X1,X2,#4097",
        "CAS W1,X2,[X3]",
        "LDR W1,[W2]", "LDAR W1,[X2,#4]", "B nowhere", "FROB", "", "LDP X1,X2,[X3,#4]", "ADD X1,W2,X3",
        "CASP X1,X2,X4,X5,[X6]",
        "DMB FOO", "MOV W0", "LDR W31,[X1]", "MOV W0,#",
    ])
    func `What is no instruction is refused`(text: String) {
        #expect(throws: AssemblyError.self) { try Assembler().assemble(text) }
    }

    /// The words of `texts` as clang's assembler makes them.
    private static func foreign(_ texts: [String]) throws -> [UInt32] {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let (source, object) = (scratch.appendingPathComponent("t.s"), scratch.appendingPathComponent("t.o"))
        try (texts.joined(separator: "\n") + "\n").write(to: source, atomically: true, encoding: .utf8)
        _ = try run("clang", ["-c", "--target=aarch64-none-elf", "-march=armv8.8-a", source.path, "-o", object.path])
        return try run("llvm-objdump", ["-d", object.path]).split(separator: "\n").compactMap { line in
            let fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard fields.count > 1, fields[0].hasSuffix(":"), Int(fields[0].dropLast(), radix: 16) != nil else {
                return nil
            }
            return UInt32(fields[1], radix: 16)
        }
    }

    private static func run(_ tool: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = directory?.appendingPathComponent(tool)
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
