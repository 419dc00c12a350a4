/// Why a machine cannot be made or started: one clear line for the user, without the program's name.
package struct MachineError: Error, Equatable, CustomStringConvertible {
    /// The line: what, where, what to do.
    package let message: String

    /// An error with this line.
    package init(_ message: String) { self.message = message }

    package var description: String { message }

    /// File `path`, given by `option`, cannot be used.
    static func file(_ option: String, _ path: String, _ reason: String) -> MachineError {
        MachineError("\(option) \(path): \(reason)")
    }
}
