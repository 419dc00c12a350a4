import Glibc

/// A debugger's session: GDB's remote serial protocol in all-stop mode (GDB manual, appendix E). Runs on a thread of its
/// own; `bell` is a descriptor that becomes readable when the target has an event.
package final class Session {
    let target: any DebugTarget
    private let connection: Connection
    private let bell: Int32
    private var reader = PacketReader()
    private var acknowledges = true
    private var isOver = false
    /// The thread that register packets are about.
    var current = 0
    /// The last stop reply, for `?`.
    private var lastStop: [UInt8] = []
    /// What the debugger wants next, once a command says so.
    private var resumption: Resumption?

    enum Resumption {
        case run([Int: ResumeAction])
        case detach
        case kill
    }

    package init(_ target: any DebugTarget, _ connection: Connection, bell: Int32) {
        self.target = target
        self.connection = connection
        self.bell = bell
    }

    /// Until the debugger or the target goes.
    package func serve() {
        while !isOver {
            var descriptors = [
                pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
            ]
            poll(&descriptors, 2, -1)
            if descriptors[1].revents != 0 {
                var count: UInt64 = 0
                _ = read(bell, &count, 8)
                while !isOver, let event = target.nextEvent() { report(event) }
            } else if descriptors[0].revents != 0 {
                listenWhileRunning()
            }
        }
    }

    /// While the target runs a debugger sends nothing but an interrupt.
    private func listenWhileRunning() {
        let bytes = connection.receive()
        if bytes.isEmpty { return leave() }
        reader.feed(bytes)
        guard reader.takeInterrupt() else { return }
        target.whileStopped {
            stop(signal: SignalNumber.interrupt, thread: target.threads.first ?? 1, "")
            converse()
        }
        act()
    }

    private func report(_ event: DebugEvent) {
        switch event {
        case .exited(let status):
            send(text: "W" + String(decoding: Hex.text([UInt8(truncatingIfNeeded: status)]), as: UTF8.self))
            return isOver = true
        case .killed(let signal):
            send(text: "X" + String(decoding: Hex.text([SignalNumber.debugger(signal)]), as: UTF8.self))
            return isOver = true
        case .breakpoint, .step, .signal: break
        }
        target.whileStopped {
            switch event {
            case .breakpoint(let thread): stop(signal: SignalNumber.trap, thread: thread, "swbreak:;")
            case .step(let thread): stop(signal: SignalNumber.trap, thread: thread, "")
            case .signal(let number, let thread): stop(signal: SignalNumber.debugger(number), thread: thread, "")
            case .exited, .killed: break
            }
            converse()
        }
        act()
    }

    private var hasBeenAsked = false

    private func stop(signal: UInt8, thread: Int, _ reason: String) {
        current = thread
        let number = String(decoding: Hex.text([signal]), as: UTF8.self)
        lastStop = Array("T\(number)\(reason)thread:\(Hex.text(UInt64(thread)));".utf8)
        // The first stop, before the program's first instruction, is asked for.
        if hasBeenAsked { send(lastStop) }
    }

    private func converse() {
        resumption = nil
        while resumption == nil && !isOver {
            while resumption == nil, let item = reader.next() { handle(item) }
            if resumption != nil { return }
            let bytes = connection.receive()
            if bytes.isEmpty { return resumption = .detach }
            reader.feed(bytes)
        }
    }

    private func handle(_ item: PacketReader.Item) {
        switch item {
        case .interrupt: break
        case .damaged: connection.send([UInt8(ascii: "-")])
        case .packet(let content):
            if acknowledges { connection.send([UInt8(ascii: "+")]) }
            answer(content)
        }
    }

    private func act() {
        switch resumption {
        case .run(let actions): target.resume(actions)
        case .detach: leave()
        case .kill:
            isOver = true
            target.kill()
        case nil: break
        }
        resumption = nil
    }

    private func leave() {
        isOver = true
        target.detach()
    }

    // MARK: Answers

    func send(_ content: [UInt8]) { connection.send(Packet.framed(content)) }
    func send(text: String) { send(Array(text.utf8)) }

    private func answer(_ content: [UInt8]) {
        let text = String(decoding: content, as: UTF8.self)
        if text == "?" {
            hasBeenAsked = true
            return send(lastStop)
        }
        if text == "QStartNoAckMode" {
            send(text: "OK")
            return acknowledges = false
        }
        if text.hasPrefix("D") {
            send(text: "OK")
            return resumption = .detach
        }
        if text == "k" { return resumption = .kill }
        if text.hasPrefix("vKill") {
            send(text: "OK")
            return resumption = .kill
        }
        if let actions = resumeActions(content) { return resumption = .run(actions) }
        send(reply(content) ?? [])
    }
}
