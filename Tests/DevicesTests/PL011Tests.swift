import Bus
import Devices
import Synchronization
import Testing

@Suite struct PL011Tests {
    private let clock = ManualClock()
    private let line = LevelLine()
    private let sink = MemorySink()
    private let uart: PL011
    private var registers: Registers { Registers(uart) }

    init() { uart = PL011(line: line, sink: sink, clock: clock) }

    @Test func `What is written to DR comes out, whatever CR says, and the transmitter is never busy`() {
        registers[CR] = 0
        for byte in "hello".utf8 { registers[byte: DR] = byte }
        #expect(sink.text == "hello")
        #expect(registers[FR] == 0x90, "both FIFOs empty, not busy")
    }

    @Test func `The transmit interrupt comes after a byte has left, until it is cleared`() {
        registers[IMSC] = 1 << 5
        #expect(!line.level)
        registers[DR] = 65
        #expect(line.level && registers[RIS] == 1 << 5 && registers[MIS] == 1 << 5)
        registers[ICR] = 1 << 5
        #expect(!line.level && registers[RIS] == 0)
    }

    @Test func `Without FIFOs one byte is held, and each interrupts`() {
        registers[IMSC] = 1 << 4
        #expect(uart.receive([1, 2, 3]) == 1)
        #expect(line.level)
        #expect(registers[FR] & 0x50 == 0x40, "full, not empty")
        #expect(registers[DR] == 1)
        #expect(!line.level)
        #expect(registers[FR] & 0x50 == 0x10)
    }

    @Test(arguments: [(0, 2), (1, 4), (2, 8), (3, 12), (4, 14)])
    func `With FIFOs the receive interrupt comes at the chosen level`(select: UInt32, level: Int) {
        registers[LCRH] = 0x70
        registers[IFLS] = select << 3
        registers[IMSC] = 1 << 4
        for count in 1...16 {
            #expect(uart.receive([UInt8(count)]) == 1)
            #expect(line.level == (count >= level))
        }
        #expect(uart.receive([17]) == 0, "full")
        for count in 1...16 {
            #expect(registers[DR] == UInt32(count))
            #expect(line.level == (16 - count >= level))
        }
    }

    @Test func `What stays below the level interrupts after 32 bit times without another byte`() {
        registers[IBRD] = 13  // 24 MHz / 16 / 13.02 = 115,200
        registers[FBRD] = 1
        registers[LCRH] = 0x70
        registers[IMSC] = 1 << 6
        #expect(uart.receive([1]) == 1)
        clock.advance(200_000)
        #expect(uart.receive([2]) == 1)
        clock.advance(200_000)
        #expect(!line.level, "the second byte starts the time anew")
        clock.advance(100_000)
        #expect(line.level)
        _ = registers[DR]
        #expect(line.level)
        _ = registers[DR]
        #expect(!line.level, "nothing left to time out")
    }

    @Test func `Room in a full FIFO is announced by the read that makes it`() {
        let counter = Counter()
        uart.onSpace { counter.add() }
        registers[LCRH] = 0x70
        let room = counter.value
        #expect(uart.receive(Array(0..<20)) == 16)
        _ = registers[DR]
        _ = registers[DR]
        #expect(counter.value == room + 1, "the FIFO was full before the first read only")
        #expect(uart.receive([16, 17, 18]) == 2)
    }

    @Test func `Loop back feeds the output into the input, and overruns`() {
        registers[LCRH] = 0x70
        registers[CR] = 0x380
        for byte: UInt32 in 0..<17 { registers[DR] = byte }
        #expect(sink.text.isEmpty)
        #expect(registers[RIS] & 1 << 10 != 0)
        #expect((0..<16).allSatisfy { registers[DR] == $0 })
    }

    @Test func `Switching the FIFOs empties them`() {
        registers[LCRH] = 0x70
        registers[IMSC] = 0x50
        #expect(uart.receive(Array(0..<16)) == 16)
        #expect(line.level)
        registers[LCRH] = 0x60
        #expect(!line.level && registers[FR] & 0x10 != 0)
    }

    @Test func `Registers keep their writable bits, and the identification is a PL011's`() {
        for (offset, mask) in [(IBRD, 0xffff), (FBRD, 0x3f), (LCRH, 0xff), (IFLS, 0x3f), (IMSC, 0x7ff)] {
            registers[offset] = .max
            #expect(registers[offset] == UInt32(mask))
        }
        let identification = (0..<8).map { registers[0xfe0 + 4 * UInt64($0)] }
        #expect(identification == [0x11, 0x10, 0x34, 0, 0x0d, 0xf0, 0x05, 0xb1])
    }

    @Test func `Reset brings the power-on values, and a saved state the old ones`() {
        registers[LCRH] = 0x70
        registers[IMSC] = 1 << 4
        #expect(uart.receive(Array(0..<9)) == 9)
        let saved = uart.state
        uart.reset()
        #expect(!line.level && registers[CR] == 0x300 && registers[IFLS] == 0x12 && registers[LCRH] == 0)
        uart.state = saved
        #expect(line.level && registers[DR] == 0)
    }

    private let DR: UInt64 = 0x00
    private let FR: UInt64 = 0x18
    private let IBRD: UInt64 = 0x24
    private let FBRD: UInt64 = 0x28
    private let LCRH: UInt64 = 0x2c
    private let CR: UInt64 = 0x30
    private let IFLS: UInt64 = 0x34
    private let IMSC: UInt64 = 0x38
    private let RIS: UInt64 = 0x3c
    private let MIS: UInt64 = 0x40
    private let ICR: UInt64 = 0x44
}

/// A number that closures count up.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .acquiring) }
    func add() { count.wrappingAdd(1, ordering: .acquiringAndReleasing) }
}
