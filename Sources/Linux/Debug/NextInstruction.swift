import Guest
import GuestA64
import IR

/// Where a thread goes from an instruction: what a debugger's step needs (Arm ARM C4.1.65, "Branches, Exception Generating
/// and System instructions").
struct NextInstruction {
    private let thread: GuestThread

    init(_ thread: GuestThread) { self.thread = thread }

    func address(after word: UInt32, at pc: UInt64) -> UInt64 {
        let following = pc &+ 4
        switch word {
        // B, BL
        case _ where word & 0x7c00_0000 == 0x1400_0000: return pc &+ offset(word, 0, 26)
        // B.cond, BC.cond
        case _ where word & 0xff00_0000 == 0x5400_0000: return holds(word & 15) ? pc &+ offset(word, 5, 19) : following
        // CBZ, CBNZ
        case _ where word & 0x7e00_0000 == 0x3400_0000:
            let value = word >> 31 == 0 ? register(word & 31) & 0xffff_ffff : register(word & 31)
            return (value == 0) == (word & 1 << 24 == 0) ? pc &+ offset(word, 5, 19) : following
        // TBZ, TBNZ
        case _ where word & 0x7e00_0000 == 0x3600_0000:
            let bit = UInt64(word >> 26 & 32 | word >> 19 & 31)
            let isSet = register(word & 31) >> bit & 1 != 0
            return isSet == (word & 1 << 24 != 0) ? pc &+ offset(word, 5, 14) : following
        // BR, BLR, RET and their authenticating forms: the code in the upper bits is the processor's affair.
        case _ where word & 0xfe00_0000 == 0xd600_0000:
            let isReturn = word >> 21 & 15 == 2
            let authenticates = word & 0x0000_0800 != 0
            let target = register(isReturn && authenticates ? 30 : word >> 5 & 31)
            return authenticates ? target & 0xffff_ffff_ffff : target
        // SVC: rt_sigreturn goes where its frame says.
        case 0xd400_0001 where thread.x(8) == 139:
            return thread.space.read(thread.stackPointer &+ SignalFrame.programCounter, as: UInt64.self) ?? following
        default: return following
        }
    }

    /// A signed field of words.
    private func offset(_ word: UInt32, _ low: Int, _ width: Int) -> UInt64 {
        let field = (Int64(word >> UInt32(low)) << Int64(64 - width)) >> Int64(64 - width)
        return UInt64(bitPattern: field * 4)
    }

    private func register(_ number: UInt32) -> UInt64 { number == 31 ? 0 : thread.x(number) }

    /// The manual's `ConditionHolds`.
    private func holds(_ condition: UInt32) -> Bool {
        let status = Flags(rawValue: UInt32(truncatingIfNeeded: thread.state[A64State.nzcv])).statusWord
        let (n, z, c, v) = (status >> 31 & 1, status >> 30 & 1, status >> 29 & 1, status >> 28 & 1)
        let result =
            switch condition >> 1 {
            case 0: z == 1
            case 1: c == 1
            case 2: n == 1
            case 3: v == 1
            case 4: c == 1 && z == 0
            case 5: n == v
            case 6: n == v && z == 0
            default: true
            }
        return condition & 1 != 0 && condition != 15 ? !result : result
    }
}
