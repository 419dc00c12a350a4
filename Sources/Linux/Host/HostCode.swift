import Glibc

/// A page of x86-64 machine code: what cannot be said in Swift about system calls.
///
/// * `call`: a system call of up to six arguments.
/// * `interruptibleCall`: the same, unless a word is set already. The signal handler moves a thread that it finds between
///   the test of that word and the system call itself to the label `notBegun`, and one that it finds at the system call
///   again, because the kernel is about to restart it, to `interrupted`. So a signal is never lost before a call that
///   blocks. The two are told apart by rcx: it holds the word's address until the kernel has been entered.
/// * `restore`: the restorer of signal handlers.
/// * `clone`: clone with a stack of its own for the child, which calls a function that does not return.
struct HostCode: Sendable {
    /// Arguments: number and six arguments of the call; the word. The result is that of the kernel, `interruptedCode` or
    /// `notBegunCode`.
    typealias InterruptibleCall = @convention(c) (UnsafePointer<Int>, UnsafeRawPointer) -> Int
    /// Arguments: number and six arguments of the call. The result is that of the kernel.
    typealias Call = @convention(c) (UnsafePointer<Int>) -> Int
    /// Arguments: flags, top of the stack, function, its argument. The child's pid in the parent.
    typealias Clone = @convention(c) (Int, UInt, ChildBody, UnsafeMutableRawPointer) -> Int
    typealias ChildBody = @convention(c) (UnsafeMutableRawPointer) -> Void

    let call: Call
    let interruptibleCall: InterruptibleCall
    let clone: Clone
    let restorer: UInt64
    /// From the test to the system call instruction, both included.
    let critical: ClosedRange<UInt64>
    let interrupted: UInt64
    let notBegun: UInt64

    static let shared = HostCode()

    /// What `interruptibleCall` returns when the kernel would have restarted the call after a signal: -ERESTARTSYS.
    static let interruptedCode = -512
    /// What it returns when a signal came first: -ERESTARTNOINTR.
    static let notBegunCode = -513

    // Offsets in the page.
    private static let testOffset = 35
    private static let syscallOffset = 40
    private static let interruptedOffset = 43
    private static let notBegunOffset = 51
    private static let restorerOffset = 64
    private static let cloneOffset = 80
    private static let plainOffset = 160

    private init() {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        guard let page = mmap(nil, 4096, PROT_READ | PROT_WRITE, flags, -1, 0), page != MAP_FAILED else {
            preconditionFailure("no memory for a page of code")
        }
        page.copyMemory(from: Self.interruptibleCode, byteCount: Self.interruptibleCode.count)
        (page + Self.restorerOffset).copyMemory(from: Self.restorerCode, byteCount: Self.restorerCode.count)
        (page + Self.cloneOffset).copyMemory(from: Self.cloneCode, byteCount: Self.cloneCode.count)
        (page + Self.plainOffset).copyMemory(from: Self.plainCode, byteCount: Self.plainCode.count)
        mprotect(page, 4096, PROT_READ | PROT_EXEC)
        interruptibleCall = unsafeBitCast(page, to: InterruptibleCall.self)
        call = unsafeBitCast(page + Self.plainOffset, to: Call.self)
        clone = unsafeBitCast(page + Self.cloneOffset, to: Clone.self)
        let base = UInt64(UInt(bitPattern: page))
        restorer = base + UInt64(Self.restorerOffset)
        critical = base + UInt64(Self.testOffset)...base + UInt64(Self.syscallOffset)
        interrupted = base + UInt64(Self.interruptedOffset)
        notBegun = base + UInt64(Self.notBegunOffset)
    }

    private static let interruptibleCode: [UInt8] = [
        0x48, 0x8b, 0x07,  // mov rax, [rdi]
        0x48, 0x8b, 0x57, 0x18,  // mov rdx, [rdi + 24]
        0x4c, 0x8b, 0x57, 0x20,  // mov r10, [rdi + 32]
        0x4c, 0x8b, 0x47, 0x28,  // mov r8, [rdi + 40]
        0x4c, 0x8b, 0x4f, 0x30,  // mov r9, [rdi + 48]
        0x48, 0x89, 0xf1,  // mov rcx, rsi
        0x48, 0x8b, 0x77, 0x10,  // mov rsi, [rdi + 16]
        0x48, 0x8b, 0x7f, 0x08,  // mov rdi, [rdi + 8]
        0x90, 0x90, 0x90, 0x90, 0x90,  // nops
        // 35: the test
        0x83, 0x39, 0x00,  // cmp dword [rcx], 0
        0x75, 0x0b,  // jne notBegun
        // 40: the call
        0x0f, 0x05,  // syscall
        0xc3,  // ret
        // 43: interrupted
        0x48, 0xc7, 0xc0, 0x00, 0xfe, 0xff, 0xff,  // mov rax, -512
        0xc3,  // ret
        // 51: notBegun
        0x48, 0xc7, 0xc0, 0xff, 0xfd, 0xff, 0xff,  // mov rax, -513
        0xc3,  // ret
    ]

    private static let plainCode: [UInt8] = [
        0x48, 0x8b, 0x07,  // mov rax, [rdi]
        0x48, 0x8b, 0x77, 0x10,  // mov rsi, [rdi + 16]
        0x48, 0x8b, 0x57, 0x18,  // mov rdx, [rdi + 24]
        0x4c, 0x8b, 0x57, 0x20,  // mov r10, [rdi + 32]
        0x4c, 0x8b, 0x47, 0x28,  // mov r8, [rdi + 40]
        0x4c, 0x8b, 0x4f, 0x30,  // mov r9, [rdi + 48]
        0x48, 0x8b, 0x7f, 0x08,  // mov rdi, [rdi + 8]
        0x0f, 0x05,  // syscall
        0xc3,  // ret
    ]

    private static let restorerCode: [UInt8] = [
        0xb8, 0x0f, 0x00, 0x00, 0x00,  // mov eax, 15 (rt_sigreturn)
        0x0f, 0x05,  // syscall
    ]

    private static let cloneCode: [UInt8] = [
        0x48, 0x83, 0xee, 0x10,  // sub rsi, 16
        0x48, 0x89, 0x16,  // mov [rsi], rdx
        0x48, 0x89, 0x4e, 0x08,  // mov [rsi + 8], rcx
        0xb8, 0x38, 0x00, 0x00, 0x00,  // mov eax, 56 (clone)
        0x31, 0xd2,  // xor edx, edx
        0x45, 0x31, 0xd2,  // xor r10d, r10d
        0x45, 0x31, 0xc0,  // xor r8d, r8d
        0x0f, 0x05,  // syscall
        0x48, 0x85, 0xc0,  // test rax, rax
        0x74, 0x01,  // jz child
        0xc3,  // ret
        // child:
        0x31, 0xed,  // xor ebp, ebp
        0x58,  // pop rax
        0x5f,  // pop rdi
        0xff, 0xd0,  // call rax
        0x0f, 0x0b,  // ud2
    ]
}

/// A system call of the host, whatever signals are pending; the kernel's result, which is -errno after a failure.
/// Signals neither prevent it nor end it: our handlers have SA_RESTART.
@discardableResult
func hostCall(
    _ number: HostNumber, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, _ d: Int = 0, _ e: Int = 0, _ f: Int = 0
) -> Int {
    withCallArguments(number.rawValue, a, b, c, d, e, f) { HostCode.shared.call($0) }
}

/// A system call of the host that does not begin, and returns `HostCode.notBegunCode`, once `word` is not 0. The word
/// is that of the calling thread's signal area.
func interruptibleHostCall(
    _ number: Int, _ a: Int, _ b: Int, _ c: Int, _ d: Int, _ e: Int, _ f: Int, unless word: UnsafeRawPointer
) -> Int {
    withCallArguments(number, a, b, c, d, e, f) { HostCode.shared.interruptibleCall($0, word) }
}

@inline(__always)
private func withCallArguments(
    _ number: Int, _ a: Int, _ b: Int, _ c: Int, _ d: Int, _ e: Int, _ f: Int, _ body: (UnsafePointer<Int>) -> Int
) -> Int {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 7) { list in
        list[0] = number
        list[1] = a
        list[2] = b
        list[3] = c
        list[4] = d
        list[5] = e
        list[6] = f
        guard let start = list.baseAddress else { return -Int(EFAULT) }
        return body(UnsafePointer(start))
    }
}

extension Int {
    /// An address as a system call's argument.
    init(address: UInt64) { self.init(truncatingIfNeeded: address) }
    init(address: UnsafeRawPointer?) { self.init(bitPattern: address) }
}
