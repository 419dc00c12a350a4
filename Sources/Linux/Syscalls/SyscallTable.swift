import Glibc

/// The arguments of a system call, x0 to x5.
struct SyscallArguments {
    var a: UInt64, b: UInt64, c: UInt64, d: UInt64, e: UInt64, f: UInt64

    subscript(index: Int) -> UInt64 {
        get {
            switch index {
            case 0: a
            case 1: b
            case 2: c
            case 3: d
            case 4: e
            default: f
            }
        }
        set {
            switch index {
            case 0: a = newValue
            case 1: b = newValue
            case 2: c = newValue
            case 3: d = newValue
            case 4: e = newValue
            default: f = newValue
            }
        }
    }

    /// An `int` argument.
    static func int(_ value: UInt64) -> Int { Int(Int32(truncatingIfNeeded: value)) }
}

/// One system call of the guest.
struct Syscall: Sendable {
    typealias Body = @Sendable (GuestThread, SyscallArguments) -> Int

    enum Action: Sendable {
        /// The host's call of this number means the same, once pointers and paths are seen to.
        case pass(Int)
        /// The same, once the emulator has no thread besides the program's: some namespaces can only be changed by a process
        /// of one thread.
        case passAlone(Int)
        case run(Body)
        /// -errno without any effect.
        case refuse(Int32)
    }

    let name: StaticString
    /// A letter for each argument, see `SyscallTable`.
    let arguments: StaticString
    let action: Action
}

/// All system calls of AArch64 Linux, by number: what each does, and what `-strace` shows of it.
///
/// The letters of arguments: `f` descriptor, `d` int, `u` unsigned, `l` size or long, `x` bits, `o` mode, `S` signal, `b`
/// pointer, `s` string, `p` path of something that exists (looked for below `-L` first), `n` path of something new. Only
/// pointers that lie in the guest's window reach the host.
struct SyscallTable: @unchecked Sendable {
    static let shared = SyscallTable()

    static let count = 480
    private var rows: [Syscall?] = Array(repeating: nil, count: count)
    /// Of the rows that only pass the call on: what `GuestThread.pass` needs, without a row's references. There is one table
    /// for the life of the process, whose memory is never given back: a call touches no reference count.
    private let passing: UnsafeMutablePointer<Passing?>

    /// A call that means the same to the host.
    struct Passing: BitwiseCopyable {
        let host: Int
        /// A bit for each argument that is a pointer of the guest's, and for each that is a path to look for below `-L`.
        var pointers: UInt8 = 0
        var paths: UInt8 = 0

        init(_ host: Int, _ arguments: StaticString) {
            self.host = host
            for index in 0..<arguments.utf8CodeUnitCount {
                switch arguments.utf8Start[index] {
                case UInt8(ascii: "b"), UInt8(ascii: "s"), UInt8(ascii: "n"): pointers |= 1 << UInt8(index)
                case UInt8(ascii: "p"):
                    pointers |= 1 << UInt8(index)
                    paths |= 1 << UInt8(index)
                default: break
                }
            }
        }
    }

    func passing(_ number: UInt64) -> Passing? { number < UInt64(Self.count) ? passing[Int(number)] : nil }

    private init() {
        passing = .allocate(capacity: Self.count)
        passing.initialize(repeating: nil, count: Self.count)
        defineFiles()
        defineFileSystem()
        defineDescriptors()
        defineEvents()
        defineMemory()
        defineProcesses()
        defineIdentity()
        defineSignals()
        defineTime()
        defineScheduling()
        defineMessages()
        defineSockets()
        defineSystem()
        defineRefused()
    }

    subscript(number: UInt64) -> Syscall? { number < UInt64(rows.count) ? rows[Int(number)] : nil }

    @inline(never)
    mutating func pass(_ number: Int, _ name: StaticString, _ arguments: StaticString, _ host: Int) {
        rows[number] = Syscall(name: name, arguments: arguments, action: .pass(host))
        passing[number] = Passing(host, arguments)
    }

    @inline(never)
    mutating func passAlone(_ number: Int, _ name: StaticString, _ arguments: StaticString, _ host: Int) {
        rows[number] = Syscall(name: name, arguments: arguments, action: .passAlone(host))
    }

    @inline(never)
    mutating func run(_ number: Int, _ name: StaticString, _ arguments: StaticString, _ body: @escaping Syscall.Body) {
        rows[number] = Syscall(name: name, arguments: arguments, action: .run(body))
    }

    @inline(never)
    mutating func refuse(_ number: Int, _ name: StaticString, _ code: Int32 = ENOSYS) {
        rows[number] = Syscall(name: name, arguments: "xxxxxx", action: .refuse(code))
    }
}
