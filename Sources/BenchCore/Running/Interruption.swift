import Glibc

/// Keeps SIGINT, SIGTERM and SIGCHLD pending instead of letting them end the process or interrupt a write.
///
/// The harness has one thread and waits in one place, so nothing needs a handler, and with it global state: the signals
/// are blocked while the value lives, and `wait` takes them one by one. A file is never cut off in the middle of a row.
package final class Interruption {
    package enum Event {
        case childChanged
        /// The user (or the system) wants the harness to end; the signal's number.
        case stop(CInt)
        case timeout
    }

    private var watched = sigset_t()
    private var before = sigset_t()

    package init() {
        sigemptyset(&watched)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGCHLD] { sigaddset(&watched, signal) }
        pthread_sigmask(SIG_BLOCK, &watched, &before)
    }

    deinit { pthread_sigmask(SIG_SETMASK, &before, nil) }

    /// Waits for the next of the signals, at most that long.
    package func wait(seconds: Double) -> Event {
        let whole = max(0, seconds).rounded(.down)
        var limit = timespec(tv_sec: Int(whole), tv_nsec: Int((max(0, seconds) - whole) * 1e9))
        let signal = sigtimedwait(&watched, nil, &limit)
        switch signal {
        case SIGCHLD: return .childChanged
        case SIGINT, SIGTERM, SIGHUP: return .stop(signal)
        default: return .timeout
        }
    }
}
