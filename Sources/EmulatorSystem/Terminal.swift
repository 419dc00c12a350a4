import Glibc

/// Standard input as a guest's console wants it: each key at once, and no echo but the guest's. Ctrl-C stays ours.
final class Terminal {
    private var saved = termios()

    /// Sets the terminal up; nil when standard input is none.
    init?() {
        guard tcgetattr(STDIN_FILENO, &saved) == 0 else { return nil }
        var wanted = saved
        wanted.c_lflag &= ~tcflag_t(ICANON | ECHO)
        wanted.c_iflag &= ~tcflag_t(ICRNL | IXON)
        guard tcsetattr(STDIN_FILENO, TCSANOW, &wanted) == 0 else { return nil }
    }

    /// As it was before.
    func restore() { tcsetattr(STDIN_FILENO, TCSANOW, &saved) }
}
