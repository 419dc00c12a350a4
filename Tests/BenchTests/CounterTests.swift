import Counters
import Foundation
import Synchronization
import Testing

/// Spends processor time that the optimiser cannot remove.
@inline(never) private func burn(_ rounds: Int) -> UInt64 {
    var value: UInt64 = 88_172_645_463_325_252
    for _ in 0..<rounds {
        value ^= value << 13
        value ^= value >> 7
        value ^= value << 17
    }
    return value
}

@Suite struct CounterTests {
    @Test("Task clock counts this thread's processor time")
    func taskClock() throws {
        let counters = ThreadCounters()
        var before = timespec()
        var after = timespec()
        counters.start()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before)
        #expect(burn(20_000_000) != 0)
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after)
        let counted = try #require(counters.read()[.taskClock])
        let expected = (after.tv_sec - before.tv_sec) * 1_000_000_000 + after.tv_nsec - before.tv_nsec
        #expect(Double(counted) > 0.9 * Double(expected))
        #expect(Double(counted) < 1.5 * Double(expected) + 2_000_000)
    }

    @Test("Page faults count the first touch of every page")
    func pageFaults() throws {
        let pages = 64
        let size = pages * 4096
        let counters = ThreadCounters(events: [.pageFaults])
        let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        let base = try #require(memory)
        madvise(base, size, MADV_NOHUGEPAGE)
        counters.start()
        for page in 0..<pages { base.storeBytes(of: 1, toByteOffset: page * 4096, as: UInt8.self) }
        counters.stop()
        let counted = try #require(counters.read()[.pageFaults])
        munmap(base, size)
        #expect(counted >= UInt64(pages))
        #expect(counted < UInt64(pages + 64))
    }

    @Test("Context switches count sleeps")
    func contextSwitches() throws {
        let counters = ThreadCounters()
        counters.start()
        for _ in 0..<10 { usleep(1000) }
        let values = counters.read()
        if geteuid() == 0 { #expect(try #require(values[.contextSwitches]) >= 10) }
    }

    @Test("What the host does not count is absent and named, never zero")
    func absentIsNotZero() {
        let counters = ThreadCounters()
        counters.start()
        #expect(burn(1_000_000) != 0)
        let values = counters.read()
        for event in CounterEvent.allCases where event.isHardware {
            if let value = values[event] {
                if event == .cycles || event == .instructions { #expect(value > 0) }
            } else {
                #expect(counters.unavailable?.contains(event.csvName) == true)
                #expect(CounterEvent.json(values).contains("\"\(event.csvName)\":null"))
            }
        }
    }

    @Test("A thread's counters do not count another thread")
    func perThread() throws {
        let waiting = ThreadCounters(events: [.taskClock])
        let theirs = Mutex<UInt64?>(nil)
        let finished = DispatchSemaphore(value: 0)
        waiting.start()
        Thread {
            let counters = ThreadCounters(events: [.taskClock])
            counters.start()
            let sink = burn(50_000_000)
            let count = counters.read()[.taskClock]
            theirs.withLock { $0 = sink == 0 ? nil : count }
            finished.signal()
        }.start()
        finished.wait()
        let ours = try #require(waiting.read()[.taskClock])
        let busy = try #require(theirs.withLock { $0 })
        #expect(busy > 10_000_000)
        #expect(ours < busy / 4)
    }

    @Test("A multiplexed count is scaled to the whole interval, exactly and without overflow")
    func scaling() {
        #expect(scaled(1000, enabled: 10, running: 10) == 1000)
        #expect(scaled(1000, enabled: 30, running: 10) == 3000)
        #expect(scaled(7, enabled: 3, running: 2) == 10)
        #expect(scaled(1 << 62, enabled: 3, running: 2) == 3 << 61)
        #expect(scaled(.max, enabled: .max, running: 1) == .max)
    }
}
