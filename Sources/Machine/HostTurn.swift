// glibc has a function for it only from 2.41 on. The system call takes no floating-point argument, so that it does not
// matter that the C function takes any number of arguments.
@_extern(c, "syscall") private func hostSystemCall(
    _ number: Int, _ thread: Int, _ attributes: UnsafeMutableRawPointer, _ size: Int, _ flags: Int
) -> Int

/// How long the host lets a thread run at a time when others want its core.
enum HostTurn {
    private static let getAttributes = 315
    private static let setAttributes = 314
    /// Shorter than any turn of the host's own; its scheduler takes 100 microseconds to 100 milliseconds.
    private static let nanoseconds: UInt64 = 100_000

    /// `struct sched_attr` of Linux, version 0.
    private struct Attributes {
        var size: UInt32 = 48
        var policy: UInt32 = 0
        var flags: UInt64 = 0
        var nice: Int32 = 0
        var priority: UInt32 = 0
        var runtime: UInt64 = 0
        var deadline: UInt64 = 0
        var period: UInt64 = 0
    }

    /// Asks for short turns for the calling thread. It gets no less of the core, but sooner: who yields while others
    /// compute gives up one turn, and with the host's own turns of about 3 milliseconds each wait for another vCPU took
    /// that long on a busy machine. A host that has no such thing (Linux before 6.12) goes on as before, and so does a
    /// thread of another class than the ordinary one.
    static func shorten() {
        var attributes = Attributes()
        let size = Int(attributes.size)
        guard hostSystemCall(getAttributes, 0, &attributes, size, 0) == 0, attributes.policy == 0 else { return }
        attributes.flags = 0
        attributes.runtime = nanoseconds
        _ = hostSystemCall(setAttributes, 0, &attributes, 0, 0)
    }
}
