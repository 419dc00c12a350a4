import Glibc

/// What clone or clone3 was asked for (`uapi/linux/sched.h`).
struct CloneRequest {
    var flags: UInt64
    /// The child's stack pointer; 0: the parent's.
    var stack: UInt64
    var parentID: UInt64
    var tls: UInt64
    var childID: UInt64
    var processDescriptor: UInt64 = 0

    static let memory: UInt64 = 0x100
    static let files: UInt64 = 0x400
    static let fileSystem: UInt64 = 0x200
    static let signalHandlers: UInt64 = 0x800
    static let processFD: UInt64 = 0x1000
    static let vfork: UInt64 = 0x4000
    static let thread: UInt64 = 0x10000
    static let setTLS: UInt64 = 0x80000
    static let setParentID: UInt64 = 0x100000
    static let clearChildID: UInt64 = 0x200000
    static let setChildID: UInt64 = 0x1000000
    /// Namespaces: CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
    static let namespaces: UInt64 = 0x20000 | 0x2000000 | 0x4000000 | 0x8000000 | 0x10000000 | 0x20000000 | 0x40000000
    static let clearHandlers: UInt64 = 0x1_0000_0000
    static let intoGroup: UInt64 = 0x2_0000_0000
    /// What a process may share with its parent: memory, files, directories, signal handlers, CLONE_PARENT, CLONE_SYSVSEM and
    /// CLONE_IO.
    static let sharing = memory | files | fileSystem | signalHandlers | 0x8000 | 0x40000 | 0x8000_0000
    /// What a thread shares with its process.
    static let threadSharing = memory | fileSystem | files | signalHandlers | thread

    func has(_ flag: UInt64) -> Bool { flags & flag == flag }

    /// The signal that tells the parent of the child's end.
    var exitSignal: UInt64 { flags & 0xff }
}
