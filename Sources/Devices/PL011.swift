package import Bus
import Support

/// Arm's PrimeCell UART.
///
/// Transmission takes no time: a byte written to DR is with the sink when the write ends, so that the transmit FIFO is
/// always empty. Both directions work even while CR says disabled: many small guests never set it up. Received bytes
/// come through `receive`, which takes what the FIFO holds; `onSpace` tells when there is room again.
///
/// Source: Arm DDI 0183G "PrimeCell UART (PL011) Technical Reference Manual", revision r1p5.
package final class PL011: WordDevice {
    /// All that a snapshot must keep.
    package struct State: Sendable, Equatable {
        /// Received and not yet read.
        package var received: [UInt8] = []
        /// RIS, without what follows from `received`.
        package var raw: UInt32 = 0
        /// IMSC.
        package var mask: UInt32 = 0
        /// ILPR, IBRD, FBRD, LCR_H, CR, IFLS, DMACR.
        package var lowPower: UInt32 = 0
        package var integerDivisor: UInt32 = 0
        package var fractionalDivisor: UInt32 = 0
        package var lineControl: UInt32 = 0
        package var control: UInt32 = 0x300
        package var levelSelect: UInt32 = 0x12
        package var dmaControl: UInt32 = 0
    }

    package let name = "pl011"
    private let line: any InterruptLine
    private let sink: any CharacterSink
    private let clock: any Clock
    private let guarded = Guarded(State())
    private let timeout = Guarded<(any Alarm)?>(nil)
    private let space = Guarded(Callback())

    /// A port that writes to `sink` and interrupts by `line`.
    package init(line: any InterruptLine, sink: any CharacterSink, clock: any Clock) {
        self.line = line
        self.sink = sink
        self.clock = clock
        let alarm = clock.makeAlarm { [weak self] in self?.receiveTimedOut() }
        timeout.withLock { $0 = alarm }
    }

    /// The registers' values. Setting them drives the line.
    package var state: State {
        get { guarded.withLock { $0 } }
        set {
            guarded.withLock { state in
                state = newValue
                updateLine(state)
            }
        }
    }

    package func reset() {
        state = State()
        signalSpace()
    }

    // MARK: Receiving

    /// From now on `action` is called, by the thread that made room, when the FIFO can take bytes again.
    package func onSpace(_ action: @escaping @Sendable () -> Void) { space.withLock { $0.action = action } }

    /// Bytes come in on the line; returns how many of them the FIFO took, the rest must be offered again.
    package func receive(_ bytes: some Collection<UInt8>) -> Int {
        guarded.withLock { state in
            let taken = min(bytes.count, state.depth - state.received.count)
            guard taken > 0 else { return 0 }
            state.received.append(contentsOf: bytes.prefix(taken))
            noteArrival(&state)
            updateLine(state)
            return taken
        }
    }

    /// The receive interrupt at the chosen level, or the time-out for what stays below it.
    private func noteArrival(_ state: inout State) {
        if state.received.count >= state.trigger { state.raw |= Interrupt.receive }
        let deadline = clock.now + state.timeoutNanoseconds
        timeout.withLock { $0?.set(deadline) }
    }

    /// Nothing came for 32 bit times and the FIFO is not empty.
    private func receiveTimedOut() {
        guarded.withLock { state in
            guard !state.received.isEmpty else { return }
            state.raw |= Interrupt.timeout
            updateLine(state)
        }
    }

    private func signalSpace() {
        let callback = space.withLock { $0 }
        callback()
    }

    private func readData() -> UInt32 {
        let (value, madeRoom) = guarded.withLock { state -> (UInt32, Bool) in
            guard !state.received.isEmpty else { return (0, false) }
            let wasFull = state.received.count >= state.depth
            let byte = state.received.removeFirst()
            if state.received.count < state.trigger { state.raw &= ~Interrupt.receive }
            if state.received.isEmpty { state.raw &= ~Interrupt.timeout }
            updateLine(state)
            return (UInt32(byte), wasFull)
        }
        if madeRoom { signalSpace() }
        return value
    }

    // MARK: Sending

    private func writeData(_ byte: UInt8) {
        guarded.withLock { state in
            if state.control & Control.loopBack == 0 {
                sink.put(byte)
            } else if state.received.count < state.depth {
                state.received.append(byte)
                noteArrival(&state)
            } else {
                state.raw |= Interrupt.overrun
            }
            state.raw |= Interrupt.transmit
            updateLine(state)
        }
    }

    // MARK: Registers

    package func readWord(_ offset: UInt64) -> UInt32 {
        switch offset {
        case 0x00: readData()
        case 0x04: 0
        case 0x18: guarded.withLock { $0.flags }
        case 0x20: guarded.withLock { $0.lowPower }
        case 0x24: guarded.withLock { $0.integerDivisor }
        case 0x28: guarded.withLock { $0.fractionalDivisor }
        case 0x2c: guarded.withLock { $0.lineControl }
        case 0x30: guarded.withLock { $0.control }
        case 0x34: guarded.withLock { $0.levelSelect }
        case 0x38: guarded.withLock { $0.mask }
        case 0x3c: guarded.withLock { $0.raw }
        case 0x40: guarded.withLock { $0.raw & $0.mask }
        case 0x48: guarded.withLock { $0.dmaControl }
        case 0xfe0...0xfff: primeCellIdentification(offset, part: 0x11, revision: 0x34)
        default: 0
        }
    }

    package func writeWord(_ offset: UInt64, _ value: UInt32) {
        if offset == 0 {
            writeData(UInt8(truncatingIfNeeded: value))
            return
        }
        let flushed = guarded.withLock { state in
            let before = state.lineControl
            state.store(offset, value)
            updateLine(state)
            return (before ^ state.lineControl) & LineControl.fifos != 0
        }
        if flushed { signalSpace() }
    }

    private func updateLine(_ state: State) { line.set(state.raw & state.mask != 0) }
}

/// Bits of RIS, MIS, IMSC and ICR.
private enum Interrupt {
    static let receive: UInt32 = 1 << 4
    static let transmit: UInt32 = 1 << 5
    static let timeout: UInt32 = 1 << 6
    static let overrun: UInt32 = 1 << 10
    static let all: UInt32 = 0x7ff
}

private enum Control {
    static let loopBack: UInt32 = 1 << 7
}

private enum LineControl {
    static let fifos: UInt32 = 1 << 4
}

extension PL011.State {
    /// How many received bytes fit: 16, or 1 while the FIFOs are off.
    fileprivate var depth: Int { lineControl & LineControl.fifos != 0 ? 16 : 1 }

    /// How many received bytes raise the receive interrupt (IFLS.RXIFLSEL).
    fileprivate var trigger: Int {
        guard depth > 1 else { return 1 }
        return switch levelSelect >> 3 & 7 {
        case 0: 2
        case 1: 4
        case 2: 8
        case 3: 12
        default: 14
        }
    }

    /// 32 bit times at the programmed rate; at 115,200 bits per second while none is programmed.
    fileprivate var timeoutNanoseconds: UInt64 {
        let divisor = UInt64(integerDivisor) << 6 | UInt64(fractionalDivisor)
        if divisor == 0 { return 32 * 1_000_000_000 / 115_200 }
        return 32 * 16 * divisor * 1_000_000_000 / (64 * PL011.referenceClock)
    }

    /// FR: modem lines idle, transmitter empty, and the state of the receive FIFO.
    fileprivate var flags: UInt32 {
        let transmitEmpty: UInt32 = 1 << 7
        return transmitEmpty | (received.count >= depth ? 1 << 6 : 0) | (received.isEmpty ? 1 << 4 : 0)
    }

    /// Writes a register other than DR. Those that are read-only or not there ignore it.
    fileprivate mutating func store(_ offset: UInt64, _ value: UInt32) {
        switch offset {
        case 0x20: lowPower = value & 0xff
        case 0x24: integerDivisor = value & 0xffff
        case 0x28: fractionalDivisor = value & 0x3f
        case 0x2c:
            if (lineControl ^ value) & LineControl.fifos != 0 { flush() }
            lineControl = value & 0xff
        case 0x30: control = value & 0xff87
        case 0x34: levelSelect = value & 0x3f
        case 0x38: mask = value & Interrupt.all
        case 0x44: raw &= ~value
        case 0x48: dmaControl = value & 7
        default: break
        }
    }

    private mutating func flush() {
        received = []
        raw &= ~(Interrupt.receive | Interrupt.timeout)
    }
}

extension PL011 {
    /// The board's UART clock, in Hz; together with the divisors it makes the bit rate.
    package static let referenceClock: UInt64 = 24_000_000
}

/// The identification registers that every PrimeCell has at 0xfe0 to 0xfff: `part` is the number's low byte, `revision`
/// what stands beside the designer's.
func primeCellIdentification(_ offset: UInt64, part: UInt32, revision: UInt32) -> UInt32 {
    switch offset & 0x1c {
    case 0x00: part
    case 0x04: 0x10
    case 0x08: revision
    case 0x0c: 0
    case 0x10: 0x0d
    case 0x14: 0xf0
    case 0x18: 0x05
    default: 0xb1
    }
}
