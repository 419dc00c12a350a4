import Bus
import Devices
import Testing

@Suite struct PL031Tests {
    private let clock = ManualClock()
    private let line = LevelLine()
    private let device: PL031
    private var registers: Registers { Registers(device) }

    init() { device = PL031(epoch: 1_700_000_000, line: line, clock: clock) }

    @Test func `The counter shows seconds since the epoch and can be set`() {
        #expect(registers[0x00] == 1_700_000_000)
        clock.advance(2_500_000_000)
        #expect(registers[0x00] == 1_700_000_002)
        registers[0x08] = 1000
        #expect(registers[0x00] == 1000 && registers[0x08] == 1000)
        clock.advance(1_000_000_000)
        #expect(registers[0x00] == 1001)
    }

    @Test func `The alarm comes when the counter equals the match register, and stays until cleared`() {
        registers[0x10] = 1
        registers[0x04] = 1_700_000_003
        clock.advance(2_999_999_999)
        #expect(!line.level && registers[0x14] == 0)
        clock.advance(1)
        #expect(line.level && registers[0x14] == 1 && registers[0x18] == 1)
        registers[0x10] = 0
        #expect(!line.level && registers[0x14] == 1 && registers[0x18] == 0)
        registers[0x10] = 1
        registers[0x1c] = 1
        #expect(!line.level && registers[0x14] == 0)
    }

    @Test func `Setting the clock moves the alarm along`() {
        registers[0x10] = 1
        registers[0x04] = 1_700_000_100
        registers[0x08] = 1_700_000_099
        clock.advance(1_000_000_000)
        #expect(line.level)
    }

    @Test func `The time of day survives a reset, the alarm does not`() {
        registers[0x08] = 5000
        registers[0x04] = 5001
        registers[0x10] = 1
        device.reset()
        clock.advance(1_000_000_000)
        #expect(registers[0x00] == 5001 && !line.level)
    }

    @Test func `It is enabled and identifies itself as a PL031`() {
        #expect(registers[0x0c] == 1)
        #expect((0..<8).map { registers[0xfe0 + 4 * UInt64($0)] } == [0x31, 0x10, 0x04, 0, 0x0d, 0xf0, 0x05, 0xb1])
    }
}

@Suite struct PL061Tests {
    private let line = LevelLine()
    private let device: PL061
    private var registers: Registers { Registers(device) }

    init() { device = PL061(line: line) }

    @Test func `Data is masked by the address, outputs are written and inputs read`() {
        registers[0x400] = 0x0f
        registers[0x3fc] = 0xff
        #expect(registers[0x3fc] == 0x0f, "inputs are low")
        registers[0x3 << 2] = 0
        #expect(registers[0x3fc] == 0x0c, "only the addressed pins change")
        device.setInput(7, true)
        #expect(registers[0x3fc] == 0x8c)
        #expect(registers[0x80 << 2] == 0x80)
    }

    @Test func `A rising edge interrupts as Linux asks for the power key, until it is cleared`() {
        registers[0x408] = 0
        registers[0x40c] = 1 << 3
        registers[0x410] = 1 << 3
        device.setInput(3, true)
        #expect(line.level && registers[0x414] == 8 && registers[0x418] == 8)
        device.setInput(3, false)
        #expect(line.level, "an edge is kept")
        registers[0x41c] = 1 << 3
        #expect(!line.level)
    }

    @Test func `Both edges interrupt when both are asked for`() {
        registers[0x408] = 1
        registers[0x410] = 1
        for level in [true, false] {
            device.setInput(0, level)
            #expect(line.level)
            registers[0x41c] = 1
            #expect(!line.level)
        }
    }

    @Test func `A level interrupts as long as it lasts`() {
        registers[0x404] = 2
        registers[0x40c] = 2
        registers[0x410] = 2
        device.setInput(1, true)
        #expect(line.level)
        registers[0x41c] = 2
        #expect(line.level, "clearing does not help against a level")
        device.setInput(1, false)
        #expect(!line.level)
    }

    @Test func `Reset and saved state`() {
        registers[0x400] = 0xf0
        registers[0x3fc] = 0xff
        let saved = device.state
        device.reset()
        #expect(registers[0x400] == 0 && registers[0x3fc] == 0 && registers[0x414] == 0)
        device.state = saved
        #expect(registers[0x3fc] == 0xf0)
    }
}
