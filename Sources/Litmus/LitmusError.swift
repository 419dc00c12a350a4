/// Why a test cannot be read, assembled or run: one line for the user, without the program's name.
package struct LitmusError: Error, Equatable, CustomStringConvertible {
    /// The line: where, what.
    package let message: String

    /// An error with this line.
    package init(_ message: String) { self.message = message }

    /// Something wrong in line `line`, counted from 1, of `file`.
    package init(_ file: String, _ line: Int, _ reason: String) { self.init("\(file):\(line): \(reason)") }

    package var description: String { message }
}
