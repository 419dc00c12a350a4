import Guest
import IR
import Support

/// Arm ARM C4.1, hints. Those that have no effect here, and all that are not allocated, do nothing.
extension DecodeTable<A64Translation> {
    mutating func defineHints() {
        define("HINT", "11010101000000110010mmmmppp11111", "{hint}") { _, _ in true }
        define("NOP", "11010101000000110010000000011111", "nop", overlapping: true) { _, _ in true }
        define("YIELD", "11010101000000110010000000111111", "yield", overlapping: true) { _, t in
            t.ir.exit(.yield, next: t.nextPC)
            return true
        }
        define("WFE", "11010101000000110010000001011111", "wfe", overlapping: true) { _, t in
            t.wait(.waitForEvent, SystemControl.userWaitEvent, Syndrome.wait(isEvent: true))
        }
        define("WFI", "11010101000000110010000001111111", "wfi", overlapping: true) { _, t in
            t.wait(.waitForInterrupt, SystemControl.userWaitInterrupt, Syndrome.wait(isEvent: false))
        }
        define("BTI", "110101010000001100100100tt011111", "bti{landing}", overlapping: true) { _, _ in true }
        define("WFET", "110101010000001100010000000ttttt", "wfet {Xt}") { word, t in
            t.waitWithTimeout(word, SystemControl.userWaitEvent, isEvent: true)
        }
        define("WFIT", "110101010000001100010000001ttttt", "wfit {Xt}") { word, t in
            t.waitWithTimeout(word, SystemControl.userWaitInterrupt, isEvent: false)
        }
        define("SEV", "11010101000000110010000010011111", "sev", overlapping: true) { _, t in
            t.call(.sendEvent, .acts)
            return true
        }
        define("SEVL", "11010101000000110010000010111111", "sevl", overlapping: true) { _, t in
            t.call(.setLocalEvent, .acts)
            return true
        }
    }
}

extension A64Translation {
    /// A wait that gives the core to others once and then ends: software that waits with a timeout looks at the time
    /// again anyhow, and a wait may end for any reason (Arm ARM D1.6.1).
    fileprivate mutating func waitWithTimeout(_ word: UInt32, _ allowed: UInt64, isEvent: Bool) -> Bool {
        guard has(.waitWithTimeout) else { return false }
        let syndrome = Syndrome.wait(isEvent: isEvent, timeoutRegister: word.rt)
        if flags.exceptionLevel == 0 { trapEL0(UserGate(.sctlr, allowed), .trappedWait, syndrome) }
        ir.exit(.yield, next: nextPC)
        return true
    }

    /// EL0 may wait only where SCTLR_EL1.nTWE or nTWI, `allowed`, lets it.
    fileprivate mutating func wait(_ kind: ExitKind, _ allowed: UInt64, _ syndrome: UInt64) -> Bool {
        if flags.exceptionLevel == 0 { trapEL0(UserGate(.sctlr, allowed), .trappedWait, syndrome) }
        ir.exit(kind, next: nextPC)
        return true
    }
}
