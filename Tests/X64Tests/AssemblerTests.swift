import Foundation
import Testing
import X64

/// What the rows do not show: jumps, labels, padding, patches.
@Suite struct AssemblerTests {
    private func text(_ body: (inout Assembler) -> Void) throws -> [String] {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { memory.deallocate() }
        var assembler = Assembler()
        assembler.begin(memory, origin: 0x10000)
        body(&assembler)
        assembler.resolve()
        return try Objdump.disassemble(Array(UnsafeRawBufferPointer(memory).prefix(assembler.count)), at: 0x10000)
    }

    @Test func jumpsReachTheirLabels() throws {
        let lines = try text { a in
            let (back, forth) = (a.label(), a.label())
            a.bind(back)
            a.op(.nop)
            a.jump(forth)
            a.jump(.ne, back)
            a.jump(back)
            a.jump(.ge, forth)
            a.bind(forth)
            a.call(back)
            a.address(of: back, into: .r9)
            a.jump(to: 0x20000)
            a.call(to: 0x8000)
        }
        #expect(
            lines == [
                "nop", "jmp 0x10010", "jne 0x10000", "jmp 0x10000", "jge 0x10010", "call 0x10000",
                "lea r9, [rip - 0x1c]", "jmp 0x20000", "call 0x8000",
            ])
    }

    @Test func conditionsAndConstants() throws {
        let lines = try text { a in
            for condition in Condition.allCases {
                a.set(condition, .gpr(.rsi))
                a.cmov(condition, .qword, .r9, .at(.rbp, 8))
            }
            a.move(.rax, 5)
            a.move(.r8, .max)
            a.move(.rcx, 0x1234_5678_9abc)
            a.arithmetic(7, .qword, .gpr(.rdi), -1)
            a.arithmetic(0, .dword, .at(.rbx, 64), 4096)
            a.lock()
            a.op(.cmpxchg, .dword, .rcx, .at(.rdx))
        }
        let names = ["o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"]
        let conditional = names.flatMap { ["set\($0) sil", "cmov\($0) r9, qword ptr [rbp + 0x8]"] }
        #expect(
            lines == conditional + [
                "mov eax, 0x5", "mov r8, -0x1", "movabs rcx, 0x123456789abc", "cmp rdi, -0x1",
                "add dword ptr [rbx + 0x40], 0x1000", "lock", "cmpxchg dword ptr [rdx], ecx",
            ])
    }

    @Test func paddingIsWhole() throws {
        for length in 1...40 {
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
            defer { memory.deallocate() }
            var assembler = Assembler()
            assembler.begin(memory, origin: 0x10000)
            assembler.nop(length)
            let count = assembler.count
            #expect(count == length)
        }
        let lines = try text { a in
            a.nop(9)
            a.align(16)
            a.op(.ret)
        }
        #expect(lines.allSatisfy { $0.hasPrefix("nop") || $0 == "ret" } && lines.last == "ret")
    }

    @Test func patchableJumpsDoNotCrossEightBytes() {
        for lead in 0..<16 {
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
            defer { memory.deallocate() }
            var a = Assembler()
            a.begin(memory, origin: 0x10000)
            a.nop(lead)
            let label = a.label()
            let (first, second) = (a.patchableJump(label), a.patchableJump(.e, label))
            let third = a.patchableCall(label)
            a.bind(label)
            a.resolve()
            #expect(first & 7 <= 4 && second & 7 <= 4 && third & 7 <= 4)
        }
    }

    @Test func fullMemoryIsNotOverrun() {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 16)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 0xaa)
        var assembler = Assembler()
        assembler.begin(UnsafeMutableRawBufferPointer(rebasing: memory[..<32]), origin: 0x10000)
        for _ in 0..<100 { assembler.move(.rax, 0x1234_5678_9abc) }
        let overflowed = assembler.overflowed
        #expect(overflowed)
        #expect(memory[32...].allSatisfy { $0 == 0xaa })
    }

    @Test("The features are those that the kernel names")
    func features() throws {
        let text = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("flags") })
        let flags = Set(line.split { $0 == " " || $0 == "\t" }.map(String.init))
        let names: [(String, HostFeatures)] = [
            ("bmi1", .bmi1), ("bmi2", .bmi2), ("abm", .lzcnt), ("movbe", .movbe), ("avx", .avx), ("avx2", .avx2),
            ("fma", .fma), ("f16c", .f16c), ("aes", .aes), ("pclmulqdq", .pclmul), ("sha_ni", .sha),
        ]
        for (name, feature) in names { #expect(HostFeatures.detect().contains(feature) == flags.contains(name)) }
    }
}
