import Engine
import Glibc
import Synchronization

/// Where a host signal handler leaves a signal for its thread: memory that the handler finds through a thread-specific
/// value, and writes without taking a lock or allocating.
///
/// One signal fits, and besides it one SIGBUS and one SIGSEGV: those two are never blocked in the host, because the
/// emulator's own accesses raise them, so that somebody's `kill` may come on top of what is here. A second one of them is
/// lost, as it would be while the first is pending. The handler leaves with every other signal blocked, so that the next
/// ones stay queued in the host's kernel until the thread has delivered this one to the guest and unblocks them again.
struct SignalArea: @unchecked Sendable {
    private let memory: UnsafeMutableRawPointer

    /// The address of the vCPU's attention word; where memory of a file begins and ends that the emulator reads for itself;
    /// where native code runs; then the slots: a signal's number, and at `infoOffset` its siginfo.
    private static let fileStart = 8
    private static let fileEnd = 16
    private static let codeStart = 24
    private static let codeEnd = 32
    private static let firstSlot = 48
    private static let infoOffset = 16
    private static let slotSize = 16 + 128
    private static let slots = 3
    private static let size = firstSlot + slots * slotSize

    init(
        attention: UnsafeMutablePointer<Atomic<UInt32>>, file: UnsafeRawBufferPointer?, code: UnsafeRawBufferPointer?
    ) {
        memory = .allocate(byteCount: Self.size, alignment: 16)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: Self.size)
        memory.storeBytes(of: UInt(bitPattern: attention), as: UInt.self)
        note(file, from: Self.fileStart, to: Self.fileEnd)
        note(code, from: Self.codeStart, to: Self.codeEnd)
    }

    private func note(_ bytes: UnsafeRawBufferPointer?, from startOffset: Int, to endOffset: Int) {
        guard let bytes, let start = bytes.baseAddress else { return }
        memory.storeBytes(of: UInt64(UInt(bitPattern: start)), toByteOffset: startOffset, as: UInt64.self)
        let end = UInt64(UInt(bitPattern: start + bytes.count))
        memory.storeBytes(of: end, toByteOffset: endOffset, as: UInt64.self)
    }

    private init(_ memory: UnsafeMutableRawPointer) { self.memory = memory }

    func free() { memory.deallocate() }

    private func slot(_ index: Int) -> UnsafeMutableRawPointer { memory + Self.firstSlot + index * Self.slotSize }

    private func signal(_ index: Int) -> UnsafeMutablePointer<Atomic<UInt32>> {
        slot(index).assumingMemoryBound(to: Atomic<UInt32>.self)
    }

    /// The vCPU's attention word: not 0 keeps a blocking system call from beginning.
    var attention: UnsafeMutablePointer<Atomic<UInt32>>? {
        UnsafeMutablePointer(bitPattern: memory.load(as: UInt.self))
    }

    var hasSignal: Bool { (0..<Self.slots).contains { signal($0).pointee.load(ordering: .acquiring) != 0 } }

    /// A signal left here, if one is, with its siginfo; its slot is free again. Those of memory accesses first.
    func take() -> (number: Int32, info: [UInt64])? {
        for index in (0..<Self.slots).reversed() {
            let number = signal(index).pointee.load(ordering: .acquiring)
            guard number != 0 else { continue }
            let words = (0..<16).map { slot(index).load(fromByteOffset: Self.infoOffset + $0 * 8, as: UInt64.self) }
            signal(index).pointee.store(0, ordering: .releasing)
            // The word was cleared for both of two.
            if hasSignal { attention?.pointee.bitwiseOr(1, ordering: .sequentiallyConsistent) }
            return (Int32(bitPattern: number), words)
        }
        return nil
    }

    /// Forgets what was left here: it was another process's.
    func discard() {
        for index in 0..<Self.slots { signal(index).pointee.store(0, ordering: .releasing) }
    }

    /// Whether `address` is in the emulator's own file. For the signal handler.
    fileprivate func isInFile(_ address: UInt64) -> Bool {
        address >= memory.load(fromByteOffset: Self.fileStart, as: UInt64.self)
            && address < memory.load(fromByteOffset: Self.fileEnd, as: UInt64.self)
    }

    /// Whether `place` is in native code. For the signal handler.
    fileprivate func isInCode(_ place: UInt64) -> Bool {
        place >= memory.load(fromByteOffset: Self.codeStart, as: UInt64.self)
            && place < memory.load(fromByteOffset: Self.codeEnd, as: UInt64.self)
    }

    /// For the signal handler.
    fileprivate func put(_ number: Int32, _ info: UnsafeRawPointer) {
        let index = number == SIGSEGV ? 2 : number == SIGBUS ? 1 : 0
        guard signal(index).pointee.load(ordering: .relaxed) == 0 else { return }
        (slot(index) + Self.infoOffset).copyMemory(from: info, byteCount: 128)
        signal(index).pointee.store(UInt32(bitPattern: number), ordering: .releasing)
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

/// A fault of the host's own access to guest memory. One of native code is made again by its slow path, which knows what to
/// tell the guest. Others come from files that were truncated under a mapping (SIGBUS): the access is repeated on a page of
/// zeroes, and the signal delivered to the guest at the next block boundary.
private func receiveHostFault(
    _ number: Int32, _ info: UnsafeMutableRawPointer, _ context: UnsafeMutableRawPointer, _ area: SignalArea
) {
    let address = info.load(fromByteOffset: 16, as: UInt64.self)
    let place = HostContext.instructionPointer(context)
    if area.isInCode(place), let slow = NativeTier.slowPath(ofAccessAt: place) {
        return HostContext.setInstructionPointer(slow, in: context)
    }
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED
    let isGuests = number == SIGBUS && address >= AddressSpace.lowest && address < 1 << 46
    let page = Int(address: address & ~AddressSpace.pageMask)
    // Zeros are no translations.
    if number == SIGBUS && area.isInFile(address) && hostCall(.mmap, page, 4096, Int(PROT_READ), Int(flags), -1) == page
    {
        return
    }
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

    static func instructionPointer(_ context: UnsafeRawPointer) -> UInt64 {
        context.load(fromByteOffset: instructionPointerOffset, as: UInt64.self)
    }

    static func setInstructionPointer(_ place: UInt64, in context: UnsafeMutableRawPointer) {
        context.storeBytes(of: place, toByteOffset: instructionPointerOffset, as: UInt64.self)
    }

    /// Moves a thread that is about to make a blocking system call, or to make it again, past it. `word` is what the
    /// thread's calls test; while rcx holds its address the kernel has not been entered.
    static func leaveSystemCall(_ context: UnsafeMutableRawPointer, word: UnsafeRawPointer?) {
        let code = HostCode.shared
        let place = instructionPointer(context)
        guard code.critical.contains(place) else { return }
        let counter = context.load(fromByteOffset: counterOffset, as: UInt64.self)
        let hasBegun = counter != UInt64(UInt(bitPattern: word))
        setInstructionPointer(hasBegun ? code.interrupted : code.notBegun, in: context)
    }

    /// The emulator itself is wrong: says so, and ends it the way the host would have.
    static func reportInternalFault(_ number: Int32, _ address: UInt64, _ context: UnsafeMutableRawPointer) {
        let place = instructionPointer(context)
        StandardError.write(
            "emu-aarch64: internal error: host signal \(number) at \(hexadecimal(address)), code at "
                + "\(hexadecimal(place)); this is a fault of the emulator, please report it\n")
        HostSignals.setDefault(number)
    }
}
