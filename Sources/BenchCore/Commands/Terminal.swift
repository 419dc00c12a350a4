import Glibc

/// The two outputs of a command: data and reports on one, everything about the run itself on the other.
package struct Terminal: Sendable {
    package let outputIsTerminal: Bool
    package let errorsAreTerminal: Bool

    package init() {
        outputIsTerminal = isatty(STDOUT_FILENO) == 1
        errorsAreTerminal = isatty(STDERR_FILENO) == 1
        // A reader that closes the pipe early is an error of a write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Prints to standard output.
    ///
    /// - Throws: ``BenchError`` when the reader has gone.
    package func print(_ text: String) throws {
        try AppendingFile(duplicating: STDOUT_FILENO, name: "standard output").append(text)
    }

    /// Prints a line about the run to standard error.
    package func note(_ line: String) {
        let text = Array("emu-bench: \(line)\n".utf8)
        _ = write(STDERR_FILENO, text, text.count)
    }

    /// Prints a report where it does not mix with data.
    package func report(_ text: String, dataOnOutput: Bool) throws {
        guard dataOnOutput else { return try print(text) }
        let bytes = Array(text.utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
