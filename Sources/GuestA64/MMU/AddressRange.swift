import Support

/// One half of the virtual address space as TCR_EL1 describes it (Arm ARM D8.2).
struct AddressRange: Equatable {
    /// log2 of the granule's bytes.
    let granuleBits: UInt64
    /// Size of the input address in bits; 0 when TxSZ is out of range.
    let inputBits: UInt64
    /// EPDx is clear and TxSZ means something.
    let isEnabled: Bool
    /// E0PDx is set: EL0 has no translations here, and finds that out without a walk.
    let isPrivileged: Bool
    /// Attributes in table descriptors count.
    let isHierarchical: Bool
    private let isTagged: Bool
    private let isUpper: Bool
    private let base: UInt64

    init(_ control: UInt64, isUpper: Bool, isInstruction: Bool, has16K: Bool, base: UInt64) {
        self.isUpper = isUpper
        self.base = base
        granuleBits = Self.granuleBits(control, isUpper: isUpper, has16K: has16K)
        let size = control.bits(isUpper ? 16 : 0, 6)
        // 16 to 39 without small translation tables or large addresses; else a fault, as the manual allows.
        let isValid = size >= 16 && size <= 39
        inputBits = isValid ? 64 - size : 0
        isEnabled = isValid && !control.bit(isUpper ? 23 : 7)
        isTagged = TranslationControl.isTagged(control, isUpper: isUpper, isInstruction: isInstruction)
        isPrivileged = control.bit(isUpper ? 56 : 55)
        isHierarchical = !control.bit(isUpper ? 42 : 41)
    }

    /// TG0 and TG1 number the granules differently; reserved values and missing granules count as 4 KB.
    private static func granuleBits(_ control: UInt64, isUpper: Bool, has16K: Bool) -> UInt64 {
        switch (isUpper, control.bits(isUpper ? 30 : 14, 2)) {
        case (false, 1), (true, 3): 16
        case (false, 2), (true, 1): has16K ? 14 : 12
        default: 12
        }
    }

    /// The bits above the input address all equal bit 55, but for a tag.
    func contains(_ address: UInt64) -> Bool {
        let top: UInt64 = isTagged ? 56 : 64
        let width = top - inputBits
        let high = address.bits(inputBits, width)
        return high == (isUpper ? UInt64.max.bits(0, width) : 0)
    }

    /// Address bits that one level resolves.
    var stride: UInt64 { granuleBits - 3 }
    var startLevel: UInt64 { 3 - (inputBits - 1 - granuleBits) / stride }

    /// The lowest address bit that `level` resolves: log2 of what one of its entries maps.
    func lowBit(level: UInt64) -> UInt64 { (3 - level) * stride + granuleBits }

    /// Where in a table of `level` the entry for `address` lies, in bytes.
    func entryOffset(_ address: UInt64, level: UInt64) -> UInt64 {
        let low = lowBit(level: level)
        return address.bits(low, min(stride, inputBits - low)) << 3
    }

    /// Address of the first table, which is aligned to its size.
    var firstTable: UInt64 {
        let tableBits = inputBits - lowBit(level: startLevel) + 3
        return base.bits(0, 48) & ~1 & ~((1 << tableBits) - 1)
    }

    func allowsBlock(level: UInt64) -> Bool { level == 2 || level == 1 && granuleBits == 12 }
}
