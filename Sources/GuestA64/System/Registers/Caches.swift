import Guest
import IR

/// Arm ARM D17.2: cache identification.
extension SystemRegisterTable {
    mutating func defineCaches() {
        define(
            "CTR_EL0", 3, 3, 0, 0, 1, .readEverywhere, .constant(CPUModel.cacheType),
            gate: UserGate(.sctlr, SystemControl.userCacheType))
        define("DCZID_EL0", 3, 3, 0, 0, 7, .readEverywhere, .emitted { t in t.zeroBlockSize() })
        define("CCSIDR_EL1", 3, 1, 0, 0, 0, .el1Read, .state { CPUModel.cacheSize(selection: $0[.csselr]) })
        define("CLIDR_EL1", 3, 1, 0, 0, 1, .el1Read, .constant(CPUModel.cacheLevels))
        define("CSSELR_EL1", 3, 2, 0, 0, 0, .el1, .csselr, mask: 0xf)
    }
}

extension A64Translation {
    /// DCZID_EL0, whose bit 4 tells EL0 that SCTLR_EL1.DZE forbids it DC ZVA.
    fileprivate mutating func zeroBlockSize() -> Value {
        let size = ir.constant(.i64, CPUModel.zeroBlock)
        guard flags.exceptionLevel == 0 else { return size }
        let control = ir.getState(.i64, SystemCell.sctlr.slot.offset)
        let forbidden = ir.binary(.andNot, .i64, ir.constant(.i64, SystemControl.userCacheZero), control)
        let bit = ir.bitFieldExtract(.i64, forbidden, low: 14, width: 1)
        return ir.bitFieldInsert(.i64, size, bit, low: 4, width: 1)
    }
}
