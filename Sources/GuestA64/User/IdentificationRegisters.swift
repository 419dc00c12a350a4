package import Guest
import Support

/// MRS of an identification register by EL0 (Linux: Documentation/arch/arm64/cpu-feature-registers.rst): it traps, and
/// the kernel answers. What programs have no use for reads as zero.
extension A64User {
    /// Executes `word` if it is such an MRS; false when it is not.
    package static func emulateIdentification(_ word: UInt32, _ state: CPUState) -> Bool {
        guard word & 0xfff0_0000 == 0xd530_0000 else { return false }
        let key = word.systemKey
        // op0 3, op1 0, CRn 0, CRm 0 or 4 to 7.
        let crm = key >> 3 & 15
        guard key >> 7 == SystemRegister.key(3, 0, 0, 0, 0) >> 7, crm == 0 || (4...7).contains(crm) else {
            return false
        }
        let register = word.bits(0, 5)
        if register != 31 { state[A64State.x(register)] = value(key, state) }
        return true
    }

    private static func value(_ key: UInt32, _ state: CPUState) -> UInt64 {
        guard let index = SystemRegisterTable.all.index(of: key) else { return 0 }
        let bits: UInt64 =
            switch SystemRegisterTable.all.registers[index].reading {
            case .constant(let value): value
            case .state(let read): read(state)
            case .cell(let cell): state[cell]
            case .never, .outside, .emitted: 0
            }
        return key == SystemRegister.key(3, 0, 0, 4, 0) ? bits & visibleProcessorFeatures : bits
    }

    /// ID_AA64PFR0_EL1: FP, AdvSIMD, SVE, DIT; and the levels EL1 and EL0 as AArch64 only.
    private static let visibleProcessorFeatures: UInt64 = 0x000f_000f_00ff_00ff
}
