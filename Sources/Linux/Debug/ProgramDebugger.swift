import Engine
import GDBStub
import Glibc
import Guest
import GuestA64
import Support
import Synchronization

/// A program under a debugger (`-g`): what GDB's protocol asks of it.
///
/// The session has a host thread of its own. It stops the world while it talks. A thread that comes to a breakpoint, or is
/// about to receive a signal, leaves an event, rings the bell and waits outside of `running` until it is let go; a thread that
/// is not to go on is held when it next looks for signals.
///
/// A breakpoint is a BRK in the program's memory; what stood there is shown to the debugger and put back in the child of a
/// fork, which is not debugged. A step is a BRK at the one next instruction.
final class ProgramDebugger: @unchecked Sendable {
    private unowned let process: LinuxProcess
    private let bell: Int32
    private let connection: Connection
    private let memory: Int32
    private let events = Guarded<[(event: DebugEvent, pc: UInt64)]>([])
    /// What stood where a BRK is now. Changed only while everything stands still.
    private let breakpoints = Guarded<[UInt64: UInt32]>([:])
    private let step = Guarded<Step?>(nil)
    private let isGone = Guarded(false)
    /// Woken when the session has ended.
    private let farewell = Parker()

    private struct Step {
        let thread: Int
        let address: UInt64
        /// What stood there; nil where there was a breakpoint anyway.
        let word: UInt32?
    }

    private static let breakInstruction: UInt32 = 0xd420_0000

    /// Waits for a debugger at `place`.
    init(_ process: LinuxProcess, place: String) throws(LoadError) {
        self.process = process
        do throws(Connection.Failure) {
            connection = try Connection(waitingAt: place)
        } catch {
            throw LoadError("-g \(error.message)", EINVAL)
        }
        bell = fcntl(Int32(hostCall(HostNumber(290), 0, Int(O_CLOEXEC))), F_DUPFD_CLOEXEC, 600)
        memory = fcntl(open("/proc/self/mem", O_RDWR | O_CLOEXEC), F_DUPFD_CLOEXEC, 600)
        guard bell >= 0, memory >= 0 else { throw LoadError("-g needs /proc/self/mem", errno) }
    }

    /// Starts the session's thread. Signals are blocked there.
    func start() throws(LoadError) {
        let saved = HostSignals.blockAll()
        defer { HostSignals.setMask(saved) }
        let started = HostThread(name: "gdb") { [self] in
            Session(self, connection, bell: bell).serve()
            isGone.withLock { $0 = true }
            farewell.wake()
        }
        guard started != nil else { throw LoadError("no thread for the debugger", EAGAIN) }
    }

    // MARK: For the program's threads

    /// Tells the debugger of the program's end.
    func end(_ thread: GuestThread, _ event: DebugEvent) {
        if isGone.withLock({ $0 }) { return }
        events.withLock { $0.append((event, thread.vcpu.pc)) }
        ring()
        thread.vcpu.leaveRunning()
        farewell.park(nanoseconds: 2_000_000_000)
    }

    /// Tells the debugger and waits until it lets the thread go on; the signal that it is to receive.
    @discardableResult
    func stop(_ thread: GuestThread, _ event: DebugEvent) -> Int32 {
        if isGone.withLock({ $0 }) { return 0 }
        thread.debugSignal = 0
        thread.isHeld.store(true, ordering: .sequentiallyConsistent)
        events.withLock { $0.append((event, thread.vcpu.pc)) }
        ring()
        thread.waitWhileHeld()
        return thread.debugSignal
    }

    private func ring() {
        var one: UInt64 = 1
        _ = Glibc.write(bell, &one, 8)
    }

    /// Whether the BRK at `pc` is the debugger's; then the thread has waited and goes on at its pc.
    func stopsAtBreakpoint(_ thread: GuestThread, _ pc: UInt64) -> Bool {
        if let step = step.withLock({ $0 }), step.address == pc {
            let isOwn = step.thread == thread.threadID
            stop(thread, isOwn ? .step(thread: step.thread) : .breakpoint(thread: thread.threadID))
            return true
        }
        if breakpoints.withLock({ $0[pc] != nil }) {
            stop(thread, .breakpoint(thread: thread.threadID))
            return true
        }
        // One that was there when the thread fetched it.
        return process.space.read(pc, as: UInt32.self).map { $0 & 0xffe0_001f != Self.breakInstruction } ?? false
    }

    /// In the child of a fork: as if there had never been a debugger.
    func leaveChild() {
        isGone.withLock { $0 = true }
        removeAll()
        for descriptor in [bell, memory, connection.descriptor] { close(descriptor) }
    }

    private func removeAll() {
        endStep()
        for (address, word) in breakpoints.withLock({ $0 }) { put(word, at: address) }
        breakpoints.withLock { $0 = [:] }
    }

    // MARK: Memory

    private func put(_ word: UInt32, at address: UInt64) {
        withUnsafeBytes(of: word.littleEndian) {
            _ = pwrite(memory, $0.baseAddress, 4, off_t(truncatingIfNeeded: address))
        }
        forgetCode(address)
    }

    private func forgetCode(_ address: UInt64) {
        process.group.processors.first?.invalidateCode(physical: address & ~AddressSpace.pageMask, broadcast: true)
    }

    private func word(at address: UInt64) -> UInt32? {
        let bytes = raw(address, count: 4)
        guard bytes.count == 4 else { return nil }
        return bytes.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) }
    }

    /// Bytes as they are in memory, up to the first that cannot be read.
    private func raw(_ address: UInt64, count: Int) -> [UInt8] {
        let start = AddressSpace.untagged(address)
        guard let region = process.space.regions.withLock({ $0.region(at: start) }), !region.protection.isEmpty else {
            return []
        }
        let length = min(UInt64(count), region.end - start)
        return [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, filled in
            filled = max(0, pread(memory, buffer.baseAddress, Int(length), off_t(truncatingIfNeeded: start)))
        }
    }
}

extension ProgramDebugger: DebugTarget {
    var targetDescription: String { A64TargetDescription.text }

    var threads: [Int] { process.liveThreads.map(\.hostIdentifier) }

    private func thread(_ identifier: Int) -> GuestThread? {
        process.liveThreads.first { $0.hostIdentifier == identifier }
    }

    func registers(of thread: Int) -> [[UInt8]]? { self.thread(thread)?.debugRegisters }

    func setRegister(_ number: Int, of thread: Int, to value: [UInt8]) -> Bool {
        self.thread(thread)?.setDebugRegister(number, value) ?? false
    }

    func read(_ address: UInt64, count: Int) -> [UInt8] {
        var bytes = raw(address, count: count)
        for (place, word) in breakpoints.withLock({ $0 }) {
            withUnsafeBytes(of: word.littleEndian) { original in
                for (index, byte) in original.enumerated() {
                    let offset = Int64(bitPattern: place &+ UInt64(index) &- AddressSpace.untagged(address))
                    if offset >= 0 && offset < bytes.count { bytes[Int(offset)] = byte }
                }
            }
        }
        return bytes
    }

    func write(_ address: UInt64, _ bytes: [UInt8]) -> Bool {
        let start = AddressSpace.untagged(address)
        let range = start..<start &+ UInt64(bytes.count)
        guard !range.isEmpty, process.space.regions.withLock({ $0.covers(range) }) else { return false }
        // Under a breakpoint it is the word that will be put back that changes.
        let inside = breakpoints.withLock { $0.keys.filter { range.contains($0) || range.contains($0 + 3) } }
        for place in inside { _ = removeBreakpoint(at: place) }
        let written = pwrite(memory, bytes, bytes.count, off_t(truncatingIfNeeded: start))
        for page in stride(from: start & ~AddressSpace.pageMask, to: range.upperBound, by: 4096) { forgetCode(page) }
        for place in inside { _ = setBreakpoint(at: place) }
        return written == bytes.count
    }

    func setBreakpoint(at address: UInt64) -> Bool {
        guard address & 3 == 0, breakpoints.withLock({ $0[address] == nil }) else { return address & 3 == 0 }
        guard let word = word(at: address) else { return false }
        put(Self.breakInstruction, at: address)
        guard self.word(at: address) == Self.breakInstruction else { return false }
        breakpoints.withLock { $0[address] = word }
        return true
    }

    func removeBreakpoint(at address: UInt64) -> Bool {
        if let word = breakpoints.withLock({ $0.removeValue(forKey: address) }) { put(word, at: address) }
        return true
    }

    func object(_ name: String) -> [UInt8]? {
        switch name {
        case "auxv": process.auxiliaryVector.withUnsafeBytes { Array($0) }
        case "exec-file": process.paths.existing(process.executable)
        default: nil
        }
    }

    // MARK: Stopping and going on

    func whileStopped(_ body: () -> Void) {
        process.group.stopTheWorld(from: nil) {
            endStep()
            body()
        }
    }

    func nextEvent() -> DebugEvent? {
        while let (event, pc) = events.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
            // A breakpoint that was taken away while the thread waited to tell of it: nothing has happened.
            guard case .breakpoint(let identifier) = event, breakpoints.withLock({ $0[pc] == nil }), !isStep(pc) else {
                return event
            }
            thread(identifier)?.letGo()
        }
        return nil
    }

    private func isStep(_ pc: UInt64) -> Bool { step.withLock { $0?.address == pc } }

    func resume(_ actions: [Int: ResumeAction]) {
        let waiting = events.withLock { $0.compactMap { Self.thread(of: $0.event) } }
        for thread in process.liveThreads {
            let identifier = thread.hostIdentifier
            guard let action = actions[identifier] else {
                thread.hold()
                continue
            }
            if action.steps { begin(stepOf: thread) }
            thread.debugSignal = action.signal
            // One that has something to tell goes on when it has told it.
            if !waiting.contains(identifier) { thread.letGo() }
        }
    }

    private static func thread(of event: DebugEvent) -> Int? {
        switch event {
        case .breakpoint(let thread), .step(let thread), .signal(_, let thread): thread
        case .exited, .killed: nil
        }
    }

    private func begin(stepOf thread: GuestThread) {
        process.group.stopTheWorld(from: nil) {
            let pc = thread.vcpu.pc
            guard
                let word = read(pc, count: 4).withUnsafeBytes({
                    $0.count == 4 ? $0.loadUnaligned(as: UInt32.self) : nil
                })
            else { return }
            let next = NextInstruction(thread).address(after: word, at: pc)
            let isBreakpoint = breakpoints.withLock { $0[next] != nil }
            let old = isBreakpoint ? nil : self.word(at: next)
            if !isBreakpoint { put(Self.breakInstruction, at: next) }
            step.withLock { $0 = Step(thread: thread.hostIdentifier, address: next, word: old) }
        }
    }

    private func endStep() {
        guard
            let ended = step.withLock({ step in
                defer { step = nil }
                return step
            })
        else { return }
        if let word = ended.word { put(word, at: ended.address) }
    }

    func detach() {
        isGone.withLock { $0 = true }
        process.group.stopTheWorld(from: nil) { removeAll() }
        for thread in process.liveThreads {
            thread.debugSignal = 0
            thread.letGo()
        }
    }

    func kill() { hostCall(.kill, hostCall(.getpid), Int(SIGKILL)) }
}
