import Engine
import GDBStub
import Glibc
import Guest
import GuestA64
import Support
import Synchronization

// From a command line to the first instruction.

extension LinuxProcess {
    /// Loads the program and runs it on the calling thread; returns only when it cannot be started.
    package func start() -> LoadError {
        do throws(LoadError) {
            let thread = try prepare()
            thread.area.install()
            signals.begin()
            thread.mask = HostSignals.mask
            if let place = options.debugger { try debug(thread, place) }
            thread.run()
            // The first thread ended while others go on: they end the process.
            thread.finish()
            hostCall(.exit, 0)
            return LoadError("the program's first thread did not end")
        } catch {
            return error
        }
    }

    /// Waits for a debugger, and then for its word to go.
    private func debug(_ thread: GuestThread, _ place: String) throws(LoadError) {
        let debugger = try ProgramDebugger(self, place: place)
        self.debugger = debugger
        thread.identify()
        try debugger.start()
        debugger.stop(thread, .step(thread: thread.hostIdentifier))
        thread.vcpu.leaveRunning()
    }

    private func prepare() throws(LoadError) -> GuestThread {
        let name = options.program
        let text = String(decoding: name, as: UTF8.self)
        let plan = ExecutionPlan(name, options.arguments, paths)
        let (path, words) = try resolve(plan, text)
        guard let file = HostFileReader(path: paths.existing(path)) else {
            throw LoadError("\(text): cannot be opened: \(String(cString: strerror(errno)))", ENOENT)
        }
        executable = absolute(path)
        arguments = words
        startStore(file)
        try mapStack()
        let program = try ProgramLoader(space: space, paths: paths).load(file, name: path)
        self.program = program
        try mapVirtualLibrary()
        try fillStack(program, path)
        guard let vcpu = takeVCPU() else { throw LoadError("no memory for a processor", ENOMEM) }
        let thread = GuestThread(self, vcpu)
        attach(thread)
        threadCount.store(1, ordering: .relaxed)
        thread.reset()
        A64User.beginKeys(thread.state)
        vcpu.pc = program.start
        thread.stackPointer = initialStackPointer
        setProcessName(path)
        if let descriptor = options.programDescriptor { close(descriptor) }
        return thread
    }

    /// `--cache`. Not where somebody wants to see translations, and not with a scheme that is only for comparison.
    private func startStore(_ program: HostFileReader) {
        guard options.vcpu.observer == nil, options.vcpu.exclusives != .storeTest,
            let file = TranslationFile(options, program: program.descriptor)
        else {
            return
        }
        translationFile = file
        group.store = TranslationStore(file.read(), key: file.key)
    }

    /// Keeps what was translated, before the program ends or becomes another one; `caller` runs the thread that does it.
    func keepTranslations(for caller: Processor) {
        guard let file = translationFile, getpid() == firstProcess, let store = group.store else { return }
        group.stopTheWorld(from: caller) {
            if let image = store.newImage() { file.write(image) }
        }
    }

    private func resolve(_ plan: ExecutionPlan, _ text: String) throws(LoadError) -> ([UInt8], [[UInt8]]) {
        switch plan.kind {
        case .guest(let path, let words): return (path, words)
        case .host: throw LoadError("\(text): not a program for AArch64 Linux")
        case .failure(let code):
            let reason = code == ENOEXEC ? "not an ELF program" : String(cString: strerror(code))
            throw LoadError("\(text): \(reason)", code)
        }
    }

    private func absolute(_ path: [UInt8]) -> [UInt8] {
        let resolved = (paths.existing(path) + [0]).withUnsafeBytes { bytes -> [UInt8] in
            guard let name = bytes.baseAddress?.assumingMemoryBound(to: CChar.self), let full = realpath(name, nil)
            else { return path }
            defer { free(full) }
            return Array(UnsafeRawBufferPointer(start: full, count: strlen(full)))
        }
        return paths.guestPath(resolved)
    }

    /// What `ps` and `killall` go by: the program's name instead of the emulator's.
    private func setProcessName(_ path: [UInt8]) {
        let name = path.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? path
        (name.prefix(15) + [0]).withUnsafeBytes { _ = hostCall(.prctl, 15, Int(address: $0.baseAddress)) }
    }

    // MARK: Memory that is there from the start

    private static let largestStack: UInt64 = 1 << 30
    private static let smallestStack: UInt64 = 1 << 17

    private var stackSize: UInt64 {
        var limit = rlimit()
        let host = getrlimit(__rlimit_resource_t(3), &limit) == 0 ? UInt64(limit.rlim_cur) : 8 << 20
        let wanted = options.stackSize ?? (host > Self.largestStack ? 8 << 20 : host)
        return min(max(AddressSpace.roundUp(wanted), Self.smallestStack), Self.largestStack)
    }

    private func mapStack() throws(LoadError) {
        let top = space.mappingTop
        let size = stackSize
        let flags = MapFlags.fixed | MapFlags.anonymous | MapFlags.noReserve | 2
        guard space.map(top - size, size, 3, flags, -1, 0, nil) > 0 else {
            throw LoadError("no memory for a stack of \(size >> 10) KiB", ENOMEM)
        }
        stack = top - size..<top
        // As the kernel does, room below for a stack that is said to grow.
        space.mappingTop = top - size - (1 << 20)
    }

    /// The data page, and the vDSO behind it.
    private func mapVirtualLibrary() throws(LoadError) {
        let image = VirtualLibrary().bytes
        let place = space.map(0, 8192, 3, MapFlags.anonymous | 2, -1, 0, nil)
        guard place > 0, let page = UnsafeMutableRawPointer(bitPattern: place + 4096), image.count <= 4096,
            clocks.show(at: UInt64(place))
        else { throw LoadError("no memory for the vDSO", ENOMEM) }
        page.copyMemory(from: image, byteCount: image.count)
        clocks.renew()
        virtualLibrary = UInt64(place) + 4096
        let pages = virtualLibrary - 4096..<virtualLibrary + 4096
        space.regions.withLock { regions in
            regions.remove(pages)
            regions.insert(
                Region(start: pages.lowerBound, end: virtualLibrary, protection: .read, isShared: true))
            regions.insert(
                Region(start: virtualLibrary, end: pages.upperBound, protection: [.read, .execute]))
        }
        hostCall(.mprotect, place + 4096, 4096, Int(PROT_READ))
    }

    private func fillStack(_ program: LoadedProgram, _ path: [UInt8]) throws(LoadError) {
        var random = [UInt8](repeating: 0, count: 16)
        random.withUnsafeMutableBytes { _ = hostCall(.getrandom, Int(address: $0.baseAddress), 16, 0) }
        let content = InitialStack(
            arguments: arguments, environment: options.environment, executable: path, program: program,
            model: options.model, random: random, virtualLibrary: virtualLibrary)
        let room = (stack.upperBound - stack.lowerBound) / 4 * 3
        guard let written = content.write(below: stack.upperBound, room: room) else {
            throw LoadError("the arguments and the environment are too long", E2BIG)
        }
        initialStackPointer = written.pointer
        auxiliaryVector = written.vector
        argumentText = written.text
    }
}
