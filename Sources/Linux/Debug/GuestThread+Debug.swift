import Engine
import GDBStub
import Guest
import GuestA64
import IR
import Support
import Synchronization

// What a debugger sees of a thread.

extension GuestThread {
    private static let stackPointerNumber = 31
    private static let counterNumber = 32
    private static let statusNumber = 33
    private static let firstVector = 34
    private static let floatingPointStatusNumber = 66
    private static let floatingPointControlNumber = 67

    /// x0 to x30, sp, pc, cpsr, v0 to v31, fpsr, fpcr: the order of `A64TargetDescription`.
    var debugRegisters: [[UInt8]] {
        var list = (0..<31).map { bytes(x(UInt32($0))) }
        list += [bytes(stackPointer), bytes(vcpu.pc), bytes(statusWord)]
        for number in 0..<32 {
            let low = A64State.v(UInt32(number))
            list.append(bytes(state[low]) + bytes(state[StateSlot(cell: low.offset / 8 + 1)]))
        }
        return list + [bytes(A64User.floatingPointStatus(state)), bytes(A64User.floatingPointControl(state))]
    }

    private var statusWord: UInt32 {
        Flags(rawValue: UInt32(truncatingIfNeeded: state[A64State.nzcv])).statusWord
    }

    private func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    func setDebugRegister(_ number: Int, _ value: [UInt8]) -> Bool {
        guard number >= 0, number < debugRegisters.count, value.count == debugRegisters[number].count else {
            return false
        }
        func word(_ offset: Int) -> UInt64 {
            value.dropFirst(offset).prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        let half = UInt32(truncatingIfNeeded: word(0))
        switch number {
        case 0..<31: setX(UInt32(number), word(0))
        case Self.stackPointerNumber: stackPointer = word(0)
        case Self.counterNumber: vcpu.pc = word(0)
        case Self.statusNumber: state[A64State.nzcv] = UInt64(Flags(statusWord: half).rawValue)
        case Self.floatingPointStatusNumber:
            A64User.setFloatingPoint(control: A64User.floatingPointControl(state), status: half, state)
        case Self.floatingPointControlNumber:
            A64User.setFloatingPoint(control: half, status: A64User.floatingPointStatus(state), state)
        default:
            let low = A64State.v(UInt32(number - Self.firstVector))
            state[low] = word(0)
            state[StateSlot(cell: low.offset / 8 + 1)] = word(8)
        }
        return true
    }

    // MARK: Held by the debugger

    /// Keeps the thread from going on, from the next time it looks for signals.
    func hold() {
        isHeld.store(true, ordering: .sequentiallyConsistent)
        vcpu.attract(.interrupt)
    }

    func letGo() {
        isHeld.store(false, ordering: .sequentiallyConsistent)
        debugParker.wake()
    }

    /// Waits while it is held. On the thread itself.
    func waitWhileHeld() {
        guard isHeld.load(ordering: .sequentiallyConsistent) else { return }
        vcpu.leaveRunning()
        while isHeld.load(ordering: .sequentiallyConsistent) { debugParker.park() }
        vcpu.enterRunning()
    }
}
