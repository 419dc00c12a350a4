import Support
import Glibc

/// The host's monotonic clock, with one thread that fires the alarms.
///
/// Make one per machine, and keep it as long as its alarms shall fire.
package final class HostClock: Clock {
    private let alarms: AlarmThread

    /// Starts the clock at 0 and its thread, which the host shows as `name`.
    package init(name: String = "clock") { alarms = AlarmThread(name: name) }

    deinit { alarms.stop() }

    package var now: UInt64 { alarms.now }

    package func makeAlarm(_ action: @escaping @Sendable () -> Void) -> any Alarm { alarms.makeAlarm(action) }
}

/// The alarms of one clock and the thread that fires them.
///
/// A machine has at most a few hundred alarms (two per vCPU and some of devices), and most settings move a deadline
/// that is not the earliest. So a flat list, searched when the thread wakes, beats a heap that every setting must mend,
/// and the thread is woken only for a deadline before the one it sleeps for.
///
/// `mutex` guards all that is `var`, and the alarms' deadlines.
private final class AlarmThread: @unchecked Sendable {
    private let start = AlarmThread.monotonic()
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var alarms: [HostAlarm] = []
    /// What the thread sleeps for; 0 while it is awake and will look at the list before it sleeps.
    private var sleepsUntil: UInt64 = 0
    private var stopping = false
    private var thread: HostThread?

    init(name: String) {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
        thread = HostThread(name: name) { [self] in run() }
        precondition(thread != nil, "the host has no thread left for the clock; raise its limit (ulimit -u)")
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    var now: UInt64 { AlarmThread.monotonic() &- start }

    func makeAlarm(_ action: @escaping @Sendable () -> Void) -> any Alarm {
        let alarm = HostAlarm(self, action)
        pthread_mutex_lock(mutex)
        alarms.append(alarm)
        pthread_mutex_unlock(mutex)
        return alarm
    }

    func set(_ alarm: HostAlarm, _ deadline: UInt64) {
        pthread_mutex_lock(mutex)
        alarm.deadline = deadline
        if deadline < sleepsUntil { pthread_cond_signal(changed) }
        pthread_mutex_unlock(mutex)
    }

    /// Ends the thread and lets go of all alarms, whose actions hold the devices.
    func stop() {
        pthread_mutex_lock(mutex)
        stopping = true
        pthread_cond_signal(changed)
        pthread_mutex_unlock(mutex)
        thread?.join()
        thread = nil
        alarms = []
    }

    private func run() {
        pthread_mutex_lock(mutex)
        while !stopping {
            let time = now
            var next = UInt64.max
            for index in alarms.indices where alarms[index].deadline <= time {
                let due = alarms[index]
                due.deadline = .max
                pthread_mutex_unlock(mutex)
                due.action()
                pthread_mutex_lock(mutex)
            }
            for alarm in alarms { next = min(next, alarm.deadline) }
            if next > now { sleep(until: next) }
        }
        pthread_mutex_unlock(mutex)
    }

    private func sleep(until deadline: UInt64) {
        sleepsUntil = deadline
        if deadline == .max {
            pthread_cond_wait(changed, mutex)
        } else {
            let absolute = start &+ deadline
            var time = timespec(tv_sec: Int(absolute / 1_000_000_000), tv_nsec: Int(absolute % 1_000_000_000))
            pthread_cond_timedwait(changed, mutex, &time)
        }
        sleepsUntil = 0
    }

    private static func monotonic() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}

/// An alarm of a `HostClock`; its deadline is guarded by the thread's mutex, `.max` when none is set.
private final class HostAlarm: Alarm, @unchecked Sendable {
    private unowned let thread: AlarmThread
    let action: @Sendable () -> Void
    var deadline = UInt64.max

    init(_ thread: AlarmThread, _ action: @escaping @Sendable () -> Void) {
        self.thread = thread
        self.action = action
    }

    func set(_ deadline: UInt64) { thread.set(self, deadline) }

    func cancel() { thread.set(self, .max) }
}
