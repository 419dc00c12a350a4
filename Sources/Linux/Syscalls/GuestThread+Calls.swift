import Engine
import Glibc
import Guest
import GuestA64

// From an SVC to its result.

extension GuestThread {
    /// SVC at `pc`: the number is in x8, the arguments in x0 to x5, the result goes to x0.
    func systemCall(at pc: UInt64) {
        interrupted = nil
        vcpu.pc = pc &+ 4
        let number = state[A64State.x(8)]
        let arguments = SyscallArguments(a: x(0), b: x(1), c: x(2), d: x(3), e: x(4), f: x(5))
        trace.begin(number, arguments)
        // These may not come back to be traced.
        if process.options.traces && Self.isFarewell(number) { traceCall(number, arguments, Restart.none) }
        let result = perform(number, arguments)
        if process.options.traces { traceCall(number, arguments, result) }
        switch result {
        case Restart.none: break
        case Restart.system, Restart.withoutHandler, Restart.always:
            // Made again unless a handler runs first and decides otherwise.
            interrupted = Interrupted(code: result, pc: pc)
            vcpu.pc = pc
        default:
            trace.end(result)
            setX(0, UInt64(bitPattern: Int64(result)))
        }
    }

    /// exit, exit_group, execve and execveat.
    private static func isFarewell(_ number: UInt64) -> Bool {
        number == 93 || number == 94 || number == 221 || number == 281
    }

    private func perform(_ number: UInt64, _ arguments: SyscallArguments) -> Int {
        if let call = process.calls.passing(number) { return pass(call, arguments) }
        guard let call = process.calls[number] else { return -Int(ENOSYS) }
        switch call.action {
        case .run(let body): return body(self, arguments)
        case .refuse(let code): return -Int(code)
        case .pass(let host): return pass(SyscallTable.Passing(host, call.arguments), arguments)
        case .passAlone(let host):
            process.group.endBackground(forever: false)
            return pass(SyscallTable.Passing(host, call.arguments), arguments)
        }
    }

    /// Makes the host's call with the guest's arguments.
    private func pass(_ call: SyscallTable.Passing, _ arguments: SyscallArguments) -> Int {
        let limit = space.window.upperBound
        var rest = call.pointers
        while rest != 0 {
            if arguments[rest.trailingZeroBitCount] >= limit { return -Int(EFAULT) }
            rest &= rest - 1
        }
        if call.paths != 0 && !process.paths.isEmpty { return passResolving(call, arguments) }
        return blocking(call.host, arguments)
    }

    func pass(_ host: Int, _ arguments: SyscallArguments, _ kinds: StaticString) -> Int {
        pass(SyscallTable.Passing(host, kinds), arguments)
    }

    /// As `pass`, with paths looked for below `-L`.
    private func passResolving(_ call: SyscallTable.Passing, _ arguments: SyscallArguments) -> Int {
        var arguments = arguments
        var kept: [(index: Int, path: [UInt8])] = []
        for index in 0..<6 where call.paths >> UInt8(index) & 1 != 0 && arguments[index] != 0 {
            guard let path = space.string(arguments[index], limit: Self.longestPath) else { return -Int(EFAULT) }
            kept.append((index, process.paths.existing(path) + [0]))
        }
        return withExtendedPointers(kept[...], &arguments) { blocking(call.host, $0) }
    }

    private func withExtendedPointers(
        _ paths: ArraySlice<(index: Int, path: [UInt8])>, _ arguments: inout SyscallArguments,
        _ body: (SyscallArguments) -> Int
    ) -> Int {
        guard let (index, path) = paths.first else { return body(arguments) }
        return path.withUnsafeBytes { bytes in
            arguments[index] = UInt64(UInt(bitPattern: bytes.baseAddress))
            return withExtendedPointers(paths.dropFirst(), &arguments, body)
        }
    }

    /// PATH_MAX.
    static let longestPath = 4096

    // MARK: The host's calls

    /// A call that may take long: the vCPU counts as stopped meanwhile, and a signal ends the wait.
    func blocking(_ host: Int, _ arguments: SyscallArguments) -> Int {
        blocking(
            host, Int(address: arguments.a), Int(address: arguments.b), Int(address: arguments.c),
            Int(address: arguments.d), Int(address: arguments.e), Int(address: arguments.f))
    }

    func blocking(_ host: HostNumber, _ a: Int, _ b: Int = 0, _ c: Int = 0, _ d: Int = 0, _ e: Int = 0, _ f: Int = 0)
        -> Int
    {
        blocking(host.rawValue, a, b, c, d, e, f)
    }

    func blocking(_ host: Int, _ a: Int, _ b: Int, _ c: Int, _ d: Int, _ e: Int, _ f: Int) -> Int {
        guard let word = area.attention else { return -Int(EFAULT) }
        while true {
            vcpu.leaveRunning()
            let result = interruptibleHostCall(host, a, b, c, d, e, f, unless: word)
            vcpu.enterRunning()
            guard result == HostCode.notBegunCode || result == HostCode.interruptedCode, !area.hasSignal else {
                return result
            }
            // Another thread wanted attention, not a signal; that is seen to now.
            vcpu.answerRequests()
        }
    }
}
