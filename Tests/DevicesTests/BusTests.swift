import Bus
import Devices
import Glibc
import Testing

/// A device that answers with what it was asked for.
private final class Echo: Device {
    let name: String
    init(_ name: String) { self.name = name }
    func read(_ access: BusAccess) -> UInt64? { access.offset << 16 | UInt64(access.size) << 8 | UInt64(access.cpu) }
    func write(_ access: BusAccess, _ value: UInt64) -> Bool { value != 0 }
    func reset() {}
}

/// A 32-bit device of eight bytes.
private final class Words: WordDevice, @unchecked Sendable {
    let name = "words"
    var words: [UInt32] = [0x3322_1100, 0x7766_5544]
    func readWord(_ offset: UInt64) -> UInt32 { words[Int(offset / 4)] }
    func writeWord(_ offset: UInt64, _ value: UInt32) { words[Int(offset / 4)] = value }
    func reset() {}
}

@Suite struct BusTests {
    private let bus = Bus([
        Bus.Region(0x9000, size: 0x1000, Echo("b")), Bus.Region(0x1000, size: 0x100, Echo("a")),
        Bus.Region(0xffff_ffff_ffff_f000, size: 0xfff, Echo("top")),
    ])

    @Test(arguments: [
        (0x1000 as UInt64, 0 as UInt64), (0x10fc, 0xfc), (0x9000, 0), (0x9ffc, 0xffc),
        (0xffff_ffff_ffff_f004, 4),
    ])
    func `A device sees offsets, sizes and who asks`(address: UInt64, offset: UInt64) {
        #expect(bus.read(address, size: 4, cpu: 3) == offset << 16 | 4 << 8 | 3)
    }

    @Test(arguments: [0 as UInt64, 0xfff, 0x1100, 0x8fff, 0xa000, .max])
    func `What nothing decodes is a bus error`(address: UInt64) {
        #expect(bus.read(address, size: 1) == nil)
        #expect(!bus.write(address, 1, size: 1))
    }

    @Test func `What leaves its region or is not aligned is a bus error, as is what the device refuses`() {
        #expect(bus.read(0xffff_ffff_ffff_fff8, size: 8) == nil)
        #expect(bus.read(0x1002, size: 4) == nil)
        #expect(!bus.write(0x1000, 0, size: 4))
        #expect(bus.write(0x1000, 1, size: 4))
    }

    @Test func `Regions come out by rising address`() {
        #expect(bus.regions.map(\.device.name) == ["a", "b", "top"])
    }

    @Test func `A 32-bit device answers narrower accesses by lanes and wider ones by halves`() {
        let device = Words()
        let bus = Bus([Bus.Region(0, size: 8, device)])
        #expect(bus.read(1, size: 1) == 0x11)
        #expect(bus.read(6, size: 2) == 0x7766)
        #expect(bus.read(0, size: 8) == 0x7766_5544_3322_1100)
        #expect(bus.write(5, 0xaa, size: 1))
        #expect(device.words[1] == 0xaa00)
        #expect(bus.write(0, 0x0123_4567_89ab_cdef, size: 8))
        #expect(device.words == [0x89ab_cdef, 0x0123_4567])
    }

    @Test func `Erased flash reads as ones`() {
        let bus = Bus([Bus.Region(0, size: 64, ErasedFlash())])
        #expect(bus.read(0, size: 4) == 0xffff_ffff)
        #expect(bus.read(8, size: 8) == .max)
        #expect(bus.write(0, 0x98, size: 4) && bus.read(0, size: 1) == 0xff)
    }
}

@Suite struct ClockTests {
    @Test func `A manual clock fires alarms in order and at their time`() {
        let clock = ManualClock()
        let seen = Log()
        let alarms = (0..<3).map { index in clock.makeAlarm { seen.add((index, clock.now)) } }
        alarms[0].set(30)
        alarms[1].set(10)
        alarms[2].set(20)
        alarms[2].cancel()
        clock.advance(25)
        #expect(seen.entries.map(\.0) == [1])
        clock.advance(25)
        #expect(seen.entries.map(\.0) == [1, 0])
        #expect(seen.entries.map(\.1) == [10, 30])
    }

    @Test func `The host's clock fires what is due, the earlier before the later, and not what was cancelled`() {
        let clock = HostClock()
        let seen = Log()
        let late = clock.makeAlarm { seen.add((2, clock.now)) }
        let early = clock.makeAlarm { seen.add((1, clock.now)) }
        let never = clock.makeAlarm { seen.add((3, clock.now)) }
        let start = clock.now
        late.set(start + 40_000_000)
        never.set(start + 20_000_000)
        early.set(start + 10_000_000)
        never.cancel()
        wait { seen.entries.count >= 2 }
        #expect(seen.entries.map(\.0) == [1, 2])
        #expect(seen.entries.map(\.1)[0] >= start + 10_000_000)
        #expect(seen.entries.map(\.1)[1] >= start + 40_000_000)
    }

    @Test func `A deadline in the past fires at once, and an alarm may set itself again`() {
        let clock = HostClock()
        let counter = Counter()
        let again = Holder()
        let alarm = clock.makeAlarm {
            counter.add()
            if counter.value < 5 { again.alarm?.set(0) }
        }
        again.alarm = alarm
        alarm.set(0)
        wait { counter.value >= 5 }
        #expect(counter.value == 5)
        again.alarm = nil
    }
}

@Suite struct InterruptInputsTests {
    @Test func `Levels of both lines show in one word, and each rise wakes`() {
        let inputs = InterruptInputs()
        let wakes = Counter()
        inputs.onRise { wakes.add() }
        func drive(_ levels: UInt32) {
            if inputs.drive(levels) { inputs.wake() }
        }
        drive(InterruptInputs.irq)
        drive(InterruptInputs.irq)
        #expect(inputs.levels == 1 && wakes.value == 1)
        drive(InterruptInputs.irq | InterruptInputs.fiq)
        #expect(inputs.levels == 3 && wakes.value == 2)
        drive(InterruptInputs.fiq)
        #expect(inputs.levels == 2 && wakes.value == 2)
        drive(InterruptInputs.irq)
        #expect(inputs.levels == 1 && wakes.value == 3)
    }

    @Test func `The hundred-thousandth wake costs what the first did`() {
        let inputs = InterruptInputs()
        let wakes = Counter()
        inputs.onRise { wakes.add() }
        // The shortest of several times, so that a thread that lost its core does not count.
        func shortestTime() -> Duration? {
            (0..<20).map { _ in
                ContinuousClock().measure { for _ in 0..<50 { inputs.wake() } }
            }.min()
        }
        let first = shortestTime()
        for _ in 0..<100_000 { inputs.wake() }
        let last = shortestTime()
        #expect(wakes.value == 102_000)
        #expect((last ?? .zero) < (first ?? .zero) * 20 + .microseconds(50))
    }
}

/// Waits until `condition` holds, ten seconds at most.
private func wait(_ condition: () -> Bool) {
    for _ in 0..<10_000 where !condition() { usleep(1000) }
}

/// What was seen, by any thread.
private final class Log: @unchecked Sendable {
    private let lock = Guard()
    private var list: [(Int, UInt64)] = []
    var entries: [(Int, UInt64)] { lock.run { list } }
    func add(_ entry: (Int, UInt64)) { lock.run { list.append(entry) } }
}

private final class Holder: @unchecked Sendable {
    private let lock = Guard()
    private var held: (any Alarm)?
    var alarm: (any Alarm)? {
        get { lock.run { held } }
        set { lock.run { held = newValue } }
    }
}
