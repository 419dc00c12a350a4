import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores: memory copy and memory set (FEAT_MOPS). `MemoryOperation` says what they do; SETG* need
/// memory tags. That accesses are not temporal is a hint.
extension DecodeTable<A64Translation> {
    mutating func defineMemoryOperations() {
        defineMemoryOperation(
            "CPYFP", "00011001000sssssoooo01nnnnnddddd", "cpyfp{copyoptions} [{Xd}]!, [{Xs}]!, {Xn}!")
        defineMemoryOperation(
            "CPYFM", "00011001010sssssoooo01nnnnnddddd", "cpyfm{copyoptions} [{Xd}]!, [{Xs}]!, {Xn}!")
        defineMemoryOperation(
            "CPYFE", "00011001100sssssoooo01nnnnnddddd", "cpyfe{copyoptions} [{Xd}]!, [{Xs}]!, {Xn}!")
        defineMemoryOperation("CPYP", "00011101000sssssoooo01nnnnnddddd", "cpyp{copyoptions} [{Xd}]!, [{Xs}]!, {Xn}!")
        defineMemoryOperation("CPYM", "00011101010sssssoooo01nnnnnddddd", "cpym{copyoptions} [{Xd}]!, [{Xs}]!, {Xn}!")
        defineMemoryOperation("CPYE", "00011101100sssssoooo01nnnnnddddd", "cpye{copyoptions} [{Xd}]!, [{Xs}]!, {Xn}!")
        defineMemoryOperation("SETP", "00011001110sssss00oo01nnnnnddddd", "setp{setoptions} [{Xd}]!, {Xn}!, {Xs}")
        defineMemoryOperation("SETM", "00011001110sssss01oo01nnnnnddddd", "setm{setoptions} [{Xd}]!, {Xn}!, {Xs}")
        defineMemoryOperation("SETE", "00011001110sssss10oo01nnnnnddddd", "sete{setoptions} [{Xd}]!, {Xn}!, {Xs}")
    }

    private mutating func defineMemoryOperation(_ name: StaticString, _ pattern: StaticString, _ text: StaticString) {
        define(name, pattern, text) { word, t in
            guard t.has(.memoryOperations), MemoryOperation.isValid(word) else { return false }
            t.requireMemoryOperations(word)
            t.call(.moveMemory, .everything, t.ir.constant(.i64, UInt64(word)))
            return true
        }
    }
}

extension A64Translation {
    /// SCTLR_EL1.MSCEn: undefined at EL0 where it is clear (Arm ARM, shared pseudocode `CheckMOPSEnabled`).
    fileprivate mutating func requireMemoryOperations(_ word: UInt32) {
        guard flags.exceptionLevel == 0 else { return }
        trapEL0(UserGate(.sctlr, SystemControl.userMemoryOperations), .undefined, UInt64(word))
    }
}
