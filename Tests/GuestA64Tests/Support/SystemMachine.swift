import Guest
import GuestA64
import IR
import Testing

/// The world around a vCPU as the system code sees it: it records what is asked and answers from its fields.
final class FakeEnvironment: GuestEnvironment {
    enum Request: Equatable {
        case invalidateTLB(TLBInvalidation, broadcast: Bool)
        case completeInvalidations
        case invalidateCode(UInt64?, broadcast: Bool)
        case zero(UInt64, Int)
        case sendEvent, setLocalEvent, clearExclusiveMonitor, recheckInterrupts
        case writeTimer(TimerRegister, UInt64)
        case writeInterruptController(UInt32, UInt64)
    }

    var vcpuIndex = 0
    let memo = Memo()
    var pendingInterrupts: InterruptLines = []
    /// RAM, by the address of each doubleword; nothing else exists.
    var memory: [UInt64: UInt64] = [:]
    var requests: [Request] = []
    var timer: [TimerRegister: UInt64] = [:]
    /// Registers of the interrupt controller's CPU interface; empty: there is none.
    var controller: [UInt32: UInt64] = [:]
    var firmware: ((FirmwareConduit, [UInt64]) -> [UInt64]?)?
    var zeroFault: MemoryFault?
    /// Runs before each table update, to play another observer that interferes.
    var beforeExchange: (() -> Void)?
    var afterExchange: (() -> Void)?

    func invalidateTLB(_ what: TLBInvalidation, broadcast: Bool) {
        requests.append(.invalidateTLB(what, broadcast: broadcast))
    }
    func completeInvalidations() { requests.append(.completeInvalidations) }
    func invalidateCode(physical: UInt64?, broadcast: Bool) {
        requests.append(.invalidateCode(physical, broadcast: broadcast))
    }
    func readPhysical64(_ address: UInt64) -> UInt64? { memory[address] }
    func compareExchangePhysical64(_ address: UInt64, expected: UInt64, desired: UInt64) -> Bool {
        beforeExchange?()
        defer { afterExchange?() }
        guard memory[address] == expected else { return false }
        memory[address] = desired
        return true
    }
    func zeroMemory(_ address: UInt64, count: Int) -> MemoryFault? {
        requests.append(.zero(address, count))
        return zeroFault
    }
    /// Bytes that copies and fills find.
    var bytes: [UInt64: UInt8] = [:]
    var transfers: [MemoryTransfer] = []
    func transfer(_ transfer: MemoryTransfer) -> MemoryTransfer.Outcome {
        transfers.append(transfer)
        for done in 0..<transfer.count {
            let offset = transfer.isDownwards ? transfer.count - 1 - done : done
            var byte: UInt8? = 0
            switch transfer.source {
            case .fill(let value): byte = value
            case .copy(let address):
                byte = bytes[address &+ offset]
                if byte == nil { return outcome(done, address &+ offset, .read) }
            }
            let to = transfer.destination &+ offset
            guard bytes[to] != nil else { return outcome(done, to, .write) }
            bytes[to] = byte
        }
        return MemoryTransfer.Outcome(count: transfer.count)
    }
    private func outcome(_ done: UInt64, _ address: UInt64, _ access: AccessKind) -> MemoryTransfer.Outcome {
        MemoryTransfer.Outcome(
            count: done, fault: MemoryFault(address: address, access: access, cause: .translation(7)))
    }
    func sendEvent() { requests.append(.sendEvent) }
    func setLocalEvent() { requests.append(.setLocalEvent) }
    func clearExclusiveMonitor() { requests.append(.clearExclusiveMonitor) }
    func recheckInterrupts() { requests.append(.recheckInterrupts) }
    func readTimer(_ register: TimerRegister) -> UInt64 { timer[register] ?? 0 }
    func writeTimer(_ register: TimerRegister, _ value: UInt64) { requests.append(.writeTimer(register, value)) }
    func readInterruptController(_ register: UInt32) -> UInt64? { controller[register] }
    func writeInterruptController(_ register: UInt32, _ value: UInt64) -> Bool {
        guard controller[register] != nil else { return false }
        requests.append(.writeInterruptController(register, value))
        return true
    }
    func callFirmware(_ conduit: FirmwareConduit, _ arguments: [UInt64]) -> [UInt64]? {
        firmware?(conduit, arguments)
    }
}

/// A vCPU after reset, one instruction at a time.
final class SystemMachine {
    /// How an instruction ended.
    enum Outcome: Equatable {
        /// Went on at the next instruction.
        case next
        case jumped
        case exit(ExitKind)
        case left(UInt64)
        case raised(A64ExceptionKind, UInt64)
        case fault(MemoryFault)
    }

    static let pc: UInt64 = 0x4000_0000
    let environment = FakeEnvironment()
    let state: CPUState
    private let cells: UnsafeMutablePointer<UInt64>
    private(set) var fences: [FenceBits] = []
    private(set) var clearedExclusive = false

    init(_ model: CPUModel = .max, vcpu: Int = 0) {
        cells = .allocate(capacity: A64State.cells)
        cells.initialize(repeating: 0, count: A64State.cells)
        state = CPUState(base: cells, cells: A64State.cells)
        environment.vcpuIndex = vcpu
        A64.setModel(model, state)
        A64.reset(state, environment: environment)
        environment.requests = []
        state[A64State.pc] = Self.pc
    }

    deinit { cells.deallocate() }

    subscript(slot: StateSlot) -> UInt64 {
        get { state[slot] }
        set { state[slot] = newValue }
    }
    subscript(cell: SystemCell) -> UInt64 {
        get { state[cell] }
        set { state[cell] = newValue }
    }
    subscript(x number: UInt32) -> UInt64 {
        get { state[A64State.x(number)] }
        set { state[A64State.x(number)] = newValue }
    }

    /// PSTATE but for the flags.
    var pstate: UInt64 {
        get { state[A64State.pstate] }
        set { state[A64State.pstate] = newValue }
    }

    /// Goes to EL0 the way a kernel does: by an exception return.
    func enterEL0(_ saved: UInt64 = 0) {
        state[.spsr] = saved
        state[.elr] = Self.pc
        #expect(run(0xd69f_03e0) == .left(Self.pc))
        environment.requests = []
    }

    static func translate(_ word: UInt32, flags: UInt64, pc: UInt64 = SystemMachine.pc) -> Block {
        var builder = Builder()
        builder.reset(guestPC: pc)
        withUnsafeBytes(of: word.littleEndian) { bytes in
            guard let base = bytes.baseAddress else { return }
            A64.translate(pc: pc, code: CodeWindow(base: base, count: 4), flags: flags, limit: 1, into: &builder)
        }
        return builder.block
    }

    /// Runs one instruction. Exceptions are reported, not taken: `take` does that.
    func run(_ word: UInt32) -> Outcome {
        let block = Self.translate(word, flags: A64.translationFlags(state))
        var values: [UInt64] = []
        for instruction in block.instructions {
            switch step(instruction, values, block) {
            case .value(let value): values.append(value)
            case .end(let outcome): return outcome
            }
        }
        return .next
    }

    /// Runs one instruction and takes the exception that it raises.
    @discardableResult
    func take(_ word: UInt32) -> Outcome {
        let outcome = run(word)
        switch outcome {
        case .raised(let kind, let payload):
            A64.raise(kind: kind.rawValue, payload: payload, pc: Self.pc, state, environment: environment)
        case .fault(let fault): A64.deliver(fault, pc: Self.pc, state, environment: environment)
        case .next, .jumped, .exit, .left: break
        }
        return outcome
    }

    private enum Step {
        case value(UInt64)
        case end(Outcome)
    }

    private func step(_ i: Instruction, _ values: [UInt64], _ block: Block) -> Step {
        func operand(_ value: Value) -> UInt64 { value.isNone ? 0 : values[value.int] }
        let (a, b, c) = (operand(i.a), operand(i.b), operand(i.c))
        switch i.opcode {
        case .guestInstruction: return .value(0)
        case .getState: return .value(state[StateSlot(cell: Int(i.imm) / 8)] & i.type.mask)
        case .setState: state[StateSlot(cell: Int(i.imm) / 8)] = a
        case .fence: fences.append(i.fenceBits)
        case .clearExclusive: clearedExclusive = true
        case .guardClear:
            if a & i.imm != 0 { return .end(.raised(kind(i.attribute), i.imm2)) }
        case .raise: return .end(.raised(kind(i.attribute), i.imm))
        case .exit: return .end(.exit(i.exitKind))
        case .jump: return .end(i.imm == Self.pc + 4 ? .next : .jumped)
        case .jumpIndirect:
            state[A64State.pc] = a
            return .end(.jumped)
        case .helper: return call(i, a, b, c)
        default:
            let typeOfA = i.a.isNone ? ValueType.none : block[i.a].resultType
            guard let value = i.evaluate(a, b, c, typeOfA: typeOfA) else {
                preconditionFailure("the system machine does not know \(i.opcode)")
            }
            return .value(value)
        }
        return .value(0)
    }

    private func kind(_ number: UInt16) -> A64ExceptionKind {
        guard let kind = A64ExceptionKind(rawValue: number) else { preconditionFailure("no exception \(number)") }
        return kind
    }

    private func call(_ i: Instruction, _ a: UInt64, _ b: UInt64, _ c: UInt64) -> Step {
        let outcome = A64.callHelper(
            Int(i.imm), a, b, c, pc: Self.pc, state, environment: environment)
        switch outcome {
        case .value(let value): return .value(value)
        case .raise(let kind, let payload): return .end(.raised(self.kind(kind), payload))
        case .fault(let fault): return .end(.fault(fault))
        case .leave(let pc): return .end(.left(pc))
        }
    }
}

/// The encoding of MRS or MSR: `mrs(3, 0, 1, 0, 0, x: 5)`.
func systemMove(
    _ op0: UInt32, _ op1: UInt32, _ crn: UInt32, _ crm: UInt32, _ op2: UInt32, x register: UInt32, read: Bool
) -> UInt32 {
    0xd500_0000 | (read ? 1 << 21 : 0) | op0 << 19 | op1 << 16 | crn << 12 | crm << 8 | op2 << 5 | register
}
