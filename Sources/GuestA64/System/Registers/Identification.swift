import Guest

/// Arm ARM D17.2: who the processor is and what it can do.
extension SystemRegisterTable {
    mutating func defineIdentification() {
        define("MIDR_EL1", 3, 0, 0, 0, 0, .el1Read, .state { A64.model($0).identity })
        define("MPIDR_EL1", 3, 0, 0, 0, 5, .el1Read, .cell(.mpidr))
        define("REVIDR_EL1", 3, 0, 0, 0, 6, .el1Read, .constant(0))
        define("AIDR_EL1", 3, 1, 0, 0, 7, .el1Read, .constant(0))
        define(
            "ID_AA64PFR0_EL1", 3, 0, 0, 4, 0, .el1Read,
            .outside { state, environment in
                let controller = environment.readInterruptController(InterruptControllerKey.systemRegisterEnable)
                return A64.model(state).processorFeatures0(hasInterruptController: controller != nil)
            })
        define("ID_AA64PFR1_EL1", 3, 0, 0, 4, 1, .el1Read, .state { A64.model($0).processorFeatures1 })
        define("ID_AA64DFR0_EL1", 3, 0, 0, 5, 0, .el1Read, .state { A64.model($0).debugFeatures0 })
        define("ID_AA64ISAR0_EL1", 3, 0, 0, 6, 0, .el1Read, .state { A64.model($0).instructionSet0 })
        define("ID_AA64ISAR1_EL1", 3, 0, 0, 6, 1, .el1Read, .state { A64.model($0).instructionSet1 })
        define("ID_AA64ISAR2_EL1", 3, 0, 0, 6, 2, .el1Read, .state { A64.model($0).instructionSet2 })
        define("ID_AA64MMFR0_EL1", 3, 0, 0, 7, 0, .el1Read, .state { A64.model($0).memoryModel0 })
        define("ID_AA64MMFR1_EL1", 3, 0, 0, 7, 1, .el1Read, .state { A64.model($0).memoryModel1 })
        define("ID_AA64MMFR2_EL1", 3, 0, 0, 7, 2, .el1Read, .state { A64.model($0).memoryModel2 })
        defineReservedIdentification()
    }

    /// Registers that say "nothing of this is implemented", those of AArch32, which no level runs, and encodings that
    /// later versions of the architecture may give a meaning (Arm ARM D12.3.1): all of them read as zero.
    private mutating func defineReservedIdentification() {
        let names: [(UInt32, [StaticString])] = [
            (
                1,
                [
                    "ID_PFR0_EL1", "ID_PFR1_EL1", "ID_DFR0_EL1", "ID_AFR0_EL1", "ID_MMFR0_EL1", "ID_MMFR1_EL1",
                    "ID_MMFR2_EL1", "ID_MMFR3_EL1",
                ]
            ),
            (
                2,
                [
                    "ID_ISAR0_EL1", "ID_ISAR1_EL1", "ID_ISAR2_EL1", "ID_ISAR3_EL1", "ID_ISAR4_EL1", "ID_ISAR5_EL1",
                    "ID_MMFR4_EL1", "ID_ISAR6_EL1",
                ]
            ),
            (3, ["MVFR0_EL1", "MVFR1_EL1", "MVFR2_EL1", "", "ID_PFR2_EL1", "ID_DFR1_EL1", "ID_MMFR5_EL1", ""]),
            (4, ["", "", "ID_AA64PFR2_EL1", "", "ID_AA64ZFR0_EL1", "ID_AA64SMFR0_EL1", "", "ID_AA64FPFR0_EL1"]),
            (5, ["", "ID_AA64DFR1_EL1", "ID_AA64DFR2_EL1", "", "ID_AA64AFR0_EL1", "ID_AA64AFR1_EL1", "", ""]),
            (6, ["", "", "", "ID_AA64ISAR3_EL1", "", "", "", ""]),
            (7, ["", "", "", "ID_AA64MMFR3_EL1", "ID_AA64MMFR4_EL1", "", "", ""]),
        ]
        for (crm, row) in names {
            for (op2, name) in zip((0 as UInt32)..., row) where !contains(SystemRegister.key(3, 0, 0, crm, op2)) {
                define(name, 3, 0, 0, crm, op2, .el1Read, .constant(0))
            }
        }
    }
}
