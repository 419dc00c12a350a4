import Engine
import Glibc
import Guest
import GuestA64
import Support
import Synchronization

@_extern(c, "fork") private func hostFork() -> Int32

// clone, fork and vfork.

extension GuestThread {
    func clone(_ request: CloneRequest) -> Int {
        if request.has(CloneRequest.thread) {
            guard request.has(CloneRequest.threadSharing) else { return -Int(EINVAL) }
            return startThread(request)
        }
        if request.has(CloneRequest.memory) {
            return request.has(CloneRequest.vfork) ? vfork(request) : startSharer(request)
        }
        return fork(request)
    }

    /// clone3(2): `struct clone_args`, 64-bit words: flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size,
    /// tls, set_tid, set_tid_size, cgroup.
    func clone3(_ address: UInt64, size: UInt64) -> Int {
        guard size >= 64 else { return -Int(EINVAL) }
        guard size <= 4096 else { return -Int(E2BIG) }
        guard let source = space.pointer(address, count: size) else { return -Int(EFAULT) }
        let words = (0..<11).map { index in
            index * 8 < Int(size) ? source.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self) : 0
        }
        // Chosen identifiers and control groups are for container engines.
        guard words[8] == 0, words[0] & CloneRequest.intoGroup == 0 else { return -Int(EINVAL) }
        guard words[0] & 0xff == 0, words[4] <= 64 else { return -Int(EINVAL) }
        return clone(
            CloneRequest(
                flags: words[0] | words[4], stack: words[5] == 0 ? 0 : words[5] &+ words[6], parentID: words[3],
                tls: words[7], childID: words[2], processDescriptor: words[1]))
    }

    // MARK: Threads

    private func startThread(_ request: CloneRequest) -> Int {
        guard let newVCPU = process.takeVCPU() else { return -Int(EAGAIN) }
        let child = GuestThread(process, newVCPU, signals: signals)
        child.reset()
        copyRegisters(to: child)
        child.begin(request, mask: mask)
        process.attach(child)
        process.threadCount.wrappingAdd(1, ordering: .relaxed)
        let start = ThreadStart(child, request)
        let saved = HostSignals.blockAll()
        let isStarted = start.launch()
        HostSignals.setMask(saved)
        guard isStarted else {
            process.threadCount.wrappingSubtract(1, ordering: .relaxed)
            process.giveBack(newVCPU)
            return -Int(EAGAIN)
        }
        vcpu.leaveRunning()
        let identifier = start.waitForIdentifier()
        vcpu.enterRunning()
        return identifier
    }

    private func copyRegisters(to child: GuestThread) {
        for number in 0..<31 { child.setX(UInt32(number), x(UInt32(number))) }
        child.stackPointer = stackPointer
        child.vcpu.pc = vcpu.pc
        child.state[A64State.nzcv] = state[A64State.nzcv]
        child.state[.tpidrEL0] = state[.tpidrEL0]
        if process.options.model.hasPointerAuthentication { A64User.copyKeys(from: state, to: child.state) }
        for number in 0..<32 {
            let low = A64State.v(UInt32(number))
            let high = StateSlot(cell: low.offset / 8 + 1)
            child.state[low] = state[low]
            child.state[high] = state[high]
        }
        child.state[A64State.floatingPoint] = state[A64State.floatingPoint]
        child.state[A64State.flags] = state[A64State.flags]
    }

    /// What is different in the child, whatever it is.
    private func begin(_ request: CloneRequest, mask: SignalSet) {
        setX(0, 0)
        if request.stack != 0 { stackPointer = request.stack }
        if request.has(CloneRequest.setTLS) { state[.tpidrEL0] = request.tls }
        clearOnExit = request.has(CloneRequest.clearChildID) ? request.childID : 0
        self.mask = mask
    }

    // MARK: Processes that share memory

    /// A process of its own in the memory of this one, both running: its threads' vCPUs are of the same group.
    private func startSharer(_ request: CloneRequest) -> Int {
        let saved = HostSignals.blockAll()
        if area.hasSignal { return Restart.always }
        defer { HostSignals.setMask(saved) }
        // It may outlive this process, and would wait for a thread of it.
        process.group.endBackground(forever: true)
        guard let newVCPU = process.takeVCPU() else { return -Int(EAGAIN) }
        let own = SignalActions()
        own.all = signals.all
        let child = GuestThread(process, newVCPU, signals: request.has(CloneRequest.signalHandlers) ? signals : own)
        child.reset()
        copyRegisters(to: child)
        child.begin(request, mask: mask)
        child.isMemorySharer = true
        process.attach(child)
        let start = SharerStart(child, request)
        guard start.launch() else {
            process.giveBack(newVCPU)
            return -Int(EAGAIN)
        }
        vcpu.leaveRunning()
        let identifier = start.waitForIdentifier()
        vcpu.enterRunning()
        if identifier > 0 { finishParent(request, identifier) }
        return identifier
    }

    // MARK: fork

    private func fork(_ request: CloneRequest) -> Int {
        let saved = HostSignals.blockAll()
        // A signal that came before is the parent's alone.
        if area.hasSignal { return Restart.always }
        var child = 0
        // Others must hold no lock that the child would find taken: neither of mappings, nor any in the middle of work.
        _ = space.change(vcpu) {
            process.group.stopTheWorld(from: vcpu) {
                child = process.group.forking {
                    request.flags & CloneRequest.namespaces == 0 ? Int(hostFork()) : rawFork(request)
                }
                if child == 0 { process.forgetOtherThreads(than: self) }
            }
            return 0
        }
        if child == 0 { becomeChild(request) } else if child > 0 { finishParent(request, child) }
        HostSignals.setMask(saved)
        return child == -1 ? -Int(EAGAIN) : child
    }

    /// With namespaces of its own: the C library's fork has no flags.
    private func rawFork(_ request: CloneRequest) -> Int {
        hostCall(.clone, Int(address: request.flags & (CloneRequest.namespaces | 0xff)))
    }

    private func becomeChild(_ request: CloneRequest) {
        begin(request, mask: mask)
        if request.has(CloneRequest.setChildID) {
            _ = space.write(request.childID, UInt32(truncatingIfNeeded: threadID))
        }
    }

    private func finishParent(_ request: CloneRequest, _ child: Int) {
        if request.has(CloneRequest.setParentID) {
            _ = space.write(request.parentID, UInt32(truncatingIfNeeded: child))
        }
        if request.has(CloneRequest.processFD) {
            let descriptor = hostCall(HostNumber(434), child)
            let target = request.processDescriptor != 0 ? request.processDescriptor : request.parentID
            _ = space.write(target, Int32(truncatingIfNeeded: descriptor))
        }
    }

    // MARK: vfork

    /// The child runs in this very thread's vCPU while the host's kernel keeps the parent waiting, until it executes
    /// another program or ends. What the kernel copies for a child, it gets a copy of; what it changes of that is undone.
    private func vfork(_ request: CloneRequest) -> Int {
        let saved = HostSignals.blockAll()
        if area.hasSignal { return Restart.always }
        let registers = RegisterCopy(state)
        let actions = signals.all
        let (stack, clear, maskBefore) = (alternateStack, clearOnExit, mask)
        let child = runVforkChild(request)
        registers.restore(state)
        (alternateStack, clearOnExit, mask) = (stack, clear, maskBefore)
        signals.all = actions
        isVforkChild = false
        interrupted = nil
        // What the child received last and did not live to deliver.
        area.discard()
        if child > 0 { finishParent(request, child) }
        HostSignals.setMask(saved)
        return child
    }

    private static let childStackSize = 1 << 20

    private func runVforkChild(_ request: CloneRequest) -> Int {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let stack = mmap(nil, Self.childStackSize, PROT_READ | PROT_WRITE, flags, -1, 0), stack != MAP_FAILED
        else { return -Int(ENOMEM) }
        defer { munmap(stack, Self.childStackSize) }
        let wasVforkChild = isVforkChild
        isVforkChild = true
        begin(request, mask: mask)
        // CLONE_VM, CLONE_VFORK and the signal to the parent.
        let hostFlags = 0x4100 | request.exitSignal
        let top = UInt(bitPattern: stack) + UInt(Self.childStackSize)
        let child = HostCode.shared.clone(
            Int(address: hostFlags), top, vforkChildBody, Unmanaged.passUnretained(self).toOpaque())
        isVforkChild = wasVforkChild
        return child
    }

    fileprivate func runAsVforkChild() -> Never {
        HostSignals.setMask(mask)
        run()
        hostCall(.exitGroup, 127)
        fatalError("exit_group came back")
    }
}

@c private func vforkChildBody(_ thread: UnsafeMutableRawPointer) {
    Unmanaged<GuestThread>.fromOpaque(thread).takeUnretainedValue().runAsVforkChild()
}

/// All registers of a thread.
private struct RegisterCopy {
    private let cells: [UInt64]

    init(_ state: CPUState) { cells = (0..<A64State.cells).map { state[StateSlot(cell: $0)] } }

    func restore(_ state: CPUState) {
        for (index, value) in cells.enumerated() { state[StateSlot(cell: index)] = value }
    }
}
