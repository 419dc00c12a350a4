import Glibc
import Support
import Synchronization

/// Turns SIGINT, SIGTERM and SIGHUP into a call on a thread of its own, where anything may be done.
///
/// Make it before other threads exist: they inherit the mask that keeps these signals for the watch.
final class SignalWatch: Sendable {
    private let number = Atomic<Int32>(0)

    init() {
        var set = Self.watched
        pthread_sigmask(SIG_BLOCK, &set, nil)
        // A listener that goes away must not take the machine along: writing fails instead.
        signal(SIGPIPE, SIG_IGN)
    }

    /// The first signal that came, if one did.
    var received: Int32? {
        let value = number.load(ordering: .acquiring)
        return value == 0 ? nil : value
    }

    /// From now on the first signal calls `action`; a second one ends the process at once.
    func start(_ action: @escaping @Sendable () -> Void) {
        // Without a thread to spare the signals act as they would without a watch.
        guard HostThread(name: "signals", { [self] in watch(action) }) == nil else { return }
        var set = Self.watched
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    private func watch(_ action: () -> Void) {
        while true {
            var set = Self.watched
            var came: Int32 = 0
            guard sigwait(&set, &came) == 0 else { return }
            let first = number.compareExchange(expected: 0, desired: came, ordering: .acquiringAndReleasing)
            if !first.exchanged { _exit(128 + came) }
            action()
        }
    }

    private static var watched: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, number) }
        return set
    }
}
