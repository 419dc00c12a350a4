import ArgumentParser
import BenchCore
import Glibc

/// The command line; everything it does is in BenchCore.
@main struct EmuBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emu-bench",
        abstract: "Runs workloads on the emulator, beside QEMU and native code, and judges the results.",
        subcommands: [Run.self, Compare.self, ShowHistory.self, Plot.self],
        defaultSubcommand: Run.self)
}

extension ParsableCommand {
    /// Runs a command's body; what the user can put right is one line and exit code 1.
    func reporting(_ body: (Terminal) throws -> Int32) throws {
        let terminal = Terminal()
        let code: Int32
        do {
            code = try body(terminal)
        } catch let error as BenchError {
            terminal.note(error.description)
            throw ExitCode(1)
        }
        if code != 0 { throw ExitCode(code) }
    }
}
