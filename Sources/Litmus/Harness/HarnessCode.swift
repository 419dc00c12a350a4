import Machine

/// The guest's program: start-up, and for each thread of each instance the loop around its column of the test.
///
/// A thread's iteration: its registers are set, addresses from its script; the threads of the instance meet; each waits
/// a number of turns, from its script; the test's instructions run; the registers that the question names are stored to
/// its log. What is in memory at the end the host reads from the cells, of which each iteration has its own.
struct HarnessCode {
    let test: LitmusTest
    let layout: GuestLayout
    let registers: [ThreadRegisters]
    let processors: Int
    let options: HarnessOptions

    /// The name of the place where thread `thread` of `instance` begins.
    static func entry(_ instance: Int, _ thread: Int) -> String { "thread_\(instance)_\(thread)" }

    /// - Throws: `LitmusError` for an instruction that the assembler refuses.
    func assemble(_ assembler: Assembler) throws(LitmusError) -> (words: [UInt32], labels: [String: UInt64]) {
        var code = CodeBuilder()
        code.emit("b start")
        code.pad(to: Self.vectorsAt)
        vectors(&code)
        start(&code)
        finish(&code)
        for instance in 0..<layout.instances {
            for thread in test.threads.indices { try self.thread(instance, thread, &code) }
        }
        let program = try code.assemble(assembler, at: GuestLayout.base, file: test.file)
        guard program.words.count * 4 <= GuestLayout.codeSize else {
            throw LitmusError(
                "\(test.file): the code of \(layout.instances) instances is too long; use a smaller --smp")
        }
        return program
    }

    /// The vectors' place in instructions: 2 KiB.
    static let vectorsAt = 512

    // MARK: Start and end

    /// Arm ARM D1.3: sixteen vectors of 32 instructions, 2 KiB aligned. No test expects an exception: the first one
    /// ends the run.
    private func vectors(_ code: inout CodeBuilder) {
        code.label("vectors")
        for vector in 1...16 {
            code.emit("b fault")
            code.pad(to: Self.vectorsAt + 32 * vector)
        }
        code.label("fault")
        code.move("x0", GuestLayout.fault)
        code.emit("mrs x1, esr_el1")
        code.emit("mrs x2, elr_el1")
        code.emit("mrs x3, far_el1")
        code.emit("stp x1, x2, [x0]")
        code.emit("str x3, [x0, #16]")
        powerOff(&code)
    }

    /// vCPU 0 switches the others on (PSCI, Arm DEN 0022: CPU_ON); each gets its thread's address in X0.
    private func start(_ code: inout CodeBuilder) {
        code.label("start")
        code.move("x19", GuestLayout.starts)
        for index in 1..<max(processors, 1) {
            code.move("x0", 0xc400_0003)
            code.move("x1", VirtMap.affinity(index))
            code.emit("adr x2, common")
            code.emit("ldr x3, [x19, #\(8 * index)]")
            code.emit("cbz x3, skip\(index)")
            code.emit("hvc #0")
            code.label("skip\(index)")
        }
        // With more vCPUs than threads this one may have none, too.
        code.emit("ldr x0, [x19]")
        code.emit("cbz x0, park")
        code.label("common")
        code.move("x1", GuestLayout.base + 4 * UInt64(Self.vectorsAt))
        code.emit("msr vbar_el1, x1")
        if options.mmu { enableMMU(&code) }
        code.emit("isb")
        code.emit("br x0")
    }

    /// 4 KiB granule, 32-bit addresses: the one table has four entries of 1 GiB (Arm ARM D8.2). Attribute 1 is normal
    /// write-back memory.
    private func enableMMU(_ code: inout CodeBuilder) {
        let settings: [(String, UInt64)] = [
            ("mair_el1", 0xff00),
            // T0SZ 32, walks write-back and inner shareable, no TTBR1, 40-bit addresses.
            ("tcr_el1", 32 | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 23 | 2 << 32),
            ("ttbr0_el1", GuestLayout.table),
        ]
        for (register, value) in settings {
            code.move("x1", value)
            code.emit("msr \(register), x1")
        }
        code.emit("isb")
        code.emit("tlbi vmalle1")
        code.emit("dsb nsh")
        code.emit("isb")
        code.emit("mrs x1, sctlr_el1")
        code.move("x2", 1 | 1 << 2 | 1 << 12)
        code.emit("orr x1, x1, x2")
        code.emit("msr sctlr_el1, x1")
    }

    /// Where threads go after their last iteration: the last one of all powers the machine off.
    private func finish(_ code: inout CodeBuilder) {
        code.label("finish")
        code.move("x0", GuestLayout.done)
        code.emit("mov w1, #1")
        code.emit("ldaddal w1, w2, [x0]")
        code.move("x3", UInt64(layout.instances * test.threads.count - 1))
        code.emit("cmp w2, w3")
        code.emit("b.ne park")
        powerOff(&code)
        code.label("park")
        code.emit("wfi")
        code.emit("b park")
    }

    /// PSCI SYSTEM_OFF.
    private func powerOff(_ code: inout CodeBuilder) {
        code.move("x0", 0x8400_0008)
        code.emit("hvc #0")
        code.emit("b park")
    }
}
