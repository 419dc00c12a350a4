import Guest
import IR
import Support

/// Arm ARM C4.1, exception generation and exception return. DCPS and DRPS exist in debug state only, which no CPU here
/// enters, and so have no rows.
extension DecodeTable<A64Translation> {
    mutating func defineExceptionGeneration() {
        define("SVC", "11010100000iiiiiiiiiiiiiiii00001", "svc {exception16}") { word, t in
            t.raise(.supervisorCall, word)
        }
        define("HVC", "11010100000iiiiiiiiiiiiiiii00010", "hvc {exception16}") { _, t in t.callFirmware(0) }
        define("SMC", "11010100000iiiiiiiiiiiiiiii00011", "smc {exception16}") { _, t in t.callFirmware(1) }
        define("BRK", "11010100001iiiiiiiiiiiiiiii00000", "brk {exception16}") { word, t in
            // Only as a block's first instruction can it have been branched to through a register.
            let entry = t.ir.block.guestInstructionCount == 1 ? t.flags.branchType : 0
            t.ir.raise(
                kind: A64ExceptionKind.breakpoint.rawValue, payload: UInt64(word.bits(5, 16)) | entry << 16)
            return true
        }
        // A halt without a debugger is undefined.
        define("HLT", "11010100010iiiiiiiiiiiiiiii00000", "hlt {exception16}") { word, t in t.raise(.halt, word) }
        define("ERET", "11010110100111110000001111100000", "eret") { _, t in
            t.returnFromException(nil)
        }
    }
}

extension A64Translation {
    /// ERET; with a key the return address is authenticated first.
    mutating func returnFromException(_ key: AddressKey?) -> Bool {
        guard flags.exceptionLevel != 0, key == nil || has(.pointerAuthentication) else { return false }
        var target = ir.getState(.i64, SystemCell.elr.slot.offset)
        if let key { target = authenticated(target, registerOrSP(31, .i64), key) }
        call(.returnFromException, .everything, target)
        // The helper leaves the block itself; a block must end all the same.
        leaveBlock()
        return true
    }

    fileprivate mutating func raise(_ kind: A64ExceptionKind, _ word: UInt32) -> Bool {
        ir.raise(kind: kind.rawValue, payload: UInt64(word.bits(5, 16)))
        return true
    }

    /// Leaves the block after the call: it may have switched this vCPU or the machine off.
    fileprivate mutating func callFirmware(_ conduit: UInt64) -> Bool {
        guard flags.exceptionLevel != 0 else { return false }
        call(.callFirmware, .everything, ir.constant(.i64, conduit))
        leaveBlock()
        return true
    }
}
