import Glibc
import Synchronization

/// Where a host signal handler leaves a signal for its thread: memory that the handler finds through a thread-specific
/// value, and writes without taking a lock or allocating.
///
/// One signal fits. The handler leaves with every signal blocked, so that the next ones stay queued in the host's
/// kernel until the thread has delivered this one to the guest and unblocks them again.
struct SignalArea: @unchecked Sendable {
    private let memory: UnsafeMutableRawPointer

    private static let attentionOffset = 8
    static let infoOffset = 16
    private static let size = 16 + 128

    init(attention: UnsafeMutablePointer<Atomic<UInt32>>) {
        memory = .allocate(byteCount: Self.size, alignment: 16)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: Self.size)
        memory.storeBytes(
            of: UInt(bitPattern: attention), toByteOffset: Self.attentionOffset, as: UInt.self)
    }

    private init(_ memory: UnsafeMutableRawPointer) { self.memory = memory }

    func free() { memory.deallocate() }

    private var signal: UnsafeMutablePointer<Atomic<UInt32>> { memory.assumingMemoryBound(to: Atomic<UInt32>.self) }

    /// The vCPU's attention word: not 0 keeps a blocking system call from beginning.
    var attention: UnsafeMutablePointer<Atomic<UInt32>>? {
        UnsafeMutablePointer(bitPattern: memory.load(fromByteOffset: Self.attentionOffset, as: UInt.self))
    }

    var hasSignal: Bool { signal.pointee.load(ordering: .acquiring) != 0 }

    /// The signal left here, if one is, with its siginfo; the area is free again.
    func take() -> (number: Int32, info: [UInt64])? {
        let number = signal.pointee.load(ordering: .acquiring)
        guard number != 0 else { return nil }
        let words = (0..<16).map { memory.load(fromByteOffset: Self.infoOffset + $0 * 8, as: UInt64.self) }
        signal.pointee.store(0, ordering: .releasing)
        return (Int32(bitPattern: number), words)
    }

    /// Forgets the signal left here: it was another process's.
    func discard() { signal.pointee.store(0, ordering: .releasing) }

    /// For the signal handler.
    fileprivate func put(_ number: Int32, _ info: UnsafeRawPointer) {
        (memory + Self.infoOffset).copyMemory(from: info, byteCount: 128)
        signal.pointee.store(UInt32(bitPattern: number), ordering: .releasing)
    }

    // MARK: The thread's own

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// Makes this the calling thread's.
    func install() { pthread_setspecific(Self.key, memory) }

    fileprivate static var current: SignalArea? { pthread_getspecific(key).map { SignalArea($0) } }
}

/// The handler of all signals that the guest handles. `context` is the host's `ucontext_t` (x86-64).
@c func receiveHostSignal(
    _ number: Int32, _ info: UnsafeMutableRawPointer, _ context: UnsafeMutableRawPointer
) {
    guard let area = SignalArea.current else { return }
    let code = info.load(fromByteOffset: 8, as: Int32.self)
    if (number == SIGSEGV || number == SIGBUS) && code > 0 { return receiveHostFault(number, info, context, area) }
    area.put(number, info)
    HostContext.block(.all, in: context)
    HostContext.leaveSystemCall(context, word: area.attention)
    area.attention?.pointee.bitwiseOr(1, ordering: .sequentiallyConsistent)
}

/// A fault of the host's own access to guest memory: a file was truncated under a mapping (SIGBUS). The access is
/// repeated on a page of zeroes, and the signal delivered to the guest at the next block boundary.
private func receiveHostFault(
    _ number: Int32, _ info: UnsafeMutableRawPointer, _ context: UnsafeMutableRawPointer, _ area: SignalArea
) {
    let address = info.load(fromByteOffset: 16, as: UInt64.self)
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED
    let isGuests = number == SIGBUS && address >= AddressSpace.lowest && address < 1 << 46
    let page = Int(address: address & ~AddressSpace.pageMask)
    if isGuests && hostCall(.mmap, page, 4096, Int(PROT_READ | PROT_WRITE), Int(flags), -1) == page {
        area.put(number, info)
        HostContext.block(.all, in: context)
        area.attention?.pointee.bitwiseOr(1, ordering: .sequentiallyConsistent)
        return
    }
    HostContext.reportInternalFault(number, address, context)
}

/// Fields of the `ucontext_t` of an x86-64 kernel.
enum HostContext {
    private static let counterOffset = 152
    private static let instructionPointerOffset = 168
    private static let maskOffset = 296

    static func block(_ set: SignalSet, in context: UnsafeMutableRawPointer) {
        context.storeBytes(
            of: set.subtracting(.hostFaults).rawValue, toByteOffset: maskOffset, as: UInt64.self)
    }

    /// Moves a thread that is about to make a blocking system call, or to make it again, past it. `word` is what the
    /// thread's calls test; while rcx holds its address the kernel has not been entered.
    static func leaveSystemCall(_ context: UnsafeMutableRawPointer, word: UnsafeRawPointer?) {
        let code = HostCode.shared
        let place = context.load(fromByteOffset: instructionPointerOffset, as: UInt64.self)
        guard code.critical.contains(place) else { return }
        let counter = context.load(fromByteOffset: counterOffset, as: UInt64.self)
        let hasBegun = counter != UInt64(UInt(bitPattern: word))
        context.storeBytes(
            of: hasBegun ? code.interrupted : code.notBegun, toByteOffset: instructionPointerOffset, as: UInt64.self)
    }

    /// The emulator itself is wrong: says so, and ends it the way the host would have.
    static func reportInternalFault(_ number: Int32, _ address: UInt64, _ context: UnsafeMutableRawPointer) {
        let place = context.load(fromByteOffset: instructionPointerOffset, as: UInt64.self)
        StandardError.write(
            "emu-aarch64: internal error: host signal \(number) at \(hexadecimal(address)), code at "
                + "\(hexadecimal(place)); this is a fault of the emulator, please report it\n")
        HostSignals.setDefault(number)
    }
}
