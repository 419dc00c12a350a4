/// What a debugger looks at and steers: a program or a machine. Threads (or processors) have identifiers above 0. All but
/// `whileStopped` and `interrupt` is called only while everything stands still.
package protocol DebugTarget: AnyObject {
    /// The target description, XML (GDB manual, appendix G).
    var targetDescription: String { get }
    var threads: [Int] { get }
    /// The registers in the order of the description, each in the target's byte order.
    func registers(of thread: Int) -> [[UInt8]]?
    func setRegister(_ number: Int, of thread: Int, to value: [UInt8]) -> Bool
    /// As many of `count` bytes as can be read.
    func read(_ address: UInt64, count: Int) -> [UInt8]
    func write(_ address: UInt64, _ bytes: [UInt8]) -> Bool
    func setBreakpoint(at address: UInt64) -> Bool
    func removeBreakpoint(at address: UInt64) -> Bool
    /// An object of qXfer, such as `auxv`; nil when there is none.
    func object(_ name: String) -> [UInt8]?

    /// Runs `body` while everything stands still.
    func whileStopped(_ body: () -> Void)
    /// What has happened and was not told yet, oldest first.
    func nextEvent() -> DebugEvent?
    /// Lets the threads go on that `actions` names; all others stay where they are.
    func resume(_ actions: [Int: ResumeAction])
    /// The debugger goes: no breakpoints, everything runs.
    func detach()
    func kill()
}

/// How a thread goes on.
package struct ResumeAction: Sendable {
    /// For one instruction.
    package var steps: Bool
    /// The signal (Linux's number) that it receives, 0 for none.
    package var signal: Int32

    package init(steps: Bool, signal: Int32) {
        self.steps = steps
        self.signal = signal
    }
}

/// Why everything stopped.
package enum DebugEvent: Sendable {
    case breakpoint(thread: Int)
    case step(thread: Int)
    /// A signal (Linux's number) is about to be delivered.
    case signal(Int32, thread: Int)
    case exited(status: Int)
    case killed(signal: Int32)
}
