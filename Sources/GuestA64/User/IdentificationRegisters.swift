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
        guard let shown = shown.first(where: { $0.key == key }) else { return bits }
        return bits & shown.mask | shown.fixed
    }

    /// What the kernel shows of the feature registers (arch/arm64/kernel/cpufeature.c, FTR_VISIBLE), and what stands in
    /// hidden fields whose safe value is not 0.
    private static let shown: [(key: UInt32, mask: UInt64, fixed: UInt64)] = [
        // ID_AA64PFR0_EL1: FP, AdvSIMD, SVE, DIT; EL1 and EL0 are AArch64 only. ID_AA64PFR1_EL1: BT, SSBS, MTE, SME.
        (SystemRegister.key(3, 0, 0, 4, 0), 0x000f_000f_00ff_0000, 0x11),
        (SystemRegister.key(3, 0, 0, 4, 1), 0x0000_0000_0f00_0fff, 0),
        // ID_AA64DFR0_EL1: the debug architecture of Armv8.
        (SystemRegister.key(3, 0, 0, 5, 0), 0, 6),
        // ID_AA64ISAR0_EL1, ISAR1 and ISAR2: no TLB maintenance, no transactions, no XS, no prediction restriction.
        (SystemRegister.key(3, 0, 0, 6, 0), 0xf0ff_ffff_f0ff_fff0, 0),
        (SystemRegister.key(3, 0, 0, 6, 1), 0x00ff_f0ff_ffff_ffff, 0),
        (SystemRegister.key(3, 0, 0, 6, 2), 0x00ff_0000_00ff_ffff, 0),
        // ID_AA64MMFR0_EL1: ECV; no granules. MMFR1: AFP. MMFR2: AT.
        (SystemRegister.key(3, 0, 0, 7, 0), 0xf000_0000_0000_0000, 0xff00_0000),
        (SystemRegister.key(3, 0, 0, 7, 1), 0x0000_f000_0000_0000, 0),
        (SystemRegister.key(3, 0, 0, 7, 2), 0x0000_000f_0000_0000, 0),
        // MPIDR_EL1: no affinity. REVIDR_EL1: implementation defined.
        (SystemRegister.key(3, 0, 0, 0, 5), 0, 0x8000_0000),
        (SystemRegister.key(3, 0, 0, 0, 6), 0, 0),
    ]
}
