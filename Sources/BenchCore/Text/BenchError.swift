/// Something the user can put right: one line that says what is wrong, where, and what to do.
package struct BenchError: Error, CustomStringConvertible, Equatable {
    package let description: String

    package init(_ description: String) { self.description = description }
}
