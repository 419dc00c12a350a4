import Glibc

/// One line on a terminal that says what is running and how long it will take; silent elsewhere.
package final class Progress {
    private let visible: Bool
    private let start = monotonicSeconds()

    /// - Parameter visible: whether standard error is a terminal.
    package init(visible: Bool) { self.visible = visible }

    package func show(_ step: Plan.Step, index: Int, of count: Int) {
        guard visible else { return }
        let spent = monotonicSeconds() - start
        let left = index == 0 ? nil : spent / Double(index) * Double(count - index)
        write(Self.line(step, index: index, of: count, secondsLeft: left))
    }

    /// Removes the line, so that what follows starts on a clean one.
    package func clear() {
        if visible { write("") }
    }

    package static func line(_ step: Plan.Step, index: Int, of count: Int, secondsLeft: Double?) -> String {
        let left = secondsLeft.map { seconds in
            let whole = Int(seconds.rounded())
            return "  \(whole / 60):\(whole % 60 < 10 ? "0" : "")\(whole % 60) left"
        }
        let cell = step.cell
        return "[\(index + 1)/\(count)] \(cell.subject) \(cell.tier.title) smp \(cell.smp) run \(step.run)\(left ?? "")"
    }

    /// Carriage return, then erase to the end of the line (ECMA-48 EL).
    private func write(_ line: String) {
        let text = Array("\r\(line)\u{1b}[K".utf8)
        _ = Glibc.write(STDERR_FILENO, text, text.count)
    }
}
