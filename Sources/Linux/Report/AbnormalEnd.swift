import Engine
import GDBStub
import Glibc
import Guest
import GuestA64

// Why a program ended that did not want to.

extension GuestThread {
    /// Ends the process as `signal` by default does, after saying why.
    func die(_ signal: GuestSignal, because reason: String?) {
        if process.options.explains { report(signal, reason) }
        process.debugger?.end(self, .killed(signal: signal.number))
        HostSignals.setDefault(signal.number)
        // The memory image of the emulator would tell nobody anything.
        hostCall(.prctl, Self.setDumpable, 0)
        var mask = self.mask
        mask.remove(SignalSet(signal: signal.number))
        HostSignals.raise(signal.number)
        HostSignals.setMask(mask)
        hostCall(.exitGroup, 128 + Int(signal.number))
    }

    /// PR_SET_DUMPABLE.
    private static let setDumpable = 4

    private func report(_ signal: GuestSignal, _ reason: String?) {
        let pc = vcpu.pc
        let name = SignalNames.name(signal.number) ?? "signal \(signal.number)"
        let program = String(decoding: process.executable, as: UTF8.self)
        var lines = ["emu-aarch64: \(program) ended by \(name): \(reason ?? explain(signal, pc))"]
        lines.append("  at \(hexadecimal(pc))\(place(pc)): \(instruction(pc))")
        lines.append("  called from \(hexadecimal(x(30)))\(place(x(30))), sp \(hexadecimal(stackPointer))")
        lines.append("  thread \(threadID) of process \(hostCall(.getpid))")
        for call in trace.last { lines.append("  last system call: \(call)") }
        lines.append("  \(verdict(signal, pc))")
        StandardError.write(lines.joined(separator: "\n") + "\n")
    }

    private func explain(_ signal: GuestSignal, _ pc: UInt64) -> String {
        switch (signal.number, signal.code) {
        case (SIGSEGV, SignalCode.notMapped): "address \(hexadecimal(signal.address)) is not mapped"
        case (SIGSEGV, SignalCode.accessError): "address \(hexadecimal(signal.address)) is protected"
        case (SIGBUS, SignalCode.alignment): "address \(hexadecimal(signal.address)) is misaligned"
        case (SIGBUS, SignalCode.busAddress): "address \(hexadecimal(signal.address)) is behind the end of its file"
        case (SIGILL, _): "undefined instruction"
        case (SIGTRAP, _): "breakpoint instruction"
        default: "raised by the program"
        }
    }

    private func place(_ address: UInt64) -> String {
        process.symbols.describe(address, process).map { " <\($0)>" } ?? ""
    }

    private func instruction(_ pc: UInt64) -> String {
        guard let word = space.read(pc, as: UInt32.self) else { return "no code there" }
        let digits = String(word, radix: 16)
        let padded = String(repeating: "0", count: 8 - digits.count) + digits
        return "\(padded)  \(A64.disassemble(word, pc: pc))"
    }

    /// Whether it looks like the program's own doing.
    private func verdict(_ signal: GuestSignal, _ pc: UInt64) -> String {
        guard signal.number == SIGILL, let word = space.read(pc, as: UInt32.self) else {
            return "this looks like a fault of the program"
        }
        if word >> 16 == 0 { return "this looks like a fault of the program: it ran into data, or called abort" }
        return "the emulator does not implement this instruction for the CPU model \(process.options.model.name)"
    }
}
