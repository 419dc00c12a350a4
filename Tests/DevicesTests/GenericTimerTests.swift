import Bus
import Devices
import Testing

@Suite struct GenericTimerTests {
    private let clock = ManualClock(start: 1600)
    private let physical = LevelLine()
    private let virtual = LevelLine()
    private let timer: GenericTimer

    init() { timer = GenericTimer(clock: clock, physical: physical, virtual: virtual) }

    @Test func `The counters run at 62.5 MHz and cannot be written`() {
        #expect(timer.read(.cntfrq) == 62_500_000)
        #expect(timer.read(.cntpct) == 100)
        timer.write(.cntvct, 7)
        clock.advance(1_000_000_000)
        #expect(timer.read(.cntvct) == 62_500_100)
        #expect(timer.read(.cntpct) == 62_500_100)
    }

    @Test func `The output rises when the counter reaches the compare value, and falls with a later one`() {
        timer.write(.cntvCval, 200)
        timer.write(.cntvCtl, 1)
        #expect(timer.read(.cntvCtl) == 1)
        clock.advance(99 * 16)
        #expect(!virtual.level)
        clock.advance(16)
        #expect(virtual.level && !physical.level)
        #expect(timer.read(.cntvCtl) == 5, "ISTATUS")
        timer.write(.cntvCval, 300)
        #expect(!virtual.level)
        #expect(timer.read(.cntvCtl) == 1)
        clock.advance(100 * 16)
        #expect(virtual.level)
    }

    @Test func `IMASK keeps the output low but not the status`() {
        timer.write(.cntpCval, 50)
        timer.write(.cntpCtl, 3)
        #expect(!physical.level)
        #expect(timer.read(.cntpCtl) == 7)
        timer.write(.cntpCtl, 1)
        #expect(physical.level)
        timer.write(.cntpCtl, 0)
        #expect(!physical.level)
        #expect(timer.read(.cntpCtl) == 0, "a timer that is off has no status")
    }

    @Test func `TVAL counts down, is signed, and sets the compare value from now`() {
        timer.write(.cntvTval, 50)
        #expect(timer.read(.cntvCval) == 150)
        clock.advance(60 * 16)
        #expect(timer.read(.cntvTval) == 0xffff_fff6)
        timer.write(.cntvTval, 0xffff_ffff)
        #expect(timer.read(.cntvCval) == 159, "minus one, sign-extended")
    }

    @Test func `A compare value that no clock reaches sets no alarm and traps nothing`() {
        timer.write(.cntvCval, .max)
        timer.write(.cntvCtl, 1)
        clock.advance(1 << 40)
        #expect(!virtual.level)
    }

    @Test func `Reset switches both timers off`() {
        timer.write(.cntvCval, 0)
        timer.write(.cntvCtl, 1)
        #expect(virtual.level)
        timer.reset()
        #expect(!virtual.level)
        #expect(timer.read(.cntvCtl) == 0)
    }

    // Bit 3 of the counter rises at 8, 24, 40, ... ticks and falls at 16, 32, ...; the counter stands at 100.
    @Test(arguments: [(0x34, 104), (0x3c, 112), (0x04, 101), (0xf4, 32768)] as [(UInt64, UInt64)])
    func `The event stream's next event is the chosen change of the chosen counter bit`(control: UInt64, tick: UInt64) {
        timer.write(.cntkctl, control)
        #expect(timer.nextEvent == tick * 16)
    }

    @Test func `There is no next event while the event stream is off`() {
        timer.write(.cntkctl, 0xf8)
        #expect(timer.nextEvent == nil)
        #expect(timer.read(.cntkctl) == 0xf8)
    }

    @Test func `An event that happens now is past, the next one counts`() {
        clock.advance(4 * 16)
        timer.write(.cntkctl, 4 | 3 << 4)
        #expect(timer.nextEvent == 120 * 16)
    }
}
