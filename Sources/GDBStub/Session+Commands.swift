// The packets, by their first letters. A reply of nothing says that a packet is not known.

extension Session {
    private static let features =
        "PacketSize=10000;qXfer:features:read+;qXfer:auxv:read+;qXfer:exec-file:read+;QStartNoAckMode+;vContSupported+;"
        + "swbreak+"
    private static let largestChunk = 0x4000

    /// The reply to a packet that does not resume; nil for an unknown one.
    func reply(_ content: [UInt8]) -> [UInt8]? {
        guard let first = content.first else { return nil }
        let rest = content.dropFirst()
        switch first {
        case UInt8(ascii: "g"): return target.registers(of: current).map { $0.flatMap { Hex.text($0) } }
        case UInt8(ascii: "G"): return outcome(setRegisters(rest))
        case UInt8(ascii: "p"): return readRegister(rest)
        case UInt8(ascii: "P"): return outcome(setRegister(rest))
        case UInt8(ascii: "m"): return readMemory(rest)
        case UInt8(ascii: "M"), UInt8(ascii: "X"):
            return outcome(writeMemory(rest, isBinary: first == UInt8(ascii: "X")))
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): return breakpoint(rest, isSet: first == UInt8(ascii: "Z"))
        case UInt8(ascii: "H"): return outcome(selectThread(rest))
        case UInt8(ascii: "T"): return outcome(Hex.number(rest).map { target.threads.contains(Int($0)) } ?? false)
        case UInt8(ascii: "q"), UInt8(ascii: "v"): return query(String(decoding: content, as: UTF8.self))
        default: return nil
        }
    }

    private func outcome(_ isDone: Bool) -> [UInt8] { Array((isDone ? "OK" : "E01").utf8) }

    // MARK: Registers

    private func readRegister(_ text: ArraySlice<UInt8>) -> [UInt8] {
        guard let number = Hex.number(text), let all = target.registers(of: current), number < all.count else {
            return Array("E01".utf8)
        }
        return Hex.text(all[Int(number)])
    }

    private func setRegister(_ text: ArraySlice<UInt8>) -> Bool {
        let parts = text.split(separator: UInt8(ascii: "="))
        guard parts.count == 2, let number = Hex.number(parts[0]), let value = Hex.bytes(parts[1]) else { return false }
        return target.setRegister(Int(number), of: current, to: value)
    }

    private func setRegisters(_ text: ArraySlice<UInt8>) -> Bool {
        guard let bytes = Hex.bytes(text), let all = target.registers(of: current),
            all.reduce(0, { $0 + $1.count }) == bytes.count
        else { return false }
        var rest = bytes[...]
        for (number, old) in all.enumerated() {
            let value = Array(rest.prefix(old.count))
            rest = rest.dropFirst(old.count)
            if value != old && !target.setRegister(number, of: current, to: value) { return false }
        }
        return true
    }

    private func selectThread(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.count >= 2 else { return false }
        let name = text.dropFirst()
        // 0 is any thread, -1 all of them.
        if name.elementsEqual("0".utf8) || name.elementsEqual("-1".utf8) {
            if !target.threads.contains(current) { current = target.threads.first ?? current }
            return true
        }
        guard let number = Hex.number(name), target.threads.contains(Int(number)) else { return false }
        if text.first == UInt8(ascii: "g") { current = Int(number) }
        return true
    }

    // MARK: Memory

    /// `address,length`
    private func range(_ text: ArraySlice<UInt8>) -> (UInt64, Int)? {
        let parts = text.split(separator: UInt8(ascii: ","))
        guard parts.count == 2, let address = Hex.number(parts[0]), let count = Hex.number(parts[1]), count <= 1 << 16
        else { return nil }
        return (address, Int(count))
    }

    private func readMemory(_ text: ArraySlice<UInt8>) -> [UInt8] {
        guard let (address, count) = range(text) else { return Array("E01".utf8) }
        let bytes = target.read(address, count: count)
        return bytes.isEmpty && count > 0 ? Array("E0e".utf8) : Hex.text(bytes)
    }

    private func writeMemory(_ text: ArraySlice<UInt8>, isBinary: Bool) -> Bool {
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), let (address, count) = range(text[..<colon]) else {
            return false
        }
        let data = text[(colon + 1)...]
        let bytes = isBinary ? Packet.unescaped(data) : Hex.bytes(data) ?? []
        return bytes.count == count && (count == 0 || target.write(address, bytes))
    }

    /// `type,address,kind`: software and hardware breakpoints are the same here; there are no watchpoints.
    private func breakpoint(_ text: ArraySlice<UInt8>, isSet: Bool) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: ","))
        guard parts.count >= 2, parts[0].elementsEqual("0".utf8) || parts[0].elementsEqual("1".utf8),
            let address = Hex.number(parts[1])
        else { return nil }
        return outcome(isSet ? target.setBreakpoint(at: address) : target.removeBreakpoint(at: address))
    }

    // MARK: Queries

    private func query(_ text: String) -> [UInt8]? {
        if text.hasPrefix("qSupported") { return Array(Self.features.utf8) }
        if text.hasPrefix("qXfer:") { return transfer(text) }
        switch text {
        case "vCont?": return Array("vCont;c;C;s;S".utf8)
        case "qfThreadInfo":
            return Array(("m" + target.threads.map { Hex.text(UInt64($0)) }.joined(separator: ",")).utf8)
        case "qsThreadInfo": return Array("l".utf8)
        case "qC": return Array("QC\(Hex.text(UInt64(current)))".utf8)
        // The program was started for the debugger, which may end it.
        case "qAttached": return Array("0".utf8)
        case "qSymbol::": return Array("OK".utf8)
        default: return nil
        }
    }

    /// `qXfer:object:read:annex:offset,length`
    private func transfer(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, parts[2] == "read", let (offset, length) = range(Array(parts[4].utf8)[...]) else {
            return nil
        }
        let object: [UInt8]?
        switch (parts[1], parts[3]) {
        case ("features", "target.xml"): object = Array(target.targetDescription.utf8)
        case ("features", _): object = nil
        default: object = target.object(parts[1])
        }
        guard let object else { return Array("E00".utf8) }
        let rest = object.dropFirst(Int(min(offset, UInt64(object.count))))
        let chunk = rest.prefix(min(length, Self.largestChunk))
        return [UInt8(ascii: chunk.count < rest.count ? "m" : "l")] + Packet.escaped(Array(chunk))
    }

    // MARK: Resuming

    /// What `c`, `s`, `C`, `S` or `vCont` asks for; nil for other packets.
    func resumeActions(_ content: [UInt8]) -> [Int: ResumeAction]? {
        let text = String(decoding: content, as: UTF8.self)
        guard let first = text.first else { return nil }
        if "csCS".contains(first) {
            guard let action = action(text) else { return nil }
            // The thread goes on as asked, all others as well.
            var actions = Dictionary(
                uniqueKeysWithValues: target.threads.map { ($0, ResumeAction(steps: false, signal: 0)) })
            actions[current] = action
            return actions
        }
        guard text.hasPrefix("vCont;") else { return nil }
        var actions: [Int: ResumeAction] = [:]
        // The leftmost action for a thread counts.
        for part in text.dropFirst(6).split(separator: ";") {
            let words = part.split(separator: ":")
            guard let action = words.first.flatMap({ action(String($0)) }) else { return nil }
            let chosen: [Int]
            if words.count > 1, words[1] != "-1", let number = Hex.number(Array(words[1].utf8)) {
                chosen = [Int(number)]
            } else {
                chosen = target.threads
            }
            for thread in chosen where actions[thread] == nil { actions[thread] = action }
        }
        return actions
    }

    private func action(_ text: String) -> ResumeAction? {
        switch text.first {
        case "c": return ResumeAction(steps: false, signal: 0)
        case "s": return ResumeAction(steps: true, signal: 0)
        case "C", "S":
            guard let number = Hex.number(Array(text.dropFirst().prefix(2).utf8)),
                let signal = SignalNumber.linux(UInt8(truncatingIfNeeded: number))
            else { return nil }
            return ResumeAction(steps: text.first == "S", signal: signal)
        default: return nil
        }
    }
}
