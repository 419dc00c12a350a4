import Guest
import IR
import Support

/// CPYF*, CPY* and SET* (FEAT_MOPS; Arm ARM C3.2.25, D1.11 and the instructions' pages), by option A of the architecture: a
/// size that counts up to zero from below, with addresses behind the end, or, of a copy downwards, one that counts down.
///
/// The prologue only puts the registers into that form, the main instruction does all the work, and the epilogue finds
/// nothing left: how much each does is the implementation's choice. The registers are exact after every piece, so that an
/// exception in the middle is returned from as from any other.
struct MemoryOperation {
    enum Kind { case copyForward, copy, set }
    enum Stage: UInt32 { case prologue, main, epilogue }

    /// What one execution of the instruction moves at most: then other things get their turn, interrupts first.
    private static let limit: UInt64 = 16384

    private let word: UInt32
    private let kind: Kind
    private let stage: Stage

    init(_ word: UInt32) {
        self.word = word
        let isSet = word.bits(22, 2) == 3
        kind = isSet ? .set : word.bit(26) ? .copy : .copyForward
        stage = Stage(rawValue: isSet ? word.bits(14, 2) : word.bits(22, 2)) ?? .prologue
    }

    /// Whether the registers differ and are none of them 31; the byte that SET stores may be zero. What else happens is
    /// CONSTRAINED UNPREDICTABLE (Arm ARM K1.2.17); here the encodings are undefined.
    static func isValid(_ word: UInt32) -> Bool {
        let (d, n, s) = (word.rd, word.rn, word.rm)
        return d != 31 && n != 31 && d != n && d != s && n != s && (s != 31 || word.bits(22, 2) == 3)
    }

    // MARK: Execution

    func run(pc: UInt64, _ state: CPUState, _ environment: any GuestEnvironment) -> HelperOutcome {
        guard stage != .prologue else {
            begin(state)
            return .value(0)
        }
        let size = state[A64State.x(word.rn)]
        if size == 0 { return .value(0) }
        let flags = Flags(rawValue: UInt32(truncatingIfNeeded: state[A64State.nzcv]))
        // Option B sets C.
        if flags.c { return mismatch(isWrongOption: true) }
        // Of CPYF and SET a size counts up; nothing is left for an epilogue.
        let isDownwards = Int64(bitPattern: size) > 0
        if stage == .epilogue || isDownwards && kind != .copy { return mismatch(isWrongOption: false) }
        return move(size, isDownwards: isDownwards, pc, state, environment)
    }

    /// The prologue.
    private func begin(_ state: CPUState) {
        let (d, n, s) = (A64State.x(word.rd), A64State.x(word.rn), A64State.x(word.rm))
        let size = saturated(state[n])
        state[A64State.nzcv] = 0
        let isForward = kind != .copy || Self.isForward(from: state[s], to: state[d], size)
        state[n] = isForward ? 0 &- size : size
        guard isForward else { return }
        state[d] &+= size
        if kind != .set { state[s] &+= size }
    }

    private func saturated(_ size: UInt64) -> UInt64 {
        kind == .copy
            ? (size >> 55 == 0 ? size : 0x007f_ffff_ffff_ffff) : min(size, UInt64(Int64.max))
    }

    /// Upwards unless the source would be overwritten before it is read; addresses are compared without their tags.
    private static func isForward(from source: UInt64, to destination: UInt64, _ size: UInt64) -> Bool {
        let mask: UInt64 = 1 << 56 - 1
        let (from, to) = (source & mask, destination & mask)
        return !(from < to && (from &+ size) & mask > to)
    }

    private func move(
        _ size: UInt64, isDownwards: Bool, _ pc: UInt64, _ state: CPUState, _ environment: any GuestEnvironment
    ) -> HelperOutcome {
        let left = isDownwards ? size : 0 &- size
        let count = min(left, Self.limit)
        // Upwards, registers hold the ends; downwards the piece is the last one.
        let first = isDownwards ? size &- count : size
        let outcome = environment.transfer(
            MemoryTransfer(
                kind == .set
                    ? .fill(UInt8(truncatingIfNeeded: data(state))) : .copy(state[A64State.x(word.rm)] &+ first),
                to: state[A64State.x(word.rd)] &+ first, count: count, isDownwards: isDownwards,
                isReadUnprivileged: kind != .set && isUnprivileged(word.bit(13), state),
                isWriteUnprivileged: isUnprivileged(word.bit(12), state)))
        state[A64State.x(word.rn)] = isDownwards ? size &- outcome.count : size &+ outcome.count
        if let fault = outcome.fault { return .fault(fault) }
        return outcome.count == left ? .value(0) : .leave(pc)
    }

    private func data(_ state: CPUState) -> UInt64 { word.rm == 31 ? 0 : state[A64State.x(word.rm)] }

    /// Arm ARM, shared pseudocode `AArch64.IsUnprivAccessPriv`.
    private func isUnprivileged(_ option: Bool, _ state: CPUState) -> Bool {
        option && state[A64State.pstate] & ProcessState.userAccessOverride == 0
    }

    /// The exception of registers that no earlier stage left (Arm ARM D17.2.37, ISS encoding of Memory Copy and Memory Set
    /// exceptions).
    private func mismatch(isWrongOption: Bool) -> HelperOutcome {
        let isSet = kind == .set
        let options = UInt64(word.bits(12, isSet ? 2 : 4)) << 19
        let cause: UInt64 = (stage == .epilogue ? 1 << 18 : 0) | (isWrongOption ? 1 << 17 : 0)
        let registers = UInt64(word.rd << 10 | word.rm << 5 | word.rn)
        return .raise(
            kind: A64ExceptionKind.memoryOperation.rawValue,
            payload: (isSet ? 1 << 24 : 0) | options | cause | 1 << 16 | registers)
    }
}

extension MemoryOperation {
    /// What an operating system does on that exception (Arm ARM D1.11.3): puts the registers back into the form that the
    /// prologue takes, and goes on there. `syndrome` is the ISS.
    static func restart(_ syndrome: UInt64, pc: UInt64, _ state: CPUState) {
        func register(_ low: UInt64) -> StateSlot { A64State.x(UInt32(truncatingIfNeeded: syndrome >> low & 31)) }
        let (d, s, n) = (register(10), register(5), register(0))
        let isSet = syndrome & 1 << 24 != 0
        // The option of the registers' form, which is not this CPU's where the option was wrong.
        let isOptionA = syndrome >> 16 & 1 != syndrome >> 17 & 1
        let size = state[n]
        if isOptionA, isSet || Int64(bitPattern: size) < 0 {
            state[d] &+= size
            if !isSet { state[s] &+= size }
            state[n] = 0 &- size
        } else if !isOptionA, !isSet, Flags(rawValue: UInt32(truncatingIfNeeded: state[A64State.nzcv])).n {
            // Downwards: the addresses are those of the end.
            state[d] &-= size
            state[s] &-= size
        }
        state[A64State.pc] = pc &- (syndrome & 1 << 18 != 0 ? 8 : 4)
    }
}
