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
        guard let call = SyscallTable.shared[number] else { return -Int(ENOSYS) }
        switch call.action {
        case .run(let body): return body(self, arguments)
        case .refuse(let code): return -Int(code)
        case .pass(let host): return pass(host, arguments, call.arguments)
        }
    }

    /// Makes the host's call with the guest's arguments.
    func pass(_ host: Int, _ arguments: SyscallArguments, _ kinds: StaticString) -> Int {
        let count = kinds.utf8CodeUnitCount
        let limit = space.window.upperBound
        var hasPath = false
        for index in 0..<count {
            switch kinds.utf8Start[index] {
            case UInt8(ascii: "b"), UInt8(ascii: "s"), UInt8(ascii: "n"):
                if arguments[index] >= limit { return -Int(EFAULT) }
            case UInt8(ascii: "p"):
                if arguments[index] >= limit { return -Int(EFAULT) }
                hasPath = true
            default: break
            }
        }
        if hasPath && !process.paths.isEmpty { return passResolving(host, arguments, kinds) }
        return blocking(host, arguments)
    }

    /// As `pass`, with paths looked for below `-L`.
    private func passResolving(_ host: Int, _ arguments: SyscallArguments, _ kinds: StaticString) -> Int {
        var arguments = arguments
        var kept: [[UInt8]] = []
        for index in 0..<kinds.utf8CodeUnitCount where kinds.utf8Start[index] == UInt8(ascii: "p") {
            guard arguments[index] != 0 else { continue }
            guard let path = space.string(arguments[index], limit: Self.longestPath) else { return -Int(EFAULT) }
            kept.append(process.paths.existing(path) + [0])
        }
        return withExtendedPointers(kept[...], &arguments, kinds, from: 0) { blocking(host, $0) }
    }

    private func withExtendedPointers(
        _ paths: ArraySlice<[UInt8]>, _ arguments: inout SyscallArguments, _ kinds: StaticString, from start: Int,
        _ body: (SyscallArguments) -> Int
    ) -> Int {
        guard let path = paths.first else { return body(arguments) }
        var index = start
        while kinds.utf8Start[index] != UInt8(ascii: "p") || arguments[index] == 0 { index += 1 }
        return path.withUnsafeBytes { bytes in
            arguments[index] = UInt64(UInt(bitPattern: bytes.baseAddress))
            return withExtendedPointers(paths.dropFirst(), &arguments, kinds, from: index + 1, body)
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
