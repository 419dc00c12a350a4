/// Arm ARM D17.2: thread identifiers.
extension SystemRegisterTable {
    mutating func defineThreads() {
        define("TPIDR_EL0", 3, 3, 13, 0, 2, .everywhere, .tpidrEL0)
        define("TPIDRRO_EL0", 3, 3, 13, 0, 3, .readEL0WriteEL1, .tpidrroEL0)
        define("TPIDR_EL1", 3, 0, 13, 0, 4, .el1, .tpidrEL1)
    }
}
