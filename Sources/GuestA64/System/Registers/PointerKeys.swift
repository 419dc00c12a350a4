import Guest

/// Arm ARM D17.2: the keys of pointer authentication.
extension SystemRegisterTable {
    mutating func definePointerKeys() {
        defineKey("APIAKeyLo_EL1", 1, 0, .apiaKeyLow)
        defineKey("APIAKeyHi_EL1", 1, 1, .apiaKeyHigh)
        defineKey("APIBKeyLo_EL1", 1, 2, .apibKeyLow)
        defineKey("APIBKeyHi_EL1", 1, 3, .apibKeyHigh)
        defineKey("APDAKeyLo_EL1", 2, 0, .apdaKeyLow)
        defineKey("APDAKeyHi_EL1", 2, 1, .apdaKeyHigh)
        defineKey("APDBKeyLo_EL1", 2, 2, .apdbKeyLow)
        defineKey("APDBKeyHi_EL1", 2, 3, .apdbKeyHigh)
        defineKey("APGAKeyLo_EL1", 3, 0, .apgaKeyLow)
        defineKey("APGAKeyHi_EL1", 3, 1, .apgaKeyHigh)
    }

    private mutating func defineKey(_ name: StaticString, _ crm: UInt32, _ op2: UInt32, _ cell: SystemCell) {
        define(name, 3, 0, 2, crm, op2, .el1, cell, features: .pointerAuthentication)
    }
}
