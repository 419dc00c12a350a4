/// A set of signals as the kernel has it: bit n-1 is signal n.
struct SignalSet: OptionSet, Equatable, Sendable {
    let rawValue: UInt64
    init(rawValue: UInt64) { self.rawValue = rawValue }
    init(signal: Int32) { rawValue = 1 << UInt64(signal - 1) }

    static let all = SignalSet(rawValue: .max)
    /// SIGKILL and SIGSTOP cannot be blocked.
    static let unblockable = SignalSet(signal: 9).union(SignalSet(signal: 19))
    /// What the host itself raises when it accesses memory.
    static let hostFaults = SignalSet(signal: 7).union(SignalSet(signal: 11))
}

/// `si_code` values (`uapi/asm-generic/siginfo.h`).
enum SignalCode {
    static let user: Int32 = 0
    static let kernel: Int32 = 0x80
    static let notMapped: Int32 = 1
    static let accessError: Int32 = 2
    static let alignment: Int32 = 1
    static let busAddress: Int32 = 2
    static let illegalOpcode: Int32 = 1
    static let illegalOperand: Int32 = 2
    static let breakpoint: Int32 = 1
}

/// A signal that the guest's own instruction causes.
struct GuestSignal {
    let number: Int32
    let code: Int32
    let address: UInt64
    /// ESR_EL1, where the kernel tells it.
    var syndrome: UInt64?

    init(_ number: Int32, code: Int32 = SignalCode.kernel, address: UInt64 = 0) {
        self.number = number
        self.code = code
        self.address = address
    }

    /// siginfo_t, 128 bytes in 16 words, with `address` for the fault's.
    func info(address: UInt64) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: 16)
        words[0] = UInt64(UInt32(bitPattern: number))
        words[1] = UInt64(UInt32(bitPattern: code))
        words[2] = address
        return words
    }
}

/// sigaltstack's `stack_t`.
struct AlternateStack {
    var base: UInt64 = 0
    var flags: Int32 = disabled
    var size: UInt64 = 0

    static let onStack: Int32 = 1
    static let disabled: Int32 = 2
    /// SS_AUTODISARM.
    static let disarms: Int32 = Int32(bitPattern: 1 << 31)

    func holds(_ pointer: UInt64) -> Bool {
        flags & Self.disarms == 0 && size > 0 && pointer > base && pointer - base <= size
    }
}
