/// The system calls that there are, for tests and lists.
package enum SyscallNames {
    /// `host`: the number of the host's call where one does the same.
    package static var all: [(number: Int, name: String, host: Int?)] {
        (0..<SyscallTable.count).compactMap { number in
            guard let call = SyscallTable.shared[UInt64(number)] else { return nil }
            switch call.action {
            case .pass(let host), .passAlone(let host): return (number, "\(call.name)", host)
            case .run, .refuse: return (number, "\(call.name)", nil)
            }
        }
    }
}
