import Glibc
import Support

// execve: programs of the guest are given to a new emulator, programs of the host to the host.

extension GuestThread {
    func execute(_ path: UInt64, _ arguments: UInt64, _ environment: UInt64) -> Int {
        guard path != 0, let name = space.string(path, limit: Self.longestPath) else { return -Int(EFAULT) }
        return execute(name, arguments, environment)
    }

    /// execveat(2). A relative name is made one of /proc/self/fd, which the new emulator opens again.
    func execute(
        at directory: UInt64, _ path: UInt64, _ arguments: UInt64, _ environment: UInt64, flags: UInt64
    ) -> Int {
        guard let name = space.string(path, limit: Self.longestPath) else { return -Int(EFAULT) }
        let descriptor = SyscallArguments.int(directory)
        if name.first == UInt8(ascii: "/") || descriptor == Int(AT_FDCWD) {
            return execute(name, arguments, environment)
        }
        let base = Array("/proc/self/fd/\(descriptor)".utf8)
        if name.isEmpty {
            // AT_EMPTY_PATH.
            guard flags & 0x1000 != 0 else { return -Int(ENOENT) }
            return execute(base, arguments, environment)
        }
        return execute(base + [UInt8(ascii: "/")] + name, arguments, environment)
    }

    private func execute(_ name: [UInt8], _ arguments: UInt64, _ environment: UInt64) -> Int {
        guard let words = strings(arguments), let variables = strings(environment) else { return -Int(EFAULT) }
        let path = process.isOwnExecutable(name) ? process.executable : name
        let plan = ExecutionPlan(path, words, process.paths)
        if case .guest(let program, let list) = plan.kind, let number = Self.closedOnExecution(program) {
            return execute(descriptor: number, list, variables)
        }
        switch plan.kind {
        case .failure(let code): return -Int(code)
        case .host(let file): return run(file, words, variables)
        case .guest(let program, let list):
            let result = runEmulator(program, list, variables)
            // Without a way to our own executable the host may know what to do with the program (binfmt_misc).
            return result == -Int(ENOENT) ? run(process.paths.existing(program), list, variables) : result
        }
    }

    /// The descriptor that `path` is a name of, if it is closed when this process becomes the new emulator, which shall
    /// open the program by that name.
    private static func closedOnExecution(_ path: [UInt8]) -> Int? {
        let prefixes = ["/proc/self/fd/", "/dev/fd/"].map { Array($0.utf8) }
        guard let prefix = prefixes.first(where: { path.starts(with: $0) }),
            let number = Int(String(decoding: path.dropFirst(prefix.count), as: UTF8.self)),
            hostCall(.fcntl, number, Int(F_GETFD)) & Int(FD_CLOEXEC) != 0
        else { return nil }
        return number
    }

    /// Far from the numbers that programs use.
    private static let lowestDescriptor = 900

    /// A program that has been opened: the new emulator gets a descriptor of its own for it.
    private func execute(descriptor: Int, _ arguments: [[UInt8]], _ environment: [[UInt8]]) -> Int {
        let copy = hostCall(.fcntl, descriptor, Int(F_DUPFD), Self.lowestDescriptor)
        guard copy >= 0 else { return copy }
        defer { hostCall(.close, copy) }
        let option = [Array(ProgramOptions.descriptorOption.utf8), Array("\(copy)".utf8)]
        return runEmulator(Array("/proc/self/fd/\(copy)".utf8), arguments, environment, option)
    }

    private func runEmulator(
        _ program: [UInt8], _ arguments: [[UInt8]], _ environment: [[UInt8]], _ more: [[UInt8]] = []
    ) -> Int {
        let own = process.ownExecutable.withLock { $0 }
        var command = [Array("emu-aarch64".utf8)] + process.options.inherited + own.words + more
        command += [Array("-0".utf8), arguments.first ?? program, Array("--".utf8), program] + arguments.dropFirst()
        let words = PointerList(command)
        let variables = PointerList(environment)
        if !isVforkChild {
            process.writeStatistics(for: vcpu)
            process.keepTranslations(for: vcpu)
        }
        return words.withPointers { words in variables.withPointers { own.execute(words, $0) } }
    }

    private func run(_ file: [UInt8], _ arguments: [[UInt8]], _ environment: [[UInt8]]) -> Int {
        let words = PointerList(arguments)
        let variables = PointerList(environment)
        let path = PointerList([file])
        if !isVforkChild {
            process.writeStatistics(for: vcpu)
            process.keepTranslations(for: vcpu)
        }
        // Other threads end here if this succeeds; nothing of theirs is waited for.
        let result = path.withPointers { path in
            words.withPointers { words in
                variables.withPointers { variables in
                    hostCall(
                        .execve, Int(bitPattern: path.load(as: UInt.self)), Int(bitPattern: words),
                        Int(bitPattern: variables))
                }
            }
        }
        return result
    }

    /// The strings of a null-terminated array of pointers; a null array is an empty one.
    private func strings(_ address: UInt64) -> [[UInt8]]? {
        if address == 0 { return [] }
        var result: [[UInt8]] = []
        while let pointer = space.read(address &+ UInt64(result.count) * 8, as: UInt64.self) {
            if pointer == 0 { return result }
            guard let text = space.string(pointer) else { return nil }
            result.append(text)
        }
        return nil
    }
}

/// C strings and the array of pointers to them, in one piece of memory.
struct PointerList {
    private let strings: [[UInt8]]

    init(_ strings: [[UInt8]]) { self.strings = strings }

    func withPointers(_ body: (UnsafeRawPointer) -> Int) -> Int {
        let table = (strings.count + 1) * 8
        let size = strings.reduce(table) { $0 + $1.count + 1 }
        return withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { buffer in
            guard let base = buffer.baseAddress else { return -Int(ENOMEM) }
            var next = base + table
            for (index, text) in strings.enumerated() {
                base.storeBytes(of: UInt(bitPattern: next), toByteOffset: index * 8, as: UInt.self)
                next.copyMemory(from: text + [0], byteCount: text.count + 1)
                next += text.count + 1
            }
            base.storeBytes(of: 0, toByteOffset: strings.count * 8, as: UInt.self)
            return body(UnsafeRawPointer(base))
        }
    }
}

/// How a file is executed: by its first bytes, as the kernel decides.
struct ExecutionPlan {
    enum Kind {
        /// A program of the guest with all its arguments, the first included.
        case guest([UInt8], [[UInt8]])
        /// Something for the host's kernel.
        case host([UInt8])
        case failure(Int32)
    }

    let kind: Kind
    /// Interpreters of interpreters, as many as the kernel follows.
    private static let mostScripts = 5

    init(_ path: [UInt8], _ arguments: [[UInt8]], _ paths: PathPrefix) {
        kind = Self.plan(path, arguments, paths, Self.mostScripts)
    }

    private static func plan(_ path: [UInt8], _ arguments: [[UInt8]], _ paths: PathPrefix, _ depth: Int) -> Kind {
        let file = paths.existing(path)
        if let code = refusal(file) { return .failure(code) }
        guard let reader = HostFileReader(path: file) else { return .host(file) }
        guard reader.isRegular else { return .failure(EACCES) }
        let head = reader.bytes(at: 0, count: 256)
        if head.starts(with: [0x23, 0x21]) {
            guard depth > 0 else { return .failure(ELOOP) }
            guard let (interpreter, argument) = script(head) else { return .failure(ENOEXEC) }
            var list = [interpreter]
            if let argument { list.append(argument) }
            list += [path] + arguments.dropFirst()
            return plan(interpreter, list, paths, depth - 1)
        }
        do throws(ELFFile.Problem) {
            _ = try ELFFile(reader)
            return .guest(path, arguments)
        } catch .foreign {
            return .host(file)
        } catch {
            return .failure(ENOEXEC)
        }
    }

    /// X_OK by the effective user.
    private static func refusal(_ file: [UInt8]) -> Int32? {
        let result = (file + [0]).withUnsafeBytes {
            hostCall(.faccessat, Int(AT_FDCWD), Int(address: $0.baseAddress), 1)
        }
        return result < 0 ? Int32(truncatingIfNeeded: -result) : nil
    }

    /// `#! interpreter [argument]`
    private static func script(_ head: [UInt8]) -> (interpreter: [UInt8], argument: [UInt8]?)? {
        let line = head.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") && $0 != 0 }
        let blanks: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t")]
        let text = line.drop { blanks.contains($0) }
        let interpreter = text.prefix { !blanks.contains($0) }
        guard !interpreter.isEmpty else { return nil }
        var argument = Array(text.dropFirst(interpreter.count).drop { blanks.contains($0) })
        while let last = argument.last, blanks.contains(last) { argument.removeLast() }
        return (Array(interpreter), argument.isEmpty ? nil : argument)
    }
}
