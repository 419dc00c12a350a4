import Guest
import IR
import Support

/// Arm ARM C5.2, C6.2: MSR (immediate), one row per PSTATE field. Of the fields of one bit the operand's lowest counts.
extension DecodeTable<A64Translation> {
    mutating func defineProcessStateImmediate() {
        define("MSR SPSel", "1101010100000000 0100 mmmm 101 11111", "msr SPSel, {crm}") { word, t in
            guard t.flags.exceptionLevel != 0 else { return false }
            t.call(.selectStack, [.readsState, .writesState], t.ir.constant(.i64, UInt64(word.bits(8, 4))))
            t.leaveBlock()
            return true
        }
        define("MSR DAIFSet", "1101010100000011 0100 mmmm 110 11111", "msr DAIFSet, {crm}") { word, t in
            t.maskInterrupts(word)
        }
        define("MSR DAIFClr", "1101010100000011 0100 mmmm 111 11111", "msr DAIFClr, {crm}") { word, t in
            t.unmaskInterrupts(word)
        }
        define("MSR PAN", "1101010100000000 0100 mmmm 100 11111", "msr PAN, {crm}") { word, t in
            guard t.flags.exceptionLevel != 0 else { return false }
            guard t.setBit(word, ProcessState.privilegedAccessNever, .privilegedAccessNever) else { return false }
            t.leaveBlock()
            return true
        }
        define("MSR UAO", "1101010100000000 0100 mmmm 011 11111", "msr UAO, {crm}") { word, t in
            guard t.flags.exceptionLevel != 0, t.has(.userAccessOverride) else { return false }
            let value = word.bit(8) ? ProcessState.userAccessOverride : 0
            t.call(.overrideUserAccess, [.readsState, .writesState], t.ir.constant(.i64, value))
            t.leaveBlock()
            return true
        }
        define("MSR SSBS", "1101010100000011 0100 mmmm 001 11111", "msr SSBS, {crm}") { word, t in
            t.setBit(word, ProcessState.speculativeStoreBypassSafe, .speculativeStoreBypassSafe)
        }
        define("MSR DIT", "1101010100000011 0100 mmmm 010 11111", "msr DIT, {crm}") { word, t in
            t.setBit(word, ProcessState.dataIndependentTiming, .dataIndependentTiming)
        }
    }
}

extension A64Translation {
    fileprivate mutating func setBit(_ word: UInt32, _ mask: UInt64, _ feature: CPUFeatures) -> Bool {
        guard has(feature) else { return false }
        setProcessState(mask, ir.constant(.i64, word.bit(8) ? mask : 0))
        return true
    }

    fileprivate mutating func maskInterrupts(_ word: UInt32) -> Bool {
        passInterruptMaskGate(word)
        let mask = UInt64(word.bits(8, 4)) << 6
        setProcessState(mask, ir.constant(.i64, mask))
        return true
    }

    /// Ends the block: a pending interrupt must come in before the next instruction but one.
    fileprivate mutating func unmaskInterrupts(_ word: UInt32) -> Bool {
        passInterruptMaskGate(word)
        setProcessState(UInt64(word.bits(8, 4)) << 6, ir.constant(.i64, 0))
        recheckInterrupts()
        ir.jump(nextPC)
        return true
    }

    private mutating func passInterruptMaskGate(_ word: UInt32) {
        pass(UserGate(.sctlr, SystemControl.userMaskAccess), word, isRead: false)
    }
}
