import Support
import Synchronization

/// The end of a wire that somebody drives: a device its interrupt output, the interrupt controller a processor's IRQ.
///
/// The receiver sees levels; it makes edges of them where its configuration says so.
package protocol InterruptLine: AnyObject, Sendable {
    /// Drives the wire high or low. May be called by any thread, also under the caller's own lock; the receiver must
    /// not call back into the device that drives it.
    func set(_ level: Bool)
}

/// A line that hands each level to a closure.
package final class ClosureLine: InterruptLine {
    private let action: @Sendable (Bool) -> Void

    /// A line whose `set` runs `action`.
    package init(_ action: @escaping @Sendable (Bool) -> Void) { self.action = action }

    package func set(_ level: Bool) { action(level) }
}

/// A line that only keeps its level: for outputs that lead nowhere, and for tests.
package final class LevelLine: InterruptLine {
    private let current = Atomic<Bool>(false)

    /// A line that is low.
    package init() {}

    /// The level last driven.
    package var level: Bool { current.load(ordering: .acquiring) }

    package func set(_ level: Bool) { current.store(level, ordering: .releasing) }
}

/// The interrupt inputs of one processor: the levels of IRQ and FIQ in one atomic word, which its thread polls, and a
/// hook that wakes the thread when one of them rises.
///
/// One interrupt controller drives them. It does so in two steps: the levels under its own lock, so that they come in
/// order, and the wake after it has let go, so that the woken thread does not run into that lock.
package final class InterruptInputs: Sendable {
    /// Bit of the IRQ level in `levels`.
    package static let irq: UInt32 = 1
    /// Bit of the FIQ level in `levels`.
    package static let fiq: UInt32 = 2

    private let word = Atomic<UInt32>(0)
    private let hook = Guarded(Callback())

    /// Inputs that are low, with nobody to wake.
    package init() {}

    /// The present levels, a combination of `irq` and `fiq`.
    package var levels: UInt32 { word.load(ordering: .sequentiallyConsistent) }

    /// From now on `action` is called whenever a line has risen, by the thread that drives it. It must not block.
    package func onRise(_ action: @escaping @Sendable () -> Void) { hook.withLock { $0.action = action } }

    /// Drives both lines. True when one of them rose: call `wake` as soon as no lock is held.
    package func drive(_ levels: UInt32) -> Bool {
        levels & ~word.exchange(levels, ordering: .sequentiallyConsistent) != 0
    }

    /// Wakes the processor's thread.
    package func wake() {
        let callback = hook.withLock { $0 }
        callback()
    }
}
